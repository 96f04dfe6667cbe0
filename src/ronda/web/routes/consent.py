"""A partner's consent: what it shares, withdrawn at once by the partner or by the city, given back by whose it was."""

from dataclasses import asdict, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path

from ronda.base.errors import BadInput, NotAllowed
from ronda.base.time import format_rfc3339
from ronda.city import registers as shapes
from ronda.city.edit import Edit
from ronda.city.history import Change
from ronda.city.owner import Partner
from ronda.city.sharing import runs, shared_by, withdrawal
from ronda.people.action import Action
from ronda.web.documents_city import RevocationGiven, SharingShown, WithdrawalShown
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1/partners", tags=["registry"])
_Consents = Annotated[Caller, Depends(Asks(Action.CONSENT, somewhere=True, noted=False, else_=Action.REGISTRY))]
_Id = Annotated[str, Path(max_length=63)]
_SHORTEST_REASON: Final = 3
_PARTNER: Final[dict[int | str, dict[str, Any]]] = {200: {"model": Partner}}


@router.get("/{id}/sharing", summary="What a partner shares")
async def get_sharing(caller: _Consents, id: _Id) -> SharingShown:
    """Return the agreement, its cameras, and what withdrawing would darken; for the partner, and the city's office."""
    parts = caller.parts
    subject = f"partner:{id}"
    with caller.noting(Action.REGISTRY, subject=subject):
        if not (may_consent(caller, id) or _keeps(caller)):
            raise NotAllowed(f"{caller.principal.name} has nothing to do with the partner {id[:63]}", "ask the partner")
    partner = parts.centre.city.partners.get(id)
    today = parts.figures.today()
    found = await parts.finder.pool.run(shared_by, parts.centre.city, partner, today)
    last = await _last(caller, partner)
    return SharingShown(
        partner=shapes.PARTNER.shown(partner),
        in_force=runs(partner, today) and partner.revoked is None,
        withdrawn=_said(last) if last is not None else None,
        may_withdraw=partner.revoked is None,
        may_restore=partner.revoked is not None and _may_restore(caller, id, last),
        **asdict(found),
    )


@router.put("/{id}/revocation", responses=_PARTNER, summary="Withdraw a partner's consent")
async def revoke(caller: _Consents, id: _Id, given: RevocationGiven | None = None) -> dict[str, Any]:
    """Let nobody outside the partner look at its cameras from now on; open views of them end.

    For the partner, and for whoever keeps the registry of the whole city, who has to say why.
    """
    reason = given.reason.strip() if given is not None else ""
    with caller.noting(Action.CONSENT, subject=f"partner:{id}", purpose=reason):
        if not may_consent(caller, id):
            if not _keeps(caller):
                raise _stranger(caller, id)
            if len(reason) < _SHORTEST_REASON:
                raise BadInput("ending a partner's agreement needs a reason", "say why in a sentence")
        partner = caller.parts.centre.city.partners.get(id)
        if partner.revoked is None:
            partner = replace(partner, revoked=caller.parts.figures.today())
            await caller.parts.centre.apply(Edit(partners=[partner], why=reason), caller.label)
    return shapes.PARTNER.shown(partner)


@router.delete("/{id}/revocation", responses=_PARTNER, summary="Give a partner's consent back")
async def restore(caller: _Consents, id: _Id) -> dict[str, Any]:
    """Let the agreement count again, as far as it still runs; for the partner, or whoever has withdrawn it."""
    with caller.noting(Action.CONSENT, subject=f"partner:{id}"):
        if not (may_consent(caller, id) or _keeps(caller)):
            raise _stranger(caller, id)
        partner = caller.parts.centre.city.partners.get(id)
        if partner.revoked is not None:
            if not _may_restore(caller, id, await _last(caller, partner)):
                raise NotAllowed(
                    f"{caller.principal.name} has not withdrawn it, and does not speak for the partner {id[:63]}",
                    "let the partner give it back",
                )
            partner = replace(partner, revoked=None)
            await caller.parts.centre.apply(Edit(partners=[partner]), caller.label)
    return shapes.PARTNER.shown(partner)


def may_consent(caller: Caller, id: str) -> bool:
    """Whether the caller speaks for the partner `id`: somebody of it, or an administrator."""
    reach = caller.reach(Action.CONSENT)
    return reach.everywhere or id in reach.partners


def _keeps(caller: Caller) -> bool:
    """Whether the caller keeps the registry of the whole city."""
    return caller.reach(Action.REGISTRY).everywhere


def _may_restore(caller: Caller, id: str, last: Change | None) -> bool:
    """Whether the caller may give back: who speaks for the partner, or who took back with their own hand."""
    return may_consent(caller, id) or (_keeps(caller) and last is not None and last.by == caller.label)


async def _last(caller: Caller, partner: Partner) -> Change | None:
    if partner.revoked is None:
        return None
    return withdrawal(await caller.parts.centre.city.history("partner", partner.id))


def _said(change: Change) -> WithdrawalShown:
    return WithdrawalShown(
        at=format_rfc3339(change.at_90k), by=change.by, reason=str((change.after or {}).get("why", ""))
    )


def _stranger(caller: Caller, id: str) -> NotAllowed:
    return NotAllowed(f"{caller.principal.name} does not speak for the partner {id[:63]}", "let the partner do it")
