"""What a deletion by a court's order is, and who may bring it from one state to the next; moments in `utc_90k`."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput, Conflict, NotAllowed
from ronda.base.time import HZ_90K
from ronda.bus.deletion import MOST_DAYS

_DAY_90K: Final = 86_400 * HZ_90K
_MOST_CASES: Final = 20


class DeletionState(StrEnum):
    """How far it has come.

    Attributes:
        ASKED: Somebody has brought the court's order; nothing happens before another person approves.
        APPROVED: The node is asked, again and again as long as it is away.
        DONE: What lay within the stretch is gone.
        FAILED: The node refuses, as for a hold; it can be approved again when that is mended.
        REFUSED: It was not approved, or taken back.
    """

    ASKED = "asked"
    APPROVED = "approved"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NewDeletion:
    """What somebody brings; see `Deletion`."""

    camera: str
    from_90k: int
    to_90k: int
    number: str
    why: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deletion:
    """One order of a court.

    Attributes:
        id: Its id here.
        camera: Of which camera footage is to be deleted.
        from_90k: Start of the stretch.
        to_90k: Its end.
        number: The court's number of it.
        why: What it orders and why, in some words.
        cases: Numbers of the cases that it names: their holds do not stand in its way.
        by: Who brought it.
        at_90k: When.
        state: How far it has come.
        decided_by: Who approved or refused.
        decided_90k: When.
        note: What they said.
        problem: Why it was not done; `mend` what can be done.
        done_90k: When it was done.
        segments: How many segments are gone.
        bytes: How large they were.
        ended: Ids of the sealed exports of the stretch that ended with it.
    """

    id: str
    camera: str
    from_90k: int
    to_90k: int
    number: str
    why: str
    cases: tuple[str, ...]
    by: str
    at_90k: int
    state: DeletionState = DeletionState.ASKED
    decided_by: str | None = None
    decided_90k: int | None = None
    note: str = ""
    problem: str = ""
    mend: str = ""
    done_90k: int | None = None
    segments: int = 0
    bytes: int = 0
    ended: tuple[str, ...] = ()


def asked(new: NewDeletion, id: str, by: str, now_90k: int) -> Deletion:
    """Return what is made of an order that somebody brings.

    Raises:
        BadInput: Number or reason is missing, or the stretch is empty, too long, or not over yet.
    """
    number, why = new.number.strip(), new.why.strip()
    if not number or not why:
        raise BadInput("the court's number of the order and the reason are needed", "copy them from the order")
    if not 0 < new.to_90k - new.from_90k <= MOST_DAYS * _DAY_90K:
        raise BadInput("the stretch is empty or too long", f"name up to {MOST_DAYS} days; bring the order in parts")
    if new.to_90k > now_90k:
        raise BadInput("the stretch is not over yet", "bring the order when it is")
    if len(new.cases) > _MOST_CASES:
        raise BadInput(f"an order names {_MOST_CASES} cases at most", "bring it in parts")
    return Deletion(id, new.camera, new.from_90k, new.to_90k, number, why, new.cases, by, now_90k)


def approved(one: Deletion, by: str, note: str, now_90k: int) -> Deletion:
    """Return it approved: four eyes see what is destroyed.

    Raises:
        Conflict: It was decided on already.
        NotAllowed: It is the one who brought it.
    """
    if one.state not in (DeletionState.ASKED, DeletionState.FAILED):
        raise Conflict(f"the deletion is {one.state.value}", "look at it again")
    if by == one.by:
        raise NotAllowed("you brought this order yourself: another person must approve it")
    state = DeletionState.APPROVED
    return replace(one, state=state, decided_by=by, decided_90k=now_90k, note=note, problem="", mend="")


def refused(one: Deletion, by: str, note: str, now_90k: int) -> Deletion:
    """Return it refused, or taken back by who brought it.

    Raises:
        Conflict: It was decided on already.
    """
    if one.state not in (DeletionState.ASKED, DeletionState.FAILED):
        raise Conflict(f"the deletion is {one.state.value}", "look at it again")
    return replace(one, state=DeletionState.REFUSED, decided_by=by, decided_90k=now_90k, note=note)
