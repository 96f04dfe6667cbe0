"""A vehicle at its place: for how long, whether it is still there, and the pictures that show it.

A track says that it stands there; where the eye loses it, behind what passes or in other light, the look of the place
says so (`Appearance`). It is gone when the place shows something else and nothing stands before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Scene, Shot
from ronda.vision.appearance import Appearance, Box, Floats, likeness, looked
from ronda.vision.objects import VEHICLES, ObjectClass
from ronda.vision.tracks.track import Track

MISSED_90K: Final = 4 * HZ_90K
"""Seen away for so long, with nothing before it, a vehicle is gone."""
FEWEST_MISSES: Final = 2
HIDDEN_90K: Final = 60 * HZ_90K
"""At least so long a vehicle may be hidden; up to as long again as it stood, and never longer than:"""
MOST_HIDDEN_90K: Final = 600 * HZ_90K
PRESENT: Final = 0.45
"""Share of the place's cells that look as they did."""
SURROUNDINGS: Final = 0.35
"""Where less of what lies around it looks as before, the light has changed, or the camera moved."""
LIVELY: Final = 0.2
"""Share of the place that something else covers, or that moves: no word on who stands behind."""
KNOWN_90K: Final = 4 * HZ_90K
"""So long a track must stand there before the look of the place is a vehicle's."""
STRAYED: Final = 0.2
"""Sizes by which a box may move and still stand."""
SAME_IOU: Final = 0.35
WITHIN: Final = 0.7
LARGER: Final = 2.5
"""A box within another that is not so many times as large is the same thing."""
_LEARN: Final = 0.05
_CHANGED_90K: Final = 3 * HZ_90K
_LEARN_EACH_90K: Final = 2 * HZ_90K


@dataclass(slots=True)
class Parked:
    """One vehicle at one place.

    Attributes:
        box: Where, in 0..1.
        since_90k: Since when.
        seen_90k: When it was last known to be there.
        label: What it is.
        tracks: Numbers of the tracks that are this vehicle.
        raised: Whether its alarm has been raised.
        shots: Pictures at its beginning, at half of the limit and at the limit.
        by_look: Nobody saw it come: it was there when watching began.
    """

    box: Box
    since_90k: int
    seen_90k: int
    label: ObjectClass
    look: Appearance
    around: Floats
    shots: list[Shot]
    tracks: set[int] = field(default_factory=set)
    raised: bool = False
    by_look: bool = False
    key: str = ""
    half: bool = False
    watched_90k: int = 0
    missed_90k: int = 0
    changed_90k: int = 0
    misses: int = 0
    learnt_90k: int = 0
    gone_90k: int | None = None

    def is_there(self, scene: Scene, mine: Track | None, elapsed_90k: int) -> bool:
        """Take in a scene; return whether the vehicle is known, or must be thought, to be there."""
        now = looked(scene.picture, self.box)
        share = self.look.share(now)
        seen = mine is not None and mine.last_90k == scene.at_90k and mine.still_since_90k is not None
        seen = seen and mine is not None and strayed(self.box, box_of(mine)) < STRAYED
        self.watched_90k += elapsed_90k if seen else 0
        alike = share is not None and share >= PRESENT and (self.by_look or self.watched_90k >= KNOWN_90K)
        self.changed_90k = 0 if alike or not seen else self.changed_90k + elapsed_90k
        if alike or seen:
            self._confirm(scene, now, alike=alike)
            return True
        hidden_90k = scene.at_90k - self.seen_90k
        patience = min(max(HIDDEN_90K, self.seen_90k - self.since_90k), MOST_HIDDEN_90K)
        if share is None or self._covered(scene) or self._strange(scene):
            return hidden_90k < patience
        self.missed_90k += elapsed_90k
        self.misses += 1
        return self.missed_90k < MISSED_90K or self.misses < FEWEST_MISSES

    def comes_back(self, scene: Scene) -> bool:
        """Whether what is seen at the place of one that has gone is this one."""
        share = self.look.share(looked(scene.picture, self.box))
        return share is not None and share >= PRESENT

    def settle(self, box: Box, scene: Scene) -> None:
        """It stands at another place now."""
        self.box, self.seen_90k, self.missed_90k, self.misses = box, scene.at_90k, 0, 0
        self.look, self.around = Appearance(looked(scene.picture, box)), looked(scene.picture, grown(box))

    def is_at(self, box: Box) -> bool:
        """Whether a box is this one's."""
        return same_place(self.box, box)

    def _confirm(self, scene: Scene, now: Floats, *, alike: bool) -> None:
        self.seen_90k, self.missed_90k, self.misses = scene.at_90k, 0, 0
        due = scene.at_90k - self.learnt_90k >= _LEARN_EACH_90K
        if not due or not (alike or self.changed_90k >= _CHANGED_90K) or self._covered(scene):
            return
        # Stands there and looks otherwise: the light is another one.
        part = _LEARN if alike else 1.0
        self.learnt_90k = scene.at_90k
        self.look.learn(now, part)
        self.around += part * (looked(scene.picture, grown(self.box)) - self.around)

    def _covered(self, scene: Scene) -> bool:
        """Whether something stands or goes before it now."""
        others = [one.xyxy for one in scene.tracks if one.last_90k == scene.at_90k and not self._is_mine_still(one)]
        if others and covered(self.box, others) >= LIVELY:
            return True
        if scene.backdrop is None:
            return False
        part = _part(scene.backdrop.moving, self.box)
        return bool(part.size and part.mean() >= LIVELY)

    def _is_mine_still(self, track: Track) -> bool:
        return track.id in self.tracks and track.still_since_90k is not None

    def _strange(self, scene: Scene) -> bool:
        return likeness(self.around, looked(scene.picture, grown(self.box))) < SURROUNDINGS


