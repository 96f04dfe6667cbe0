"""Grants: who was given what, giving and ending."""

from typing import Annotated

from fastapi import APIRouter, Query

from ronda.people.action import Action
from ronda.people.giving import Wish
from ronda.web.documents_people import GrantGiven, GrantShown, GrantsShown
from ronda.web.gate import ManagesGrants, SeesPersons
from ronda.web.people_shown import grant_shown, until_90k
from ronda.web.routes.people import AreaFilter, area_of, areas_of

router = APIRouter(prefix="/api/v1/grants", tags=["people"])


@router.get("", summary="Who was given what")
async def list_grants(
    caller: SeesPersons,
    area: AreaFilter = None,
    person: Annotated[str | None, Query(max_length=100)] = None,
    ended: Annotated[bool, Query(description="Also those that have ended")] = False,
) -> GrantsShown:
    """Return the grants over the areas that the caller cares for, newest first."""
    areas = areas_of(caller.reach(Action.PERSONS), area)
    entries = await caller.parts.people.grants.entries(person=person, areas=areas, ended=ended)
    return GrantsShown(grants=[grant_shown(entry.grant, entry) for entry in entries])


@router.post("", status_code=201, summary="Give somebody a grant")
async def give(caller: ManagesGrants, given: GrantGiven) -> GrantShown:
    """Give somebody a role inside the caller's own powers: role, scope and end."""
    wish = Wish(given.role, given.scope, given.value, until_90k(given.start), until_90k(given.until))
    with caller.noting(Action.GRANTS, subject=given.person, area=area_of(given.scope, given.value)):
        entry = await caller.parts.people.grants.give(caller.principal, given.person, wish)
    return grant_shown(entry.grant, entry)


@router.delete("/{grant}", status_code=204, summary="End a grant")
async def end(caller: ManagesGrants, grant: str) -> None:
    """End a grant at once: what is open by it ends too, and tokens that its holder could not make any more."""
    grants = caller.parts.people.grants
    entry = await grants.get(grant)
    with caller.noting(Action.GRANTS, subject=entry.person, area=area_of(entry.grant.scope, entry.grant.value)):
        await grants.end(caller.principal, grant)
