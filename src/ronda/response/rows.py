"""Alarms and dispatches as rows, within a transaction; called in the store's threads."""

import json
import secrets
from dataclasses import asdict
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import Busy, NotFound
from ronda.bus.observations import ShotName
from ronda.response.alarm import OPEN, Alarm, AlarmState, Attention, Entry, Verdict, ViewStep
from ronda.response.dispatch import UNDER_WAY, Dispatch, DispatchState, Outcome
from ronda.response.tables import ALARM_LOG, ALARMS, DISPATCHES

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LETTERS: Final = 10
_LOG_AT_MOST: Final = 300
"""Steps of one alarm that are kept; a cause that flaps for days writes no more than that."""
OPEN_VALUES: Final = tuple(state.value for state in OPEN)
UNDER_WAY_VALUES: Final = tuple(state.value for state in UNDER_WAY)


def new_id() -> str:
    """Return an id that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LETTERS))


def alarm_of(row: sa.Row[Any]) -> Alarm:
    """Return the alarm of a row."""
    values = dict(row._mapping)
    verdict = values["verdict"]
    return Alarm(
        **values
        | {
            "state": AlarmState(values["state"]),
            "attention": Attention(values["attention"]),
            "verdict": None if verdict is None else Verdict(verdict),
            "view": ViewStep(values["view"]),
            "shots": tuple(ShotName.model_validate(one) for one in json.loads(values["shots"])),
            "detail": json.loads(values["detail"]),
        }
    )


def dispatch_of(row: sa.Row[Any]) -> Dispatch:
    """Return the dispatch of a row."""
    values = dict(row._mapping)
    outcome = values["outcome"]
    return Dispatch(
        **values | {"state": DispatchState(values["state"]), "outcome": None if outcome is None else Outcome(outcome)}
    )


def get_alarm(connection: sa.Connection, id: str) -> Alarm:
    """Return one alarm.

    Raises:
        NotFound: There is none (any more).
    """
    row = connection.execute(sa.select(ALARMS).where(ALARMS.c.id == id[:40])).first()
    if row is None:
        raise NotFound("there is no such alarm", "it may be too old")
    return alarm_of(row)


def get_dispatch(connection: sa.Connection, id: str) -> Dispatch:
    """Return one dispatch.

    Raises:
        NotFound: There is none (any more).
    """
    row = connection.execute(sa.select(DISPATCHES).where(DISPATCHES.c.id == id[:40])).first()
    if row is None:
        raise NotFound("there is no such dispatch", "it may be too old")
    return dispatch_of(row)


def dispatches_of(connection: sa.Connection, alarm: str) -> list[Dispatch]:
    """Return an alarm's dispatches, oldest first."""
    query = sa.select(DISPATCHES).where(DISPATCHES.c.alarm == alarm).order_by(DISPATCHES.c.offered_90k, DISPATCHES.c.id)
    return [dispatch_of(row) for row in connection.execute(query)]


def newest_of_cause(connection: sa.Connection, camera: str, analytic: str, key: str) -> Alarm | None:
    """Return the newest alarm of a cause; None where there was none."""
    table = ALARMS.c
    query = sa.select(ALARMS).where(table.camera == camera, table.analytic == analytic, table.key == key)
    row = connection.execute(query.order_by(table.raised_90k.desc(), table.id.desc()).limit(1)).first()
    return None if row is None else alarm_of(row)


def open_of(connection: sa.Connection, camera: str, analytic: str) -> list[Alarm]:
    """Return the open alarms of a camera and analytic, newest first."""
    table = ALARMS.c
    query = sa.select(ALARMS).where(table.camera == camera, table.analytic == analytic, table.state.in_(OPEN_VALUES))
    return [alarm_of(row) for row in connection.execute(query.order_by(table.raised_90k.desc(), table.id.desc()))]


def put_alarm(connection: sa.Connection, alarm: Alarm, *, new: bool = False) -> None:
    """Write an alarm as it now is."""
    values = asdict(alarm) | {
        "shots": json.dumps([one.model_dump(mode="json") for one in alarm.shots]),
        "detail": json.dumps(alarm.detail),
    }
    if new:
        connection.execute(ALARMS.insert().values(**values))
    else:
        connection.execute(ALARMS.update().where(ALARMS.c.id == alarm.id).values(**values))


def put_dispatch(connection: sa.Connection, dispatch: Dispatch, *, new: bool = False) -> None:
    """Write a dispatch as it now is."""
    if new:
        connection.execute(DISPATCHES.insert().values(**asdict(dispatch)))
    else:
        connection.execute(DISPATCHES.update().where(DISPATCHES.c.id == dispatch.id).values(**asdict(dispatch)))


def write_log(connection: sa.Connection, alarm: str, *entries: Entry) -> None:
    """Write steps of an alarm; what the eyes say beyond the bound is left out, what people do never is.

    Raises:
        Busy: People have done so much to one alarm that something is wrong.
    """
    if not entries:
        return
    count = sa.select(sa.func.count()).where(ALARM_LOG.c.alarm == alarm)
    held = int(connection.execute(count).scalar() or 0)
    if held >= _LOG_AT_MOST:
        entries = tuple(entry for entry in entries if entry.by != "system")
    if held >= 2 * _LOG_AT_MOST and entries:
        raise Busy("very much was done to this alarm already", "close it, and let the next one be raised")
    if entries:
        connection.execute(ALARM_LOG.insert(), [{"alarm": alarm, **asdict(entry)} for entry in entries])


def read_log(connection: sa.Connection, alarm: str) -> list[Entry]:
    """Return the steps of an alarm, oldest first."""
    table = ALARM_LOG.c
    query = sa.select(table.at_90k, table.by, table.what, table.subject, table.note).where(table.alarm == alarm)
    return [Entry(*row) for row in connection.execute(query.order_by(table.id))]
