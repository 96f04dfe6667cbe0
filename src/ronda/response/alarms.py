"""Alarms: made of what the eyes say, moved on by people and by time; every step in one transaction with its log.

Owned state: the tables of alarms. What has changed is told to followers on the event loop, after it was kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from ronda.base.time import HZ_90K, Clock
from ronda.bus.observations import ObservationBatch, SeenSign
from ronda.response import asked as listing
from ronda.response import machine, rows
from ronda.response.alarm import KEPT_OUT, OPEN, SYSTEM, TO_DO, Alarm, AlarmState, Entry, Verdict, ViewStep
from ronda.response.asked import Asked, Page
from ronda.response.dispatch import Dispatch, overdue, withdrawn
from ronda.response.machine import Step
from ronda.response.rules import RULES, Bounds, rule_of
from ronda.response.tables import ALARM_LOG, ALARMS, DISPATCHES
from ronda.store.database import Store

_AT_ONCE: Final = 500
_DELETED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Known:
    """An alarm with everything that belongs to it: its dispatches, oldest first, and its log."""

    alarm: Alarm
    dispatches: tuple[Dispatch, ...] = ()
    log: tuple[Entry, ...] = ()


@dataclass(slots=True)
class Tally:
    """What happened since the start.

    Attributes:
        signs: Signs taken.
        made: Alarms made.
        counted: Causes that were only counted, since their camera had too many open.
        lapsed: Alarms that closed themselves.
    """

    signs: int = 0
    made: int = 0
    counted: int = 0
    lapsed: int = 0


class Alarms:
    """All alarms.

    Args:
        store: The database.
        clock: The time.
        bounds: What the installation sets.
        area_of: Returns the region code of a camera's place.

    Attributes:
        tally: What happened since the start.
    """

    def __init__(self, store: Store, clock: Clock, bounds: Bounds, area_of: Callable[[str], str]) -> None:
        self.bounds = bounds
        self.tally = Tally()
        self._store = store
        self._clock = clock
        self._area_of = area_of

    def take(self, connection: sa.Connection, batch: ObservationBatch) -> list[Alarm]:
        """Take a batch's signs in, within its transaction; return the alarms as they are after it, each once."""
        now_90k = self._clock.utc_90k()
        changed: dict[str, Alarm] = {}
        for sign in batch.signs:
            for alarm in self._sign(connection, sign, now_90k):
                changed[alarm.id] = alarm
        self.tally.signs += len(batch.signs)
        return list(changed.values())

    async def found(self, asked: Asked, may: Callable[[Alarm], bool]) -> Page:
        """Return a page of alarms; see `ronda.response.asked.page_of`."""
        return await self._store.read(lambda connection: listing.page_of(connection, asked, may))

    async def open_by_camera(self) -> dict[tuple[str, str], int]:
        """Return how many open alarms there are by camera and state."""
        return await self._store.read(listing.open_by_camera)

    async def get(self, id: str) -> Known:
        """Return one alarm with everything that belongs to it.

        Raises:
            NotFound: There is none (any more).
        """

        def work(connection: sa.Connection) -> Known:
            alarm = rows.get_alarm(connection, id)
            dispatches = rows.dispatches_of(connection, alarm.id)
            return Known(alarm, tuple(dispatches), tuple(rows.read_log(connection, alarm.id)))

        return await self._store.read(work)

    async def take_up(self, id: str, by: str, *, over: bool = False) -> Alarm:
        """Somebody looks at it from now on; see `machine.taken`."""
        return await self._change(id, lambda alarm, now_90k: machine.taken(alarm, by, now_90k, over=over))

    async def hold(self, id: str, by: str, until_90k: int, note: str) -> Alarm:
        """Let it wait; see `machine.held`."""
        return await self._change(id, lambda alarm, now_90k: machine.held(alarm, by, until_90k, note, now_90k))

    async def reopen(self, id: str, by: str, note: str) -> Alarm:
        """Open it again; see `machine.reopened`."""
        return await self._change(id, lambda alarm, now_90k: machine.reopened(alarm, by, note, now_90k))

    async def judge(self, id: str, by: str, verdict: Verdict, note: str) -> Alarm:
        """Give a closed one another verdict; see `machine.judged`."""
        return await self._change(id, lambda alarm, now_90k: machine.judged(alarm, by, verdict, note, now_90k))

    async def close(self, id: str, by: str, verdict: Verdict, note: str) -> tuple[Alarm, list[Dispatch]]:
        """Close it; what agencies still have of it is taken back and returned. See `machine.closed`."""

        def work(connection: sa.Connection) -> tuple[Alarm, list[Dispatch]]:
            now_90k = self._clock.utc_90k()
            step = machine.closed(rows.get_alarm(connection, id), by, verdict, note, now_90k)
            return self._write(connection, step), _take_back(connection, step.alarm.id, by, now_90k)

        return await self._store.run(work)

    async def decide_view(
        self, id: str, by: str, step: ViewStep, verdict: Verdict, note: str
    ) -> tuple[list[Alarm], list[Dispatch]]:
        """Decide on a camera's view, for every open alarm about it.

        Args:
            id: One of them.
            by: Who has looked.
            step: `ACCEPT`: the view is right; `COMPARE`: it was mended, compare again (where the eyes have said already
                that it is, that is done); `WITHDRAWN`: still wrong.
            verdict: Of alarms that this closes: whether the view had changed at all.
            note: In their words.

        Raises:
            Conflict: It is closed.
        """

        def work(connection: sa.Connection) -> tuple[list[Alarm], list[Dispatch]]:
            now_90k = self._clock.utc_90k()
            asked = rows.get_alarm(connection, id)
            mates = rows.open_of(connection, asked.camera, asked.analytic)
            every = [asked, *(mate for mate in mates if mate.id != asked.id and mate.view in KEPT_OUT)]
            after, back = list[Alarm](), list[Dispatch]()
            for alarm in every:
                compared = step is ViewStep.COMPARE and alarm.over_90k is not None
                if step is ViewStep.ACCEPT or compared:
                    moved = machine.closed(alarm, by, Verdict.CONFIRMED if compared else verdict, note, now_90k)
                    back += _take_back(connection, alarm.id, by, now_90k)
                else:
                    moved = machine.taken(alarm, by, now_90k, over=True)
                    what = "compare-again" if step is ViewStep.COMPARE else "kept-out"
                    moved = Step(moved.alarm, (*moved.entries, Entry(now_90k, by, what, "", note)))
                viewed = replace(moved.alarm, view=ViewStep.RELEASE if compared else step, changed_90k=now_90k)
                after.append(self._write(connection, Step(viewed, moved.entries)))
            return after, back

        return await self._store.run(work)

    async def views_to_do(self) -> list[Alarm]:
        """Return the alarms of which something is still to be done for their camera's view, oldest first."""
        table = ALARMS.c
        query = sa.select(ALARMS).where(table.view.in_([step.value for step in TO_DO]))
        query = query.order_by(table.changed_90k).limit(_AT_ONCE)

        def work(connection: sa.Connection) -> list[Alarm]:
            return [rows.alarm_of(row) for row in connection.execute(query)]

        return await self._store.read(work)

    async def kept_out(self, camera: str) -> bool:
        """Whether an open alarm still keeps a camera out of publication."""
        table = ALARMS.c
        views, states = [step.value for step in KEPT_OUT], [state.value for state in OPEN]
        query = sa.select(table.id).where(table.camera == camera, table.view.in_(views), table.state.in_(states))
        found = await self._store.read(lambda connection: connection.execute(query.limit(1)).first())
        return found is not None

    async def view_done(self, alarm: Alarm, step: ViewStep, *entries: Entry) -> Alarm | None:
        """Note that what was to be done for the view is done; None where something else has come between."""

        def work(connection: sa.Connection) -> Alarm | None:
            now = rows.get_alarm(connection, alarm.id)
            if now.view is not alarm.view:
                return None
            after = replace(now, view=step, changed_90k=self._clock.utc_90k())
            return self._write(connection, Step(after, entries))

        return await self._store.run(work)

    async def pass_time(self) -> tuple[list[Alarm], list[Dispatch]]:
        """Let holds end, alarms lapse and agencies' clocks run out; return what changed."""
        return await self._store.run(self._pass_time)

    async def tidy(self) -> int:
        """Delete alarms that were closed too long ago, with what belongs to them; return how many."""
        oldest_90k = self._clock.utc_90k() - self.bounds.days * 86_400 * HZ_90K
        closed = (ALARMS.c.state == AlarmState.CLOSED.value) & (ALARMS.c.closed_90k < oldest_90k)
        # One that was never closed is not kept for ever either: nobody looked in all that time.
        old = sa.or_(closed, ALARMS.c.changed_90k < oldest_90k)

        def work(connection: sa.Connection) -> int:
            query = sa.select(ALARMS.c.id).where(old).limit(_DELETED_AT_ONCE)
            ids = list(connection.execute(query).scalars())
            for table, column in (
                (ALARM_LOG, ALARM_LOG.c.alarm),
                (DISPATCHES, DISPATCHES.c.alarm),
                (ALARMS, ALARMS.c.id),
            ):
                if ids:
                    connection.execute(table.delete().where(column.in_(ids)))
            return len(ids)

        gone = 0
        while (some := await self._store.run(work)) > 0:
            gone += some
        return gone

    def _sign(self, connection: sa.Connection, sign: SeenSign, now_90k: int) -> Sequence[Alarm]:
        newest = rows.newest_of_cause(connection, sign.camera, sign.analytic, sign.key)
        if newest is not None and machine.belongs(newest, sign, rule_of(sign.analytic)):
            step = machine.signed(newest, sign, now_90k)
            return () if step.alarm is newest else (self._write(connection, step),)
        if sign.turn == "over":
            return ()  # the end of something that nobody was told of, or that was only counted
        others = rows.open_of(connection, sign.camera, sign.analytic)
        if len(others) >= self.bounds.most_open:
            if sign.turn == "changed":
                return ()
            self.tally.counted += 1
            return (self._write(connection, Step(replace(others[0], more=others[0].more + 1, changed_90k=now_90k))),)
        step = machine.raised(sign, rows.new_id(), self._area_of(sign.camera), now_90k)
        self.tally.made += 1
        rows.put_alarm(connection, step.alarm, new=True)
        rows.write_log(connection, step.alarm.id, *step.entries)
        return (step.alarm,)

    async def _change(self, id: str, change: Callable[[Alarm, int], Step]) -> Alarm:
        def work(connection: sa.Connection) -> Alarm:
            return self._write(connection, change(rows.get_alarm(connection, id), self._clock.utc_90k()))

        return await self._store.run(work)

    def _write(self, connection: sa.Connection, step: Step) -> Alarm:
        rows.put_alarm(connection, step.alarm)
        rows.write_log(connection, step.alarm.id, *step.entries)
        return step.alarm

    def _pass_time(self, connection: sa.Connection) -> tuple[list[Alarm], list[Dispatch]]:
        now_90k = self._clock.utc_90k()
        changed: dict[str, Alarm] = {}
        for alarm in _waiting(connection, now_90k):
            step = machine.waited(alarm, rule_of(alarm.analytic), now_90k)
            if step.alarm is not alarm:
                self.tally.lapsed += step.alarm.state is AlarmState.CLOSED
                changed[alarm.id] = self._write(connection, step)
        late = list[Dispatch]()
        query = sa.select(DISPATCHES).where(DISPATCHES.c.due_90k <= now_90k).limit(_AT_ONCE)
        for row in connection.execute(query).all():
            dispatch, attention = overdue(rows.dispatch_of(row))
            rows.put_dispatch(connection, dispatch)
            late.append(dispatch)
            alarm = machine.called(rows.get_alarm(connection, dispatch.alarm), attention, now_90k, urgent=True)
            entry = Entry(now_90k, SYSTEM, attention.value, dispatch.agency)
            changed[alarm.id] = self._write(connection, Step(alarm, (entry,)))
        return list(changed.values()), late


