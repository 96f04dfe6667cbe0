"""Examinations and what they found as rows, within a transaction; called in the store's threads."""

import base64
import binascii
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from pydantic import ValidationError

from ronda.base.errors import Conflict, NotFound
from ronda.bus.examining import FoundThing, ReadPlate
from ronda.evidence.examinations.exam import OPEN, RUNNING, Examination, Found, Standing
from ronda.evidence.examinations.tables import EXAMINATION_FOUND, EXAMINATIONS

MOST_OPEN: Final = 40
_MOST_RUNNING: Final = 8
_LISTED: Final = 200
_AT_ONCE: Final = 200
_OPEN: Final = tuple(state.value for state in OPEN)
_COLUMNS: Final = (*EXAMINATION_FOUND.columns, EXAMINATIONS.c.camera)

Key = tuple[str, int]
"""Id of an examination, and number of what it found."""


def insert(connection: sa.Connection, exam: Examination) -> None:
    """Write a new examination.

    Raises:
        Conflict: The case has very many.
    """
    table = EXAMINATIONS.c
    states = [
        row.state
        for row in connection.execute(sa.select(table.state).where(table.case == exam.case, table.state.in_(_OPEN)))
    ]
    if len(states) >= MOST_OPEN:
        raise Conflict(f"the case has {MOST_OPEN} examinations already", "delete some that led nowhere")
    if sum(state in RUNNING for state in states) >= _MOST_RUNNING:
        raise Conflict(f"{_MOST_RUNNING} examinations of the case are under way", "wait until one of them is done")
    connection.execute(EXAMINATIONS.insert().values(**_values(exam)))


def update(connection: sa.Connection, exam: Examination) -> None:
    """Write an examination as it now is."""
    connection.execute(EXAMINATIONS.update().where(EXAMINATIONS.c.id == exam.id).values(**_values(exam)))


def of_case(connection: sa.Connection, case: str) -> list[Examination]:
    """Return the examinations of a case, the newest first."""
    query = sa.select(EXAMINATIONS).where(EXAMINATIONS.c.case == case)
    rows = connection.execute(query.order_by(EXAMINATIONS.c.at_90k.desc(), EXAMINATIONS.c.id).limit(_LISTED))
    return [_exam(row) for row in rows]


def get(connection: sa.Connection, id: str) -> Examination:
    """Return one examination.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(sa.select(EXAMINATIONS).where(EXAMINATIONS.c.id == id[:40])).first()
    if row is None:
        raise NotFound("there is no such examination (any more)")
    return _exam(row)


def open_ones(connection: sa.Connection) -> list[Examination]:
    """Return all that have not ended."""
    return [_exam(row) for row in connection.execute(sa.select(EXAMINATIONS).where(EXAMINATIONS.c.state.in_(_OPEN)))]


def left_at_nodes(connection: sa.Connection) -> list[Examination]:
    """Return some that have ended and whose files may still be at their nodes."""
    table = EXAMINATIONS.c
    query = sa.select(EXAMINATIONS).where(table.state.not_in(OPEN), table.at_node).limit(50)
    return [_exam(row) for row in connection.execute(query)]


def insert_found(connection: sa.Connection, exam: Examination, things: Iterable[FoundThing]) -> None:
    """Write what an examination found, in the place of what was written before."""
    delete_found(connection, exam.id)
    rows = [_row(exam, thing) for thing in things]
    for first in range(0, len(rows), _AT_ONCE):
        connection.execute(EXAMINATION_FOUND.insert(), rows[first : first + _AT_ONCE])


def delete_found(connection: sa.Connection, id: str) -> None:
    """Delete what an examination found."""
    connection.execute(EXAMINATION_FOUND.delete().where(EXAMINATION_FOUND.c.examination == id))


def found_of(
    connection: sa.Connection, case: str, cameras: Collection[str], examination: str = "", *, looks: bool = False
) -> list[Found]:
    """Return what ready examinations of a case found at some cameras, the earliest first; `likeness` with `looks`."""
    columns = [column for column in _COLUMNS if looks or column is not EXAMINATION_FOUND.c.likeness]
    query = _joined(columns).where(
        EXAMINATION_FOUND.c.case == case,
        EXAMINATIONS.c.state == Standing.READY.value,
        EXAMINATIONS.c.camera.in_(sorted(cameras)),
    )
    if examination:
        query = query.where(EXAMINATION_FOUND.c.examination == examination)
    table = EXAMINATION_FOUND.c
    query = query.order_by(table.best_90k, table.examination, table.n)
    return [_found(row._mapping) for row in connection.execute(query)]


def found_named(
    connection: sa.Connection, case: str, keys: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Found]:
    """Return things that examinations of a case found, by examination and number; those that there are."""
    table, there = EXAMINATION_FOUND.c, dict[Key, Found]()
    wanted = sorted(keys)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        which = sa.or_(*(sa.and_(table.examination == id, table.n == n) for id, n in some))
        query = _joined(_COLUMNS).where(table.case == case, EXAMINATIONS.c.state == Standing.READY.value, which)
        there |= {one.key: one for one in (_found(row._mapping) for row in connection.execute(query))}
    return there


def _joined(columns: Iterable[sa.Column[Any]]) -> sa.Select[Any]:
    whole = EXAMINATION_FOUND.join(EXAMINATIONS, EXAMINATIONS.c.id == EXAMINATION_FOUND.c.examination)
    return sa.select(*columns).select_from(whole)


def _values(exam: Examination) -> dict[str, Any]:
    return {column.name: getattr(exam, column.name) for column in EXAMINATIONS.columns} | {"state": exam.state.value}


def _exam(row: sa.Row[Any]) -> Examination:
    values = dict(row._mapping)
    return Examination(**values | {"state": Standing(values["state"])})


def _row(exam: Examination, thing: FoundThing) -> dict[str, Any]:
    return {
        "examination": exam.id,
        "n": thing.n,
        "case": exam.case,
        "label": thing.label,
        "colour": thing.colour,
        "direction": thing.direction,
        "begun_90k": thing.begun_90k,
        "ended_90k": thing.ended_90k,
        "best_90k": thing.best_90k,
        "xyxy": json.dumps(thing.xyxy),
        "plate": thing.plate.model_dump_json() if thing.plate is not None else "",
        "likeness": _bytes(thing.likeness),
        "likeness_model": thing.likeness_model if thing.likeness is not None else "",
    }


def _bytes(likeness: str | None) -> bytes | None:
    if likeness is None:
        return None
    try:
        data = base64.b64decode(likeness, validate=True)
    except binascii.Error:
        return None
    return data if data and len(data) % 2 == 0 else None


def _found(row: Mapping[Any, Any]) -> Found:
    likeness = row.get("likeness")
    return Found(
        examination=row["examination"],
        n=row["n"],
        camera=row["camera"],
        label=row["label"],
        colour=row["colour"],
        direction=row["direction"],
        begun_90k=row["begun_90k"],
        ended_90k=row["ended_90k"],
        best_90k=row["best_90k"],
        xyxy=tuple(json.loads(row["xyxy"])),
        plate=_plate(row["plate"]),
        likeness=bytes(likeness) if likeness is not None else None,
        likeness_model=row["likeness_model"],
    )


def _plate(text: str) -> ReadPlate | None:
    try:
        return ReadPlate.model_validate_json(text) if text else None
    except ValidationError:
        return None
