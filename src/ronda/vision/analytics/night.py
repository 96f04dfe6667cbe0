"""Night watch: who is in a zone at hours at which nobody should be; who lingers, runs, or gathers there.

Each kind is a cause of its own, told once from when it begins until nobody has given cause to it for half a minute.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final, Self

import numpy as np
from pydantic import Field, model_validator

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Scene, Shot, Sign, Turn
from ronda.vision.analytics.glow import is_glow
from ronda.vision.analytics.hours import Hours, within
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.geometry.drawn import Name
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import VEHICLES, ObjectClass
from ronda.vision.tracks.track import Track

ANALYTIC: Final = "night"
SURE_90K: Final = 3 * HZ_90K // 2
"""For so long something must be in the zone, seen on several pictures."""
FEWEST: Final = 4
CLEARLY: Final = 0.5
"""Share of a track's votes for what it is taken for."""
MOST_CLEARLY: Final = 0.75
"""The same of who runs: riders are taken for persons now and then."""
CAME: Final = 0.4
"""Sizes that something must have moved since it was first seen: lights on a wall and posts have not."""
SMALLEST: Final = 0.05
"""Heights of the picture: smaller things are drops and streaks of rain as often as people."""
GLOWING: Final = 0.5
"""What is only light on more than this share of its pictures is nobody."""
QUIET_90K: Final = 30 * HZ_90K
"""After so long without a cause it is over."""
LOST_90K: Final = 10 * HZ_90K
"""Who comes up again within this time, not further than so many sizes away, is the same."""
NEAR: Final = 1.5
RUN_90K: Final = HZ_90K
RUN_SIZES: Final = 1.9
"""Heights of a body a second at which one runs, where no ground is given (3 m/s)."""
RUN_MOST_SIZES: Final = 4.2
RUN_MOST_KMH: Final = 28.0
"""Who is faster rides, whatever the eye takes them for."""
RUN_STEPS: Final = 4
_MOST: Final = 300


class Kind(StrEnum):
    """What one gives cause by."""

    PRESENCE = "presence"
    LOITERING = "loitering"
    RUNNING = "running"
    GATHERING = "gathering"


class NightRule(Rule):
    """What nobody should do in a zone, and when.

    Attributes:
        zone: Name of the zone.
        hours: When; by default from ten in the evening to five in the morning.
        classes: Who; none for persons and all vehicles.
        kinds: What is a cause; by default all but running, which is only sure where the ground is given.
        loiter_s: So long one may linger.
        running_kmh: So fast one may go; without the ground, people who run are told by their size.
        gather: So many persons at once are a gathering.
        gather_s: For so long they must be.
    """

    zone: Name
    hours: Hours = Field(default=("22:00-05:00",), validate_default=True)
    classes: tuple[ObjectClass, ...] = ()
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = (Kind.PRESENCE, Kind.LOITERING, Kind.GATHERING)
    loiter_s: Annotated[float, Field(ge=5, le=86_400)] = 120.0
    running_kmh: Annotated[float, Field(ge=3, le=80)] = 11.0
    gather: Annotated[int, Field(ge=2, le=1000)] = 5
    gather_s: Annotated[float, Field(ge=1, le=3600)] = 20.0

    @model_validator(mode="after")
    def _watches_something(self) -> Self:
        if ObjectClass.OTHER in self.classes:
            raise ValueError("other is nothing that can be watched for: name person, or vehicles")
        return self

    def zones_used(self) -> tuple[str, ...]:
        """Return the zone that must be drawn."""
        return (self.zone,)

    def start(self, view: View) -> "NightWatch":
        """Return the rule at work on a camera."""
        return NightWatch(self, view)


@dataclass(slots=True)
class _Stay:
    """One who is in the zone, under all numbers that the tracker has given."""

    since_90k: int
    last_90k: int
    at: tuple[float, float]
    size: float
    track: int
    shot: Shot
    fast: deque[int] = field(default_factory=lambda: deque(maxlen=8))


@dataclass(slots=True)
class _Looks:
    """On how many of its pictures a track was large enough to be somebody, and on how many only light."""

    many: int = 0
    large: int = 0
    light: int = 0

    def take(self, track: Track, scene: Scene) -> None:
        """Take in another picture."""
        left, top, right, bottom = track.xyxy.tolist()
        self.many += 1
        self.large += bottom - top >= SMALLEST
        self.light += is_glow(scene, (left, top, right, bottom))


