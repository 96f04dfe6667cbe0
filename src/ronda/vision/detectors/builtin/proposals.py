"""From what differs to boxes: regions of a mask, the parts of one thing joined."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.objects import MOST_DETECTIONS

Mask = NDArray[np.bool_]
Boxes = NDArray[np.float32]

FEWEST_PIXELS: Final = 10
"""A region of fewer pixels of the working picture is noise."""
GAP: Final = 0.16
"""Parts of one thing lie no further apart than this share of the larger's longer side, or than `GAP_PIXELS`."""
GAP_ABOVE: Final = 0.3
"""The same where one lies above the other: head, shirt, legs; rider, wheels."""
GAP_PIXELS: Final = 2.0
OWN_GAP: Final = 0.6
"""Nor than this share of the part's own longer side."""
LEAST_FILL: Final = 0.3
"""What is joined fills at least this share of its box."""
PART: Final = 0.35
"""What stands beside something and has more than this share of its pixels is another thing, not a part."""
UPRIGHT: Final = 1.1
"""Parts of any size above each other are one thing when the whole is no wider than this share of its height."""
THIN: Final = 2.2
"""Pixels across: what is thinner, and long, is a rim of light or a line on the ground of a camera that moved."""
LONG: Final = 12.0
WITHIN: Final = 0.7
"""What has this share of its box within another's is a part of it, where nothing speaks against it;"""
LIMB_WITHIN: Final = 0.3
"""of somebody who stands, already this share, if it is small and joined to them."""
SAME_BOX: Final = 0.6
"""A standing thing is found again where each of both boxes has this share in the other."""
SPIKES_FROM: Final = 150.0
"""Pixels of a thing from which on it can have spikes."""
SPIKE: Final = 0.12
"""Rows and columns at the edge of a thing with less than this share of its fullest one are no part of its box."""
LARGEST: Final = 0.85
"""A region that is wider and higher than this share of the picture is light, not a thing."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Boxes in pixels of the working picture.

    Attributes:
        xyxy: (N, 4) float32.
        pixels: How many pixels of each box differ, (N,).
        still: Whether it stands, (N,) bool.
    """

    xyxy: Boxes
    pixels: NDArray[np.float32]
    still: Mask

    def __len__(self) -> int:
        return len(self.xyxy)

    def __getitem__(self, which: NDArray[np.intp] | Mask) -> "Proposals":
        return Proposals(self.xyxy[which], self.pixels[which], self.still[which])

    @classmethod
    def none(cls) -> "Proposals":
        """Return that nothing is proposed."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, bool))


def propose(moving: Mask, stopped: Mask, standing: Boxes) -> Proposals:
    """Return what moves, and what stands and came; parts of one thing are one box.

    Args:
        moving: What moves now.
        stopped: What came and stayed.
        standing: Boxes of things that have stood for a while: what passes is no part of them.
    """
    boxes, pixels = _regions(moving)
    boxes, pixels = _joined(boxes, pixels)
    stand, stand_pixels = _regions(stopped)
    stand, stand_pixels = _joined(stand, stand_pixels)
    still = np.zeros(len(boxes) + len(stand), bool)
    still[len(boxes) :] = True
    found = Proposals(np.concatenate((boxes, stand)), np.concatenate((pixels, stand_pixels)), still)
    both = moving | stopped
    found = _one_of_each(found, _bonds(found, moving, stopped, standing))
    for row in np.flatnonzero(found.pixels >= SPIKES_FROM):
        found.xyxy[row] = trimmed(found.xyxy[row], both)
    return found


def trimmed(box: NDArray[np.float32], mask: Mask) -> NDArray[np.float32]:
    """Return a box without the thin ends of what is in it: spikes, antennas, a rest of shade."""
    left, top, right, bottom = box.astype(int)
    part = mask[top:bottom, left:right]
    if not part.any():
        return box
    down, across = part.sum(axis=1), part.sum(axis=0)
    rows = np.flatnonzero(down >= max(1.0, SPIKE * down.max()))
    cols = np.flatnonzero(across >= max(1.0, SPIKE * across.max()))
    return np.array((left + cols[0], top + rows[0], left + cols[-1] + 1, top + rows[-1] + 1), np.float32)


def _regions(mask: Mask) -> tuple[Boxes, NDArray[np.float32]]:
    """Return boxes and sizes of the connected regions, the largest first, bounded in number."""
    if not mask.any():
        return np.empty((0, 4), np.float32), np.empty(0, np.float32)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    stats = stats[1:count]
    high, wide = mask.shape
    large = (stats[:, cv2.CC_STAT_WIDTH] > LARGEST * wide) & (stats[:, cv2.CC_STAT_HEIGHT] > LARGEST * high)
    length = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    thin = (length > LONG) & (stats[:, cv2.CC_STAT_AREA] < THIN * length)
    stats = stats[(stats[:, cv2.CC_STAT_AREA] >= FEWEST_PIXELS) & ~large & ~thin]
    stats = stats[np.argsort(-stats[:, cv2.CC_STAT_AREA], kind="stable")[: MOST_DETECTIONS // 4]]
    boxes = stats[:, :4].astype(np.float32)
    boxes[:, 2:] += boxes[:, :2]
    return boxes, stats[:, cv2.CC_STAT_AREA].astype(np.float32)


def _joined(boxes: Boxes, pixels: NDArray[np.float32]) -> tuple[Boxes, NDArray[np.float32]]:
    """Join parts to the largest thing that they lie beside, as long as the whole is as dense as a thing is."""
    left = list(range(len(boxes)))
    found: list[NDArray[np.float32]] = []
    sizes: list[float] = []
    while left:
        box, size = boxes[left[0]].copy(), float(pixels[left[0]])
        rest = np.array(left[1:], np.intp)
        while len(rest):
            index = _part_of(box, size, boxes[rest], pixels[rest])
            if index is None:
                break
            one = boxes[rest[index]]
            box = np.concatenate((np.minimum(box[:2], one[:2]), np.maximum(box[2:], one[2:])))
            size += float(pixels[rest[index]])
            rest = np.delete(rest, index)
        left = rest.tolist()
        found.append(box)
        sizes.append(size)
    return np.array(found, np.float32).reshape(-1, 4), np.array(sizes, np.float32)


def _part_of(box: NDArray[np.float32], size: float, boxes: Boxes, pixels: NDArray[np.float32]) -> int | None:
    """Return which of some boxes, all smaller, is a part of the thing in `box` with `size` pixels."""
    # A small part lies close by its own measure too: what is far behind a large thing is no part of it.
    own = OWN_GAP * (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    long = float((box[2:] - box[:2]).max())
    near, near_above = (GAP_PIXELS + np.minimum(gap * long, own) for gap in (GAP, GAP_ABOVE))
    across, down = np.maximum(np.maximum(boxes[:, :2] - box[2:], box[:2] - boxes[:, 2:]), 0).T
    common = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
    shared = common >= 0.5 * np.minimum(boxes[:, 2:] - boxes[:, :2], box[2:] - box[:2])
    whole = np.concatenate((np.minimum(boxes[:, :2], box[:2]), np.maximum(boxes[:, 2:], box[2:])), axis=1)
    wide, high = (whole[:, 2:] - whole[:, :2]).T
    small = pixels <= PART * size
    upright = wide <= UPRIGHT * high
    above = shared[:, 0] & (across <= 1) & ((upright & (down <= near_above)) | (small & (down <= near)))
    beside = shared[:, 1] & (down <= 1) & small & (across <= near)
    good = (above | beside) & ((size + pixels) / np.maximum(1.0, wide * high) >= LEAST_FILL)
    return int(np.argmax(good)) if good.any() else None


@dataclass(frozen=True, slots=True)
class _Bonds:
    """Which proposals may be one thing.

    Attributes:
        region: The connected region of each, moving and standing taken together.
        stood: Which are things that have stood for a while.
    """

    region: NDArray[np.intp]
    stood: Mask

    def joins(self, index: int, still: Mask) -> Mask:
        """Return what is a part of one proposal if it lies within its box.

        What moves and what stands and do not touch are two things; what has stood is no part of what passes; an arm
        that moves is a part of somebody who stands.
        """
        if self.stood[index]:
            return np.ones(len(self.stood), bool)
        same: Mask = ((still == still[index]) | (self.region == self.region[index])) & ~self.stood
        return same


def _bonds(found: Proposals, moving: Mask, stopped: Mask, standing: Boxes) -> _Bonds:
    region, stood = np.zeros(len(found), np.intp), np.zeros(len(found), bool)
    if not found.still.any() or found.still.all():
        return _Bonds(region, stood)
    _, labels = cv2.connectedComponents((moving | stopped).view(np.uint8), connectivity=8)
    for row, (left, top, right, bottom) in enumerate(found.xyxy.astype(int)):
        window = slice(top, bottom), slice(left, right)
        mine = labels[window][(stopped if found.still[row] else moving)[window]]
        region[row] = np.bincount(mine).argmax() if len(mine) else 0
        box = found.xyxy[row]
        alike = (contained(standing, box) > SAME_BOX) & (contained(box[None], standing) > SAME_BOX)
        stood[row] = bool(found.still[row] and alike.any())
    return _Bonds(region, stood)


def _one_of_each(found: Proposals, bonds: _Bonds) -> Proposals:
    """Join a standing part and a moving one that are the same thing; drop what lies within another."""
    keep = np.ones(len(found), bool)
    boxes, pixels, still = found.xyxy.copy(), found.pixels.copy(), found.still.copy()
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    for index in np.argsort(-areas, kind="stable"):
        if not keep[index]:
            continue
        share = contained(boxes, boxes[index])
        inside = (share > WITHIN) & bonds.joins(int(index), found.still)
        if bonds.stood[index]:
            inside |= (share > LIMB_WITHIN) & (pixels < PART * pixels[index]) & (bonds.region == bonds.region[index])
        inside[index] = False
        inside &= keep
        if inside.any():
            pixels[index] += pixels[inside].sum()
            if not bonds.stood[index]:
                still[index] &= bool(pixels[inside & ~found.still].sum() < 0.2 * pixels[index])
            keep &= ~inside
    return Proposals(boxes[keep], pixels[keep], still[keep])


def contained(boxes: Boxes, within: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return which share of each box lies within another; one of either may be given with many of the other."""
    size = np.maximum(np.minimum(boxes[..., 2:], within[..., 2:]) - np.maximum(boxes[..., :2], within[..., :2]), 0)
    own = np.maximum((boxes[..., 2:] - boxes[..., :2]).prod(axis=-1), 1e-9)
    return np.asarray(size.prod(axis=-1) / own, np.float32)


def _area(box: NDArray[np.float32]) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))
