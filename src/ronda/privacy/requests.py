"""Requests of the people in the pictures: to see, get, correct, erase or stop what concerns them, within 72 hours.

UU PDP 27/2022: Art. 32 (access within 3 x 24 hours), 30 (correction), 41 (stop), 43 (erasure), 33 (grounds of refusal).
"""

import secrets
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Busy, Conflict, NotFound
from ronda.base.time import HZ_90K, Clock
from ronda.city.history import change_of, note
from ronda.privacy.tables import DATA_REQUESTS
from ronda.store.database import Store

DUE_S: Final = 72 * 3600
_KEEP_NAMES_S: Final = 90 * 86_400
_OPEN_AT_MOST: Final = 2_000
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LONGEST_TEXT: Final = 4_000
_LONGEST_NAME: Final = 200
_LISTED: Final = 200


class RequestKind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    COPY = "copy"
    CORRECTION = "correction"
    ERASURE = "erasure"
    STOP = "stop"
    COMPLAINT = "complaint"


class RequestState(StrEnum):
    """How far a request has come."""

    RECEIVED = "received"
    VERIFIED = "verified"
    ANSWERED = "answered"
    REFUSED = "refused"


class Ground(StrEnum):
    """On what ground access is refused (Art. 33)."""

    SAFETY = "safety-or-health"
    OTHERS = "reveals-others"
    SECURITY = "national-security"


CLOSED: Final = frozenset({RequestState.ANSWERED, RequestState.REFUSED})


@dataclass(frozen=True, slots=True)
class DataRequest:
    """One request.

    Attributes:
        id: Its receipt, which the one who asked keeps.
        kind: What is asked for.
        name: Who asks; empty once it has been removed.
        contact: Where they are told the answer; likewise.
        camera: Which camera it is about; None where not said.
        from_90k: Start of the footage, `utc_90k`; None where not said.
        to_90k: Its end.
        text: What they wrote.
        at_90k: When it came.
        due_90k: By when it must be answered.
        state: How far it has come.
        ground: On what ground it was refused.
        answer: What was answered, in words.
        by: Who answered.
        changed_90k: When the state last changed.
    """

    id: str
    kind: RequestKind
    name: str
    contact: str
    camera: str | None
    from_90k: int | None
    to_90k: int | None
    text: str
    at_90k: int
    due_90k: int
    state: RequestState = RequestState.RECEIVED
    ground: Ground | None = None
    answer: str = ""
    by: str | None = None
    changed_90k: int = 0


@dataclass(frozen=True, slots=True)
class NewDataRequest:
    """What somebody asks."""

    kind: RequestKind
    name: str
    contact: str
    text: str
    camera: str | None = None
    from_90k: int | None = None
    to_90k: int | None = None


