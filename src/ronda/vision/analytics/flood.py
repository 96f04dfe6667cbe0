"""Flood: how high water stands along a staff, or which share of a zone it covers, and what siaga that is.

Siaga is counted as Indonesia's water authorities count it: 4 is normal, 3 asks for attention, 1 is a flood. A level is
said when it has lasted, and left when the water is clearly lower. What cannot be read is not said: fog, darkness or
somebody before the staff neither raise nor end anything.
"""

from collections import deque
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Measure, Memory, Scene, Shot, Sign, Turn
from ronda.vision.analytics.levels import Levels
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.geometry.drawn import Name
from ronda.vision.geometry.zone import Zone
from ronda.vision.water.ground import GroundGauge
from ronda.vision.water.kept import KeptFlood, KeptGround
from ronda.vision.water.reading import Gauge, Reading, slope_per_h
from ronda.vision.water.staff import Scale, StaffGauge
from ronda.vision.water.strip import Along

ANALYTIC: Final = "flood"
NORMAL: Final = 4
"""The siaga below all levels."""
EACH_90K: Final = 60 * HZ_90K
"""So often is read."""
TREND_90K: Final = 30 * 60 * HZ_90K
"""The rise is that of the last so long."""
PACKED_90K: Final = 10 * 60 * HZ_90K
"""So often is packed for a restart how the ground looks."""
_MARGIN: Final = 0.03

Centimetres = Annotated[float, Field(ge=-10_000, le=100_000, allow_inf_nan=False)]


class FloodRule(Rule):
    """Where water is read: along a staff, or on the ground of a zone.

    Attributes:
        staff: Name of a line along a staff or a wall, from below the lowest water to above the highest.
        start_cm: What the staff shows at the line's start.
        end_cm: What it shows at its end.
        middle_cm: What it shows at the middle of the line, where the camera looks down on it steeply.
        siaga_cm: Where siaga 3, 2 and 1 begin on the staff.
        zone: Name of a zone whose ground is dry when watching begins.
        siaga_percent: Flooded share of the zone at which siaga 3, 2 and 1 begin.
        alarm_from: An alarm is raised at this siaga and at graver ones.
        slack: How far below its beginning a level is left, in cm or per cent.
        rise_s: So long a level must last before it is said.
        fall_s: So long the water must be clearly lower before it is over.
    """

    staff: Name | None = None
    start_cm: Centimetres | None = None
    end_cm: Centimetres | None = None
    middle_cm: Centimetres | None = None
    siaga_cm: Annotated[tuple[Centimetres, ...], Field(min_length=3, max_length=3)] | None = None
    zone: Name | None = None
    siaga_percent: (
        Annotated[tuple[Annotated[float, Field(gt=0, le=100)], ...], Field(min_length=3, max_length=3)] | None
    ) = None
    alarm_from: Annotated[int, Field(ge=1, le=3)] = 3
    slack: Annotated[float, Field(ge=0, le=1000)] = 5.0
    rise_s: Annotated[float, Field(ge=0, le=86_400)] = 120.0
    fall_s: Annotated[float, Field(ge=0, le=86_400)] = 600.0

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.staff is None) == (self.zone is None):
            raise ValueError("a flood rule reads a staff or a zone: name one of both, and write another rule for other")
        for name in ("siaga_cm", "siaga_percent"):
            values = getattr(self, name)
            if values is not None and any(a >= b for a, b in pairwise(values)):
                raise ValueError(f"{name} does not rise: give where siaga 3, 2 and 1 begin, the lowest first")
        if self.staff is not None:
            self._check_staff()
        elif self.siaga_percent is None:
            raise ValueError("siaga_percent is missing: give the flooded shares of siaga 3, 2 and 1, as [10, 30, 60]")
        elif self.siaga_cm is not None:
            raise ValueError("siaga_cm needs a staff: give siaga_percent for a zone")
        return self

    def _check_staff(self) -> None:
        start, end, middle = self.start_cm, self.end_cm, self.middle_cm
        if start is None or end is None:
            raise ValueError("start_cm and end_cm are missing: give what the staff shows at both ends of its line")
        if start == end:
            raise ValueError(f"the staff shows {start:g} cm at both ends: give what it shows at each")
        low, high = min(start, end), max(start, end)
        if middle is not None:
            lowest, highest = low + 0.1 * (high - low), high - 0.1 * (high - low)
            if not lowest <= middle <= highest:
                raise ValueError(f"middle_cm ({middle:g}) is not between the ends: give what is read half way")
        if self.siaga_percent is not None:
            raise ValueError("siaga_percent needs a zone: give siaga_cm for a staff")
        if self.siaga_cm is None:
            raise ValueError("siaga_cm is missing: give the centimetres of siaga 3, 2 and 1, as [150, 200, 250]")
        beyond = [one for one in self.siaga_cm if not low < one < high]
        if beyond:
            raise ValueError(
                f"siaga at {beyond[0]:g} cm lies beyond the staff's {low:g} to {high:g} cm: draw the line longer"
            )

    def lines_used(self) -> tuple[str, ...]:
        """Return the staff's line, which must be drawn."""
        return self.staffs()

    def staffs(self) -> tuple[str, ...]:
        """Return the line that nothing passes."""
        return () if self.staff is None else (self.staff,)

    def zones_used(self) -> tuple[str, ...]:
        """Return the zone, which must be drawn."""
        return () if self.zone is None else (self.zone,)

    def levels_of(self, measure: str) -> tuple[float, ...]:
        """Return where siaga 3, 2 and 1 begin: of the level on a staff, of the flooded share of a zone."""
        values = {"level": self.siaga_cm, "share": self.siaga_percent}.get(measure)
        return values or ()

    def start(self, view: View) -> "Flood":
        """Return the rule at work on a camera."""
        return Flood(self, view)


