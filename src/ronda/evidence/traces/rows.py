"""Traces as rows, within a transaction; called in the store's threads."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import Conflict, NotFound
from ronda.evidence.traces.tables import TRACE_LINKS, TRACE_POINTS, TRACES
from ronda.evidence.traces.trace import Point, Said, Trace, TraceKind, TraceLinkState

MOST_TRACES: Final = 20
MOST_POINTS: Final = 60
_AT_ONCE: Final = 200


def of_case(connection: sa.Connection, case: str) -> list[Trace]:
    """Return the traces of a case, the oldest first."""
    query = sa.select(TRACES).where(TRACES.c.case == case).order_by(TRACES.c.at_90k, TRACES.c.id)
    return _whole(connection, connection.execute(query).all())


def get(connection: sa.Connection, case: str, id: str) -> Trace:
    """Return one trace of a case.

    Raises:
        NotFound: The case has none such.
    """
    query = sa.select(TRACES).where(TRACES.c.id == id[:40], TRACES.c.case == case)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("the case has no such trace")
    return _whole(connection, [row])[0]


def insert(connection: sa.Connection, trace: Trace) -> None:
    """Write a new trace.

    Raises:
        Conflict: The case has very many.
    """
    count = sa.select(sa.func.count()).select_from(TRACES).where(TRACES.c.case == trace.case)
    if int(connection.execute(count).scalar() or 0) >= MOST_TRACES:
        raise Conflict(f"the case has {MOST_TRACES} traces already", "delete one that leads nowhere")
    connection.execute(
        TRACES.insert().values(
            id=trace.id, case=trace.case, title=trace.title, kind=trace.kind.value, by=trace.by, at_90k=trace.at_90k
        )
    )


def insert_point(connection: sa.Connection, point: Point) -> None:
    """Write a new point.

    Raises:
        NotFound: The trace was deleted meanwhile.
        Conflict: The trace has very many, or this one already.
    """
    if connection.execute(sa.select(TRACES.c.id).where(TRACES.c.id == point.trace)).first() is None:
        raise NotFound("the case has no such trace (any more)")
    table = TRACE_POINTS.c
    others = connection.execute(sa.select(table.camera, table.at_90k).where(table.trace == point.trace)).all()
    if len(others) >= MOST_POINTS:
        raise Conflict(f"the trace has {MOST_POINTS} points already", "remove some, or begin another trace")
    if (point.camera, point.at_90k) in {(row.camera, row.at_90k) for row in others}:
        raise Conflict("this picture is on the board already", "choose another moment")
    connection.execute(TRACE_POINTS.insert().values(**_values(point)))


def delete_point(connection: sa.Connection, trace: str, point: str) -> Point:
    """Delete a point and what was said of its links; return it.

    Raises:
        NotFound: The trace has no such point.
    """
    mine = sa.and_(TRACE_POINTS.c.id == point[:40], TRACE_POINTS.c.trace == trace)
    row = connection.execute(sa.select(TRACE_POINTS).where(mine)).first()
    if row is None:
        raise NotFound("the trace has no such point")
    connection.execute(TRACE_POINTS.delete().where(mine))
    ends = sa.or_(TRACE_LINKS.c.from_point == row.id, TRACE_LINKS.c.to_point == row.id)
    connection.execute(TRACE_LINKS.delete().where(ends))
    return _point(row)


def delete(connection: sa.Connection, id: str) -> None:
    """Delete a trace with all that is on it."""
    connection.execute(TRACE_LINKS.delete().where(TRACE_LINKS.c.trace == id))
    connection.execute(TRACE_POINTS.delete().where(TRACE_POINTS.c.trace == id))
    connection.execute(TRACES.delete().where(TRACES.c.id == id))


def say(connection: sa.Connection, trace: str, ends: tuple[str, str], said: Said) -> None:
    """Write down what a person says of a link."""
    mine = sa.and_(TRACE_LINKS.c.from_point == ends[0], TRACE_LINKS.c.to_point == ends[1])
    connection.execute(TRACE_LINKS.delete().where(mine))
    connection.execute(
        TRACE_LINKS.insert().values(
            from_point=ends[0],
            to_point=ends[1],
            trace=trace,
            state=said.state.value,
            note=said.note,
            by=said.by,
            at_90k=said.at_90k,
        )
    )


def cases_with_traces(connection: sa.Connection) -> list[str]:
    """Return the numbers of cases that have any."""
    return list(connection.execute(sa.select(TRACES.c.case).distinct()).scalars())


def points_of(connection: sa.Connection, camera: str, from_90k: int, to_90k: int) -> list[tuple[str, str, str]]:
    """Return case, trace and id of the points that show a camera within a time."""
    table = TRACE_POINTS.c
    query = (
        sa.select(TRACES.c.case, table.trace, table.id)
        .join(TRACES, TRACES.c.id == table.trace)
        .where(table.camera == camera, table.at_90k >= from_90k, table.at_90k < to_90k)
        .order_by(table.at_90k, table.id)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def points_there(connection: sa.Connection, ids: Iterable[str]) -> frozenset[str]:
    """Return those of `ids` that are points."""
    asked, there = list(ids), set[str]()
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        there |= set(connection.execute(sa.select(TRACE_POINTS.c.id).where(TRACE_POINTS.c.id.in_(some))).scalars())
    return frozenset(there)


def _whole(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Trace]:
    ids = [row.id for row in rows]
    points: dict[str, list[Point]] = {}
    for row in connection.execute(sa.select(TRACE_POINTS).where(TRACE_POINTS.c.trace.in_(ids))):
        points.setdefault(row.trace, []).append(_point(row))
    said: dict[str, dict[tuple[str, str], Said]] = {}
    for row in connection.execute(sa.select(TRACE_LINKS).where(TRACE_LINKS.c.trace.in_(ids))):
        known = said.setdefault(row.trace, {})
        known[row.from_point, row.to_point] = Said(TraceLinkState(row.state), row.note, row.by, row.at_90k)
    return [
        Trace(
            *(row.id, row.case, row.title, TraceKind(row.kind), row.by, row.at_90k), said=said.get(row.id)
        ).with_points(points.get(row.id, ()))
        for row in rows
    ]


def _values(point: Point) -> dict[str, Any]:
    values = {column.name: getattr(point, column.name) for column in TRACE_POINTS.columns}
    return values | {"xyxy": json.dumps(point.xyxy) if point.xyxy is not None else ""}


def _point(row: sa.Row[Any]) -> Point:
    values = dict(row._mapping)
    return Point(**values | {"xyxy": tuple(json.loads(values["xyxy"])) if values["xyxy"] else None})