def parked_at(box: Box, since_90k: int, label: ObjectClass, scene: Scene, before: Floats | None) -> Parked:
    """Return a vehicle at a place, as it is seen now."""
    return Parked(
        box,
        since_90k,
        scene.at_90k,
        label,
        Appearance(looked(scene.picture, box), before),
        looked(scene.picture, grown(box)),
        [Shot(scene.picture, box)],
    )


def is_vehicle(track: Track) -> bool:
    """Whether a track is a vehicle by its votes so far."""
    return track.label in VEHICLES


def box_of(track: Track) -> Box:
    """Return a track's box as numbers."""
    left, top, right, bottom = track.xyxy.tolist()
    return left, top, right, bottom


def grown(box: Box) -> Box:
    """Return a box and what lies around it."""
    left, top, right, bottom = box
    x, y = 0.5 * (right - left), 0.5 * (bottom - top)
    return max(left - x, 0.0), max(top - y, 0.0), min(right + x, 1.0), min(bottom + y, 1.0)


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes are the same thing's: they overlap, or one is a part of the other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    both, mine, its = wide * high, _area(one), _area(other)
    return both >= SAME_IOU * (mine + its - both) or (
        both >= WITHIN * min(mine, its) and max(mine, its) < LARGER * min(mine, its)
    )


def strayed(one: Box, other: Box) -> float:
    """Return how far a box has moved, in its size; an edge that alone has moved was hidden, or is seen again."""
    across = [other[side] - one[side] for side in (0, 2)]
    down = [other[side] - one[side] for side in (1, 3)]
    x, y = (0.0 if a * b <= 0 else min(abs(a), abs(b)) for a, b in (across, down))
    return float(np.hypot(x / max(one[2] - one[0], 1e-6), y / max(one[3] - one[1], 1e-6)))


def covered(box: Box, others: Sequence[NDArray[np.float32]]) -> float:
    """Return the largest share of a box that one of some others covers."""
    boxes = np.array(others, np.float64).reshape(-1, 4)
    wide = np.minimum(boxes[:, 2], box[2]) - np.maximum(boxes[:, 0], box[0])
    high = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
    return float((np.maximum(wide, 0) * np.maximum(high, 0)).max(initial=0) / max(_area(box), 1e-9))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _part(mask: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    high, wide = mask.shape
    return mask[int(box[1] * high) : int(np.ceil(box[3] * high)), int(box[0] * wide) : int(np.ceil(box[2] * wide))]
