"""Search in what was seen: things that passed, by what they were, where and when, newest first."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import HZ_90K
from ronda.city.tables import CAMERAS
from ronda.insight.spans import Span
from ronda.insight.tables import OBSERVATION_GAPS, SEEN_TRACKS
from ronda.store.database import Store

_LEAD_90K: Final = 600 * HZ_90K
"""What was first seen so long before a span and was still there within it is found too."""
_SLICE_90K: Final = 6 * 3600 * HZ_90K
"""So much time is looked through at once; between slices an answer may end."""
_LONGEST_S: Final = 2.0
_MOST_CAMERAS: Final = 20_000
_MOST_GAPS: Final = 50

KINDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "bicycle": ("bicycle", "two-wheeler"),
    "motorcycle": ("motorcycle", "two-wheeler"),
    "two-wheeler": ("two-wheeler", "bicycle", "motorcycle"),
    "bus": ("bus", "bus-or-truck"),
    "truck": ("truck", "bus-or-truck"),
    "bus-or-truck": ("bus-or-truck", "bus", "truck"),
}
"""What else a thing of a class may have been called by an eye that tells less, or more."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for; what is empty does not matter.

    Attributes:
        cameras: Ids of those that may be searched.
        spans: When, newest first; see `ronda.insight.spans.spans`.
        labels: Any of these classes.
        colours: Any of these colours.
        line: It crossed this line.
        direction: That line so; without a line, any line so, or it went so on the picture (`up`, `left`, …).
        zone: It stood in this zone.
        limit: The most that one answer holds.
        after: Moment and number of the last one of the answer before.
    """

    cameras: Collection[str]
    spans: Sequence[Span]
    labels: Sequence[str] = ()
    colours: Sequence[str] = ()
    line: str = ""
    direction: str = ""
    zone: str = ""
    limit: int = 60
    after: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was followed to its end.

    Attributes:
        eye: As the tables name it; see `ronda.insight.observations.eye_of`.
        picture: Name of its best picture, of the moment `picture_90k`; `place` is where it is on the camera's view.
        lines: Lines that it crossed, each with a direction.
        zones: Zones in which it stood.
    """

    id: int
    camera: str
    first_90k: int
    last_90k: int
    label: str
    colour: str
    direction: str
    lines: list[tuple[str, str]]
    zones: list[str]
    speed_kmh: float | None
    picture: str | None
    picture_90k: int | None
    place: list[float] | None
    eye: str


@dataclass(frozen=True, slots=True)
class Unseen:
    """A stretch within what is searched in which a camera was not looked at."""

    camera: str
    from_90k: int
    to_90k: int
    cause: str


class SeenSearch:
    """Searches the things that passed.

    Args:
        store: The database.
        longest_s: An answer that takes longer ends with what it has, and the next one goes on from there.
    """

    def __init__(self, store: Store, longest_s: float = _LONGEST_S) -> None:
        self._store = store
        self._longest_s = longest_s

    async def cameras(self, spans: Sequence[Span]) -> frozenset[str]:
        """Return of which cameras there is anything at all within the time."""
        if not spans:
            return frozenset()
        table = SEEN_TRACKS.c
        whole = sa.and_(
            table.camera == CAMERAS.c.id,
            table.first_90k >= spans[-1].from_90k - _LEAD_90K,
            table.first_90k < spans[0].to_90k,
        )
        # One step into the index for each camera, instead of a walk over all that was seen.
        query = sa.select(CAMERAS.c.id).where(sa.exists().where(whole))
        return frozenset(await self._store.read(lambda connection: connection.execute(query).scalars().all()))

    async def one(self, camera: str, id: int) -> Found:
        """Return one thing that passed a camera.

        Raises:
            NotFound: There is none (any more).
        """
        query = sa.select(SEEN_TRACKS).where(SEEN_TRACKS.c.id == id, SEEN_TRACKS.c.camera == camera)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound("nothing of that number passed this camera", "it may be too old")
        return _found(row)

    async def found(self, sought: Sought) -> tuple[list[Found], tuple[int, int] | None]:
        """Return one answer, newest first, and with what the next one is asked for; None where it was the last.

        An answer may be short, or empty, and yet not the last: see `longest_s`.

        Raises:
            BadInput: It is more than one search looks through.
        """
        if len(sought.cameras) > _MOST_CAMERAS:
            raise BadInput(f"{len(sought.cameras)} cameras are more than one search looks through", "name an area")
        if not sought.cameras:
            return [], None
        rows, until_90k = await self._store.read(lambda connection: _read(connection, sought, self._longest_s))
        found = [_found(row) for row in rows[: sought.limit]]
        if len(rows) > sought.limit:
            return found, (found[-1].first_90k, found[-1].id)
        return found, None if until_90k is None else (until_90k, 0)

    async def unseen(self, cameras: Collection[str], spans: Sequence[Span], now_90k: int) -> tuple[list[Unseen], bool]:
        """Return when cameras were not looked at, newest first, and whether there is more than is told."""
        if not cameras or len(cameras) > _MOST_CAMERAS:
            return [], False
        return await self._store.read(lambda connection: _unseen(connection, cameras, spans, now_90k))


