"""The people of an area, and what whoever manages them may do: change them, end sessions, name a place's screen."""

from typing import Annotated

from fastapi import APIRouter, Query

from ronda.base.errors import NotAllowed, NotFound
from ronda.city.region import parse_region, within
from ronda.people import powers
from ronda.people.action import Action
from ronda.people.giving import Wish
from ronda.people.grants import PersonChange
from ronda.people.persons import (
    PERSON,
    PLACE,
    Person,
    PersonsWanted,
    parse_display,
    parse_email,
    parse_name,
    parse_phone,
)
from ronda.people.policy import Reach
from ronda.people.principal import Grant, Kind, Role, Scope
from ronda.web.documents_people import (
    KioskGiven,
    PasswordGiven,
    PeopleShown,
    PersonChanges,
    PersonGiven,
    PersonShown,
    SessionsShown,
)
from ronda.web.gate import Caller, ManagesGrants, ManagesPasswords, ManagesSessions, SeesPersons
from ronda.web.people_shown import person_shown, sessions_shown, until_90k

router = APIRouter(prefix="/api/v1", tags=["people"])
AreaFilter = Annotated[str | None, Query(description="Region code; those with a grant in it or below")]


@router.get("/people", summary="Who has access")
async def list_people(
    caller: SeesPersons,
    area: AreaFilter = None,
    kind: Annotated[str | None, Query(pattern="^(person|place)$")] = None,
    q: Annotated[str, Query(max_length=100, description="Part of a name")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str, Query(max_length=100)] = "",
) -> PeopleShown:
    """Return the persons of the areas that the caller cares for, by name, with every grant that counts there."""
    reach = caller.reach(Action.PERSONS)
    wanted = PersonsWanted(areas_of(reach, area), kind, q, after, limit)
    found = await caller.parts.people.grants.people(wanted)
    return PeopleShown(
        people=[_shown(caller, person, grants, reach) for person, grants in found],
        next=found[-1][0].name if len(found) == limit else None,
    )


@router.post("/people", status_code=201, summary="Add somebody with their first grant")
async def add_person(caller: ManagesGrants, given: PersonGiven) -> PersonShown:
    """Add somebody under a password that they should change; a kiosk is a place. People are better invited."""
    people = caller.parts.people
    with caller.noting(Action.GRANTS, subject=given.name, area=area_of(given.scope, given.value)):
        kind = PLACE if given.role is Role.KIOSK else PERSON
        phone, email = parse_phone(given.phone), parse_email(given.email)
        person = Person(parse_name(given.name), parse_display(given.display), kind, 0, phone=phone, email=email)
        wish = Wish(given.role, given.scope, given.value, until_90k=until_90k(given.until))
        password = await people.signing_in.hash(given.password.get_secret_value())
        await people.grants.add(caller.principal, person, password, wish)
    return _shown(caller, *await people.grants.person(person.name), Reach(everywhere=True))


@router.get("/people/{name}", summary="Somebody")
async def get_person(caller: SeesPersons, name: str) -> PersonShown:
    """Return somebody with the grants that count where the caller cares for people."""
    person, grants = await caller.parts.people.grants.person(name)
    reach = caller.reach(Action.PERSONS)
    if not reach.everywhere and not any(_in_reach(reach, grant) for grant in grants):
        raise NotFound(f"there is nobody called {name[:80]!r} where you care for people")
    return _shown(caller, person, grants, reach)


@router.patch("/people/{name}", summary="Change somebody")
async def change_person(caller: ManagesGrants, name: str, given: PersonChanges) -> PersonShown:
    """Change somebody whom the caller manages wholly; who is disabled loses sessions and tokens at once."""
    people = caller.parts.people
    with caller.noting(Action.GRANTS, subject=name):
        change = PersonChange(given.display, given.phone, given.email, given.disabled)
        await people.grants.change(caller.principal, name, change)
    return _shown(caller, *await people.grants.person(name), Reach(everywhere=True))


