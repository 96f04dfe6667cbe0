"""A vehicle at its place: for how long, whether it is still there, and the pictures that show it.

A track says that it stands there; where the eye loses it, behind what passes or in other light, the look of the place
says so (`Appearance`). It is gone when the place shows something else and nothing stands before it.
"""

from collections import deque
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
FIRMLY: Final = 0.7
"""The same from which on the memory follows the light."""
RETURNED: Final = 0.8
"""The same of one that seemed to have gone."""
SURROUNDINGS: Final = 0.5
"""Where less of the whole picture looks as before, it is night now, or the camera has moved."""
WHOLE: Final[Box] = (0.0, 0.0, 1.0, 1.0)
LIVELY: Final = 0.2
"""Share of the place that something else covers, or that moves: no word on who stands behind."""
KNOWN: Final = 2
"""In so many looks a track must stand there before the look of the place is a vehicle's."""
STRAYED: Final = 0.2
"""Sizes by which a box may move and still stand."""
GROUND: Final = 0.8
"""Share of cells that look as the ground does where somebody else has left."""
TWICE: Final = 2.0
HELD: Final = 0.9
OVERLAP: Final = 0.25
SCRAP: Final = 0.25
QUIET: Final = 0.8
"""Share of cells that stay as they are,"""
QUIET_90K: Final = 3 * HZ_90K
"""for so long, where nothing passes."""
SAME_IOU: Final = 0.35
FILLS: Final = 0.6
LOOSE_90K: Final = 6 * HZ_90K
"""For so long nothing filled its box: it is that of what is seen in it."""
YOUNG_90K: Final = 8 * HZ_90K
"""For so long the box of one that has stopped is found more closely: the first ones still hold its way or another."""
REFINED_90K: Final = 2 * HZ_90K
REFINED_LOOKS: Final = 4
SMALLER: Final = 0.85
WITHIN: Final = 0.8
LARGER: Final = 8.0
"""A box within another that is not so many times as large is the same thing."""
GONE: Final = 0.5
"""Of its size: who has come so far after another one stopped is no part of it."""
_ENDS: Final = 3
_LEARN: Final = 0.05
_LOOK_EACH_90K: Final = HZ_90K
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
        filled_by: Number of the track that is as large as it.
        raised: Whether its alarm has been raised.
        shots: Pictures at its beginning, at half of the limit and at the limit.
        by_look: Nobody saw it come: it was there when watching began.
        unseen_90k: When it was last seen by whoever watched before; None once it has been seen since.
    """

    box: Box
    since_90k: int
    seen_90k: int
    label: ObjectClass
    look: Appearance
    around: Floats
    shots: list[Shot]
    tracks: set[int] = field(default_factory=set)
    filled_by: int | None = None
    raised: bool = False
    by_look: bool = False
    key: str = ""
    half: bool = False
    known: bool = False
    emptied: bool = False
    missed_90k: int = 0
    changed_90k: int = 0
    misses: int = 0
    loose_90k: int = 0
    firm: int = 0
    learnt_90k: int = 0
    looked_90k: int = 0
    quiet: tuple[int, Floats] | None = None
    unseen_90k: int | None = None
    made_90k: int = 0
    recent: deque[tuple[int, Box]] = field(default_factory=lambda: deque(maxlen=64))

    def is_there(self, scene: Scene, mine: Sequence[Track], elapsed_90k: int) -> bool:
        """Take in a scene; return whether the vehicle is known, or must be thought, to be there.

        Args:
            scene: What is seen now.
            mine: The tracks at its place that are this vehicle.
            elapsed_90k: Since the scene before.
        """
        filling = [one.id for one in mine if self._fills(one, scene.at_90k)]
        seen = bool(filling)
        if seen and self.filled_by not in filling:
            self.filled_by = filling[0]
        since_90k = scene.at_90k - self.looked_90k
        if seen and not self.changed_90k and not self.emptied and since_90k < _LOOK_EACH_90K:
            self._confirm(scene)
            return True
        self.looked_90k = scene.at_90k
        now = looked(scene.picture, self.box)
        share = self.look.share(now)
        self.emptied = (self.emptied or self.look.is_without(now)) and (share or 0.0) < RETURNED
        alike = share is not None and share >= PRESENT and not self.emptied
        self.firm += alike and seen
        self.known |= self.by_look or self.firm >= KNOWN
        self.changed_90k = 0 if alike or not seen else self.changed_90k + since_90k
        if seen and not self.known and not alike and not self._covered(scene, now):
            self.settle(self.box, scene, self.look.before)  # what is seen here is not yet what was seen first
            self.since_90k = max(self.since_90k, scene.at_90k - _LOOK_EACH_90K)
        elif (alike and self.known) or (seen and not self.emptied and not self._is_another(scene, now)):
            self._confirm(scene)
            self._learn(scene, now, alike=(share or 0.0) >= FIRMLY)
        else:
            return self._stays(scene, now, share, elapsed_90k)
        return True

    def _stays(self, scene: Scene, now: Floats, share: float | None, elapsed_90k: int) -> bool:
        """Return whether one that does not show itself must be thought to be there still."""
        if not self.emptied and (share is None or self._covered(scene, now) or self._strange(scene)):
            patience = min(max(HIDDEN_90K, self.seen_90k - self.since_90k), MOST_HIDDEN_90K)
            return scene.at_90k - self.seen_90k < patience
        self.missed_90k += elapsed_90k
        self.misses += 1
        return self.missed_90k < MISSED_90K or self.misses < FEWEST_MISSES

    def _fills(self, track: Track, at_90k: int) -> bool:
        """Whether a track is seen to stand here, and is no smaller thing within."""
        if track.last_90k != at_90k or track.still_since_90k is None:
            return False
        box = box_of(track)
        return strayed(self.box, box) < STRAYED and _area(box) >= FILLS * _area(self.box)

    def fits(self, scene: Scene, mine: Sequence[Track], elapsed_90k: int) -> Box | None:
        """Return the box of what is seen for long within its own, where nothing fills that: it had been two things'."""
        standing = [box_of(one) for one in mine if one.last_90k == scene.at_90k and one.still_since_90k is not None]
        fills = any(_area(box) >= FILLS * _area(self.box) for box in standing)
        self.loose_90k = 0 if fills or not standing else self.loose_90k + elapsed_90k
        if not self.known:  # its first box was one that still moved
            return max(standing, key=_area) if self.loose_90k >= HZ_90K else None
        firm = self.loose_90k >= LOOSE_90K and not self.changed_90k and not self.misses
        return max(standing, key=_area) if firm else None

    def refined(self, scene: Scene, mine: Sequence[Track]) -> Box | None:
        """Return the box that one which has just stopped keeps to, where that is clearly smaller than its first."""
        if self.raised or scene.at_90k - self.made_90k > YOUNG_90K:
            return None
        standing = [box_of(one) for one in mine if one.last_90k == scene.at_90k and one.still_since_90k is not None]
        if standing:
            self.recent.append((scene.at_90k, max(standing, key=_area)))
        lately = [box for at_90k, box in self.recent if scene.at_90k - at_90k <= REFINED_90K]
        if len(lately) < REFINED_LOOKS or scene.at_90k - self.recent[0][0] < REFINED_90K:
            return None
        left, top, right, bottom = np.median(np.array(lately), axis=0).tolist()
        box = left, top, right, bottom
        if _area(box) >= SMALLER * _area(self.box):
            return None
        self.recent.clear()
        return box

    def comes_back(self, scene: Scene) -> bool:
        """Whether what is seen at the place of one that has gone is this one."""
        share = self.look.share(looked(scene.picture, self.box))
        return not self.emptied and share is not None and share >= RETURNED

    def settle(self, box: Box, scene: Scene, before: Floats | None = None) -> None:
        """Its box is another one; `before` is how that place looked without it."""
        self.box, self.seen_90k, self.missed_90k, self.misses, self.loose_90k = box, scene.at_90k, 0, 0, 0
        self.quiet, self.firm, self.emptied, self.unseen_90k = None, 0, False, None
        self.look, self.around = Appearance(looked(scene.picture, box), before), looked(scene.picture, WHOLE)

    def is_at(self, box: Box) -> bool:
        """Whether a box is this one's."""
        return same_place(self.box, box)

    def _confirm(self, scene: Scene) -> None:
        self.seen_90k, self.missed_90k, self.misses, self.unseen_90k = scene.at_90k, 0, 0, None

    def _is_another(self, scene: Scene, now: Floats) -> bool:
        """Whether a track keeps to a place that has not looked like this one's for a while, in the same light."""
        if not self.known or self.changed_90k < _CHANGED_90K:
            return False
        return not self._covered(scene, now) and not self._strange(scene)

    def _learn(self, scene: Scene, now: Floats, *, alike: bool) -> None:
        due = scene.at_90k - self.learnt_90k >= _LEARN_EACH_90K
        if not due or not (alike or self.changed_90k >= _CHANGED_90K) or self._covered(scene, now):
            return
        if not alike and not self._strange(scene):
            return
        # Stands there and looks otherwise, as all around it does: the light is another one.
        part = _LEARN if alike else 1.0
        self.learnt_90k = scene.at_90k
        self.look.learn(now, part)
        self.around += part * (looked(scene.picture, WHOLE) - self.around)

    def _covered(self, scene: Scene, now: Floats) -> bool:
        """Whether something stands or goes before it now."""
        others = [one for one in scene.tracks if one.last_90k == scene.at_90k and not self._is_mine_still(one)]
        standing = [one.xyxy for one in others if one.still_since_90k is not None and one.xyxy[3] > self.box[3]]
        if standing and covered(self.box, standing) >= LIVELY:
            return True
        if self._is_quiet(scene.at_90k, now):
            return False  # nothing passes where nothing changes, whatever eye and background say
        passing = [one.xyxy for one in others if one.still_since_90k is None]
        if passing and covered(self.box, passing) >= LIVELY:
            return True
        part = _part(scene.backdrop.moving, self.box) if scene.backdrop is not None else None
        return bool(part is not None and part.size and part.mean() >= LIVELY)

    def _is_quiet(self, at_90k: int, now: Floats) -> bool:
        """Whether the place has looked the same for some seconds."""
        if self.quiet is None or likeness(self.quiet[1], now) < QUIET:
            self.quiet = (at_90k, now)
        return at_90k - self.quiet[0] >= QUIET_90K

    def _is_mine_still(self, track: Track) -> bool:
        return track.id in self.tracks and track.still_since_90k is not None

    def _strange(self, scene: Scene) -> bool:
        return likeness(self.around, looked(scene.picture, WHOLE)) < SURROUNDINGS