class Flood:
    """The water at one staff or in one zone of one camera; the staff's name stands in place of a zone's.

    Measures of each minute in which it can be read: `level` (cm) or `share` (%), `rise` (in an hour, of the last half
    hour, once ten minutes are known), `siaga` (4 to 1). A sign's `level` is the siaga; its key the staff's or zone's
    name.
    """

    def __init__(self, rule: FloodRule, view: View) -> None:
        self._rule = rule
        self._name, self._unit, self._gauge, self._box = _gauge(rule, view)
        self._values = (rule.siaga_cm if rule.staff is not None else rule.siaga_percent) or ()
        self._levels = Levels(self._values, rule.rise_s, rule.fall_s, 1 + max(rule.slack, 1e-6))
        self._history: deque[tuple[int, float]] = deque(maxlen=60)
        self._read_90k: int | None = None
        self._since_90k = 0
        self._open = False
        self._last: Reading | None = None
        self._kept: tuple[int, KeptGround] | None = None

    @property
    def siaga(self) -> int:
        """The siaga now: 4 (normal) to 1."""
        return self._levels.level or NORMAL

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        self._gauge.look(scene)
        at_90k = scene.at_90k
        if self._read_90k is None or at_90k < self._read_90k:
            self._read_90k = at_90k
        if at_90k - self._read_90k < EACH_90K:
            return Findings()
        self._read_90k = at_90k
        reading = self._gauge.read(at_90k)
        if reading is None:
            return Findings()
        self._last = reading
        self._history.append((at_90k, reading.value))
        while at_90k - self._history[0][0] > TREND_90K:
            self._history.popleft()
        changed = self._levels.take(reading.value, at_90k)
        return Findings(measures=self._measures(at_90k, reading), signs=self._signs(scene) if changed else [])

    def close(self, at_90k: int) -> Findings:
        """Say that the water is still high."""
        return Findings(signs=[self._sign(Turn.CHANGED, at_90k)] if self._open else [])

    # --- from one process to the next -----------------------------------------------------------

    @property
    def remembers(self) -> str:
        """Names what its memory is of."""
        return f"{ANALYTIC} {'staff' if self._rule.staff is not None else 'zone'} {self._name}"

    def memory(self) -> Memory:
        """Return the siaga, whether its alarm is open, and how the ground looks dry."""
        told = KeptFlood.model_construct(
            siaga=self.siaga, open=self._open, since_90k=self._since_90k, ground=self._ground()
        )
        return told.model_dump(mode="json")

    def recall(self, memory: Memory) -> None:
        """Go on from a memory: the same alarm, and water is not taken for dry ground.

        Raises:
            ValueError: It is no such memory.
        """
        kept = KeptFlood.model_validate(memory)
        self._levels.resume(None if kept.siaga == NORMAL else kept.siaga)
        self._open, self._since_90k = kept.open, kept.since_90k
        if kept.ground is not None and isinstance(self._gauge, GroundGauge):
            self._gauge.recall(kept.ground)

    def _ground(self) -> KeptGround | None:
        """Return what is known of the ground, packed anew only now and then: it changes slowly."""
        if not isinstance(self._gauge, GroundGauge):
            return None
        at_90k = self._read_90k or 0
        if self._kept is None or not self._kept[1].looks or not 0 <= at_90k - self._kept[0] < PACKED_90K:
            self._kept = (at_90k, self._gauge.kept())
        return self._kept[1]

    # --- telling --------------------------------------------------------------------------------

    def _measures(self, at_90k: int, reading: Reading) -> list[Measure]:
        name = "level" if self._unit == "cm" else "share"
        told = [Measure(ANALYTIC, self._name, name, round(reading.value, 1), self._unit, at_90k)]
        if (rise := slope_per_h(self._history)) is not None:
            told.append(Measure(ANALYTIC, self._name, "rise", round(rise, 1), f"{self._unit}/h", at_90k))
        told.append(Measure(ANALYTIC, self._name, "siaga", float(self.siaga), "", at_90k))
        return told

    def _signs(self, scene: Scene) -> list[Sign]:
        grave = self.siaga <= self._rule.alarm_from
        if not grave and not self._open:
            return []
        turn = Turn.OVER if not grave else Turn.CHANGED if self._open else Turn.RAISED
        if turn is Turn.RAISED:
            self._since_90k = scene.at_90k
        self._open = grave
        return [self._sign(turn, scene.at_90k, () if turn is Turn.OVER else (Shot(scene.picture, self._box),))]

    def _sign(self, turn: Turn, at_90k: int, shots: tuple[Shot, ...] = ()) -> Sign:
        detail: dict[str, float | int | str] = {"siaga": self.siaga}
        if self._last is not None:
            key = "level_cm" if self._unit == "cm" else "flooded_percent"
            detail |= {key: round(self._last.value, 1), "sure": round(self._last.sure, 2)}
            rise = slope_per_h(self._history)
            if rise is not None:
                detail[f"rise_{'cm' if self._unit == 'cm' else 'percent'}_per_h"] = round(rise, 1)
                detail |= self._ahead(rise)
        level = self._levels.level
        return Sign(
            ANALYTIC, self._name, self._name, turn, at_90k, self._since_90k, level=level, shots=shots, detail=detail
        )

    def _ahead(self, rise_per_h: float) -> dict[str, float | int | str]:
        """Return in how many minutes the next siaga is reached if the water goes on rising like this."""
        higher = [value for value in self._values if self._last is not None and value > self._last.value]
        if not higher or self._last is None or rise_per_h <= 0:
            return {}
        minutes = (higher[0] - self._last.value) / rise_per_h * 60
        return {"next_siaga_min": round(minutes)} if minutes <= 24 * 60 else {}


def _gauge(rule: FloodRule, view: View) -> tuple[str, str, Gauge, tuple[float, float, float, float]]:
    """Return name, unit and gauge of a rule, and the place on the picture that shows it."""
    if rule.staff is not None:
        line = view.lines[rule.staff]
        first, last = rule.start_cm or 0.0, rule.end_cm or 0.0
        ends = (line.start, line.end) if first < last else (line.end, line.start)
        low, high = min(first, last), max(first, last)
        gauge: Gauge = StaffGauge(Along(*ends), Scale(low, high, rule.middle_cm))
        points: tuple[tuple[float, float], ...] = ends
        unit, name = "cm", rule.staff
    else:
        zone = view.zones[rule.zone or ""]
        gauge = GroundGauge(Zone(zone))
        points, unit, name = zone.points, "%", zone.name
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (
        max(min(xs) - _MARGIN, 0.0), max(min(ys) - _MARGIN, 0.0),
        min(max(xs) + _MARGIN, 1.0), min(max(ys) + _MARGIN, 1.0),
    )  # fmt: skip
    return name, unit, gauge, box
