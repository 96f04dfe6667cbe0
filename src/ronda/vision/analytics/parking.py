"""Parking: vehicles that stand in a no-parking zone for longer than they may, in the hours in which they may not.

One alarm for one vehicle, from the moment it has stood for the limit until it leaves. Time counts from when it stopped,
within the hours.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Self

import numpy as np
from pydantic import Field, model_validator

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Measure, Memory, Scene, Shot, Sign, Turn
from ronda.vision.analytics.hours import Hours, within
from ronda.vision.analytics.parked import (
    GROUND,
    RETURNED,
    Parked,
    alike_size,
    around,
    box_of,
    came_after,
    holds,
    is_vehicle,
    meet,
    parked_at,
    same_place,
    touching,
)
from ronda.vision.analytics.past import Past
from ronda.vision.analytics.recalled import KeptVehicle, KeptZone
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.appearance import Appearance, Box, Floats, likeness
from ronda.vision.detectors.builtin.bay import BayJudge
from ronda.vision.geometry.drawn import Name
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import VEHICLES, ObjectClass
from ronda.vision.tracks.track import Track

ANALYTIC: Final = "parking"
MOST: Final = 200
"""Vehicles that are remembered in one zone; further ones wait until there is room."""
LOWER: Final = 0.4
"""The lower part of a box that stands on the street."""
INSIDE: Final = 0.5
"""So much of it must lie in the zone."""
FIRM_90K: Final = 3 * HZ_90K // 2
"""So long a box must keep to one place before it is a vehicle's."""
TOGETHER_90K: Final = 8 * HZ_90K
"""What came within so long and overlaps may be parts of one vehicle."""
GAP: Final = 3
"""So many looks may show something else in between: what passed before it."""
UNSEEN_90K: Final = 5 * HZ_90K
"""A track that was not seen for so long may be another vehicle's."""
REMEMBERED_90K: Final = 600 * HZ_90K
"""So long the ground that somebody has left is known for what it is."""
MOSTLY: Final = 0.6
"""Share of the looks at one that stands in which it must be in the zone: its box wavers."""
PARTLY: Final = 0.33
"""So much where its middle does: a long vehicle that stands askew fills little of its box."""
RETURN_90K: Final = 60 * HZ_90K
"""What looks the same at the same place within this time has not been away."""
ABSENT_90K: Final = 12 * 3600 * HZ_90K
"""After so long without anybody watching, nobody can say that it is the same vehicle."""
_BAY_LOOKS: Final = 3
_BAY_EACH_90K: Final = HZ_90K // 2
_FLAT: Final = 2.0
_MINUTE_90K: Final = 60 * HZ_90K


class ParkingRule(Rule):
    """Where nobody may stand for long.

    Attributes:
        zone: Name of the zone.
        limit_s: So long one may stand.
        hours: When one may not stand longer; by default always.
        classes: Which vehicles; none for all.
        bay: The zone is drawn around the place of a single vehicle: one that stands there when watching begins is known
            to an eye that otherwise knows only what it saw come.
    """

    zone: Name
    limit_s: Annotated[float, Field(ge=5, le=86_400)] = 180.0
    hours: Hours = ()
    classes: tuple[ObjectClass, ...] = ()
    bay: bool = False

    @model_validator(mode="after")
    def _are_vehicles(self) -> Self:
        strange = [one.value for one in self.classes if one not in VEHICLES]
        if strange:
            raise ValueError(f"{strange[0]} is no vehicle: name some of {', '.join(sorted(VEHICLES))}")
        return self

    def zones_used(self) -> tuple[str, ...]:
        """Return the zone that must be drawn."""
        return (self.zone,)

    def start(self, view: View) -> "Parking":
        """Return the rule at work on a camera."""
        return Parking(self, view)


