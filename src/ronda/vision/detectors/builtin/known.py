"""What an eye keeps of each thing from picture to picture: enough to know when to look closer, no more.

Following is the tracker's; this only saves the classifier from judging the same thing on every picture, and tells what
travels from what sways.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.detectors.builtin.proposals import Boxes, Proposals

FORGET_S: Final = 0.8
"""What has not been proposed for so long is gone."""
STEP_S: Final = 0.2
STRAIGHT: Final = 0.7
"""From start to end as the crow flies, in shares of the way."""
FORGET_STANDING_S: Final = 5.0
"""Something may pass in front of what stands."""
LEAST_OVERLAP: Final = 0.15
"""Intersection over union from which a proposal may be a thing that is known."""
MOST: Final = 400


@dataclass(slots=True, eq=False)
class Known:
    """One thing.

    Attributes:
        box: Where it is, in pixels of the working picture, (4,).
        start: The middle of its box when it came.
        came_s: When.
        seen_s: When it was proposed last.
        travelled: How far it has come at most, in its own sizes.
        way: How long its way was, in pixels, taken in steps of `STEP_S`.
        fill: Which share of its box differed from the place, lately.
        still: Whether it stood when it was proposed last.
        sights: On how many pictures.
        votes: Sum of what the classifier said, (5,).
        judged: How often it was classified.
        judged_s: When last.
        velocity: Of its middle, in pixels a second.
    """

    box: NDArray[np.float32]
    start: NDArray[np.float32]
    came_s: float
    seen_s: float
    travelled: float = 0.0
    way: float = 0.0
    fill: float = 0.0
    still: bool = False
    sights: int = 1
    votes: NDArray[np.float32] = field(default_factory=lambda: np.zeros(5, np.float32))
    judged: int = 0
    judged_s: float = -1e9
    velocity: NDArray[np.float32] = field(default_factory=lambda: np.zeros(2, np.float32))
    _first: NDArray[np.float32] = field(init=False)
    _stepped: NDArray[np.float32] = field(init=False)
    _stepped_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._first, self._stepped, self._stepped_s = self.box, self.start, self.came_s

    @property
    def goes_straight(self) -> bool:
        """Whether it goes from somewhere to somewhere: leaves go to and fro."""
        net = float(np.hypot(*((self.box[:2] + self.box[2:]) / 2 - self.start)))
        return net >= STRAIGHT * max(1.0, self.way)

    def ahead(self, at_s: float) -> NDArray[np.float32]:
        """Return where its box should be."""
        way = self.velocity * np.float32(max(0.0, at_s - self.seen_s))
        return np.asarray(self.box + np.concatenate((way, way)), np.float32)

    def move(self, box: NDArray[np.float32], at_s: float, wide: int, high: int) -> None:
        """Take in where it is now, on a picture of so many pixels."""
        middle: NDArray[np.float32] = np.asarray((box[:2] + box[2:]) / 2, np.float32)
        before = (self.box[:2] + self.box[2:]) / 2
        passed = at_s - self.seen_s
        if passed > 0:
            pace = (middle - before) / passed
            self.velocity = np.asarray(self.velocity + min(1.0, passed / 0.3) * (pace - self.velocity), np.float32)
        size = float(np.sqrt(max(1.0, float((box[2:] - box[:2]).prod()))))
        come = float(np.hypot(*(middle - self.start)))
        if box[0] <= 1 or box[1] <= 1 or box[2] >= wide - 1 or box[3] >= high - 1:
            # What comes in over the border shows how fast it is by its other side.
            come = max(come, float(np.abs(box - self._first).max()))
        self.travelled = max(self.travelled, come / size)
        if at_s - self._stepped_s >= STEP_S:
            self.way += float(np.hypot(*(middle - self._stepped)))
            self._stepped, self._stepped_s = middle, at_s
        self.box, self.seen_s = box, at_s
        self.sights += 1


def match(known: list[Known], proposals: Proposals, at_s: float, wide: int, high: int) -> list[Known]:
    """Return the known thing of each proposal, in their order; new ones are made. `known` is updated in place.

    Args:
        known: What was known of the picture before.
        proposals: What is on this one.
        at_s: When it is.
        wide: Of the working picture, in pixels.
        high: Of the working picture, in pixels.
    """
    known[:] = [one for one in known if at_s - one.seen_s <= (FORGET_STANDING_S if one.still else FORGET_S)][-MOST:]
    result: list[Known | None] = [None] * len(proposals)
    if known and len(proposals):
        ahead = np.stack([one.ahead(at_s) for one in known])
        overlap = iou(proposals.xyxy, ahead)
        while overlap.max() > LEAST_OVERLAP:
            row, column = np.unravel_index(int(overlap.argmax()), overlap.shape)
            result[row] = known[column]
            known[column].move(proposals.xyxy[row], at_s, wide, high)
            overlap[row, :] = 0
            overlap[:, column] = 0
    found = []
    fills = proposals.pixels / np.maximum((proposals.xyxy[:, 2:] - proposals.xyxy[:, :2]).prod(axis=1), 1)
    for box, fill, still, one in zip(proposals.xyxy, fills, proposals.still, result, strict=True):
        thing = one or Known(box, (box[:2] + box[2:]) / 2, at_s, at_s)
        if one is None:
            known.append(thing)
        thing.fill, thing.still = float(fill), bool(still)
        found.append(thing)
    return found


def iou(one: Boxes, other: Boxes) -> NDArray[np.float32]:
    """Return intersection over union of each box with each other, (N, M)."""
    size = np.maximum(
        np.minimum(one[:, None, 2:], other[None, :, 2:]) - np.maximum(one[:, None, :2], other[None, :, :2]), 0
    ).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (one, other)]
    return np.asarray(size / np.maximum(areas[0][:, None] + areas[1][None, :] - size, 1e-9), np.float32)
