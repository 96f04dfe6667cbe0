"""Crowds: how many people are in a zone, how densely they stand, and whether more are coming.

Levels are those of J. J. Fruin, Pedestrian Planning and Design (1971), for walkways: persons on a square metre at
which D (jostled), E (crowded) and F (blocked) begin. Two methods count: *tracks*, people one by one, and *area*, what
of the zone people cover against the size of a person at each row of the picture (after Davies, Yin and Velastin, Crowd
monitoring using image processing, 1995), which needs no model and does not lose count where people hide each other.
"""

from collections import deque
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Measure, Scene, Shot, Sign, Turn
from ronda.vision.analytics.hours import Hours, within
from ronda.vision.analytics.levels import Levels
from ronda.vision.analytics.persons import PersonSize
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.geometry.drawn import Name
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import ObjectClass

ANALYTIC: Final = "crowd"
FRUIN: Final = (0.72, 1.08, 2.17)
"""Persons on a square metre at which levels of service D, E and F begin: 1 / 1.39, 1 / 0.93 and 1 / 0.46 m²."""
COVERED: Final = 0.25
"""Share of the zone from which on people hide each other, and the area counts."""
SPAN_90K: Final = 5 * HZ_90K
"""The median of so long is the number."""
TREND_90K: Final = 300 * HZ_90K
LEAST_GROWTH: Final = 0.15
"""Share of the number a minute from which on a crowd grows or shrinks."""
_EACH_90K: Final = 10 * HZ_90K
_WIDTH: Final = 240
_CELLS: Final = 3
_MINUTE_90K: Final = 60 * HZ_90K


class Method(StrEnum):
    """How people are counted."""

    TRACKS = "tracks"
    AREA = "area"
    AUTO = "auto"


class CrowdRule(Rule):
    """Where people gather.

    Attributes:
        zone: Name of the zone.
        density: Persons on a square metre at which levels 3, 2 and 1 begin; needs the ground.
        persons: Persons at which levels 3, 2 and 1 begin, where no ground is given.
        method: How people are counted: `auto` takes the area where people hide each other.
        rise_s: So long a level must last before it is said.
        fall_s: So long the number must be clearly lower before it is over.
        hours: When; by default always.
    """

    needs_backdrop = True

    zone: Name
    density: Annotated[tuple[Annotated[float, Field(gt=0, le=20)], ...], Field(min_length=1, max_length=3)] | None = (
        None
    )
    persons: (
        Annotated[tuple[Annotated[float, Field(ge=1, le=100_000)], ...], Field(min_length=1, max_length=3)] | None
    ) = None
    method: Method = Method.AUTO
    rise_s: Annotated[float, Field(ge=0, le=3600)] = 10.0
    fall_s: Annotated[float, Field(ge=0, le=3600)] = 30.0
    hours: Hours = ()

    @model_validator(mode="after")
    def _rises(self) -> Self:
        for name, values in (("density", self.density), ("persons", self.persons)):
            if values is not None and any(a >= b for a, b in pairwise(values)):
                raise ValueError(f"{name} does not rise: give the values of the levels from the lowest to the gravest")
        if self.density is not None and self.persons is not None:
            raise ValueError("density and persons are both given: give the levels by one of them")
        return self

    def zones_used(self) -> tuple[str, ...]:
        """Return the zone that must be drawn."""
        return (self.zone,)

    def levels_of(self, measure: str) -> tuple[float, ...]:
        """Return where levels begin: in persons where they are given so, else by the square metre."""
        if self.persons is not None:
            return self.persons if measure == "persons" else ()
        return (self.density or FRUIN) if measure == "density" else ()

    def start(self, view: View) -> "Crowd":
        """Return the rule at work on a camera.

        Raises:
            BadInput: Levels by the square metre, and no ground is given.
        """
        if self.persons is None and view.ground is None:
            raise BadInput(
                f"crowd in {self.zone!r}: persons on a square metre need the ground",
                "give [ground], or the levels in persons: persons = [20, 40, 80]",
            )
        return Crowd(self, view)


