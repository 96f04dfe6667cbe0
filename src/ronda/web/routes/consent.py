"""A partner's consent: withdrawn by the partner itself, at once, and given back by nobody else."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from ronda.base.errors import NotAllowed
from ronda.city import registers as shapes
from ronda.city.edit import Edit
from ronda.people.action import Action
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1/partners", tags=["registry"])
_Consents = Annotated[Caller, Depends(Asks(Action.CONSENT, somewhere=True, noted=False))]
_Id = Annotated[str, Path(max_length=63)]


@router.put("/{id}/revocation", summary="Withdraw a partner's consent")
async def revoke(caller: _Consents, id: _Id) -> dict[str, Any]:
    """Let nobody outside the partner look at its cameras from now on; open views of them end."""
    return await _change(caller, id, withdrawn=True)


@router.delete("/{id}/revocation", summary="Give a partner's consent back")
async def restore(caller: _Consents, id: _Id) -> dict[str, Any]:
    """Let the agreement count again, as far as it still runs."""
    return await _change(caller, id, withdrawn=False)


def may_consent(caller: Caller, id: str) -> bool:
    """Whether the caller speaks for the partner `id`: somebody of it, or an administrator."""
    reach = caller.reach(Action.CONSENT)
    return reach.everywhere or id in reach.partners


async def _change(caller: Caller, id: str, *, withdrawn: bool) -> dict[str, Any]:
    centre = caller.parts.centre
    with caller.noting(Action.CONSENT, subject=f"partner:{id}"):
        if not may_consent(caller, id):
            raise NotAllowed(
                f"{caller.principal.name} does not speak for the partner {id[:63]}", "let the partner do it"
            )
        partner = centre.city.partners.get(id)
        if withdrawn != (partner.revoked is not None):
            revoked = caller.parts.figures.today() if withdrawn else None
            partner = replace(partner, revoked=revoked)
            await centre.apply(Edit(partners=[partner]), caller.label)
    return shapes.PARTNER.shown(partner)
