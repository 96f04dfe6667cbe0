"""Follows the things of one camera, by what an eye sees in each picture.

After OC-SORT (Cao et al., Observation-Centric SORT, CVPR 2023: momentum, re-update and recovery from observations) with
ByteTrack's second association of unsure detections (Zhang et al., ECCV 2022); written anew for few pictures a second,
at times that need not be regular: all patience is in seconds, and nearness counts beside overlap. What stands is kept
longer than what moves.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.detectors.boxes import areas, overlaps
from ronda.vision.geometry.ground import GroundPlane
from ronda.vision.objects import CLASSES, Detections
from ronda.vision.tracks.flow import Flow
from ronda.vision.tracks.matching import Expected, kinds_of, leaps, likeness, pairs
from ronda.vision.tracks.motion import Motion
from ronda.vision.tracks.standing import Stillness
from ronda.vision.tracks.track import Step, Track

_SURE: Final = 0.5
_SPEED_SPAN_90K: Final = HZ_90K
_HEADING_90K: Final = round(0.6 * HZ_90K)
_TO_KMH: Final = 3.6
_FASTEST_KMH: Final = 200.0
"""What is faster is a box that jumped, or stands where the ground was not given."""
_RARE_S: Final = 0.9
_LEAST_SPAN_S: Final = 0.15
_COVERED: Final = 0.25
_COVERED_LOW: Final = 0.45


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How patient and how strict a tracker is.

    Attributes:
        born: Least score of a detection that begins a track.
        sightings: On so many pictures something must be seen to count; on two where pictures are rare.
        hidden_s: So long a moving thing may be hidden.
        unconfirmed_s: So long something seen too seldom to count may be.
        standing_s: So long, at least, a standing thing may be hidden; up to as long again as it stood,
        most_standing_s: and never longer than this.
        most: Tracks at once; further things are not followed.
    """

    born: float = 0.5
    sightings: int = 3
    hidden_s: float = 2.0
    unconfirmed_s: float = 0.7
    standing_s: float = 10.0
    most_standing_s: float = 120.0
    most: int = 400


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed after a picture: confirmed things, and those that have ended since the picture before."""

    tracks: Sequence[Track]
    ended: Sequence[Track] = ()


@dataclass(slots=True, eq=False)
class _Thing:
    """A track and what is remembered beside it; `alone`: sightings on which nothing surer covered much of it."""

    track: Track
    stillness: Stillness
    confirmed: bool = False
    alone: int = 1
    hidden: bool = False
    twin_since_90k: int | None = None
    centres: deque[tuple[int, float, float]] = field(default_factory=lambda: deque(maxlen=16))


class Tracker:
    """The tracks of one camera.

    Args:
        settings: Patience and strictness.
        ground: Gives places in metres and speeds, where the camera is calibrated.
    """

    def __init__(self, settings: TrackerSettings | None = None, ground: GroundPlane | None = None) -> None:
        self._settings = settings or TrackerSettings()
        self._ground = ground
        self._things: list[_Thing] = []
        self._motion = Motion()
        self._flow = Flow()
        self._next = 1
        self._at_90k: int | None = None
        self._before_90k = 0
        self._aspect = 1.0
        self.refused = 0
        """Things not followed because there were too many."""

    def follow(self, detections: Detections, at_90k: int, aspect: float) -> Followed:
        """Take in what is seen on a picture.

        Args:
            detections: What the eye found.
            at_90k: When; a time before the last one's ends all tracks.
            aspect: Width of the picture in heights of it.
        """
        ended = self._pass_time(at_90k, aspect)
        boxes = detections.xyxy.astype(np.float64) * (aspect, 1, aspect, 1)
        matched = self._match(boxes, detections)
        self._see(matched, boxes, detections)
        self._be_born(matched, boxes, detections)
        ended += self._drop(self._twins())
        for thing, box in zip(self._things, self._motion.boxes, strict=True):
            if thing.hidden:
                thing.track.xyxy = _clipped(box / (aspect, 1, aspect, 1))
        return Followed([thing.track for thing in self._things if thing.confirmed], ended)

    def close(self) -> list[Track]:
        """End all tracks; return the confirmed ones."""
        return self._drop(range(len(self._things)))

    # --- time -----------------------------------------------------------------------------------

    def _pass_time(self, at_90k: int, aspect: float) -> list[Track]:
        ended: list[Track] = []
        if self._at_90k is not None and at_90k < self._at_90k:
            ended += self.close()
        seconds = 0.0 if self._at_90k is None else max(at_90k - self._at_90k, 0) / HZ_90K
        if aspect != self._aspect:
            self._motion.stretch(aspect / self._aspect)
            for thing in self._things:
                thing.centres.clear()
                thing.stillness.stretch(aspect / self._aspect)
        self._before_90k = self._now
        self._at_90k, self._aspect = at_90k, aspect
        ended += self._drop(
            [row for row, thing in enumerate(self._things) if self._is_over(thing, row, at_90k, seconds)]
        )
        self._motion.predict(seconds)
        standing = [
            row for row, thing in enumerate(self._things) if thing.hidden and thing.stillness.since_90k is not None
        ]
        self._motion.halt(np.array(standing, np.intp))
        return ended

    def _is_over(self, thing: _Thing, row: int, at_90k: int, seconds: float) -> bool:
        """Whether one has been hidden for too long, now that some seconds more have passed."""
        settings, track = self._settings, thing.track
        hidden_s = (at_90k - track.last_90k) / HZ_90K
        since_90k = thing.stillness.since_90k
        if not thing.confirmed:
            return hidden_s > max(settings.unconfirmed_s, 1.5 * seconds)
        if since_90k is not None:
            stood_s = (track.last_90k - since_90k) / HZ_90K
            return hidden_s > min(settings.standing_s + stood_s, settings.most_standing_s)
        x, y = self._motion.at[row, 0] / self._aspect, self._motion.at[row, 1]
        left = thing.hidden and not (0 <= x <= 1 and 0 <= y <= 1)
        return hidden_s > max(settings.hidden_s / 4 if left else settings.hidden_s, 1.5 * seconds if seconds < 3 else 0)

    # --- matching -------------------------------------------------------------------------------

    def _match(self, boxes: NDArray[np.float64], detections: Detections) -> dict[int, int]:
        """Return which detection each thing is, row to column."""
        kinds = kinds_of(detections.votes)
        expected = self._expected()
        sure = np.flatnonzero(detections.scores >= _SURE)
        unsure = _not_parts(np.flatnonzero(detections.scores < _SURE), sure, detections)
        matched: dict[int, int] = {}
        everything = np.arange(len(self._things))
        self._pair(matched, expected, everything, boxes, kinds, sure, 0.12)
        left = np.array(
            [row for row in everything.tolist() if row not in matched and not self._long_hidden(row)], np.intp
        )
        self._pair(matched, expected, left, boxes, kinds, unsure, 0.4)
        # What stopped while it was hidden is where it was last seen, not where it was expected.
        free = np.array([row for row in everything if row not in matched], np.intp)
        taken = set(matched.values())
        open_ = np.array([column for column in sure if column not in taken], np.intp)
        at_last = replace(
            expected, boxes=self._motion.seen_boxes, doubt=expected.doubt * 0, heading=expected.heading * 0
        )
        self._pair(matched, at_last, free, boxes, kinds, open_, 0.4)
        self._pair_leaps(matched, expected, boxes, kinds, sure)
        return matched

    def _pair_leaps(
        self,
        matched: dict[int, int],
        expected: Expected,
        boxes: NDArray[np.float64],
        kinds: NDArray[np.intp],
        sure: NDArray[np.intp],
    ) -> None:
        """Pair what was seen but once, so that nobody knows how fast it is, with what is left within its reach."""
        new = [row for row, thing in enumerate(self._things) if thing.track.seen == 1 and row not in matched]
        rows = np.array([row for row in new if self._things[row].track.last_90k == self._before_90k], np.intp)
        taken = set(matched.values())
        columns = np.array([column for column in sure.tolist() if column not in taken], np.intp)
        if len(rows) and len(columns):
            seconds = (self._now - self._before_90k) / HZ_90K
            alike = leaps(expected.only(rows), boxes[columns], kinds[columns], seconds)
            found = pairs(alike, 1e-6)
            matched.update(zip(rows[found[0]].tolist(), columns[found[1]].tolist(), strict=True))

    @staticmethod
    def _pair(
        matched: dict[int, int],
        expected: Expected,
        rows: NDArray[np.intp],
        boxes: NDArray[np.float64],
        kinds: NDArray[np.intp],
        columns: NDArray[np.intp],
        least: float,
    ) -> None:
        if len(rows) and len(columns):
            found = pairs(likeness(expected.only(rows), boxes[columns], kinds[columns]), least)
            matched.update(zip(rows[found[0]].tolist(), columns[found[1]].tolist(), strict=True))

    def _expected(self) -> Expected:
        motion = self._motion
        votes = np.array([thing.track.votes for thing in self._things], np.float32).reshape(-1, len(CLASSES))
        last = motion.seen_boxes
        return Expected(
            motion.boxes,
            motion.doubt,
            (last[:, :2] + last[:, 2:]) / 2,
            np.array([_heading(thing) for thing in self._things]).reshape(-1, 2),
            kinds_of(votes),
            np.array([thing.stillness.since_90k is not None for thing in self._things], bool),
        )

    def _long_hidden(self, row: int) -> bool:
        thing = self._things[int(row)]
        return thing.stillness.since_90k is None and self._now - thing.track.last_90k > HZ_90K

    @property
    def _now(self) -> int:
        return self._at_90k or 0

    # --- what is seen ---------------------------------------------------------------------------

    def _see(self, matched: dict[int, int], boxes: NDArray[np.float64], detections: Detections) -> None:
        rows = np.array(list(matched), np.intp)
        columns = np.array(list(matched.values()), np.intp)
        hidden_s = np.array([(self._now - self._things[row].track.last_90k) / HZ_90K for row in rows])
        self._motion.see(rows, boxes[columns].reshape(-1, 4), hidden_s)
        for thing in self._things:
            thing.hidden = True
        apart = self._apart(matched, detections)
        for row, column in matched.items():
            thing, track = self._things[row], self._things[row].track
            thing.hidden = False
            track.xyxy, track.last_90k = detections.xyxy[column].copy(), self._now
            track.seen += 1
            track.votes += detections.votes[column] * detections.scores[column]
            self._place(thing, boxes[column])
            thing.alone += column in apart
            thing.confirmed |= self._is_sure(thing)
            if thing.confirmed and track.still_since_90k is None:
                at = self._motion.at[row]
                self._flow.learn(
                    at[0] / self._aspect, at[1], self._motion.speed[row, :2], float(np.sqrt(at[2] * at[3]))
                )

    def _is_sure(self, thing: _Thing) -> bool:
        """Whether it has been seen often enough to count; more often where it may be a part of another thing."""
        spans_s = (thing.track.last_90k - thing.track.first_90k) / HZ_90K
        if spans_s >= _RARE_S:
            return thing.alone >= 2 or thing.track.seen >= 2 * self._settings.sightings
        return thing.alone >= self._settings.sightings and spans_s >= _LEAST_SPAN_S

    @staticmethod
    def _apart(matched: dict[int, int], detections: Detections) -> set[int]:
        """Return the matched detections of which no surer one covers much."""
        columns = np.array(list(matched.values()), np.intp)
        if len(columns) < 2:
            return set(columns.tolist())
        boxes, scores = detections.xyxy[columns], detections.scores[columns]
        covered = overlaps(boxes, boxes) > _COVERED * np.maximum(areas(boxes), 1e-12)[:, None]
        surer = scores[None] > scores[:, None]
        return set(columns[~(covered & surer).any(1)].tolist())

    def _place(self, thing: _Thing, box: NDArray[np.float64]) -> None:
        track = thing.track
        left, top, right, bottom = box.tolist()
        x, y = track.foot
        metres = self._ground.place(x, y) if self._ground else None
        track.path.append(Step(self._now, x, y, metres))
        thing.centres.append((self._now, (left + right) / 2, (top + bottom) / 2))
        track.still_since_90k = thing.stillness.see((left, top, right, bottom), self._now)
        track.speed_kmh = None if self._ground is None else 0.0 if track.still_since_90k is not None else _speed(track)

    def _be_born(self, matched: dict[int, int], boxes: NDArray[np.float64], detections: Detections) -> None:
        taken = set(matched.values())
        fresh = [at for at in np.flatnonzero(detections.scores >= self._settings.born).tolist() if at not in taken]
        if fresh and matched:
            fresh = _not_parts(np.array(fresh, np.intp), np.array(list(taken), np.intp), detections, 0.7).tolist()
        room = self._settings.most - len(self._things)
        self.refused += max(len(fresh) - room, 0)
        fresh = sorted(fresh, key=lambda at: -float(detections.scores[at]))[: max(room, 0)]
        if not fresh:
            return
        born = boxes[fresh]
        middle = (born[:, :2] + born[:, 2:]) / 2
        size = np.sqrt(areas(born.astype(np.float32)).astype(np.float64))
        speeds, stds = self._flow.expected(middle[:, 0] / self._aspect, middle[:, 1], size)
        self._motion.add(born, speeds, stds)
        for at, box in zip(fresh, born, strict=True):
            votes = detections.votes[at] * detections.scores[at]
            track = Track(self._next, detections.xyxy[at].copy(), self._now, self._now, votes=votes)
            left, top, right, bottom = box.tolist()
            thing = _Thing(track, Stillness((left, top, right, bottom), self._now))
            thing.confirmed = self._settings.sightings <= 1
            self._things.append(thing)
            self._place(thing, box)
            self._next += 1

    # --- ends -----------------------------------------------------------------------------------

    def _twins(self) -> list[int]:
        """Return rows of things that have lain on another one for a second: the same thing twice."""
        if len(self._things) < 2:
            return []
        boxes = self._motion.boxes.astype(np.float32)
        size = areas(boxes)
        both = overlaps(boxes, boxes)
        close = both > 0.65 * (size[:, None] + size[None] - both)
        np.fill_diagonal(close, False)
        gone: list[int] = []
        for row, thing in enumerate(self._things):
            better = [at for at in np.flatnonzero(close[row]).tolist() if self._is_better(at, row) and at not in gone]
            if not better:
                thing.twin_since_90k = None
            elif thing.twin_since_90k is None:
                thing.twin_since_90k = self._now
            elif self._now - thing.twin_since_90k > HZ_90K:
                gone.append(row)
        return gone

    def _is_better(self, one: int, other: int) -> bool:
        a, b = self._things[one], self._things[other]
        if a.hidden != b.hidden:
            return b.hidden and b.stillness.since_90k is None
        return (a.track.seen, -a.track.id) > (b.track.seen, -b.track.id)

    def _drop(self, rows: Sequence[int]) -> list[Track]:
        """End these; return those that were confirmed."""
        if not rows:
            return []
        gone = set(rows)
        ended = [self._things[row].track for row in rows if self._things[row].confirmed]
        kept = [row for row in range(len(self._things)) if row not in gone]
        self._things = [self._things[row] for row in kept]
        self._motion.keep(np.array(kept, np.intp))
        return ended


def _not_parts(
    some: NDArray[np.intp], whole: NDArray[np.intp], detections: Detections, most: float = _COVERED_LOW
) -> NDArray[np.intp]:
    """Leave out what is but another box of a thing: of its kind, more than `most` of it within the thing's own box."""
    if not len(some) or not len(whole):
        return some
    kinds = kinds_of(detections.votes)
    both = overlaps(detections.xyxy[some], detections.xyxy[whole])
    inside = both > most * np.maximum(areas(detections.xyxy[some]), 1e-12)[:, None]
    same = kinds[some][:, None] == kinds[whole][None]
    parts: NDArray[np.bool_] = (inside & same).any(1)
    return some[~parts]