def parked_at(box: Box, since_90k: int, label: ObjectClass, scene: Scene, before: Floats | None) -> Parked:
    """Return a vehicle at a place, as it is seen now."""
    return Parked(
        box,
        since_90k,
        scene.at_90k,
        label,
        Appearance(looked(scene.picture, box), before),
        looked(scene.picture, WHOLE),
        [Shot(scene.picture, box)],
        made_90k=scene.at_90k,
    )


def is_vehicle(track: Track) -> bool:
    """Whether a track is a vehicle by its votes so far."""
    return track.label in VEHICLES


def box_of(track: Track) -> Box:
    """Return a track's box as numbers."""
    left, top, right, bottom = track.xyxy.tolist()
    return left, top, right, bottom


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


def touching(one: Box, other: Box) -> bool:
    """Whether two boxes are likely parts of one thing: they overlap by much, or one is a scrap beside the other."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    small, large = sorted((_area(one), _area(other)))
    if wide > 0 and high > 0 and wide * high >= OVERLAP * small:
        return True
    beside = max(-wide / max(one[2] - one[0], other[2] - other[0]), -high / max(one[3] - one[1], other[3] - other[1]))
    return small < SCRAP * large and beside < SCRAP


def around(one: Box, other: Box) -> Box:
    """Return the box around two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def holds(one: Box, other: Box) -> bool:
    """Whether nearly all of another box lies in one."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return wide > 0 and high > 0 and wide * high >= HELD * _area(other)


def meet(one: Box, other: Box) -> bool:
    """Whether a third of the smaller of two boxes lies in the other."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return wide > 0 and high > 0 and wide * high >= min(_area(one), _area(other)) / 3


def came_after(track: Track, at_90k: int) -> bool:
    """Whether a track has still gone some of its way after a moment."""
    after = [(one.x, one.y) for one in track.path if one.at_90k >= at_90k]
    if len(after) < 2 * _ENDS:
        return False
    (x, y), (to_x, to_y) = np.median(after[:_ENDS], axis=0), np.median(after[-_ENDS:], axis=0)
    left, top, right, bottom = track.xyxy.tolist()
    return float(np.hypot((to_x - x) / max(right - left, 1e-6), (to_y - y) / max(bottom - top, 1e-6))) >= GONE


def alike_size(one: Box, other: Box) -> bool:
    """Whether two boxes are about as large as each other."""
    small, large = sorted((_area(one), _area(other)))
    return large <= TWICE * small


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
