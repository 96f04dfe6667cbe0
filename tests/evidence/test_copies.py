"""Whose a masked copy of a case is: a copy of a camera is not for everybody who has a case on that camera."""

from typing import TypeVar

from tests.evidence.cases.test_cases import Desk, desk
from tests.store.databases import database_kind, store, store_url

from ronda.base.time import HZ_90K
from ronda.bus.contract import Message, Span, Timeline, TimelineRequest
from ronda.bus.copies import CopyState, KeyMoment, MaskPlan, MaskRegion
from ronda.evidence.cases.case import OwnCameras
from ronda.evidence.copies import CaseCopies, CopiesTaken
from ronda.privacy.copies import MaskedCopies, NewCopy
from ronda.store.database import Store

__all__ = ["database_kind", "desk", "store", "store_url"]
R = TypeVar("R", bound=Message)


async def waits(camera: str, request: Message, kind: type[R], /) -> R:
    """Answer as a node that has recorded everything, and has much to do."""
    if isinstance(request, TimelineRequest):
        whole = Span(from_90k=request.from_90k, to_90k=request.to_90k)
        return kind.model_validate(Timeline(profile="main", coverage=(whole,), gaps=()).model_dump())
    return kind.model_validate({"state": CopyState.WAITING})


async def test_a_copy_is_for_who_made_it_and_for_who_asked_in_its_case(desk: Desk, store: Store) -> None:
    ours, theirs = await desk.ask(OwnCameras.DIRECT), await desk.ask(OwnCameras.DIRECT, by="sari")
    copies = MaskedCopies(store, desk.clock, waits)
    begin = ours.stretches[0].from_90k
    key = KeyMoment(at_s=0, corners=((0, 0), (1, 0), (1, 1)))
    plan = MaskPlan(hides="regions", regions=(MaskRegion(does="hide", from_s=0, to_s=9, keys=(key,)),))
    new = NewCopy("gang-1", begin, begin + 10 * HZ_90K, plan, (), 3)
    copy = await CaseCopies(copies, desk.cases).make(ours, new, "operator")
    taken = CopiesTaken(copies, desk.cases, desk.clock)
    assert taken.case_of(copy.id) == ours.number
    assert [who for who in ("operator", ours.by, theirs.by, "mitra") if await taken.made_for(copy.id, who)] == [
        "operator",
        "joko",
    ]
    assert not await taken.made_for("0" * 16, "joko")
