"""Reading the log: entries newest first for pages, oldest first for exports.

Everything here runs in the store's threads.
"""

from typing import Any, Final

import sqlalchemy as sa

from ronda.people.access_log.leaf import plain
from ronda.people.access_log.look import ERASED, Entry, Look, Wanted
from ronda.people.access_log.tables import ACCESS_LOG, ACCESS_NAMES

_BEGUN: Final = ACCESS_LOG.alias("begun")
_OVER: Final = ACCESS_LOG.alias("over")
_COLUMNS: Final = (
    _BEGUN.c.number,
    _BEGUN.c.event,
    _BEGUN.c.at,
    _BEGUN.c.action,
    _BEGUN.c.camera,
    _BEGUN.c.area,
    _BEGUN.c.from_90k,
    _BEGUN.c.to_90k,
    _BEGUN.c.remote,
    _OVER.c.at.label("over_at"),
    ACCESS_NAMES.c.who,
    ACCESS_NAMES.c.purpose,
    ACCESS_NAMES.c.reason,
    ACCESS_NAMES.c.subject,
    *(_BEGUN.c[name].is_not(None).label(f"{name}_was") for name in ("who", "purpose", "reason", "subject")),
)
Numbered = tuple[int, Entry]


def newest(connection: sa.Connection, wanted: Wanted, limit: int, before: int | None) -> list[Numbered]:
    """Return up to `limit` entries with their numbers, newest first, older than the number `before`."""
    query = _asked(wanted).order_by(_BEGUN.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(_BEGUN.c.number < before)
    return [_entry(row) for row in connection.execute(query)]


def following(connection: sa.Connection, wanted: Wanted, limit: int, after: int) -> list[Numbered]:
    """Return up to `limit` entries with their numbers, oldest first, younger than the number `after`."""
    query = _asked(wanted).where(_BEGUN.c.number > after).order_by(_BEGUN.c.number).limit(limit)
    return [_entry(row) for row in connection.execute(query)]


def _asked(wanted: Wanted) -> sa.Select[Any]:
    joined = _BEGUN.outerjoin(_OVER, sa.and_(_OVER.c.view == _BEGUN.c.view, _OVER.c.event == "ended")).outerjoin(
        ACCESS_NAMES, ACCESS_NAMES.c.number == _BEGUN.c.number
    )
    query = sa.select(*_COLUMNS).select_from(joined).where(_BEGUN.c.event != "ended")
    if wanted.areas is not None:
        query = query.where(sa.or_(sa.false(), *map(_in_area, wanted.areas)))
    if wanted.who is not None:
        query = query.where(ACCESS_NAMES.c.who == plain(wanted.who))
    if wanted.camera is not None:
        query = query.where(_BEGUN.c.camera == wanted.camera)
    if wanted.actions is not None:
        query = query.where(_BEGUN.c.action.in_(wanted.actions))
    if wanted.from_90k is not None:
        query = query.where(_BEGUN.c.at >= wanted.from_90k)
    if wanted.to_90k is not None:
        query = query.where(_BEGUN.c.at < wanted.to_90k)
    return query


def _in_area(area: str) -> sa.ColumnElement[bool]:
    # What lies below begins with the code and a dot; "/" follows "." where text is sorted byte by byte.
    return sa.or_(_BEGUN.c.area == area, sa.and_(_BEGUN.c.area > f"{area}.", _BEGUN.c.area < f"{area}/"))


def _entry(row: Any) -> Numbered:
    words = [
        ERASED if was and word is None else word
        for was, word in (
            (row.who_was, row.who),
            (row.purpose_was, row.purpose),
            (row.reason_was, row.reason),
            (row.subject_was, row.subject),
        )
    ]
    who, purpose, reason, subject = words
    look = Look(
        who or "",
        row.action,
        row.camera,
        purpose or "",
        row.remote,
        row.from_90k,
        row.to_90k,
        subject,
        row.area,
    )
    entry = Entry(look, row.at, row.over_at, row.event != "refused", reason or "", who is ERASED)
    return row.number, entry
