"""Masked copies of a case: those who have nothing to do with it are covered; the sealed original stays whole.

How a copy is ordered, followed and ended is the same as for who asks for the footage of themselves
(`ronda.privacy.copies`); here is who may have which stretch, and what the chain of custody says of it.
"""

from typing import Final

import structlog

from ronda.base.errors import BadInput, Conflict, NotFound, RondaError
from ronda.base.time import Clock, format_rfc3339
from ronda.evidence.cases.case import Case, CaseState, Stretch, What
from ronda.evidence.cases.cases import Cases
from ronda.evidence.hourly import Hourly
from ronda.privacy.copies import HandingState, MaskedCopies, MaskedCopy, NewCopy

_log = structlog.get_logger(__name__)
_SAYS: Final = "SALINAN DENGAN PENYAMARAN"
_FILM: Final = ".mp4"


def caption_of(case: Case) -> str:
    """Return what each picture of a case's copy, and its file, say of it."""
    return f"{_SAYS} - {case.number}"


def stretch_of(case: Case, camera: str, from_90k: int | None, to_90k: int | None) -> Stretch:
    """Return the stretch of a case out of which a copy of a camera can be made: the first that touches the times.

    Raises:
        NotFound: The case asks for nothing of the camera then.
    """
    for stretch in case.stretches:
        begins, ends = from_90k or stretch.from_90k, to_90k or stretch.to_90k
        if stretch.camera == camera and begins < stretch.to_90k and stretch.from_90k < ends:
            return stretch
    raise NotFound(f"the case asks for nothing of {camera} then", "choose one of its stretches")


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

    async def sha256_of(self, copy: MaskedCopy) -> str:
        """Return the hash of a copy's film, which its node took when it was made; empty where there is none to say."""
        return await self._copies.sha256_of(copy) if copy.state is HandingState.READY else ""

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


class CopiesTaken:
    """The masked copies as media asks for them; who fetches one of a case stands in its chain of custody.

    Implements `ronda.people.media_permits.Handed`. Owned state: who fetched what in the last hour, bounded.

    Args:
        copies: All masked copies of the city.
        cases: The cases, with their chains of custody.
        clock: Where time comes from.
    """

    def __init__(self, copies: MaskedCopies, cases: Cases, clock: Clock) -> None:
        self._copies = copies
        self._cases = cases
        self._taken = Hourly(clock)

    def is_open(self, copy: str, camera: str) -> bool:
        """Whether there is such a copy of that camera, ready, not expired and not withdrawn."""
        return self._copies.is_open(copy, camera)

    def case_of(self, copy: str) -> str:
        """Return the number of the case that a copy was made in; empty where it answers a request, or there is none."""
        return self._copies.case_of(copy)

    async def made_for(self, copy: str, who: str) -> bool:
        """Whether a copy was made by somebody, or in a case in which they asked."""
        number = self.case_of(copy)
        if await self._copies.made_for(copy, who) or not number:
            return bool(number)
        try:
            return (await self._cases.get(number)).case.by == who
        except NotFound:
            return False

    async def fetched(self, copy: str) -> None:
        """Write down that a copy is being fetched by whom it was handed to."""
        await self._copies.fetched(copy)

    async def taken(self, copy: str, who: str, path: str) -> None:
        """Write into the case, once an hour, that a copy's film is fetched by somebody with an account, and its hash.

        Who asked for the footage has it with that; for others it is a look.
        """
        found = (await self._copies.open()).get(copy)
        if found is None or not path.endswith(_FILM) or not self._taken.first(copy, who):
            return
        try:
            await self._copies.fetched(copy)
            sha256 = await self._copies.sha256_of(found)
            case = (await self._cases.get(found.case)).case
            what = What.FETCHED if who == case.by else What.OPENED
            await self._cases.add_custody(
                *(case.number, who, what), subject=found.camera, sha256=sha256, note=f"{found.id}: {_SAYS}"
            )
        except RondaError as error:
            _log.error("a masked copy is fetched, and its case does not say so", copy=copy, problem=str(error))