@dataclass(slots=True)
class _Cause:
    """One kind of cause: under way, or not."""

    kind: Kind
    since_90k: int = 0
    last_90k: int = 0
    pending_90k: int | None = None
    many_90k: int = 0
    key: str = ""
    most: int = 0


class NightWatch:
    """One zone of one camera. A sign's `detail.kind` is presence, loitering, running or gathering."""

    def __init__(self, rule: NightRule, view: View) -> None:
        self._rule, self._view = rule, view
        self._zone = Zone(view.zones[rule.zone])
        self._classes = frozenset(rule.classes) or VEHICLES | {ObjectClass.PERSON}
        self._stays: list[_Stay] = []
        self._looks: dict[int, _Looks] = {}
        self._causes = {kind: _Cause(kind) for kind in rule.kinds}
        self._gathering = self._causes.get(Kind.GATHERING) or _Cause(Kind.GATHERING)

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        findings = Findings()
        if not within(self._rule.hours, self._view.utc_90k(scene.at_90k), self._view.timezone):
            self._stays, self._looks = [], {}
            self._tell({}, scene, findings)
            return findings
        for track in scene.ended:
            self._looks.pop(track.id, None)
        here = [track for track in scene.tracks if self._is_here(track, scene)]
        stays = [self._stay(track, scene) for track in here]
        self._stays = [one for one in self._stays if scene.at_90k - one.last_90k <= LOST_90K][-_MOST:]
        self._tell(self._seen(here, stays, scene), scene, findings)
        return findings

    def close(self, at_90k: int) -> Findings:
        """Say what is still under way."""
        open_ = [one for one in self._causes.values() if one.key]
        return Findings(signs=[self._sign(one, Turn.CHANGED, at_90k) for one in open_])

    # --- who is here ----------------------------------------------------------------------------

    def _is_here(self, track: Track, scene: Scene) -> bool:
        at_90k = scene.at_90k
        if track.last_90k != at_90k or track.label not in self._classes or not self._zone.holds_point(track.foot):
            return False
        looks = self._looks.setdefault(track.id, _Looks())
        looks.take(track, scene)
        if looks.large < FEWEST or looks.light > GLOWING * looks.many:
            return False
        if track.seen < FEWEST or at_90k - track.first_90k < SURE_90K:
            return False
        return bool(track.votes.max() >= CLEARLY * max(float(track.votes.sum()), 1e-6)) and _came(track)

    def _stay(self, track: Track, scene: Scene) -> _Stay:
        left, top, right, bottom = track.xyxy.tolist()
        size, at = bottom - top, track.foot
        one = next((one for one in self._stays if one.track == track.id), None) or self._lost(track, at, size, scene)
        if one is None:
            one = _Stay(scene.at_90k, scene.at_90k, at, size, track.id, Shot(scene.picture, (left, top, right, bottom)))
            self._stays.append(one)
        one.last_90k, one.at, one.size, one.track = scene.at_90k, at, size, track.id
        if self._runs(track, scene.picture.aspect):
            one.fast.append(scene.at_90k)
        return one

    def _lost(self, track: Track, at: tuple[float, float], size: float, scene: Scene) -> _Stay | None:
        """Return the one whom the tracker has lost and found again under another number."""
        seen = {one.id for one in scene.tracks if one.last_90k == scene.at_90k}
        for one in self._stays:
            far = np.hypot((at[0] - one.at[0]) * scene.picture.aspect, at[1] - one.at[1])
            if one.track not in seen and far <= NEAR * max(size, one.size) and track.first_90k >= one.since_90k:
                return one
        return None

    def _runs(self, track: Track, aspect: float) -> bool:
        clearly = float(track.votes.max()) >= MOST_CLEARLY * max(float(track.votes.sum()), 1e-6)
        person = track.label is ObjectClass.PERSON and clearly
        if self._view.ground is not None:
            most = RUN_MOST_KMH if person else np.inf
            return track.speed_kmh is not None and self._rule.running_kmh <= track.speed_kmh <= most
        return person and RUN_SIZES <= _sizes_a_second(track, aspect) <= RUN_MOST_SIZES

    # --- what they give cause to ----------------------------------------------------------------

    def _seen(self, here: Sequence[Track], stays: list[_Stay], scene: Scene) -> dict[Kind, list[_Stay]]:
        """Return who gives cause to what."""
        at_90k, loiter_90k = scene.at_90k, self._rule.loiter_s * HZ_90K
        persons = [stay for track, stay in zip(here, stays, strict=True) if track.label is ObjectClass.PERSON]
        return {
            Kind.PRESENCE: stays,
            Kind.LOITERING: [one for one in stays if at_90k - one.since_90k >= loiter_90k],
            Kind.RUNNING: [
                one for one in stays if len(one.fast) >= RUN_STEPS and at_90k - one.fast[-RUN_STEPS] <= 2 * RUN_90K
            ],
            Kind.GATHERING: persons if self._gather(len(persons) >= self._rule.gather, at_90k) else [],
        }

    def _gather(self, many: bool, at_90k: int) -> bool:
        """Whether there have been many for long enough; a short gap does not count."""
        cause = self._gathering
        if not many:
            if cause.pending_90k is not None and at_90k - cause.many_90k > LOST_90K // 2:
                cause.pending_90k = None
            return False
        if cause.pending_90k is None:
            cause.pending_90k = at_90k
        cause.many_90k = at_90k
        return at_90k - cause.pending_90k >= self._rule.gather_s * HZ_90K

    def _tell(self, seen: dict[Kind, list[_Stay]], scene: Scene, findings: Findings) -> None:
        for kind, cause in self._causes.items():
            some = seen.get(kind)
            if some:
                cause.last_90k = scene.at_90k
                cause.most = max(cause.most, len(some))
                if not cause.key:
                    cause.since_90k = min(one.since_90k for one in some)
                    cause.key = f"{self._zone.name}:{kind}@{cause.since_90k // HZ_90K}"
                    findings.signs.append(self._sign(cause, Turn.RAISED, scene.at_90k, some, scene))
            elif cause.key and scene.at_90k - cause.last_90k > QUIET_90K:
                findings.signs.append(self._sign(cause, Turn.OVER, scene.at_90k))
                cause.key, cause.most, cause.pending_90k = "", 0, None

    def _sign(
        self, cause: _Cause, turn: Turn, at_90k: int, some: Sequence[_Stay] = (), scene: Scene | None = None
    ) -> Sign:
        shots: list[Shot] = []
        label = None
        if scene is not None and some:
            label, box = next((track.label, track.xyxy.tolist()) for track in scene.tracks if track.id == some[0].track)
            first = some[0].shot
            now = Shot(scene.picture, (box[0], box[1], box[2], box[3]))
            shots = [now] if first.picture.at_90k == scene.at_90k else [first, now]
        detail: dict[str, float | int | str] = {
            "kind": cause.kind.value,
            "most": cause.most,
            "lasted_s": round((cause.last_90k - cause.since_90k) / HZ_90K, 1),
        }
        return Sign(
            ANALYTIC, self._zone.name, cause.key, turn, at_90k, cause.since_90k,
            label=label, shots=tuple(shots), detail=detail,
        )  # fmt: skip


def _came(track: Track) -> bool:
    """Whether it has moved since it was first seen: what always stood there did not come."""
    if not track.path:
        return False
    size = max(float(track.xyxy[3] - track.xyxy[1]), 1e-3)
    x = [step.x for step in track.path]
    y = [step.y for step in track.path]
    return max(max(x) - min(x), max(y) - min(y)) >= CAME * size or len(track.path) == track.path.maxlen


def _sizes_a_second(track: Track, aspect: float) -> float:
    """Return how fast something goes, in its own heights a second, over the last second."""
    last = track.path[-1]
    recent = [one for one in track.path if last.at_90k - one.at_90k <= RUN_90K]
    span = (last.at_90k - recent[0].at_90k) / HZ_90K
    if len(recent) < 3 or span < 0.35:
        return 0.0
    far = np.hypot((last.x - recent[0].x) * aspect, last.y - recent[0].y)
    return float(far) / span / max(float(track.xyxy[3] - track.xyxy[1]), 1e-3)
