"""Litter: a small new thing that lies in a zone, that somebody brought, and that nobody carries away.

What the background knows to have come and stayed is looked at; it must differ from the bare ground by more than light,
have come beside a person or a vehicle, and look the same until its time is up. Leaves that the wind brings, patches of
light, parked vehicles and whoever sits down are none.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Scene, Shot, Sign, Turn
from ronda.vision.analytics.hours import Hours, within
from ronda.vision.analytics.parked import GROUND, Parked, box_of, parked_at, same_place
from ronda.vision.analytics.past import Past
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.appearance import Box, likeness
from ronda.vision.background import Backdrop
from ronda.vision.geometry.drawn import Name
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import VEHICLES, ObjectClass
from ronda.vision.picture import Picture

ANALYTIC: Final = "litter"
EACH_90K: Final = HZ_90K // 2
"""So often is looked for new things."""
CAME_90K: Final = 10 * HZ_90K
"""Whoever brought it was there at most so long before it was seen to lie."""
BESIDE: Final = 0.6
"""How far from whoever brought it, in sizes of theirs."""
CONTRAST: Final = 12.0
"""Levels by which a thing differs from the ground, at least."""
SMALLEST: Final = 0.02
"""Side of the smallest thing, in heights of the picture."""
MANY: Final = 12
"""So many new things at once are light, rain or a shaken camera."""
FILLED: Final = 0.35
"""Share of its box that a thing fills at least."""
HEAP: Final = 0.6
"""What comes nearer than this to what lies, in sizes of it, is no thing of its own."""
_MOST: Final = 60
_LOST_90K: Final = 4 * HZ_90K
_FILM_90K: Final = HZ_90K
_FILM: Final = 14
_SHOWN: Final = 4
_BRINGERS: Final = VEHICLES | {ObjectClass.PERSON}


class LitterRule(Rule):
    """Where nothing may be left.

    Attributes:
        zone: Name of the zone.
        stays_s: So long a thing must lie.
        largest: Side of the largest thing, in heights of the picture.
        largest_m: The same in metres, where the ground is given.
        brought: Whether somebody must have been beside it when it came; without, whatever comes counts.
        hours: When; by default always.
    """

    needs_backdrop = True

    zone: Name
    stays_s: Annotated[float, Field(ge=10, le=3600)] = 60.0
    largest: Annotated[float, Field(gt=SMALLEST, le=0.5)] = 0.12
    largest_m: Annotated[float, Field(gt=0, le=10)] | None = None
    brought: bool = True
    hours: Hours = ()

    def zones_used(self) -> tuple[str, ...]:
        """Return the zone that must be drawn."""
        return (self.zone,)

    def start(self, view: View) -> "Litter":
        """Return the rule at work on a camera.

        Raises:
            BadInput: A size in metres, and no ground is given.
        """
        if self.largest_m is not None and view.ground is None:
            raise BadInput(
                f"litter in {self.zone!r}: largest_m needs the ground",
                "give [ground], or `largest` in heights of the picture",
            )
        return Litter(self, view)


@dataclass(slots=True)
class _Thing:
    """Something that may be litter: where, since when, whether somebody brought it, how it came."""

    box: Box
    first_90k: int
    last_90k: int
    brought: bool
    film: tuple[Shot, ...]
    lies: Parked | None = None


class Litter:
    """One zone of one camera. A sign is raised with pictures of how the thing came; it is over when it is gone."""

    def __init__(self, rule: LitterRule, view: View) -> None:
        self._rule, self._view = rule, view
        self._zone = Zone(view.zones[rule.zone])
        self._past = Past(self._zone.points)
        self._things: list[_Thing] = []
        self._bringers: deque[tuple[int, Box]] = deque(maxlen=600)
        self._film: deque[tuple[int, bytes, tuple[int, int]]] = deque(maxlen=_FILM)
        self._mask: NDArray[np.bool_] | None = None
        self._last_90k: int | None = None

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        self._remember(scene)
        if self._last_90k is not None and 0 <= scene.at_90k - self._last_90k < EACH_90K:
            return Findings()
        elapsed = 0 if self._last_90k is None else min(max(scene.at_90k - self._last_90k, 0), 10 * HZ_90K)
        self._last_90k = scene.at_90k
        findings = Findings()
        allowed = within(self._rule.hours, self._view.utc_90k(scene.at_90k), self._view.timezone)
        self._find(scene)
        for one in list(self._things):
            self._judge(one, scene, elapsed, findings, allowed=allowed)
        self._past.take(scene.picture, [one.box for one in self._things])
        return findings

    def close(self, at_90k: int) -> Findings:
        """Say what still lies there."""
        return Findings(signs=[self._sign(one, Turn.CHANGED, at_90k) for one in self._things if _raised(one)])

    # --- what has come --------------------------------------------------------------------------

    def _remember(self, scene: Scene) -> None:
        for track in scene.tracks:
            if track.last_90k == scene.at_90k and track.label in _BRINGERS:
                self._bringers.append((scene.at_90k, box_of(track)))
        if not self._film or scene.at_90k - self._film[-1][0] >= _FILM_90K:
            rgb = scene.picture.rgb
            by = min(1.0, 640 / rgb.shape[1])
            small = cv2.resize(rgb, None, fx=by, fy=by, interpolation=cv2.INTER_AREA) if by < 1 else rgb
            done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])
            if done:
                self._film.append((scene.at_90k, jpeg.tobytes(), scene.picture.full_wh))

    def _find(self, scene: Scene) -> None:
        """Look for what came and stayed."""
        if scene.backdrop is None:
            return
        boxes = [box for box in self._stopped(scene.backdrop, scene) if self._is_small(box, scene.picture.aspect)]
        if len(boxes) > MANY:
            return
        for box in boxes:
            known = next((one for one in self._things if same_place(one.box, box) or _near(one.box, box)), None)
            if known is not None:
                if known.lies is None and scene.at_90k - known.first_90k < _LOST_90K:
                    known.box = box  # it is still being put down
                known.last_90k = scene.at_90k
            elif len(self._things) < _MOST:
                brought = self._was_brought(box, scene.at_90k, scene.picture.aspect)
                self._things.append(_Thing(box, scene.at_90k, scene.at_90k, brought, self._how_it_came(box)))

    def _stopped(self, backdrop: Backdrop, scene: Scene) -> list[Box]:
        """Return the boxes of what stopped in the zone and is no part of somebody."""
        high, wide = backdrop.stopped.shape
        if self._mask is None or self._mask.shape != (high, wide):
            self._mask = self._zone.mask(high, wide)
        there = backdrop.stopped & self._mask
        for track in scene.tracks:
            box = box_of(track)
            if track.label in _BRINGERS and not self._is_small(box, scene.picture.aspect):
                rows = slice(max(int(box[1] * high) - 2, 0), int(np.ceil(box[3] * high)) + 2)
                there[rows, max(int(box[0] * wide) - 2, 0) : int(np.ceil(box[2] * wide)) + 2] = False
        count, _, stats, _ = cv2.connectedComponentsWithStats(there.astype(np.uint8), connectivity=8)
        found = []
        for left, top, across, down, size in stats[1:count].tolist():
            if size >= FILLED * across * down:
                found.append((left / wide, top / high, (left + across) / wide, (top + down) / high))
        return found

    def _is_small(self, box: Box, aspect: float) -> bool:
        across, down = (box[2] - box[0]) * aspect, box[3] - box[1]
        if max(across, down) < SMALLEST:
            return False
        if self._rule.largest_m is not None and self._view.ground is not None:
            ends = self._view.ground.metres(np.array([(box[0], box[3]), (box[2], box[3])]))
            metres = float(np.hypot(*(ends[1] - ends[0])))
            return metres <= self._rule.largest_m and down <= 2.5 * max(across, SMALLEST)
        return max(across, down) <= self._rule.largest

    def _was_brought(self, box: Box, at_90k: int, aspect: float) -> bool:
        """Whether a person or a vehicle was beside a place shortly before."""
        x, y = (box[0] + box[2]) / 2, box[3]
        for then_90k, who in self._bringers:
            if at_90k - then_90k > CAME_90K:
                continue
            reach = BESIDE * max(who[3] - who[1], (who[2] - who[0]) * aspect)
            across = max(who[0] - x, x - who[2], 0.0) * aspect
            if across <= reach and who[1] - reach <= y <= who[3] + reach:
                return True
        return False

    def _how_it_came(self, box: Box) -> tuple[Shot, ...]:
        """Return pictures of the last seconds, evenly spread."""
        kept = list(self._film)
        chosen = [kept[index] for index in np.unique(np.linspace(0, len(kept) - 1, _SHOWN).astype(int))] if kept else []
        return tuple(Shot(_picture(*one), box) for one in chosen)

    # --- what becomes of it ---------------------------------------------------------------------

    def _judge(self, one: _Thing, scene: Scene, elapsed_90k: int, findings: Findings, *, allowed: bool) -> None:
        if one.lies is None:
            if scene.at_90k - one.last_90k > _LOST_90K:
                self._things.remove(one)
            elif scene.at_90k - one.first_90k >= _LOST_90K:
                self._settle(one, scene)
            return
        if not one.lies.is_there(scene, (), elapsed_90k):
            self._things.remove(one)
            if one.lies.raised:
                findings.signs.append(self._sign(one, Turn.OVER, scene.at_90k))
            return
        lain_90k = one.lies.seen_90k - one.first_90k
        ripe = lain_90k >= self._rule.stays_s * HZ_90K and one.lies.seen_90k == scene.at_90k
        if ripe and not one.lies.raised and not self._stands_out(one.box, scene):
            self._things.remove(one)
            return
        if ripe and allowed and not one.lies.raised and (one.brought or not self._rule.brought):
            one.lies.raised = True
            findings.signs.append(self._sign(one, Turn.RAISED, scene.at_90k, (*one.film, Shot(scene.picture, one.box))))
            one.film = ()

    def _settle(self, one: _Thing, scene: Scene) -> None:
        """Keep how it looks, where it is more than bare ground."""
        if not self._stands_out(one.box, scene):
            self._things.remove(one)
            return
        before = self._past.before(one.first_90k, one.box)
        one.lies = parked_at(one.box, one.first_90k, ObjectClass.OTHER, scene, before)
        one.lies.by_look = True
        if not one.brought:
            one.film = ()

    def _stands_out(self, box: Box, scene: Scene) -> bool:
        """Whether a place differs from its bare ground, by more than light; where that is not known, nothing is new."""
        ground, contrast = self._past.ground(box), self._past.contrast(scene.picture, box)
        if ground is None or contrast is None or contrast < CONTRAST:
            return False
        return likeness(ground, self._past.now(scene.picture, box)) < GROUND

    def _sign(self, one: _Thing, turn: Turn, at_90k: int, shots: Sequence[Shot] = ()) -> Sign:
        x, y = (one.box[0] + one.box[2]) / 2, one.box[3]
        seen_90k = one.lies.seen_90k if one.lies else at_90k
        detail: dict[str, float | int | str] = {
            "lain_s": round((seen_90k - one.first_90k) / HZ_90K, 1),
            "brought": "yes" if one.brought else "not seen",
        }
        key = f"{self._zone.name}:{round(100 * x)}-{round(100 * y)}@{one.first_90k // HZ_90K}"
        return Sign(
            ANALYTIC, self._zone.name, key, turn, at_90k, one.first_90k,
            label=ObjectClass.OTHER, shots=tuple(shots), detail=detail,
        )  # fmt: skip


def _near(one: Box, other: Box) -> bool:
    """Whether a box lies so near to another that it is of the same heap, or a part of it that was lost."""
    x, y = HEAP * (one[2] - one[0]), HEAP * (one[3] - one[1])
    across = other[2] > one[0] - x and other[0] < one[2] + x
    return across and other[3] > one[1] - y and other[1] < one[3] + y


def _raised(one: _Thing) -> bool:
    return one.lies is not None and one.lies.raised


def _picture(at_90k: int, jpeg: bytes, full_wh: tuple[int, int]) -> Picture:
    bgr = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    return Picture(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8), at_90k, full_wh)