@router.post("/people/{name}/kiosk", summary="Make a place's screen of a shared account")
async def make_kiosk(caller: ManagesGrants, name: str, given: KioskGiven | None = None) -> PersonShown:
    """Let an account that many share be a place that may only look at now; its people are then named one by one."""
    people = caller.parts.people
    area = parse_region(given.area) if given is not None and given.area else None
    with caller.noting(Action.GRANTS, subject=name, area=area):
        await people.grants.make_place(caller.principal, name, area)
    return _shown(caller, *await people.grants.person(name), Reach(everywhere=True))


@router.delete("/people/{name}/second-factor", status_code=204, summary="Forget somebody's second factor")
async def end_factor(caller: ManagesPasswords, name: str) -> None:
    """Let somebody who lost authenticator and recovery codes sign in with the password alone."""
    with caller.noting(Action.PASSWORDS, subject=name):
        await caller.parts.people.factors.turn_off(name, caller.label)


@router.post("/persons/{name}/password", status_code=204, summary="Give somebody a new password")
async def set_password(caller: ManagesPasswords, name: str, given: PasswordGiven) -> None:
    """Replace somebody's password, as when it was forgotten; all their sessions end."""
    with caller.noting(Action.PASSWORDS, subject=name):
        await caller.parts.people.set_password(name, given.new.get_secret_value())


@router.get("/sessions", summary="Sessions of the people whom you manage")
async def list_sessions(
    caller: ManagesSessions, person: Annotated[str | None, Query(max_length=100)] = None
) -> SessionsShown:
    """Return every session that has not ended, newest first: of everybody, or of those whom the caller manages."""
    people = caller.parts.people
    with caller.noting(Action.SESSIONS, subject=person):
        mine = await _managed(caller)
        found = [one for one in await people.credentials.sessions(person) if one.person in mine]
    return sessions_shown(found, caller.credential.id)


@router.delete("/sessions/{session}", status_code=204, summary="End a session")
async def revoke_session(caller: ManagesSessions, session: str) -> None:
    """End the session of somebody whom the caller manages; what they are watching stops."""
    people = caller.parts.people
    found = next((one for one in await people.credentials.sessions() if one.id == session), None)
    if found is None:
        raise NotFound("there is no such session")
    with caller.noting(Action.SESSIONS, subject=found.person):
        await people.grants.require_manages(caller.principal, found.person)
        await people.credentials.revoke(Kind.PERSON, session)


def areas_of(reach: Reach, area: str | None) -> tuple[str, ...] | None:
    """Return the areas that a list is about: those within reach, or `area` where that is within; None for all.

    Raises:
        NotAllowed: `area` is beyond reach.
    """
    if area is None:
        return None if reach.everywhere else reach.areas
    code = parse_region(area)
    if reach.everywhere or any(within(code, mine) for mine in reach.areas):
        return (code,)
    raise NotAllowed(f"{code} is not among the areas that you care for", "leave area out to see all of them")


def area_of(scope: Scope, value: str) -> str | None:
    """Return the region code that a grant is over; None where it is over something else."""
    return value if scope is Scope.AREA else None


def _in_reach(reach: Reach, grant: Grant) -> bool:
    return reach.everywhere or (grant.scope is Scope.AREA and any(within(grant.value, area) for area in reach.areas))


def _shown(caller: Caller, person: Person, grants: tuple[Grant, ...], reach: Reach) -> PersonShown:
    managed = powers.manages(caller.principal, grants, caller.parts.clock.utc_90k())
    return person_shown(person, [grant for grant in grants if _in_reach(reach, grant)], managed=managed)


async def _managed(caller: Caller) -> set[str]:
    """Return the names of everybody whom the caller manages wholly."""
    reach = caller.reach(Action.SESSIONS)
    wanted = PersonsWanted(None if reach.everywhere else reach.areas, limit=100_000)
    now = caller.parts.clock.utc_90k()
    found = await caller.parts.people.grants.people(wanted)
    return {person.name for person, grants in found if powers.manages(caller.principal, grants, now)}