class Parking:
    """One no-parking zone of one camera.

    Its signs are raised with pictures of the vehicle as it stood, after half of the limit and at the limit. Measure:
    `standing`, vehicles that stand in the zone, each minute.
    """

    def __init__(self, rule: ParkingRule, view: View) -> None:
        self._rule, self._view = rule, view
        self._zone = Zone(view.zones[rule.zone])
        self._classes = frozenset(rule.classes) or VEHICLES
        self._limit_90k = round(rule.limit_s * HZ_90K)
        self._parked: list[Parked] = []
        self._recalled: list[Parked] = []
        self._gone: list[Parked] = []
        self._spots: dict[int, _Spot] = {}
        self._past = Past(self._zone.points)
        self._bay = _Bay(self._zone) if rule.bay and view.eye is not None and view.eye.id == "builtin" else None
        self._last_90k: int | None = None
        self._minute: int | None = None
        self._banned_90k = 0
        self._was_banned = False

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        findings = Findings()
        elapsed = 0 if self._last_90k is None else max(scene.at_90k - self._last_90k, 0)
        self._last_90k = scene.at_90k
        if float(scene.picture.rgb[::8, ::8].std()) < _FLAT:
            return findings  # black or white: nothing is known
        banned = within(self._rule.hours, self._view.utc_90k(scene.at_90k), self._view.timezone)
        if banned and not self._was_banned:
            self._banned_90k = scene.at_90k if elapsed or self._minute is not None else 0
        self._was_banned = banned
        self._resume(scene, findings)
        self._take_in(scene)
        for one in list(self._parked):
            self._judge(one, scene, elapsed, findings, banned=banned)
        self._past.take(scene.picture, [one.box for one in self._parked])
        findings.measures += self._pass_time(scene)
        return findings

    def close(self, at_90k: int) -> Findings:
        """Say who still stands there."""
        open_ = [one for one in self._parked if one.raised]
        return Findings(signs=[self._sign(one, Turn.CHANGED, at_90k) for one in open_])

    # --- from one process to the next -----------------------------------------------------------

    @property
    def remembers(self) -> str:
        """Names what its memory is of."""
        return f"{ANALYTIC} {self._zone.name}"

    def memory(self) -> Memory:
        """Return who stands here, and whose alarms are open."""
        standing = tuple(KeptVehicle.of(one) for one in (*self._recalled, *self._parked))
        return KeptZone.model_construct(standing=standing).model_dump(mode="json")

    def recall(self, memory: Memory) -> None:
        """Go on from a memory: whoever still stands there is the same vehicle with the same alarm.

        Raises:
            ValueError: It is no such memory.
        """
        self._recalled = [one.parked() for one in KeptZone.model_validate(memory).standing][:MOST]

    def _resume(self, scene: Scene, findings: Findings) -> None:
        """Take up those that stood here when nobody watched; what has come of them the next looks will tell."""
        for one in self._recalled:
            if 0 <= scene.at_90k - one.seen_90k <= ABSENT_90K and self._lies_in(one.box):
                one.seen_90k = scene.at_90k
                self._parked.append(one)
            elif one.raised:
                findings.signs.append(self._sign(one, Turn.OVER, scene.at_90k))
        self._recalled = []

    # --- who stands here ------------------------------------------------------------------------

    def _take_in(self, scene: Scene) -> None:
        for track in scene.ended:
            self._spots.pop(track.id, None)
        for track in scene.tracks:
            if track.last_90k != scene.at_90k:
                continue
            since = self._firm(track)
            spot = self._spots[track.id]
            if track.still_since_90k is None or spot.inside < MOSTLY * spot.seen:
                continue
            if (one := self._whose(track, since, scene)) is not None:
                one.tracks.add(track.id)
                if is_vehicle(track):
                    one.label = track.label
        if self._bay is not None and (found := self._bay.found(scene)) is not None:
            box, label, since = found
            if not any(one.is_at(box) for one in self._parked):
                one = parked_at(box, since, label, scene, None)
                one.by_look = True
                self._begin(one)

    def _whose(self, track: Track, since: int | None, scene: Scene) -> Parked | None:
        """Return the vehicle that a track is that stands here, known or new."""
        box = box_of(track)
        one = next((one for one in self._parked if one.is_at(box)), None)
        if one is not None or since is None:
            return one
        one = self._moved(track, since, scene) or self._returned(box, scene)
        if one is not None or not is_vehicle(track) or len(self._parked) >= MOST:
            return one
        if any(other.misses and meet(other.box, box) for other in self._parked):
            return None  # one that leaves drags boxes along
        return self._new(track, since, scene)

    def _new(self, track: Track, since_90k: int, scene: Scene) -> Parked | None:
        """Return what a track that stands begins; None where it is nothing new."""
        box = box_of(track)
        began = self._began(track, since_90k, scene)
        if began is None:
            return None
        if (part := self._part_of(track, *began)) is not None:
            if not part.raised and not holds(part.box, box):
                whole = around(part.box, box)
                part.settle(whole, scene, self._past.before(part.since_90k, whole))
            return part
        one = parked_at(box, began[0], track.label, scene, self._past.before(began[0], box))
        self._begin(one)
        return one

    def _part_of(self, track: Track, *began_90k: int) -> Parked | None:
        """Return the vehicle of which an eye that goes by motion sees another part, such as behind a lamp post."""
        if self._view.eye is not None and not self._view.eye.id.startswith("builtin"):
            return None
        for one in self._parked:
            together = any(abs(one.since_90k - at) <= TOGETHER_90K for at in began_90k)
            if together and touching(one.box, box_of(track)) and not came_after(track, one.since_90k + HZ_90K):
                return one
        return None

    def _begin(self, made: Parked) -> None:
        x, y = (made.box[0] + made.box[2]) / 2, made.box[3]
        made.key = f"{self._zone.name}:{round(100 * x)}-{round(100 * y)}@{made.since_90k // HZ_90K}"
        self._parked.append(made)

    def _firm(self, track: Track) -> int | None:
        """Return since when a track that stands has been at this very place; None where that is too short.

        Its box may jump to another thing before the tracker finds that it moves.
        """
        box, at_90k = box_of(track), track.last_90k
        spot = self._spots.get(track.id)
        if spot is None or not same_place(spot.box, box):
            spot = self._spots[track.id] = _Spot(box, at_90k, spot.last_90k if spot else 0)
        elif at_90k - spot.last_90k > UNSEEN_90K:
            spot = self._spots[track.id] = _Spot(box, at_90k, at_90k)
        spot.last_90k = at_90k
        spot.seen += 1
        spot.inside += self._stands_in(track)
        if track.still_since_90k is None or at_90k - spot.first_90k < FIRM_90K:
            return None
        return max(track.still_since_90k, spot.left_90k)

    def _moved(self, track: Track, since_90k: int, scene: Scene) -> Parked | None:
        """Return the vehicle of an alarm that has only been moved a little: the same alarm."""
        ground = self._past.ground(box_of(track))
        for one in self._parked:
            if ground is None or track.id != one.filled_by or not one.raised or not one.misses:
                continue
            if alike_size(one.box, box_of(track)):
                began = self._began(track, since_90k, scene)
                if began is not None and began[0] >= one.seen_90k:
                    one.settle(box_of(track), scene, ground)
                    one.known = False
                    return one
        return None

    def _returned(self, box: Box, scene: Scene) -> Parked | None:
        """Return one that seemed to have gone, and stands at its place again."""
        for one in self._gone:
            if scene.at_90k - one.seen_90k < RETURN_90K and one.is_at(box) and one.comes_back(scene):
                self._gone.remove(one)
                self._parked.append(one)
                return one
        return None

    def _stands_in(self, track: Track) -> bool:
        return self._lies_in(box_of(track))

    def _lies_in(self, box: Box) -> bool:
        left, top, right, bottom = box
        lower = np.array([(left, bottom - LOWER * (bottom - top), right, bottom)])
        middle = np.array([((left + right) / 2, bottom), ((left + right) / 2, bottom - LOWER / 2 * (bottom - top))])
        share = self._zone.share(lower)[0]
        return bool(share >= INSIDE or (share >= PARTLY and self._zone.holds(middle).any()))

    # --- for how long ---------------------------------------------------------------------------

    def _judge(self, one: Parked, scene: Scene, elapsed_90k: int, findings: Findings, *, banned: bool) -> None:
        mine = [track for track in scene.tracks if track.id in one.tracks and one.is_at(box_of(track))]
        if (box := one.refined(scene, mine) or one.fits(scene, mine, elapsed_90k)) is not None:
            one.settle(box, scene, self._past.before(one.since_90k, box))
        if not one.is_there(scene, mine, elapsed_90k):
            self._parked.remove(one)
            self._gone.append(one)
            if one.raised:
                findings.signs.append(self._sign(one, Turn.OVER, scene.at_90k))
                one.raised = False
            return
        stood_90k = one.seen_90k - max(one.since_90k, self._banned_90k)
        if one.seen_90k != scene.at_90k or one.unseen_90k is not None or not banned or one.raised:
            return
        if not one.half and stood_90k >= self._limit_90k // 2:
            one.half = True
            one.shots.append(Shot(scene.picture, one.box))
        if stood_90k >= self._limit_90k and one.label in self._classes:
            one.shots.append(Shot(scene.picture, one.box))
            one.raised = True
            findings.signs.append(self._sign(one, Turn.RAISED, scene.at_90k))
            one.shots = []

    def _sign(self, one: Parked, turn: Turn, at_90k: int) -> Sign:
        detail: dict[str, float | int | str] = {
            "stood_s": round(((one.unseen_90k or one.seen_90k) - one.since_90k) / HZ_90K, 1),
            "limit_s": self._rule.limit_s,
        }
        if one.by_look:
            detail["seen_coming"] = "no"
        return Sign(
            ANALYTIC, self._zone.name, one.key, turn, at_90k, one.since_90k,
            label=one.label, shots=tuple(one.shots) if turn is Turn.RAISED else (), detail=detail,
        )  # fmt: skip

    def _pass_time(self, scene: Scene) -> list[Measure]:
        recent = [one for one in self._gone if scene.at_90k - one.seen_90k < REMEMBERED_90K]
        self._gone = recent[-MOST:]
        minute = scene.at_90k // _MINUTE_90K
        before, self._minute = self._minute, minute
        if before is None or before == minute:
            return []
        return [Measure(ANALYTIC, self._zone.name, "standing", len(self._parked), "vehicles", minute * _MINUTE_90K)]

    # --- how the zone looked before -------------------------------------------------------------

    def _began(self, track: Track, since_90k: int, scene: Scene) -> tuple[int, int] | None:
        """Return since when one stands at a place, and since when it has looked so; None where nobody stands there.

        The eye may take a while to see that somebody stands there; and takes ground that somebody has left for a thing.
        """
        box = box_of(track)
        now = self._past.now(scene.picture, box)
        ground = self._past.ground(box)
        if ground is not None and likeness(ground, now) >= GROUND:
            return None
        look, earliest = Appearance(now), scene.at_90k
        otherwise: list[int] = []
        for at_90k, then in self._past.looks(box):
            if (look.share(then) or 0.0) >= RETURNED:
                earliest, otherwise = at_90k, []
            else:
                otherwise.append(at_90k)
            if len(otherwise) > GAP:
                since_90k = max(since_90k, (otherwise[0] + earliest) // 2)
                break
        since_90k = min(since_90k, earliest)
        left = [one.seen_90k for one in self._gone if meet(one.box, box)]
        return max(since_90k, self._spots[track.id].left_90k, *left), earliest


@dataclass(slots=True)
class _Spot:
    """Where a track's box is, since when, and when it was last seen elsewhere."""

    box: Box
    first_90k: int
    left_90k: int
    last_90k: int = 0
    seen: int = 0
    inside: int = 0


class _Bay:
    """The first pictures of a zone that is one vehicle's place."""

    def __init__(self, zone: Zone) -> None:
        (left, top), (right, bottom) = zone.points.min(0).tolist(), zone.points.max(0).tolist()
        self._box: Box = (left, top, right, bottom)
        self._judge: BayJudge | None = None
        self._first: tuple[int, Floats] | None = None
        self._looks: list[tuple[int, ObjectClass | None]] = []

    def found(self, scene: Scene) -> tuple[Box, ObjectClass, int] | None:
        """Return the vehicle that stood there at the first picture, once, when that is sure; with since when."""
        if len(self._looks) >= _BAY_LOOKS or (self._looks and scene.at_90k - self._looks[-1][0] < _BAY_EACH_90K):
            return None
        self._judge = self._judge or BayJudge()
        self._looks.append((scene.at_90k, self._judge.vehicle(scene.picture, self._box)))
        if len(self._looks) < _BAY_LOOKS:
            return None
        self._judge = None
        labels = [label for _, label in self._looks if label is not None]
        return (self._box, labels[-1], self._looks[0][0]) if len(labels) == _BAY_LOOKS else None
