"""Masked copies of a case: those who have nothing to do with it are covered; the sealed original stays whole.

How a copy is ordered, followed and ended is the same as for who asks for the footage of themselves
(`ronda.privacy.copies`); here is who may have which stretch, and what the chain of custody says of it.
"""

from typing import Final

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.time import format_rfc3339
from ronda.evidence.cases.case import Case, CaseState, What
from ronda.evidence.cases.cases import Cases
from ronda.privacy.copies import MaskedCopies, MaskedCopy, NewCopy

_SAYS: Final = "SALINAN DENGAN PENYAMARAN"


def caption_of(case: Case) -> str:
    """Return what each picture of a case's copy, and its file, say of it."""
    return f"{_SAYS} - {case.number}"


class CaseCopies:
    """The masked copies of cases.

    Args:
        copies: All masked copies of the city.
        cases: The cases, with their chains of custody.
    """

    def __init__(self, copies: MaskedCopies, cases: Cases) -> None:
        self._copies = copies
        self._cases = cases

    async def make(self, case: Case, new: NewCopy, by: str) -> MaskedCopy:
        """Order a copy of some of what a case asks for, and write it into the chain of custody.

        Raises:
            BadInput: It is not of the case's footage, or too long, or nothing is masked.
            Conflict: The case is not approved, or has many copies already.
            NotFound: Some of the stretch is not recorded.
            Busy: The node does not answer, or has many copies to make.
        """
        if case.state is not CaseState.APPROVED:
            raise Conflict(f"the case is {case.state.value}", "copies are made once it is approved")
        if not case.covers(new.camera, new.from_90k, new.to_90k):
            raise BadInput(f"the case does not ask for that of {new.camera}", "stay within its stretches")
        copy = await self._copies.order(new, by, case=case.number, caption=caption_of(case))
        span = f"{format_rfc3339(copy.from_90k)} - {format_rfc3339(copy.to_90k)}"
        await self._cases.add_custody(case.number, by, What.COPIED, subject=copy.camera, note=f"{copy.id}: {span}")
        return copy

    async def of(self, case: Case) -> list[MaskedCopy]:
        """Return the copies of a case, newest first, as their nodes say now."""
        await self._copies.refresh()
        return await self._copies.of_case(case.number)

    async def revoke(self, case: Case, id: str, by: str) -> MaskedCopy:
        """Withdraw a copy: its file is deleted, and the chain of custody says so.

        Raises:
            NotFound: The case has no such copy.
            Conflict: It has ended already.
        """
        found = next((one for one in await self._copies.of_case(case.number) if one.id == id), None)
        if found is None:
            raise NotFound("the case has no such copy")
        ended = await self._copies.revoke(found, by)
        await self._cases.add_custody(case.number, by, What.DELETED, subject=found.camera, note=f"{found.id}: {_SAYS}")
        return ended
