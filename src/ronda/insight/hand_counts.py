"""What people counted by hand at a line, and how right the eye's count of the same minutes was.

The measure is that of the AI City Challenge (effectiveness): of cumulative counts x at the ends of k segments, here the
minutes, wRMSE = sqrt(sum w_i (x^_i - x_i)^2) with w_i = 2i / (k (k + 1)), and max(0, 1 - wRMSE / total); its mean over
directions and classes, weighted by what passed.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotFound
from ronda.insight.observations import MINUTE_90K
from ronda.insight.tables import COUNTS, HAND_COUNTS, OBSERVATION_GAPS
from ronda.store.database import Store

MOST_MINUTES: Final = 60
_MOST_SHOWN: Final = 50
_LONGEST_GAP_90K: Final = MINUTE_90K // 6
"""Ten seconds: what is missed in a shorter one is the eye's own fault."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One direction and class of a line; an empty class is for all of them together."""

    direction: str
    label: str


Lanes = Mapping[Lane, Sequence[int]]
"""What passed, minute by minute."""


@dataclass(frozen=True, slots=True)
class HandCount:
    """One count by hand beside that of the eye.

    Attributes:
        live: Whether it was counted while it happened, and not from a recording.
        by: Who counted.
        at_90k: When it was stored.
        eye: Which eyes counted, as the tables name them.
        hand: What the person counted.
        counted: What the eye counted in the same minutes.
        effectiveness: How right that was, 0 to 1.
    """

    id: str
    camera: str
    line: str
    from_90k: int
    to_90k: int
    live: bool
    by: str
    at_90k: int
    eye: tuple[str, ...]
    hand: Lanes = field(default_factory=dict)
    counted: Lanes = field(default_factory=dict)
    effectiveness: float = 0.0


def effectiveness(hand: Lanes, counted: Lanes, minutes: int) -> float:
    """Return how right counts are, 0 to 1; of a stretch in which nothing passed, 1 where nothing was counted."""
    whole = sum(sum(some) for some in hand.values())
    if whole == 0:
        return 0.0 if any(sum(some) for some in counted.values()) else 1.0
    found = 0.0
    for lane, some in hand.items():
        total, true, seen, squares = sum(some), 0, 0, 0.0
        theirs = counted.get(lane, (0,) * minutes)
        for index in range(minutes):
            true, seen = true + some[index], seen + theirs[index]
            squares += 2 * (index + 1) / (minutes * (minutes + 1)) * (seen - true) ** 2
        if total:
            found += total * max(0.0, 1 - sqrt(squares) / total)
    return found / whole


def without_class(lanes: Lanes, minutes: int) -> dict[Lane, list[int]]:
    """Return the same with all classes of a direction together."""
    found: dict[Lane, list[int]] = {}
    for lane, some in lanes.items():
        held = found.setdefault(Lane(lane.direction, ""), [0] * minutes)
        for index, count in enumerate(some):
            held[index] += count
    return found


class HandCounts:
    """Keeps them.

    Args:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, given: HandCount) -> HandCount:
        """Compare what a person counted with what the eye did, keep both, and return it.

        Args:
            given: Without `id`, `eye`, `counted` and `effectiveness`, which are worked out.

        Raises:
            BadInput: The camera was not looked at for a part of it, or the eye counted nothing at that line that day.
        """
        return await self._store.run(lambda connection: _add(connection, given))

    async def of(self, camera: str) -> list[HandCount]:
        """Return those of a camera, the newest first, 50 at most."""
        table = HAND_COUNTS.c
        query = sa.select(HAND_COUNTS).where(table.camera == camera).order_by(table.at_90k.desc()).limit(_MOST_SHOWN)

        def work(connection: sa.Connection) -> list[HandCount]:
            return [_made(row) for row in connection.execute(query)]

        return await self._store.read(work)

    async def remove(self, camera: str, id: str) -> None:
        """Take one back: somebody counted wrong.

        Raises:
            NotFound: There is no such count at that camera.
        """
        mine = sa.and_(HAND_COUNTS.c.camera == camera, HAND_COUNTS.c.id == id)
        if not await self._store.run(lambda connection: connection.execute(HAND_COUNTS.delete().where(mine)).rowcount):
            raise NotFound(f"there is no count {id!r} at this camera")


def _add(connection: sa.Connection, given: HandCount) -> HandCount:
    minutes = (given.to_90k - given.from_90k) // MINUTE_90K
    _check_watched(connection, given)
    counted, eyes = _counted(connection, given, minutes)
    hand = given.hand
    if all(not lane.label for lane in hand):
        counted = without_class(counted, minutes)
    made = HandCount(
        secrets.token_hex(6),
        given.camera,
        given.line,
        given.from_90k,
        given.to_90k,
        given.live,
        given.by,
        given.at_90k,
        tuple(sorted(eyes)),
        hand,
        counted,
        effectiveness(hand, counted, minutes),
    )
    row = {name: getattr(made, name) for name in ("id", "camera", "line", "from_90k", "to_90k", "live", "by", "at_90k")}
    row |= {"eye": json.dumps(made.eye), "hand": _text(hand), "counted": _text(counted)}
    connection.execute(HAND_COUNTS.insert().values(**row, effectiveness=made.effectiveness))
    return made


def _check_watched(connection: sa.Connection, given: HandCount) -> None:
    table = OBSERVATION_GAPS.c
    within = sa.and_(
        table.camera == given.camera, table.from_90k < given.to_90k, sa.or_(table.to_90k > given.from_90k, table.lasts)
    )
    dark = 0
    for from_90k, to_90k, lasts in connection.execute(
        sa.select(table.from_90k, table.to_90k, table.lasts).where(within)
    ):
        dark += min(given.to_90k if lasts else to_90k, given.to_90k) - max(from_90k, given.from_90k)
    if dark > _LONGEST_GAP_90K:
        seconds = dark * 60 // MINUTE_90K
        raise BadInput(f"the eye did not look for {seconds} s of this stretch", "choose one without a gap")


def _counted(connection: sa.Connection, given: HandCount, minutes: int) -> tuple[dict[Lane, list[int]], set[str]]:
    table, first = COUNTS.c, given.from_90k // MINUTE_90K
    day = 24 * 60
    query = sa.select(table.minute, table.direction, table.label, table.eye, table["count"]).where(
        table.camera == given.camera, table.line == given.line, table.minute >= first - day, table.minute < first + day
    )
    found: dict[Lane, list[int]] = {}
    around, eyes = set[str](), set[str]()
    for minute, direction, label, eye, count in connection.execute(query):
        around.add(eye)
        if first <= minute < first + minutes:
            eyes.add(eye)
            found.setdefault(Lane(direction, label), [0] * minutes)[minute - first] += count
    if not around:
        raise BadInput(
            f"no eye counted at the line {given.line!r} within a day of this", "choose a line and a time with counts"
        )
    return found, eyes or around


def _text(lanes: Lanes) -> str:
    return json.dumps([[lane.direction, lane.label, list(some)] for lane, some in sorted(lanes.items(), key=str)])


def _lanes(text: str) -> dict[Lane, list[int]]:
    rows: Iterable[tuple[str, str, list[int]]] = json.loads(text)
    return {Lane(direction, label): some for direction, label, some in rows}


def _made(row: sa.Row[tuple[object, ...]]) -> HandCount:
    held = dict(row._mapping)
    held |= {"eye": tuple(json.loads(held["eye"])), "hand": _lanes(held["hand"]), "counted": _lanes(held["counted"])}
    return HandCount(**held)
