"""Boxes that mean the same thing: which of them stays."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.objects import CLASSES, LARGE, TWO_WHEELERS, Detections, ObjectClass

Boxes = NDArray[np.float32]

_MOST_RAW: Final = 2000
_RIDING: Final = 0.5
_ABOVE: Final = 0.35
_BELOW: Final = 0.25
_SAME_WHEELS: Final = 0.6
_LITTLE_LARGER: Final = 2.0
_A_GROUP: Final = 2
_GROUP: Final = np.array(
    [
        0 if one is ObjectClass.PERSON else 1 if one in TWO_WHEELERS else 2 if one in LARGE | {ObjectClass.CAR} else 3
        for one in CLASSES
    ]
)
"""By column of the votes: people, two-wheelers, other vehicles, all else."""


def overlaps(one: Boxes, other: Boxes) -> NDArray[np.float32]:
    """Return the intersections' areas of (N, 4) with (M, 4) boxes; (N, M)."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    sides = np.maximum(high - low, 0)
    return np.asarray(sides[..., 0] * sides[..., 1], np.float32)


def areas(boxes: Boxes) -> NDArray[np.float32]:
    """Return the areas of (N, 4) boxes."""
    return np.asarray(np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0), np.float32)


def iou(one: Boxes, other: Boxes) -> NDArray[np.float32]:
    """Return intersection over union of (N, 4) with (M, 4) boxes; (N, M)."""
    both = overlaps(one, other)
    return np.asarray(both / np.maximum(areas(one)[:, None] + areas(other)[None] - both, 1e-12), np.float32)


def distinct(found: Detections, most_iou: float, most_inside: float = 1.0) -> Detections:
    """Return the best box of each thing (greedy, by score, within people, two-wheelers, other vehicles, all else).

    Args:
        found: All boxes.
        most_iou: Boxes that overlap more are the same thing.
        most_inside: So is one of which a larger share lies within a better box, and one of the same class that is but a
            little larger than a better box within it, or holds two of them; 1 to leave those.
    """
    found = found.surest(_MOST_RAW)
    if len(found) < 2:
        return found
    found = found[np.argsort(-found.scores, kind="stable")]
    boxes, labels = found.xyxy, found.votes.argmax(1)
    size = np.maximum(areas(boxes), 1e-12)
    both = overlaps(boxes, boxes)
    same = both > most_iou * (size[:, None] + size[None] - both)
    around = np.zeros_like(same)
    if most_inside < 1:
        same |= both > most_inside * size[None]
        around = (both > most_inside * size[:, None]) & (labels[:, None] == labels[None])
        same |= around & (size[None] < _LITTLE_LARGER * size[:, None])
    same &= _GROUP[labels][:, None] == _GROUP[labels][None]
    gone = np.zeros(len(boxes), bool)
    held = np.zeros(len(boxes), int)
    kept = []
    for index in range(len(boxes)):
        if not gone[index] and held[index] < _A_GROUP:
            kept.append(index)
            gone |= same[index]
            held += around[index]
    return found[np.array(kept)]


def mounted(found: Detections) -> Detections:
    """Return the detections with riders and what they ride as one thing: the two-wheeler, its box around both."""
    if len(found) < 2:
        return found
    groups = _GROUP[found.votes.argmax(1)]
    people, wheels = np.flatnonzero(groups == 0), np.flatnonzero(groups == 1)
    riding = _riding(found.xyxy[people], found.xyxy[wheels])
    if not riding.any():
        return found
    boxes, scores, votes = found.xyxy.copy(), found.scores.copy(), found.votes.copy()
    keep, ridden = np.ones(len(found), bool), np.zeros(len(found), bool)
    touching = np.where(riding, overlaps(found.xyxy[people], found.xyxy[wheels]), -1)
    for row in np.flatnonzero(riding.any(1)):
        target, rider = wheels[int(touching[row].argmax())], people[row]
        boxes[target, :2] = np.minimum(boxes[target, :2], found.xyxy[rider, :2])
        boxes[target, 2:] = np.maximum(boxes[target, 2:], found.xyxy[rider, 2:])
        keep[rider], ridden[target] = False, True
        if scores[rider] > scores[target]:  # wheels are thin and seen faintly: both together are as sure as the rider
            votes[target] *= scores[rider] / max(float(scores[target]), 1e-6)
            scores[target] = scores[rider]
    # Another box of the same wheels lies within the one that now holds the rider too.
    loose = wheels[~ridden[wheels]]
    inside = overlaps(boxes[loose], boxes[ridden]) > _SAME_WHEELS * np.maximum(areas(boxes[loose]), 1e-12)[:, None]
    keep[loose[inside.any(1)]] = False
    return Detections(boxes, scores, np.minimum(votes, 1))[keep]


def _riding(person: Boxes, wheel: Boxes) -> NDArray[np.bool_]:
    """Return which of (N, 4) people ride which of (M, 4) two-wheelers; (N, M)."""
    across = np.minimum(person[:, None, 2], wheel[None, :, 2]) - np.maximum(person[:, None, 0], wheel[None, :, 0])
    narrower = np.minimum(person[:, 2] - person[:, 0], 1)[:, None]
    over = across > _RIDING * np.minimum(narrower, (wheel[:, 2] - wheel[:, 0])[None])
    foot, seat, axle = person[:, None, 3], wheel[None, :, 1], wheel[None, :, 3]
    height = np.maximum(axle - seat, 1e-6)
    tall = (person[:, 3] - person[:, 1])[:, None]
    # The feet are between the saddle and about the ground, and the head is above the handlebars.
    riding = over & (foot > seat + 0.2 * height) & (foot < axle + _BELOW * height)
    riding &= person[:, None, 1] < seat + _ABOVE * height
    riding &= (tall < 3.5 * height) & (tall > 0.4 * height)
    return np.asarray(riding, np.bool_)
