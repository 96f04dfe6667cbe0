"""Cases as rows, within a transaction; called in the store's threads."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Busy, Conflict, NotFound
from ronda.evidence.cases.case import OPEN, Asker, Case, CaseState, Custody, OwnCameras, Stretch, What
from ronda.evidence.cases.tables import CASE_CUSTODY, CASE_STRETCHES, CASES

_OPEN_VALUES: Final = tuple(state.value for state in OPEN)
_MOST_CUSTODY: Final = 2_000
_MOST_OPEN_OF_ONE: Final = 100
_AT_ONCE: Final = 200
_READ_AT_MOST: Final = 5_000
_STRETCH: Final = ("camera", "from_90k", "to_90k", "area", "hold", "held_90k", "kept_until_90k", "problem", "gone_90k")

_CHANGES: Final = ("held_90k", "kept_until_90k", "problem", "gone_90k")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a list of cases.

    Attributes:
        states: In which states; empty for all.
        limit: How many at most.
        after: Number of the case that the page before ended with; empty for the newest.
    """

    states: tuple[CaseState, ...] = ()
    limit: int = 50
    after: str = ""


def next_number(connection: sa.Connection, year: int) -> str:
    """Return the number of the next case of a year."""
    prefix = f"{year}-"
    query = sa.select(CASES.c.number).where(CASES.c.number.like(f"{prefix}%"))
    # The longest first, so that 2026-10000 comes after 2026-9999.
    newest = query.order_by(sa.func.length(CASES.c.number).desc(), CASES.c.number.desc()).limit(1)
    last = connection.execute(newest).scalar()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


def insert(connection: sa.Connection, case: Case) -> None:
    """Write a new case.

    Raises:
        Busy: Whoever asks has very many open.
        Conflict: Somebody else took its number in this moment.
    """
    mine = sa.select(sa.func.count()).where(CASES.c.by == case.by, CASES.c.state.in_(_OPEN_VALUES))
    if int(connection.execute(mine).scalar() or 0) >= _MOST_OPEN_OF_ONE:
        raise Busy(f"{case.by} has {_MOST_OPEN_OF_ONE} open cases", "close those that are done")
    if connection.execute(sa.select(CASES.c.number).where(CASES.c.number == case.number)).first() is not None:
        raise Conflict("the number was taken in this moment", "ask again")
    connection.execute(CASES.insert().values(**_values(case)))
    rows = [{"case": case.number, "place": place, **asdict(stretch)} for place, stretch in enumerate(case.stretches)]
    connection.execute(CASE_STRETCHES.insert(), rows)


def update(connection: sa.Connection, before: Case, after: Case) -> None:
    """Write a case as it now is."""
    if after == before:
        return
    connection.execute(CASES.update().where(CASES.c.number == after.number).values(**_values(after)))
    for old, new in zip(before.stretches, after.stretches, strict=True):
        if old != new:
            mine = CASE_STRETCHES.c.hold == new.hold
            changed = {name: getattr(new, name) for name in _CHANGES}
            connection.execute(CASE_STRETCHES.update().where(mine).values(**changed))