class Crowd:
    """People in one zone of one camera.

    Measures each 10 s: `persons`, `persons-by-area` and `coverage` (%); with the ground `density` (persons/m²);
    `growth` (persons a minute, of the last five minutes). A sign's `level` is 1 (gravest) to 3; its key is the zone.
    """

    def __init__(self, rule: CrowdRule, view: View) -> None:
        self._rule, self._view = rule, view
        self._zone = Zone(view.zones[rule.zone])
        self._area_m2 = view.ground.area_m2(self._zone.points) if view.ground else None
        if self._area_m2 is not None and not 0 < self._area_m2 < 1e6:
            raise BadInput(
                f"crowd in {rule.zone!r}: the zone reaches past the horizon of the ground",
                "draw it lower, or the ground larger",
            )
        self._size = PersonSize(view.ground)
        self._levels = Levels(rule.persons or rule.density or FRUIN, rule.rise_s, rule.fall_s)
        self._recent: deque[tuple[int, float, float, float]] = deque(maxlen=200)
        self._history: deque[tuple[int, float]] = deque(maxlen=int(TREND_90K / _EACH_90K))
        self._where: deque[NDArray[np.float64]] = deque(maxlen=int(TREND_90K / _EACH_90K))
        self._mask: NDArray[np.bool_] | None = None
        self._since_90k = 0
        self._told_90k: int | None = None
        self._open = False

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        findings = Findings()
        self._size.aspect = scene.picture.aspect
        fore = self._fore(scene)
        persons = [one for one in scene.tracks if one.label is ObjectClass.PERSON and one.last_90k == scene.at_90k]
        here = [one for one in persons if self._zone.holds_point(one.foot)]
        if fore is not None:
            self._size.learn(fore, persons, scene.picture.aspect)
        area, coverage, spread = self._by_area(fore)
        self._recent.append((scene.at_90k, float(len(here)), area, coverage))
        while self._recent and scene.at_90k - self._recent[0][0] > SPAN_90K:
            self._recent.popleft()
        if self._told_90k is not None and scene.at_90k - self._told_90k < min(_EACH_90K, HZ_90K):
            return findings
        number, by_area, covered, method = self._number()
        if self._told_90k is None or scene.at_90k // _EACH_90K != self._told_90k // _EACH_90K:
            self._history.append((scene.at_90k, number))
            self._where.append(spread)
            findings.measures += self._measures(scene.at_90k, number, by_area, covered)
        self._told_90k = scene.at_90k
        findings.signs += self._signs(scene, number, method)
        return findings

    def close(self, at_90k: int) -> Findings:
        """Say that a crowd is still there."""
        if not self._open:
            return Findings()
        number, _, _, method = self._number()
        return Findings(signs=[self._sign(Turn.CHANGED, at_90k, number, method)])

    # --- how many -------------------------------------------------------------------------------

    def _fore(self, scene: Scene) -> NDArray[np.bool_] | None:
        """Return where somebody stands or goes, (h, w) bool at a small size; None where the place is not known."""
        backdrop = scene.backdrop
        if backdrop is None:
            return None
        high = max(8, round(_WIDTH / scene.picture.aspect))
        both = (backdrop.moving | backdrop.stopped).view(np.uint8)
        return cv2.resize(both, (_WIDTH, high), interpolation=cv2.INTER_NEAREST).astype(bool)

    def _by_area(self, fore: NDArray[np.bool_] | None) -> tuple[float, float, NDArray[np.float64]]:
        """Return persons by area, the share of the zone that is covered, and where they are, (CELLS²,)."""
        if fore is None:
            return 0.0, 0.0, np.zeros(_CELLS * _CELLS)
        if self._mask is None or self._mask.shape != fore.shape:
            self._mask = self._zone.mask(*fore.shape)
        inside = fore & self._mask
        rows, columns = np.nonzero(inside)
        weights = 1 / self._size.pixels(fore.shape)[rows]
        (left, top), (right, bottom) = self._zone.points.min(0), self._zone.points.max(0)
        x = np.clip((columns / fore.shape[1] - left) / (right - left) * _CELLS, 0, _CELLS - 1).astype(int)
        y = np.clip((rows / fore.shape[0] - top) / (bottom - top) * _CELLS, 0, _CELLS - 1).astype(int)
        spread = np.bincount(y * _CELLS + x, weights=weights, minlength=_CELLS * _CELLS)
        return float(weights.sum()), float(inside.sum() / max(int(self._mask.sum()), 1)), spread.astype(np.float64)

    def _number(self) -> tuple[float, float, float, Method]:
        counted, area, covered = (
            float(np.median([one[column] for one in self._recent])) if self._recent else 0.0 for column in (1, 2, 3)
        )
        method = self._rule.method
        if method is Method.AUTO:
            method = Method.AREA if covered >= COVERED and area > counted else Method.TRACKS
        return (area if method is Method.AREA else counted), area, covered, method

    def _growth(self) -> float:
        """Return how many more persons there are each minute."""
        if len(self._history) < 6:
            return 0.0
        times = np.array([at for at, _ in self._history]) / _MINUTE_90K
        many = np.array([number for _, number in self._history])
        times = times - times.mean()
        return float(times @ (many - many.mean()) / max(float(times @ times), 1e-9))

    def _towards(self) -> str:
        """Return to which side of the picture a crowd grows; empty where it grows everywhere, or not at all."""
        half = len(self._where) // 2
        if half < 3:
            return ""
        seen = np.array(self._where)
        more = np.maximum(seen[half:].mean(0) - seen[:half].mean(0), 0).reshape(_CELLS, _CELLS)
        if more.sum() <= 0.5:
            return ""
        steps = np.arange(_CELLS) - (_CELLS - 1) / 2
        x, y = float((more.sum(0) * steps).sum() / more.sum()), float((more.sum(1) * steps).sum() / more.sum())
        if max(abs(x), abs(y)) < 0.35:
            return ""
        if abs(x) >= abs(y):
            return "right" if x > 0 else "left"
        return "down" if y > 0 else "up"

    # --- what is said ---------------------------------------------------------------------------

    def _measures(self, at_90k: int, number: float, by_area: float, covered: float) -> list[Measure]:
        zone = self._zone.name
        told = [
            Measure(ANALYTIC, zone, "persons", round(number, 1), "persons", at_90k),
            Measure(ANALYTIC, zone, "persons-by-area", round(by_area, 1), "persons", at_90k),
            Measure(ANALYTIC, zone, "coverage", round(100 * covered, 1), "%", at_90k),
            Measure(ANALYTIC, zone, "growth", round(self._growth(), 2), "persons/min", at_90k),
        ]
        if self._area_m2:
            told.append(Measure(ANALYTIC, zone, "density", round(number / self._area_m2, 3), "persons/m²", at_90k))
        return told

    def _signs(self, scene: Scene, number: float, method: Method) -> list[Sign]:
        allowed = within(self._rule.hours, self._view.utc_90k(scene.at_90k), self._view.timezone)
        value = number if self._rule.persons is not None or not self._area_m2 else number / self._area_m2
        if not self._levels.take(value if allowed else 0.0, scene.at_90k):
            return []
        if self._levels.level is None:
            self._open = False
            return [self._sign(Turn.OVER, scene.at_90k, number, method)]
        turn = Turn.CHANGED if self._open else Turn.RAISED
        if turn is Turn.RAISED:
            self._since_90k = scene.at_90k
        self._open = True
        return [self._sign(turn, scene.at_90k, number, method, scene)]

    def _sign(self, turn: Turn, at_90k: int, number: float, method: Method, scene: Scene | None = None) -> Sign:
        growth = self._growth()
        bound = LEAST_GROWTH * max(number, 1.0)
        detail: dict[str, float | int | str] = {
            "persons": round(number, 1),
            "method": method.value,
            "growth_per_min": round(growth, 1),
            "trend": "growing" if growth > bound else "shrinking" if growth < -bound else "steady",
        }
        if self._area_m2:
            detail["per_m2"] = round(number / self._area_m2, 2)
        if growth > bound and (side := self._towards()):
            detail["towards"] = side
        (left, top), (right, bottom) = self._zone.points.min(0).tolist(), self._zone.points.max(0).tolist()
        shots = (Shot(scene.picture, (left, top, right, bottom)),) if scene is not None else ()
        return Sign(
            ANALYTIC, self._zone.name, self._zone.name, turn, at_90k, self._since_90k,
            level=self._levels.level, label=ObjectClass.PERSON, shots=shots, detail=detail,
        )  # fmt: skip
