"""Counting: what passes lines, in which direction, of which class; turning movements; flow, speed and occupancy.

Passenger-car units are weights of the classes: MKJI 1997 and PKJI 2014/2023 (Directorate General of Highways), urban
roads, for a divided road with much traffic: motorcycles 0.25, light vehicles 1.0, heavy vehicles 1.2.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Final

import numpy as np
from pydantic import Field, model_validator

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Count, Findings, Measure, Scene
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.geometry.crossing import LineWatch, Passage
from ronda.vision.geometry.drawn import LineShape, Name, Part
from ronda.vision.objects import LARGE, VEHICLES, ObjectClass
from ronda.vision.tracks.track import Step, Track

MINUTE_90K: Final = 60 * HZ_90K

DEFAULT_UNITS: Final[Mapping[str, float]] = MappingProxyType(
    {
        ObjectClass.BICYCLE: 0.0,
        ObjectClass.MOTORCYCLE: 0.25,
        ObjectClass.TWO_WHEELER: 0.25,
        ObjectClass.CAR: 1.0,
        ObjectClass.BUS: 1.2,
        ObjectClass.TRUCK: 1.2,
        ObjectClass.BUS_OR_TRUCK: 1.2,
    }
)
"""Passenger-car units; what is not named has none (bicycles count as side friction in MKJI)."""

_MARGIN: Final = 0.12
_LEAST_MARGIN: Final = 0.004
_MOST_MARGIN: Final = 0.02
"""How far clear of a line one must be, in heights of its box; at least and at most, in heights of the picture."""
_WHOLE: Final = LARGE | {ObjectClass.CAR}
_RECENT: Final = 8
_TOGETHER_90K: Final = round(1.2 * HZ_90K)
_PART: Final = 0.6
_UNDER: Final = 0.35
"""The lower part of a box that stands on the street."""


class Movement(Part):
    """A turning movement: over one line, then over another.

    Attributes:
        from_line: Name of the first line.
        to_line: Name of the second.
    """

    name: Name
    from_line: Annotated[Name, Field(alias="from")]
    to_line: Annotated[Name, Field(alias="to")]

    @model_validator(mode="after")
    def _turns(self) -> "Movement":
        if self.from_line == self.to_line:
            raise ValueError(f"movement {self.name!r} goes from a line to the same line: name two")
        return self


class CountingRule(Rule):
    """What is counted.

    Attributes:
        lines: Names of the lines; none for all that are drawn.
        movements: Turning movements.
        classes: What counts; none for all.
        units: Passenger-car units by class, over the defaults.
    """

    lines: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    movements: Annotated[tuple[Movement, ...], Field(max_length=200)] = ()
    classes: tuple[ObjectClass, ...] = ()
    units: dict[ObjectClass, Annotated[float, Field(ge=0, le=20)]] = Field(default_factory=dict)

    def lines_used(self) -> tuple[str, ...]:
        """Return the names of the lines that must be drawn."""
        turned = [name for one in self.movements for name in (one.from_line, one.to_line)]
        return (*self.lines, *turned)

    def start(self, view: View) -> "Counting":
        """Return the rule at work on a camera."""
        return Counting(self, view)


@dataclass(slots=True)
class _Minute:
    """What a line has seen in the minute under way, by direction."""

    units: dict[str, float] = field(default_factory=dict)
    speeds: list[float] = field(default_factory=list)
    occupied_90k: int = 0
    watched_90k: int = 0


class Counting:
    """Counts for one camera. Its measures, of whole minutes of the clock, carry the line's name as their zone.

    `flow` (pcu/h, by direction), and where the camera is calibrated `speed` (km/h, mean of what passed) and `occupancy`
    (% of the time in which a vehicle stood on the line).
    """

    def __init__(self, rule: CountingRule, view: View) -> None:
        self._rule, self._view = rule, view
        named = rule.lines_used() or tuple(view.lines)
        self._shapes = [view.lines[name] for name in dict.fromkeys(named)]
        self._reported = set(rule.lines or (() if rule.movements else view.lines))
        self._units = dict(DEFAULT_UNITS)
        self._units.update((label.value, value) for label, value in rule.units.items())
        self._classes = frozenset(rule.classes)
        self._watches: list[LineWatch] = []
        self._aspect = 0.0
        self._taken: dict[int, tuple[int, Track]] = {}
        self._crossed: dict[int, dict[str, int]] = {}
        self._passed: dict[str, deque[tuple[Track, bool, int]]] = {}
        self._minutes = {shape.name: _Minute() for shape in self._shapes}
        self._minute: int | None = None
        self._last_90k: int | None = None

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        findings = Findings(measures=self._pass_time(scene))
        aspect = scene.picture.aspect
        if not self._watches or abs(aspect - self._aspect) > 1e-6:
            # A camera that changes its shape: who is on a line at that moment is not counted twice.
            self._watches, self._aspect = [LineWatch(shape, aspect) for shape in self._shapes], aspect
        for track in scene.tracks:
            findings.counts += self._follow(track)
        for track in scene.ended:
            findings.counts += self._end(track)
        for count in findings.counts:
            self._note(count)
        return findings

    def close(self, at_90k: int) -> Findings:
        """Say what is still open: who has gone over a line just now, and the minute under way."""
        findings = Findings()
        for _, track in list(self._taken.values()):
            findings.counts += self._end(track)
        for count in findings.counts:
            self._note(count)
        if self._minute is not None:
            findings.measures = self._told(at_90k)
        return findings

    # --- lines ----------------------------------------------------------------------------------

    def _follow(self, track: Track) -> list[Count]:
        """Step through where a thing was seen since the scene before; all its way when it has just been confirmed."""
        since = self._taken[track.id][0] if track.id in self._taken else -1
        if track.still_since_90k is not None:
            return []  # a box that wavers on a line goes nowhere
        fresh: list[Step] = []
        for step in reversed(track.path):
            if step.at_90k <= since:
                break
            fresh.append(step)
        if not fresh:
            return []
        self._taken[track.id] = (fresh[0].at_90k, track)
        margin = _margin(track)
        return [
            count
            for step in reversed(fresh)
            for watch in self._watches
            if (passage := watch.step(track.id, step.x, step.y, step.at_90k, margin))
            for count in self._counted(track, watch.line, passage)
        ]

    def _end(self, track: Track) -> list[Count]:
        found = self._follow(track)
        for watch in self._watches:
            if passage := watch.end(track.id, _margin(track)):
                found += self._counted(track, watch.line, passage)
        self._taken.pop(track.id, None)
        self._crossed.pop(track.id, None)
        return found

    def _counted(self, track: Track, line: LineShape, passage: Passage) -> list[Count]:
        label, crossed = track.label, self._crossed.setdefault(track.id, {})
        if (self._classes and label not in self._classes) or self._is_part(track, line, passage):
            return []
        found = []
        if line.name in self._reported:
            direction = line.directions[0 if passage.forward else 1]
            found.append(Count(line.name, direction, label, track.id, passage.at_90k, track.speed_kmh))
        for movement in self._rule.movements:
            before = crossed.get(movement.from_line)
            if movement.to_line == line.name and before is not None and before <= passage.at_90k:
                found.append(Count(movement.name, "", label, track.id, passage.at_90k, track.speed_kmh))
        crossed[line.name] = passage.at_90k
        return found

    def _is_part(self, track: Track, line: LineShape, passage: Passage) -> bool:
        """Whether what passes is a part of a vehicle that has just been counted: eyes see close ones in pieces."""
        recent = self._passed.setdefault(line.name, deque(maxlen=_RECENT))
        if track.label in _WHOLE:
            for other, forward, at_90k in recent:
                near = forward == passage.forward and abs(at_90k - passage.at_90k) < _TOGETHER_90K
                if near and other.id != track.id and other.label in _WHOLE and _inside(track, other) > _PART:
                    return True
        recent.append((track, passage.forward, passage.at_90k))
        return False

    # --- minutes --------------------------------------------------------------------------------

    def _pass_time(self, scene: Scene) -> list[Measure]:
        at_90k, told = scene.at_90k, []
        minute = at_90k // MINUTE_90K
        if self._minute is not None and minute != self._minute:
            told = self._told(self._minute * MINUTE_90K + MINUTE_90K)
        elapsed = 0 if self._last_90k is None else min(max(at_90k - self._last_90k, 0), 2 * HZ_90K)
        self._minute, self._last_90k = minute, at_90k
        for shape in self._shapes:
            held = self._minutes[shape.name]
            held.watched_90k += elapsed
            if elapsed and self._view.ground and any(_stands_on(track, shape, at_90k) for track in scene.tracks):
                held.occupied_90k += elapsed
        return told

    def _note(self, count: Count) -> None:
        held = self._minutes.get(count.line)
        if held is not None:
            held.units[count.direction] = held.units.get(count.direction, 0.0) + self._units.get(count.label, 0.0)
            if count.speed_kmh is not None and count.label in VEHICLES:
                held.speeds.append(count.speed_kmh)

    def _told(self, at_90k: int) -> list[Measure]:
        """Return the measures of the minute that ends, and begin another."""
        told = []
        for shape in self._shapes:
            held = self._minutes[shape.name]
            self._minutes[shape.name] = _Minute()
            if shape.name not in self._reported or not held.watched_90k:
                continue
            hours = held.watched_90k / HZ_90K / 3600
            told += [
                Measure(
                    "counting", shape.name, f"flow {name}", round(held.units.get(name, 0.0) / hours, 2), "pcu/h", at_90k
                )
                for name in shape.directions
            ]
            if self._view.ground:
                share = 100 * held.occupied_90k / held.watched_90k
                told.append(Measure("counting", shape.name, "occupancy", round(share, 2), "%", at_90k))
            if held.speeds:
                mean = sum(held.speeds) / len(held.speeds)
                told.append(Measure("counting", shape.name, "speed", round(mean, 1), "km/h", at_90k))
        return told


def units_of(counts: Sequence[Count], units: Mapping[str, float] = DEFAULT_UNITS) -> float:
    """Return the passenger-car units of some counts."""
    return sum(units.get(count.label, 0.0) for count in counts)


def _inside(one: Track, other: Track) -> float:
    """Return which share of the smaller one's box lies in the other's."""
    low, high = np.maximum(one.xyxy[:2], other.xyxy[:2]), np.minimum(one.xyxy[2:], other.xyxy[2:])
    both = float(np.prod(np.maximum(high - low, 0)))
    return both / max(min(float(np.prod(track.xyxy[2:] - track.xyxy[:2])) for track in (one, other)), 1e-9)


def _margin(track: Track) -> float:
    return min(max(float(track.xyxy[3] - track.xyxy[1]) * _MARGIN, _LEAST_MARGIN), _MOST_MARGIN)


def _stands_on(track: Track, line: LineShape, at_90k: int) -> bool:
    """Whether the lower part of a vehicle's box, seen now, lies on a line."""
    if track.last_90k != at_90k or track.label not in VEHICLES:
        return False
    left, top, right, bottom = track.xyxy.tolist()
    return _meets((left, bottom - _UNDER * (bottom - top), right, bottom), line)


def _meets(box: tuple[float, float, float, float], line: LineShape) -> bool:
    """Whether a line runs through a box (Liang and Barsky's clipping)."""
    (x, y), (end_x, end_y) = line.start, line.end
    dx, dy = end_x - x, end_y - y
    first, last = 0.0, 1.0
    for step, room in ((-dx, x - box[0]), (dx, box[2] - x), (-dy, y - box[1]), (dy, box[3] - y)):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    return first <= last