_Rows = list[sa.Row[tuple[Any, ...]]]


def _read(connection: sa.Connection, sought: Sought, longest_s: float) -> tuple[_Rows, int | None]:
    """Return the rows, one more than wanted where there are more; and down to when, where it ended before the end."""
    table, same, began = SEEN_TRACKS.c, _conditions(sought), monotonic()
    rows: _Rows = []
    until_90k: int | None = None
    for span, part in _slices(sought):
        if until_90k is not None and monotonic() - began > longest_s:
            return rows, until_90k
        within = (table.first_90k >= part.from_90k, table.first_90k < part.to_90k, table.last_90k >= span.from_90k)
        query = sa.select(SEEN_TRACKS).where(*within, *same).order_by(table.first_90k.desc(), table.id.desc())
        rows += connection.execute(query.limit(sought.limit + 1 - len(rows))).all()
        if len(rows) > sought.limit:
            break
        until_90k = part.from_90k
    return rows, None


def _slices(sought: Sought) -> Iterator[tuple[Span, Span]]:
    """Yield each span with a piece of it, newest first; what an answer before has told is left out."""
    for number, span in enumerate(sought.spans):
        before_90k = sought.spans[number + 1].to_90k if number + 1 < len(sought.spans) else 0
        # Never into the span before: nothing is found twice, and the order stays that of time.
        first_90k = max(span.from_90k - _LEAD_90K, before_90k)
        to_90k = span.to_90k if sought.after is None else min(span.to_90k, sought.after[0] + 1)
        while to_90k > first_90k:
            from_90k = max(first_90k, to_90k - _SLICE_90K)
            yield span, Span(from_90k, to_90k)
            to_90k = from_90k


def _conditions(sought: Sought) -> list[sa.ColumnElement[bool]]:
    table = SEEN_TRACKS.c
    found: list[sa.ColumnElement[bool]] = [table.camera.in_(sorted(sought.cameras))]
    if sought.labels:
        found.append(table.label.in_(sorted({kind for one in sought.labels for kind in KINDS_OF.get(one, (one,))})))
    if sought.colours:
        found.append(table.colour.in_(sorted(set(sought.colours))))
    if sought.line and sought.direction:
        found.append(_holds(table.lines, json.dumps([sought.line, sought.direction])))
    elif sought.line:
        found.append(_holds(table.lines, f"[{json.dumps(sought.line)}, "))
    elif sought.direction:
        passed = _holds(table.lines, f", {json.dumps(sought.direction)}]")
        found.append(sa.or_(table.direction == sought.direction, passed))
    if sought.zone:
        name = json.dumps(sought.zone)
        found.append(sa.or_(_holds(table.zones, f"[{name}"), _holds(table.zones, f", {name}")))
    if sought.after is not None:
        first_90k, id = sought.after
        found.append(sa.or_(table.first_90k < first_90k, sa.and_(table.first_90k == first_90k, table.id < id)))
    return found


def _holds(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    """Whether JSON holds a part, letter by letter: LIKE minds neither case nor percent signs alike everywhere."""
    return sa.func.replace(column, text, "") != column


def _found(row: sa.Row[tuple[Any, ...]]) -> Found:
    return Found(
        id=row.id,
        camera=row.camera,
        first_90k=row.first_90k,
        last_90k=row.last_90k,
        label=row.label,
        colour=row.colour,
        direction=row.direction,
        lines=[(line, direction) for line, direction in json.loads(row.lines)],
        zones=json.loads(row.zones),
        speed_kmh=row.speed_kmh,
        picture=row.picture,
        picture_90k=row.picture_90k,
        place=json.loads(row.place) if row.place else None,
        eye=row.eye,
    )


def _unseen(
    connection: sa.Connection, cameras: Collection[str], spans: Sequence[Span], now_90k: int
) -> tuple[list[Unseen], bool]:
    table = OBSERVATION_GAPS.c
    found: list[Unseen] = []
    for span in spans:
        within = (
            table.camera.in_(sorted(cameras)),
            table.from_90k < span.to_90k,
            sa.or_(table.to_90k > span.from_90k, table.lasts),
        )
        query = sa.select(OBSERVATION_GAPS).where(*within).order_by(table.from_90k.desc(), table.camera)
        for row in connection.execute(query.limit(_MOST_GAPS + 1 - len(found))):
            end_90k = min(now_90k if row.lasts else row.to_90k, span.to_90k)
            begin_90k = max(row.from_90k, span.from_90k)
            if begin_90k < end_90k:
                found.append(Unseen(row.camera, begin_90k, end_90k, row.cause))
        if len(found) > _MOST_GAPS:
            return found[:_MOST_GAPS], True
    return found, False