def _waiting(connection: sa.Connection, now_90k: int) -> list[Alarm]:
    """Return alarms for which the time has come: on hold and due, or new with a cause that is long over."""
    table = ALARMS.c
    due = (table.state == AlarmState.ON_HOLD.value) & (table.held_until_90k <= now_90k)
    lapse = sa.case(
        *((table.analytic == analytic, sa.literal(rule.lapse_90k, sa.BigInteger)) for analytic, rule in RULES.items()),
        else_=sa.literal(rule_of("").lapse_90k, sa.BigInteger),
    )
    lapsed = sa.and_(
        table.state == AlarmState.NEW.value,
        table.view == ViewStep.NONE.value,
        table.over_90k < now_90k - lapse,
    )
    query = sa.select(ALARMS).where(sa.or_(due, lapsed)).limit(_AT_ONCE)
    return [rows.alarm_of(row) for row in connection.execute(query)]


def _take_back(connection: sa.Connection, alarm: str, by: str, now_90k: int) -> list[Dispatch]:
    back = [withdrawn(one, now_90k) for one in rows.dispatches_of(connection, alarm) if one.under_way]
    for dispatch in back:
        rows.put_dispatch(connection, dispatch)
        rows.write_log(connection, alarm, Entry(now_90k, by, "withdrawn", dispatch.agency))
    return back