class DataRequests:
    """The requests of the city."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, new: NewDataRequest) -> DataRequest:
        """Take a request in; its clock begins.

        Raises:
            BadInput: Something is missing or too long.
            Busy: Very many wait already.
        """
        now = self._clock.utc_90k()
        request = DataRequest(
            id="".join(secrets.choice(_LETTERS) for _ in range(12)),
            kind=new.kind,
            name=_line(new.name, "your name"),
            contact=_line(new.contact, "where we can reach you"),
            camera=new.camera,
            from_90k=new.from_90k,
            to_90k=new.to_90k,
            text=_text(new.text),
            at_90k=now,
            due_90k=now + DUE_S * HZ_90K,
            changed_90k=now,
        )
        await self._store.run(lambda connection: _insert(connection, request))
        return request

    async def get(self, id: str) -> DataRequest:
        """Return one request.

        Raises:
            NotFound: There is none.
        """
        query = sa.select(DATA_REQUESTS).where(DATA_REQUESTS.c.id == id[:40].upper())
        row = await self._store.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound("there is no such request", "check the letters of the receipt")
        return _request(row)

    async def entries(self, *, open_only: bool) -> list[DataRequest]:
        """Return requests, the most urgent first."""
        query = sa.select(DATA_REQUESTS).order_by(DATA_REQUESTS.c.due_90k).limit(_LISTED)
        if open_only:
            query = query.where(DATA_REQUESTS.c.state.notin_([state.value for state in CLOSED]))
        else:
            query = query.order_by(None).order_by(DATA_REQUESTS.c.at_90k.desc())
        return [_request(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]

    async def decide(self, id: str, state: RequestState, by: str, answer: str, ground: Ground | None) -> DataRequest:
        """Say that a request is verified, answered or refused.

        Raises:
            BadInput: An answer lacks its words, or a refusal its ground.
            Conflict: It is closed already.
            NotFound: There is none.
        """
        before = await self.get(id)
        if before.state in CLOSED or state is RequestState.RECEIVED:
            raise Conflict(
                f"the request is {before.state.value}", "a closed request stays closed; a new one can be made"
            )
        if (state is RequestState.REFUSED) != (ground is not None):
            raise BadInput(
                "a refusal needs one of the grounds of Art. 33, and nothing else has one",
                f"say {', '.join(one.value for one in Ground)}",
            )
        if state in CLOSED and not answer.strip():
            raise BadInput("the one who asked is told nothing", "write the answer, or why it is refused")
        now = self._clock.utc_90k()
        after = replace(
            before, state=state, by=by, answer=answer.strip()[:_LONGEST_TEXT], ground=ground, changed_90k=now
        )
        await self._store.run(lambda connection: _update(connection, before, after))
        return after

    async def figures(self) -> dict[str, int]:
        """Return how many were answered (`requests`), `refused`, and `late`: open or closed after their time."""
        query = sa.select(DATA_REQUESTS.c.state, DATA_REQUESTS.c.due_90k, DATA_REQUESTS.c.changed_90k)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        now = self._clock.utc_90k()
        return {
            "requests": sum(row.state == RequestState.ANSWERED for row in rows),
            "refused": sum(row.state == RequestState.REFUSED for row in rows),
            "late": sum((row.changed_90k if row.state in CLOSED else now) > row.due_90k for row in rows),
        }

    async def forget_names(self) -> int:
        """Remove names and contacts of requests closed three months ago or more; return how many."""
        long_ago = self._clock.utc_90k() - _KEEP_NAMES_S * HZ_90K
        old = sa.and_(
            DATA_REQUESTS.c.state.in_([state.value for state in CLOSED]),
            DATA_REQUESTS.c.changed_90k < long_ago,
            DATA_REQUESTS.c.name != "",
        )
        statement = DATA_REQUESTS.update().where(old).values(name="", contact="")
        removed = int(await self._store.run(lambda connection: connection.execute(statement).rowcount))
        if removed:
            await self._store.settle(DATA_REQUESTS)
        return removed


def _insert(connection: sa.Connection, request: DataRequest) -> None:
    waiting = sa.select(sa.func.count()).where(DATA_REQUESTS.c.state == RequestState.RECEIVED.value)
    if (connection.execute(waiting).scalar() or 0) >= _OPEN_AT_MOST:
        raise Busy("very many requests wait to be answered", "come to the kelurahan's office, or try tomorrow")
    connection.execute(DATA_REQUESTS.insert().values(**asdict(request)))


def _update(connection: sa.Connection, before: DataRequest, after: DataRequest) -> None:
    same = sa.and_(DATA_REQUESTS.c.id == after.id, DATA_REQUESTS.c.changed_90k == before.changed_90k)
    if connection.execute(DATA_REQUESTS.update().where(same).values(**asdict(after))).rowcount != 1:
        raise Conflict("somebody else has just decided on this request", "look at it again")
    documents = [
        {"state": one.state.value, "ground": one.ground and one.ground.value, "answer": one.answer}
        for one in (before, after)
    ]
    note(connection, [change_of(after.changed_90k, after.by or "", "data-request", after.id, *documents)])


def _request(row: sa.Row[Any]) -> DataRequest:
    values = dict(row._mapping)
    ground = values["ground"]
    values |= {"kind": RequestKind(values["kind"]), "state": RequestState(values["state"])}
    return DataRequest(**values | {"ground": Ground(ground) if ground else None})


def _line(text: str, what: str) -> str:
    kept = " ".join(text.split())
    if not kept or len(kept) > _LONGEST_NAME or not kept.isprintable():
        raise BadInput(f"{what} is missing or too long", f"use 1 to {_LONGEST_NAME} letters")
    return kept


def _text(text: str) -> str:
    kept = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if not kept or len(kept) > _LONGEST_TEXT:
        raise BadInput("the request says nothing, or too much", f"use 1 to {_LONGEST_TEXT} letters")
    return kept
