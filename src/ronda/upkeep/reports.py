"""Reports: what residents and members say of cameras and of the city, and what a moderator made of it.

Nothing of a report is public before a moderator has let it be. No address of a resident is kept.
"""

import secrets
from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, TooOften
from ronda.base.time import Clock
from ronda.city.history import change_of, note
from ronda.store.database import Store
from ronda.upkeep.photos import Photos
from ronda.upkeep.tables import REPORTS

_LONGEST_TEXT: Final = 2000
_NEW_AT_MOST: Final = 5_000
_WINDOW_S: Final = 600.0
_PER_WINDOW: Final = 5
_NETWORKS: Final = 10_000
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_ID_LETTERS: Final = 10


class ReportKind(StrEnum):
    """What a report is about."""

    BROKEN = "broken"
    BLOCKED = "blocked"
    EVENT = "event"
    OTHER = "other"


class ReportState(StrEnum):
    """What has become of a report."""

    NEW = "new"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    REJECTED = "rejected"


_FOLLOWS: Final = {
    ReportState.NEW: {ReportState.ACCEPTED, ReportState.RESOLVED, ReportState.REJECTED},
    ReportState.ACCEPTED: {ReportState.RESOLVED, ReportState.REJECTED},
    ReportState.RESOLVED: {ReportState.ACCEPTED},
    ReportState.REJECTED: {ReportState.ACCEPTED},
}


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        id: Its receipt: who knows it may ask what became of the report.
        kind: What it is about.
        camera: Which camera; None for none.
        area: Region code of the place it is about; empty where unknown.
        text: What was written.
        photo: Whether a photo came with it.
        lat: Where, degrees; None where not said.
        lon: Likewise.
        by: Name of the signed-in person; None for a resident.
        at_90k: When, `utc_90k`.
        state: What has become of it.
        moderator: Who looked at it last.
        note: What the moderator answers; the reporter reads it.
        public: Whether its text may be shown to everybody.
        changed_90k: When `state` or `note` last changed.
        simulated: Whether it was made up for a demonstration.
    """

    id: str
    kind: ReportKind
    camera: str | None
    area: str
    text: str
    photo: bool
    lat: float | None
    lon: float | None
    by: str | None
    at_90k: int
    state: ReportState = ReportState.NEW
    moderator: str | None = None
    note: str = ""
    public: bool = False
    changed_90k: int = 0
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody reports; `photo` as it was sent."""

    kind: ReportKind
    text: str
    camera: str | None = None
    area: str = ""
    photo: bytes | None = None
    lat: float | None = None
    lon: float | None = None
    by: str | None = None


