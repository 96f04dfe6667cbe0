"""Giving and ending grants, disabling people, making places of old shared accounts: what manages people.

Everything is inside the powers of whoever asks, is one transaction with its entries of history, and takes effect at
once on what is open.
"""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotAllowed
from ronda.base.time import Clock
from ronda.people import grant_rows, persons, powers
from ronda.people.credentials import Credentials, TokenEntry, principal_of
from ronda.people.giving import Wish, end_grants, no_grant, require_administrator_beside, write_grant
from ronda.people.grant_rows import GrantEntry
from ronda.people.persons import PLACE, Person, PersonsWanted
from ronda.people.principal import Grant, Kind, Principal, Role, Scope
from ronda.people.tables import GRANTS, PERSONS
from ronda.store.database import Store


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What shall be different of a person; None leaves a thing as it is, an empty text removes it."""

    display: str | None = None
    phone: str | None = None
    email: str | None = None
    disabled: bool | None = None


class Grants:
    """The people of the city and what they were given; see the module."""

    def __init__(self, store: Store, clock: Clock, credentials: Credentials) -> None:
        self._store = store
        self._clock = clock
        self._credentials = credentials

    async def give(self, giver: Principal, person: str, wish: Wish) -> GrantEntry:
        """Give somebody a grant.

        Raises:
            BadInput: The grant makes no sense.
            NotAllowed: It is not inside the giver's own powers.
            NotFound: There is nobody of that name.
            Conflict: They have it already, or a place would get a person's role.
        """
        now = self._clock.utc_90k()
        grant = wish.grant(giver.label, now)
        powers.require_give(giver, grant, now)
        entry = GrantEntry(grant, person, now)
        await self._store.run(lambda connection: write_grant(connection, entry))
        await self._credentials.refresh(person)
        return entry

    async def get(self, id: str) -> GrantEntry:
        """Return a grant that was not ended.

        Raises:
            NotFound: There is none.
        """
        entry = await self._store.read(lambda connection: grant_rows.find(connection, id))
        if entry is None or entry.ended_90k is not None:
            raise no_grant(id)
        return entry

    async def end(self, who: Principal, id: str) -> GrantEntry:
        """End a grant before its time; what its holder has open by it ends too. One's own can always be ended.

        Raises:
            NotFound: There is none.
            NotAllowed: It is not inside one's own powers.
            Conflict: Nobody would administer the city any more.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> GrantEntry:
            entry = grant_rows.find(connection, id)
            if entry is None or entry.ended_90k is not None:
                raise no_grant(id)
            own = who.kind is Kind.PERSON and who.name == entry.person
            if not own and not powers.may_end(who, entry.grant, now):
                raise NotAllowed(f"{who.name} may not end this grant", "ask somebody who manages more")
            end_grants(connection, [entry], now, who.label)
            return entry

        entry = await self._store.run(work)
        await self._lost(entry.person)
        return entry

    async def entries(
        self, *, person: str | None = None, areas: tuple[str, ...] | None = None, ended: bool = False
    ) -> list[GrantEntry]:
        """Return grants, newest first: of one person, over one of `areas` or in it, or all; with or without ended."""
        conditions: list[sa.ColumnElement[bool]] = []
        if person is not None:
            conditions.append(GRANTS.c.person == person)
        if areas is not None:
            conditions.append(persons.in_areas(areas))
        if not ended:
            now = self._clock.utc_90k()
            conditions += [GRANTS.c.ended.is_(None), sa.or_(GRANTS.c.until.is_(None), GRANTS.c.until > now)]
        return await self._store.read(lambda connection: grant_rows.select(connection, *conditions))

    async def person(self, name: str) -> tuple[Person, tuple[Grant, ...]]:
        """Return somebody and the grants that were not ended.

        Raises:
            NotFound: There is nobody of that name.
        """
        return await self._store.read(
            lambda connection: (persons.get(connection, name), grant_rows.grants_of(connection, name))
        )

    async def people(self, wanted: PersonsWanted) -> list[tuple[Person, tuple[Grant, ...]]]:
        """Return persons by name, each with the grants that were not ended."""

        def work(connection: sa.Connection) -> list[tuple[Person, tuple[Grant, ...]]]:
            found = persons.select(connection, wanted)
            mine: dict[str, list[Grant]] = {person.name: [] for person in found}
            running = (GRANTS.c.person.in_(mine), GRANTS.c.ended.is_(None))
            for entry in grant_rows.select(connection, *running):
                mine[entry.person].append(entry.grant)
            return [(person, tuple(mine[person.name])) for person in found]

        return await self._store.read(work)

    async def named_in(self, area: str) -> bool:
        """Whether somebody named, and not just a place's screen, has access to an area as one of its people."""
        now = self._clock.utc_90k()
        query = (
            sa.select(GRANTS.c.id)
            .join(PERSONS, PERSONS.c.name == GRANTS.c.person)
            .where(
                PERSONS.c.kind != PLACE,
                PERSONS.c.disabled.is_(None),
                GRANTS.c.ended.is_(None),
                sa.or_(GRANTS.c.until.is_(None), GRANTS.c.until > now),
                GRANTS.c.role.in_([Role.RT_HEAD.value, Role.RT_MEMBER.value]),
                persons.in_areas([area]),
            )
            .limit(1)
        )
        return await self._store.read(lambda connection: connection.execute(query).first() is not None)

    async def add(self, giver: Principal, person: Person, password_hash: str, wish: Wish) -> GrantEntry:
        """Add somebody with their first grant; the password is theirs to change.

        Raises:
            BadInput: The grant makes no sense.
            NotAllowed: It is not inside the giver's own powers.
            Conflict: The name is taken, or a place would get a person's role.
        """
        now = self._clock.utc_90k()
        grant = wish.grant(giver.label, now)
        powers.require_give(giver, grant, now)
        entry = GrantEntry(grant, person.name, now)
        person = replace(person, created_90k=now)

        def work(connection: sa.Connection) -> None:
            persons.add(connection, person, password_hash, giver.label)
            write_grant(connection, entry)

        await self._store.run(work)
        return entry

    async def change(self, who: Principal, name: str, change: PersonChange) -> Person:
        """Change somebody; who is disabled loses all sessions and the tokens that they made.

        Raises:
            BadInput: A value is not acceptable.
            NotFound: There is nobody of that name.
            NotAllowed: They have grants that are not inside one's own powers.
            Conflict: Nobody would administer the city any more.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> Person:
            before = persons.get(connection, name)
            own = who.kind is Kind.PERSON and who.name == name
            if change.disabled is not None or not own:
                self._require_manages(connection, who, name, now)
            after = changed(before, change, now)
            if after.disabled_90k is not None and before.disabled_90k is None:
                require_administrator_beside(connection, now, without_person=name)
            persons.update(connection, before, after, now, who.label)
            return after

        after = await self._store.run(work)
        if after.disabled_90k is not None:
            await self._credentials.revoke_sessions_of(name)
            await self._credentials.revoke_tokens_by(name)
        await self._credentials.refresh(name)
        return after

    async def make_place(self, who: Principal, name: str, area: str | None = None) -> Person:
        """Make a place's screen of an account that many share: it keeps name and password, and may only look at now.

        `area` may be left out where all that the account was given is over one area.

        Raises:
            BadInput: The area is not clear.
            NotFound: There is nobody of that name.
            NotAllowed: They, or the area, are not inside one's own powers.
            Conflict: Nobody would administer the city any more.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> Person:
            before = persons.get(connection, name)
            self._require_manages(connection, who, name, now)
            entries = grant_rows.select(connection, GRANTS.c.person == name, GRANTS.c.ended.is_(None))
            areas = {entry.grant.value for entry in entries if entry.grant.scope is Scope.AREA}
            chosen = area if area is not None else areas.pop() if len(areas) == 1 else None
            if chosen is None:
                raise BadInput(f"it is not clear which area {name!r} shows", "name the area")
            grant = Wish(Role.KIOSK, Scope.AREA, chosen).grant(who.label, now)
            powers.require_give(who, grant, now)
            end_grants(connection, entries, now, who.label)
            after = replace(before, kind=PLACE)
            persons.update(connection, before, after, now, who.label)
            write_grant(connection, GrantEntry(grant, name, now))
            return after

        after = await self._store.run(work)
        await self._lost(name)
        return after

    async def require_manages(self, who: Principal, name: str) -> None:
        """Go on only when everything that `name` was given is inside the powers of `who`.

        Raises:
            NotFound: There is nobody of that name.
            NotAllowed: It is not.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> None:
            persons.get(connection, name)
            self._require_manages(connection, who, name, now)

        await self._store.read(work)

    def _require_manages(self, connection: sa.Connection, who: Principal, name: str, now: int) -> None:
        if not powers.manages(who, grant_rows.grants_of(connection, name), now):
            raise NotAllowed(
                f"{who.name} does not manage {name} alone", "end the grants that are yours, or ask an administrator"
            )

    async def _lost(self, person: str) -> None:
        """Let the loss of a grant take effect: on sessions, and on tokens that their maker could not make any more."""
        await self._credentials.refresh(person)
        now = self._clock.utc_90k()
        maker = await self._store.read(lambda connection: principal_of(connection, person))

        def still(token: TokenEntry) -> bool:
            if maker is None:
                return False
            try:
                powers.require_token(maker, token.grant, token.only, now)
            except NotAllowed:
                return False
            return True

        await self._credentials.revoke_tokens_by(person, still)


def changed(before: Person, change: PersonChange, now_90k: int) -> Person:
    """Return a person with what shall be different.

    Raises:
        BadInput: A value is not acceptable.
    """
    values: dict[str, Any] = {}
    if change.display is not None:
        values["display"] = persons.parse_display(change.display)
    if change.phone is not None:
        values["phone"] = persons.parse_phone(change.phone)
    if change.email is not None:
        values["email"] = persons.parse_email(change.email)
    if change.disabled is not None and change.disabled != (before.disabled_90k is not None):
        values["disabled_90k"] = now_90k if change.disabled else None
    return replace(before, **values)
