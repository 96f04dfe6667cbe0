"""Which alarms are asked for, and how lists of them are read page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput
from ronda.response.alarm import Alarm, AlarmState
from ronda.response.rows import OPEN_VALUES, alarm_of
from ronda.response.tables import ALARMS

_AT_ONCE: Final = 500
_READ_AT_MOST: Final = 5_000
"""Rows that one answer looks through; where more lie between, the next page goes on from there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a list of alarms.

    Attributes:
        states: In which states; empty for all.
        analytic: Of which analytic; empty for all.
        area: Region code, with all below; empty for the whole city.
        camera: Of which camera; empty for all.
        since_90k: Raised at that moment or later.
        urgent_first: By priority and then by time; else by time alone. Newest first in both.
        limit: How many at most.
        after: Where the page before ended.
    """

    states: tuple[AlarmState, ...] = ()
    analytic: str = ""
    area: str = ""
    camera: str = ""
    since_90k: int | None = None
    urgent_first: bool = True
    limit: int = 50
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some alarms, and where the next ones are to be found; None at the end."""

    alarms: tuple[Alarm, ...]
    after: str | None


def page_of(connection: sa.Connection, asked: Asked, may: Callable[[Alarm], bool]) -> Page:
    """Return the alarms that are asked for and that `may` lets through.

    Raises:
        BadInput: `asked.after` is nothing that a page ended with.
    """
    found: list[Alarm] = []
    cursor, read = _cursor(asked.after) if asked.after else None, 0
    while read < _READ_AT_MOST:
        rows = connection.execute(_query(asked, cursor)).all()
        for number, row in enumerate(rows):
            alarm = alarm_of(row)
            cursor = (alarm.priority, alarm.raised_90k, alarm.id)
            if may(alarm):
                found.append(alarm)
            if len(found) == asked.limit:
                more = number + 1 < len(rows) or len(rows) == _AT_ONCE
                return Page(tuple(found), _text(cursor) if more else None)
        if len(rows) < _AT_ONCE or cursor is None:
            return Page(tuple(found), None)
        read += len(rows)
    return Page(tuple(found), _text(cursor) if cursor else None)


def open_by_camera(connection: sa.Connection) -> dict[tuple[str, str], int]:
    """Return how many open alarms there are by camera and state."""
    table = ALARMS.c
    query = sa.select(table.camera, table.state, sa.func.count()).where(table.state.in_(OPEN_VALUES))
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query.group_by(table.camera, table.state))}


def _query(asked: Asked, cursor: tuple[int, int, str] | None) -> sa.Select[tuple[object, ...]]:
    table = ALARMS.c
    query = sa.select(ALARMS).limit(_AT_ONCE)
    if asked.states:
        query = query.where(table.state.in_([state.value for state in asked.states]))
    if asked.analytic:
        query = query.where(table.analytic == asked.analytic)
    if asked.camera:
        query = query.where(table.camera == asked.camera)
    if asked.area:
        query = query.where(sa.or_(table.area == asked.area, table.area.like(f"{asked.area}.%")))
    if asked.since_90k is not None:
        query = query.where(table.raised_90k >= asked.since_90k)
    order = (table.raised_90k.desc(), table.id.desc())
    if asked.urgent_first:
        query = query.order_by(table.priority, *order)
    else:
        query = query.order_by(*order)
    if cursor is not None:
        priority, raised_90k, id = cursor
        older = sa.or_(table.raised_90k < raised_90k, sa.and_(table.raised_90k == raised_90k, table.id < id))
        if asked.urgent_first:
            older = sa.or_(table.priority > priority, sa.and_(table.priority == priority, older))
        query = query.where(older)
    return query


def _text(cursor: tuple[int, int, str]) -> str:
    return "-".join(str(part) for part in cursor)


def _cursor(text: str) -> tuple[int, int, str]:
    parts = text.split("-")
    if len(parts) != 3 or not (parts[0].isdecimal() and parts[1].isdecimal() and len(text) < 60):
        raise BadInput(f"after={text[:40]!r} is no place in the list", "give what the page before said")
    priority, raised_90k = int(parts[0]), int(parts[1])
    if priority > 10 or raised_90k >= 2**62:
        raise BadInput(f"after={text[:40]!r} is no place in the list", "give what the page before said")
    return priority, raised_90k, parts[2]