class Reports:
    """Takes reports in and answers moderators."""

    def __init__(self, store: Store, photos: Photos, clock: Clock) -> None:
        self.photos = photos
        self._store = store
        self._clock = clock
        self._lately: OrderedDict[str, list[float]] = OrderedDict()

    async def add(self, new: NewReport, network: str) -> Report:
        """Take a report in; `network` says where it came from, is counted for some minutes and never stored.

        Raises:
            BadInput: Text or photo is not acceptable.
            Busy: Too many came from there lately, or too many wait to be looked at.
        """
        text = _text(new.text)
        self.count(network)
        now = self._clock.utc_90k()
        report = Report(
            id="".join(secrets.choice(_LETTERS) for _ in range(_ID_LETTERS)),
            kind=new.kind,
            camera=new.camera,
            area=new.area,
            text=text,
            photo=new.photo is not None,
            lat=new.lat,
            lon=new.lon,
            by=new.by,
            at_90k=now,
            changed_90k=now,
        )
        if new.photo is not None:
            await self.photos.save(report.id, new.photo)
        try:
            await self._store.run(lambda connection: _insert(connection, report))
        except BaseException:
            await self.photos.discard(report.id)
            raise
        return report

    async def load(self, reports: list[Report]) -> None:
        """Write reports as they are: those of a demonstration."""
        if reports:
            rows = [asdict(report) for report in reports]
            await self._store.run(lambda connection: connection.execute(REPORTS.insert(), rows))

    async def get(self, id: str) -> Report:
        """Return one report.

        Raises:
            NotFound: There is none.
        """
        query = sa.select(REPORTS).where(REPORTS.c.id == id[:40].upper())
        row = await self._store.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound("there is no such report", "check the letters of the receipt")
        return _report(row)

    async def found(self, state: ReportState | None, area: str, limit: int, before_90k: int | None) -> list[Report]:
        """Return reports of an area and below (empty: everywhere), newest first."""
        query = sa.select(REPORTS).order_by(REPORTS.c.at_90k.desc()).limit(limit)
        if state is not None:
            query = query.where(REPORTS.c.state == state.value)
        if area:
            query = query.where(sa.or_(REPORTS.c.area == area, REPORTS.c.area.like(f"{area}.%")))
        if before_90k is not None:
            query = query.where(REPORTS.c.at_90k < before_90k)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [_report(row) for row in rows]

    async def counts(self, area: str) -> dict[str, int]:
        """Return how many reports of an area and below (empty: everywhere) are in each state."""
        query = sa.select(REPORTS.c.state, sa.func.count()).group_by(REPORTS.c.state)
        if area:
            query = query.where(sa.or_(REPORTS.c.area == area, REPORTS.c.area.like(f"{area}.%")))
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return {state.value: 0 for state in ReportState} | {row[0]: row[1] for row in rows}

    async def decide(
        self, id: str, state: ReportState, by: str, *, note_text: str = "", public: bool = False
    ) -> Report:
        """Say what becomes of a report; the photo of a rejected one is deleted.

        Raises:
            NotFound: There is none.
            Conflict: That cannot follow its present state.
        """
        before = await self.get(id)
        if state is not before.state and state not in _FOLLOWS[before.state]:
            raise Conflict(f"a report that is {before.state.value} cannot become {state.value}", "accept it first")
        rejected = state is ReportState.REJECTED
        after = replace(
            before,
            state=state,
            moderator=by,
            note=_note(note_text),
            public=public and not rejected,
            photo=before.photo and not rejected,
            changed_90k=self._clock.utc_90k(),
        )
        await self._store.run(lambda connection: _update(connection, before, after))
        if before.photo and not after.photo:
            await self.photos.discard(after.id)
        return after

    async def public_of(self, camera: str, limit: int = 10) -> list[Report]:
        """Return the newest reports of a camera whose text may be shown to everybody."""
        query = sa.select(REPORTS).where(REPORTS.c.camera == camera, REPORTS.c.public)
        query = query.order_by(REPORTS.c.at_90k.desc()).limit(limit)
        return [_report(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]

    def require_room(self, network: str) -> None:
        """Go on only when something more may be sent from `network`; nothing is counted.

        Raises:
            TooOften: Too many came from there lately.
        """
        now = self._clock.monotonic()
        lately = [moment for moment in self._lately.get(network, []) if now - moment < _WINDOW_S]
        if len(lately) >= _PER_WINDOW:
            wait = _WINDOW_S - (now - lately[0])
            raise TooOften("several reports came from here just now", "wait some minutes; nothing is lost", wait)

    def count(self, network: str) -> None:
        """Count one thing sent without an account; `network` is forgotten after some minutes.

        Raises:
            TooOften: Too many came from there lately.
        """
        self.require_room(network)
        now = self._clock.monotonic()
        lately = [moment for moment in self._lately.pop(network, []) if now - moment < _WINDOW_S]
        self._lately[network] = [*lately, now]
        while len(self._lately) > _NETWORKS:
            self._lately.popitem(last=False)


def _insert(connection: sa.Connection, report: Report) -> None:
    waiting = sa.select(sa.func.count()).where(REPORTS.c.state == ReportState.NEW.value)
    if (connection.execute(waiting).scalar() or 0) >= _NEW_AT_MOST:
        raise Busy("very many reports wait to be looked at", "try again tomorrow, or call the kelurahan")
    connection.execute(REPORTS.insert().values(**asdict(report)))


def _update(connection: sa.Connection, before: Report, after: Report) -> None:
    same = sa.and_(REPORTS.c.id == after.id, REPORTS.c.changed_90k == before.changed_90k)
    if connection.execute(REPORTS.update().where(same).values(**asdict(after))).rowcount != 1:
        raise Conflict("somebody else has just decided on this report", "look at it again")
    documents = [_shown(one) for one in (before, after)]
    note(connection, [change_of(after.changed_90k, after.moderator or "", "report", after.id, *documents)])


def _shown(report: Report) -> dict[str, Any]:
    return {"state": report.state.value, "note": report.note, "public": report.public}


def _report(row: sa.Row[Any]) -> Report:
    values = dict(row._mapping)
    return Report(**values | {"kind": ReportKind(values["kind"]), "state": ReportState(values["state"])})


def _text(text: str) -> str:
    kept = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if not kept:
        raise BadInput("the report says nothing", "write a sentence: what, where, since when")
    if len(kept) > _LONGEST_TEXT:
        raise BadInput("the report is too long", f"use at most {_LONGEST_TEXT} letters")
    return kept


def _note(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()[:_LONGEST_TEXT]
