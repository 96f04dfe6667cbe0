"""Two things that touch on the picture are one region: where it may be cut, and into what.

Two signs: two things that were known apart until now, and a waist. Whether it is cut, the eye decides by asking the
classifier about the whole and the parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.detectors.builtin.known import Known, iou
from ronda.vision.detectors.builtin.proposals import Boxes, Mask, Proposals, contained, trimmed

MOST: Final = 8
"""Regions of one picture that are looked at, the largest first."""
FEWEST_PIXELS: Final = 80.0
WAIST: Final = 0.55
"""A region may be cut where it is thinner than this share of the thinner of its ends' thickest places."""
LEAST_PART: Final = 0.15
"""Of the pixels, in each part."""
WITHIN: Final = 0.7
"""A known thing belongs to a region when this share of where it should be lies in it."""
OWN_AGE_S: Final = 0.4
SURE: Final = 0.85
"""A thing of such a share of votes, of about its known size, is whole."""
GROWN: Final = 1.3


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to cut a region.

    Attributes:
        row: Which of the proposals.
        parts: (K, 4) boxes.
        pixels: (K,) how many pixels of each differ.
        known: Whether the parts were known apart; else they are what a waist divides.
        waist: How thin it is there, 0..1.
    """

    row: int
    parts: Boxes
    pixels: NDArray[np.float32]
    known: bool
    waist: float = 0.0


def cuts(found: Proposals, mask: Mask, known: Sequence[Known], at_s: float, other: int) -> list[Cut]:
    """Return where regions may be cut.

    Args:
        found: The regions.
        mask: What differs.
        known: The things of the pictures before.
        at_s: When it is.
        other: Which of the votes says that it is no thing.
    """
    ahead = np.stack([one.ahead(at_s) for one in known]) if known else np.empty((0, 4), np.float32)
    result = []
    areas = _areas(found.xyxy)
    for row in np.argsort(-found.pixels, kind="stable")[:MOST]:
        if found.pixels[row] < FEWEST_PIXELS:
            break
        box = found.xyxy[row]
        inside = contained(ahead, box) >= WITHIN
        whole = _whole(box, float(areas[row]), known, ahead, other)
        mine = [
            index
            for index in np.flatnonzero(inside).tolist()
            if known[index].sights >= 3 and at_s - known[index].came_s >= OWN_AGE_S
        ]
        cut = _by_known(int(row), box, mask, ahead[mine]) if len(mine) >= 2 else None
        if cut is None and not whole:
            cut = _by_waist(int(row), box, mask)
        if cut is not None:
            result.append(cut)
    return result


def _whole(box: NDArray[np.float32], area: float, known: Sequence[Known], ahead: Boxes, other: int) -> bool:
    """Return whether a region is a thing that was sure to be one, and has not grown."""
    if not len(ahead):
        return False
    overlap = iou(box[None], ahead)[0]
    best = int(overlap.argmax())
    votes = known[best].votes
    sure = np.delete(votes, other).max() >= SURE * votes.sum() if known[best].judged >= 2 else False
    return bool(overlap[best] > 0.6 and sure and area <= GROWN * _areas(ahead[best][None])[0])


def _by_known(row: int, box: NDArray[np.float32], mask: Mask, boxes: Boxes) -> Cut | None:
    """Give each pixel of a region to the known thing in whose box it lies deepest."""
    apart = [
        index
        for index in range(len(boxes))
        if not (contained(boxes[index][None], np.delete(boxes, index, axis=0)[0])[0] > 0.6 and len(boxes) == 2)
    ]
    if len(apart) < 2:
        return None
    left, top, right, bottom = box.astype(int)
    rows, cols = np.nonzero(mask[top:bottom, left:right])
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = np.maximum((boxes[:, 2:] - boxes[:, :2]) / 2, 1)
    across = np.abs(cols[:, None] + left + 0.5 - middle[None, :, 0]) / half[None, :, 0]
    down = np.abs(rows[:, None] + top + 0.5 - middle[None, :, 1]) / half[None, :, 1]
    owner = np.maximum(across, down).argmin(axis=1)
    parts, pixels = [], []
    for index in range(len(boxes)):
        own = owner == index
        if own.sum() < LEAST_PART / 2 * len(rows):
            continue
        x, y = cols[own] + left, rows[own] + top
        parts.append((x.min(), y.min(), x.max() + 1, y.max() + 1))
        pixels.append(own.sum())
    if len(parts) < 2:
        return None
    return Cut(row, np.array(parts, np.float32), np.array(pixels, np.float32), True)


def _by_waist(row: int, box: NDArray[np.float32], mask: Mask) -> Cut | None:
    left, top, right, bottom = box.astype(int)
    part = mask[top:bottom, left:right]
    (thin_x, x), (thin_y, y) = _waist(part.sum(axis=0)), _waist(part.sum(axis=1))
    if min(thin_x, thin_y) > WAIST:
        return None
    if thin_x <= thin_y:
        pieces = ((left, top, left + x, bottom), (left + x, top, right, bottom))
    else:
        pieces = ((left, top, right, top + y), (left, top + y, right, bottom))
    boxes = np.array([trimmed(np.array(piece, np.float32), mask) for piece in pieces], np.float32)
    pixels = np.array([mask[b:d, a:c].sum() for a, b, c, d in boxes.astype(int)], np.float32)
    if pixels.min() < LEAST_PART * pixels.sum():
        return None
    return Cut(row, boxes, pixels, False, min(thin_x, thin_y))


def _waist(profile: NDArray[np.integer]) -> tuple[float, int]:
    """Return how thin a profile is at its thinnest place between two thicker ones, and where."""
    if len(profile) < 8:
        return 1.0, 0
    smooth = np.convolve(profile, np.ones(3) / 3, mode="same")
    before, after = np.maximum.accumulate(smooth), np.maximum.accumulate(smooth[::-1])[::-1]
    thin = smooth / np.maximum(np.minimum(before, after), 1)
    first, last = len(profile) // 5, len(profile) - len(profile) // 5
    at = first + int(thin[first:last].argmin())
    return float(thin[at]), at


def _areas(boxes: Boxes) -> NDArray[np.float32]:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), np.float32)