def _heading(thing: _Thing) -> tuple[float, float]:
    """Return the direction of the way over the last half second before it was last seen; zeros when it hardly moved."""
    if len(thing.centres) < 2:
        return 0.0, 0.0
    last_90k, x, y = thing.centres[-1]
    _, from_x, from_y = next(
        (one for one in thing.centres if last_90k - one[0] <= _HEADING_90K and one[0] != last_90k), thing.centres[-2]
    )
    length = float(np.hypot(x - from_x, y - from_y))
    _, top, _, bottom = thing.track.xyxy.tolist()
    return (0.0, 0.0) if length < 0.2 * max(bottom - top, 1e-3) else ((x - from_x) / length, (y - from_y) / length)


def _speed(track: Track) -> float | None:
    """Return the speed over the last second, in km/h, from places in metres.

    None until there are enough of them, and where it would be faster than anything on a street.
    """
    last = track.path[-1]
    recent = [
        one for one in reversed(track.path) if last.at_90k - one.at_90k <= _SPEED_SPAN_90K and one.metres is not None
    ]
    if len(recent) < 3 or (span := (last.at_90k - recent[-1].at_90k) / HZ_90K) < 0.35:
        return track.speed_kmh
    # The slope of a straight line through all of them: one wrong box does not make it fast.
    times = np.array([one.at_90k for one in recent], np.float64) / HZ_90K
    places = np.array([one.metres for one in recent], np.float64)
    times -= times.mean()
    slope = times @ (places - places.mean(0)) / max(float(times @ times), 1e-9 * span)
    speed = float(np.hypot(*slope)) * _TO_KMH
    return speed if speed <= _FASTEST_KMH else None


def _clipped(box: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.clip(box, 0, 1).astype(np.float32)
