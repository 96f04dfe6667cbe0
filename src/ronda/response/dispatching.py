"""Dispatches: alarms handed to agencies, and what the agencies answer; each step is in the alarm's log.

Owned state: the table of dispatches, and in memory what is lent with those that are under way: the policy asks for it
at each look.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import Conflict
from ronda.base.time import HZ_90K, Clock
from ronda.response import dispatch as steps
from ronda.response import machine, rows
from ronda.response.alarm import Alarm, AlarmState, Entry
from ronda.response.dispatch import CALLS, Dispatch, DispatchState, Outcome
from ronda.response.rules import Bounds
from ronda.response.tables import ALARMS, DISPATCHES
from ronda.store.database import Store

_PER_ALARM: Final = 20
_LISTED: Final = 100
_ENDED_SHOWN_90K: Final = 86_400 * HZ_90K


@dataclass(frozen=True, slots=True)
class Duty:
    """A dispatch with the alarm that it is about."""

    dispatch: Dispatch
    alarm: Alarm


@dataclass(frozen=True, slots=True)
class _Lent:
    alarm: str
    camera: str
    agency: str
    moments: frozenset[int]


class Dispatches:
    """All dispatches; made by `Dispatches.open`.

    Args:
        store: The database.
        clock: The time.
        bounds: What the installation sets.
    """

    def __init__(self, store: Store, clock: Clock, bounds: Bounds) -> None:
        self._store = store
        self._clock = clock
        self._bounds = bounds
        self._lent: dict[str, _Lent] = {}
        self._by_camera: dict[str, set[str]] = {}

    async def open(self) -> None:
        """Read what is lent: once, before anybody asks."""
        under_way = DISPATCHES.c.state.in_(rows.UNDER_WAY_VALUES)

        def work(connection: sa.Connection) -> list[tuple[Alarm, Dispatch]]:
            found = [rows.dispatch_of(row) for row in connection.execute(sa.select(DISPATCHES).where(under_way))]
            return [(rows.get_alarm(connection, one.alarm), one) for one in found]

        for alarm, dispatch in await self._store.read(work):
            self.lend(alarm, [dispatch])

    @property
    def under_way(self) -> int:
        """How many agencies still have."""
        return len(self._lent)

    def lent(self, agency: str | None, camera: str, moment_90k: int | None) -> bool:
        """Whether an agency (None: any) has a dispatch under way at a camera; with a moment, with a picture of then."""
        for id in self._by_camera.get(camera, ()):
            one = self._lent[id]
            if agency in (None, one.agency) and (moment_90k is None or moment_90k in one.moments):
                return True
        return False

    def lend(self, alarm: Alarm, dispatches: Iterable[Dispatch]) -> None:
        """Take note of what agencies have of an alarm now, and have no longer; on the event loop."""
        moments = frozenset(shot.at_90k for shot in alarm.shots)
        for dispatch in dispatches:
            if dispatch.under_way:
                self._lent[dispatch.id] = _Lent(alarm.id, dispatch.camera, dispatch.agency, moments)
                self._by_camera.setdefault(dispatch.camera, set()).add(dispatch.id)
            elif self._lent.pop(dispatch.id, None) is not None:
                held = self._by_camera[dispatch.camera]
                held.discard(dispatch.id)
                if not held:
                    del self._by_camera[dispatch.camera]

    def refresh(self, alarm: Alarm) -> None:
        """An alarm has new pictures: whoever has it may see them."""
        moments = frozenset(shot.at_90k for shot in alarm.shots)
        for id in self._by_camera.get(alarm.camera, ()):
            if self._lent[id].alarm == alarm.id:
                self._lent[id] = replace(self._lent[id], moments=moments)

    async def offer(self, alarm: str, agency: str, by: str, note: str) -> tuple[Alarm, Dispatch]:
        """Hand an alarm to an agency; who does so has it from then on.

        Raises:
            NotFound: There is no such alarm.
            Conflict: It is closed, or the agency has it already.
        """

        def work(connection: sa.Connection) -> tuple[Alarm, Dispatch]:
            now_90k = self._clock.utc_90k()
            before = rows.get_alarm(connection, alarm)
            others = rows.dispatches_of(connection, before.id)
            _room(before, others, agency)
            taken = machine.taken(before, before.owner or by, now_90k, over=True)
            dispatch = Dispatch(
                id=rows.new_id(),
                alarm=before.id,
                camera=before.camera,
                agency=agency,
                state=DispatchState.OFFERED,
                by=by,
                note=note,
                offered_90k=now_90k,
                due_90k=now_90k + round(self._bounds.answer_s * HZ_90K),
            )
            rows.put_dispatch(connection, dispatch, new=True)
            rows.put_alarm(connection, taken.alarm)
            rows.write_log(connection, before.id, *taken.entries, Entry(now_90k, by, "dispatched", agency, note))
            return taken.alarm, dispatch

        return await self._told(work)

    async def accept(self, id: str, by: str) -> tuple[Alarm, Dispatch]:
        """Somebody of the agency goes there; see `ronda.response.dispatch`."""
        arrive_90k = round(self._bounds.arrive_s * HZ_90K)
        return await self._answer(id, by, lambda one, now_90k: steps.accepted(one, by, now_90k, arrive_90k))

    async def decline(self, id: str, by: str, reason: str) -> tuple[Alarm, Dispatch]:
        """The agency does not go."""
        return await self._answer(id, by, lambda one, now_90k: steps.declined(one, by, reason, now_90k))

    async def arrive(self, id: str, by: str) -> tuple[Alarm, Dispatch]:
        """Somebody of the agency is there."""
        return await self._answer(id, by, lambda one, now_90k: steps.arrived(one, by, now_90k))

    async def done(self, id: str, by: str, outcome: Outcome, answer: str) -> tuple[Alarm, Dispatch]:
        """The agency has done what there was to do."""
        return await self._answer(id, by, lambda one, now_90k: steps.done(one, by, outcome, answer, now_90k))

    async def photographed(self, id: str, by: str) -> tuple[Alarm, Dispatch]:
        """Somebody of the agency has sent a photo of what is there; it is kept elsewhere."""
        return await self._answer(id, by, lambda one, _: one, what="photo")

    async def withdraw(self, id: str, by: str) -> tuple[Alarm, Dispatch]:
        """The sender takes it back."""
        return await self._answer(id, by, steps.withdrawn)

    async def get(self, id: str) -> Duty:
        """Return one dispatch with its alarm.

        Raises:
            NotFound: There is none (any more).
        """

        def work(connection: sa.Connection) -> Duty:
            dispatch = rows.get_dispatch(connection, id)
            return Duty(dispatch, rows.get_alarm(connection, dispatch.alarm))

        return await self._store.read(work)

    async def duty(self, agencies: Iterable[str] | None, areas: Iterable[str] = ()) -> list[Duty]:
        """Return what agencies (None: all) have, or any agency in these areas, and what ended within a day.

        Under way first, newest first.
        """
        table = DISPATCHES.c
        oldest_90k = self._clock.utc_90k() - _ENDED_SHOWN_90K
        ended = sa.case((table.state.in_(rows.UNDER_WAY_VALUES), 0), else_=1)
        query = sa.select(DISPATCHES).where(
            sa.or_(table.state.in_(rows.UNDER_WAY_VALUES), table.ended_90k >= oldest_90k)
        )
        if agencies is not None:
            query = query.where(sa.or_(table.agency.in_(list(agencies)), table.alarm.in_(_alarms_in(areas))))
        query = query.order_by(ended, table.offered_90k.desc(), table.id).limit(_LISTED)

        def work(connection: sa.Connection) -> list[Duty]:
            found = [rows.dispatch_of(row) for row in connection.execute(query).all()]
            wanted = sa.select(ALARMS).where(ALARMS.c.id.in_([one.alarm for one in found]))
            alarms = {row.id: rows.alarm_of(row) for row in connection.execute(wanted)}
            return [Duty(one, alarms[one.alarm]) for one in found if one.alarm in alarms]

        return await self._store.read(work)

    async def _answer(
        self, id: str, by: str, step: Callable[[Dispatch, int], Dispatch], what: str = ""
    ) -> tuple[Alarm, Dispatch]:
        def work(connection: sa.Connection) -> tuple[Alarm, Dispatch]:
            now_90k = self._clock.utc_90k()
            after = step(rows.get_dispatch(connection, id), now_90k)
            alarm = rows.get_alarm(connection, after.alarm)
            rows.put_dispatch(connection, after)
            if not what and (attention := CALLS.get(after.state)) is not None and alarm.open:
                alarm = machine.called(alarm, attention, now_90k)
            else:
                alarm = replace(alarm, changed_90k=now_90k)
            note = after.answer if after.ended_90k is not None else ""
            subject = f"{after.agency}:{after.outcome}" if after.outcome else after.agency
            rows.put_alarm(connection, alarm)
            rows.write_log(connection, alarm.id, Entry(now_90k, by, what or after.state.value, subject, note))
            return alarm, after

        return await self._told(work)

    async def _told(self, work: Callable[[sa.Connection], tuple[Alarm, Dispatch]]) -> tuple[Alarm, Dispatch]:
        alarm, dispatch = await self._store.run(work)
        self.lend(alarm, [dispatch])
        return alarm, dispatch


def _alarms_in(areas: Iterable[str]) -> sa.Select[tuple[str]]:
    area = ALARMS.c.area
    inside = [sa.or_(area == one, area.like(f"{one}.%")) for one in areas]
    return sa.select(ALARMS.c.id).where(sa.or_(sa.false(), *inside))


def _room(alarm: Alarm, others: list[Dispatch], agency: str) -> None:
    if alarm.state is AlarmState.CLOSED:
        raise Conflict("the alarm is closed", "reopen it first")
    if any(one.agency == agency and one.under_way for one in others):
        raise Conflict(f"{agency} has this alarm already", "wait for its answer, or take it back")
    if len(others) >= _PER_ALARM:
        raise Conflict("the alarm was handed on very often already", "call the agency")