def get(connection: sa.Connection, number: str) -> Case:
    """Return one case.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(sa.select(CASES).where(CASES.c.number == number[:40])).first()
    if row is None:
        raise NotFound("there is no such case", "check its number")
    return _cases(connection, [row])[0]


def page_of(connection: sa.Connection, asked: Asked, may: Callable[[Case], bool]) -> tuple[list[Case], str | None]:
    """Return cases that `may` lets through, newest first, and where the next page begins; None at the end.

    Raises:
        BadInput: `asked.after` is no case's number.
    """
    after: Case | None = None
    if asked.after:
        try:
            after = get(connection, asked.after)
        except NotFound:
            raise BadInput("the page before ended with no such case", "begin with the first page") from None
    found: list[Case] = []
    read = 0
    while read < _READ_AT_MOST:
        cases = _slice(connection, asked.states, after)
        for case in cases:
            if may(case):
                found.append(case)
            if len(found) == asked.limit:
                return found, case.number
        if len(cases) < _AT_ONCE:
            return found, None
        read, after = read + len(cases), cases[-1]
    return found, None if after is None else after.number


def unsettled(connection: sa.Connection, now_90k: int) -> list[tuple[Case, Stretch]]:
    """Return the stretches that their nodes keep otherwise than their cases say: to be kept, or no longer to be."""
    table = CASE_STRETCHES.c
    kept = sa.and_(
        CASES.c.until_90k > now_90k,
        table.problem == "",
        sa.or_(table.kept_until_90k.is_(None), table.kept_until_90k != CASES.c.until_90k),
    )
    over = sa.and_(CASES.c.until_90k <= now_90k, table.kept_until_90k.is_not(None))
    query = (
        sa.select(CASES, table.hold.label("one_hold"))
        .join(CASE_STRETCHES, table.case == CASES.c.number)
        .where(sa.or_(kept, over))
        .order_by(CASES.c.asked_90k.desc())
        .limit(_AT_ONCE)
    )
    found = connection.execute(query).all()
    holds = {row.one_hold for row in found}
    return [(case, one) for case in _cases(connection, found) for one in case.stretches if one.hold in holds]


def approved(connection: sa.Connection) -> set[tuple[str, str, str]]:
    """Return of every approved case who asked, each of its cameras, and its number: nothing more, so that all fit."""
    query = sa.select(CASES.c.by, CASE_STRETCHES.c.camera, CASES.c.number).join(
        CASE_STRETCHES, CASE_STRETCHES.c.case == CASES.c.number
    )
    found = connection.execute(query.where(CASES.c.state == CaseState.APPROVED.value))
    return {(row.by, row.camera, row.number) for row in found}


def entitling(
    connection: sa.Connection, by: str, camera: str, from_90k: int, to_90k: int, named: str = ""
) -> str | None:
    """Return the number of an approved case in which somebody asked for all of a range of a camera.

    Of several it is the one that is named, else the oldest.
    """
    query = (
        sa.select(CASES.c.number)
        .join(CASE_STRETCHES, CASE_STRETCHES.c.case == CASES.c.number)
        .where(CASES.c.by == by, CASES.c.state == CaseState.APPROVED.value, CASE_STRETCHES.c.camera == camera)
        .where(CASE_STRETCHES.c.from_90k <= from_90k, CASE_STRETCHES.c.to_90k >= to_90k)
        .order_by(CASES.c.number != named, CASES.c.asked_90k, CASES.c.number)
        .limit(1)
    )
    number = connection.execute(query).scalar()
    return None if number is None else str(number)


def touching(connection: sa.Connection, camera: str, from_90k: int, to_90k: int) -> list[str]:
    """Return the numbers of the newest cases that ask for some of a range of a camera."""
    table = CASE_STRETCHES.c
    query = sa.select(table.case).where(table.camera == camera, table.from_90k < to_90k, table.to_90k > from_90k)
    found = connection.execute(query.distinct().order_by(table.case.desc()).limit(_AT_ONCE))
    return [row.case for row in found]


def let_go(connection: sa.Connection) -> list[tuple[Case, Stretch]]:
    """Return stretches that were kept and are not any more, and of which something may still be recorded."""
    table = CASE_STRETCHES.c
    over = sa.and_(table.held_90k.is_not(None), table.kept_until_90k.is_(None), table.gone_90k.is_(None))
    query = sa.select(CASES, table.hold.label("one_hold")).join(CASE_STRETCHES, table.case == CASES.c.number)
    found = connection.execute(query.where(over).order_by(CASES.c.until_90k).limit(_AT_ONCE)).all()
    holds = {row.one_hold for row in found}
    return [(case, one) for case in _cases(connection, found) for one in case.stretches if one.hold in holds]


def write_custody(connection: sa.Connection, number: str, entries: Sequence[Custody]) -> None:
    """Add rows to a case's chain of custody.

    Raises:
        Busy: So much was done to one case that something is wrong.
    """
    if not entries:
        return
    count = sa.select(sa.func.count()).where(CASE_CUSTODY.c.case == number)
    if int(connection.execute(count).scalar() or 0) + len(entries) > _MOST_CUSTODY:
        raise Busy("very much was done in this case already", "close it, and open another one")
    connection.execute(
        CASE_CUSTODY.insert(), [{"case": number, **asdict(entry), "what": entry.what.value} for entry in entries]
    )


def read_custody(connection: sa.Connection, number: str) -> list[Custody]:
    """Return a case's chain of custody, oldest first."""
    table = CASE_CUSTODY.c
    query = sa.select(table.at_90k, table.by, table.what, table.subject, table.sha256, table.note)
    rows = connection.execute(query.where(table.case == number).order_by(table.id))
    return [Custody(row.at_90k, row.by, What(row.what), row.subject, row.sha256, row.note) for row in rows]


def times_to_deliver(connection: sa.Connection, since_90k: int) -> list[int]:
    """Return, for cases asked for since then and delivered, how long that took, `utc_90k` spans."""
    query = sa.select(CASES.c.asked_90k, CASES.c.delivered_90k).where(
        CASES.c.asked_90k >= since_90k, CASES.c.delivered_90k.is_not(None)
    )
    return [row.delivered_90k - row.asked_90k for row in connection.execute(query)]


def _slice(connection: sa.Connection, states: tuple[CaseState, ...], after: Case | None) -> list[Case]:
    table = CASES.c
    query = sa.select(CASES).order_by(table.asked_90k.desc(), table.number.desc()).limit(_AT_ONCE)
    if states:
        query = query.where(table.state.in_([state.value for state in states]))
    if after is not None:
        same = sa.and_(table.asked_90k == after.asked_90k, table.number < after.number)
        query = query.where(sa.or_(table.asked_90k < after.asked_90k, same))
    return _cases(connection, connection.execute(query).all())


def _cases(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Case]:
    numbers = {row.number for row in rows}
    stretches: dict[str, list[Stretch]] = {}
    table = CASE_STRETCHES.c
    query = sa.select(table.case, *(table[name] for name in _STRETCH)).where(table.case.in_(numbers))
    for row in connection.execute(query.order_by(table.place)):
        stretches.setdefault(row.case, []).append(Stretch(*row[1:]))
    names = [column.name for column in CASES.columns]
    found: dict[str, Case] = {}
    for row in rows:
        values = {name: row._mapping[name] for name in names}
        policy = values["policy"]
        values |= {
            "asker": Asker(values["asker"]),
            "state": CaseState(values["state"]),
            "policy": None if policy is None else OwnCameras(policy),
            "stretches": tuple(stretches.get(row.number, ())),
        }
        found.setdefault(row.number, Case(**values))
    return list(found.values())


def _values(case: Case) -> dict[str, Any]:
    values = asdict(case)
    del values["stretches"]
    values |= {"asker": case.asker.value, "state": case.state.value}
    return values | {"policy": None if case.policy is None else case.policy.value}
