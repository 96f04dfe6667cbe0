"""What an examination is, and when one may be: pure. Moments in `utc_90k`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput, Conflict
from ronda.base.time import HZ_90K
from ronda.bus.examining import LONGEST_S, Box, ReadPlate, Shape
from ronda.evidence.cases.case import SYSTEM, Asker, Case, CaseState

_LONGEST_90K: Final = round(LONGEST_S * HZ_90K)
_NEED_LETTER: Final = frozenset({Asker.POLICE, Asker.INVESTIGATOR})


class Standing(StrEnum):
    """How an examination stands."""

    WAITING = "waiting"
    LOOKING = "looking"
    READY = "ready"
    FAILED = "failed"
    ENDED = "ended"


OPEN: Final = (Standing.WAITING, Standing.LOOKING, Standing.READY)
RUNNING: Final = (Standing.WAITING, Standing.LOOKING)


@dataclass(frozen=True, slots=True)
class Examination:
    """One look through some minutes of a camera of a case.

    Attributes:
        id: Its id.
        case: Number of the case.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        plates: Whether plates are read.
        likeness: Whether it is noted how things look.
        by: Who asked for it.
        at_90k: When.
        until_90k: When its node deletes what was found, if nobody says otherwise.
        state: How it stands.
        problem: Why it failed; `mend` what can be done.
        found: How many things were found.
        gaps_s: How many seconds of the stretch are not recorded.
        ended_90k: When it ended.
        at_node: Whether its node may have files of it.
    """

    id: str
    case: str
    camera: str
    from_90k: int
    to_90k: int
    plates: bool
    likeness: bool
    by: str
    at_90k: int
    until_90k: int
    state: Standing = Standing.WAITING
    problem: str = ""
    mend: str = ""
    found: int = 0
    gaps_s: float = 0.0
    ended_90k: int | None = None
    at_node: bool = True


@dataclass(frozen=True, slots=True)
class NewExamination:
    """What somebody asks for; `masks` are the parts of the camera's view in which nothing is looked for."""

    camera: str
    from_90k: int
    to_90k: int
    plates: bool
    likeness: bool
    masks: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A vehicle or a person that an examination found; see `ronda.bus.examining.FoundThing`."""

    examination: str
    n: int
    camera: str
    label: str
    colour: str
    direction: str
    begun_90k: int
    ended_90k: int
    best_90k: int
    xyxy: Box
    plate: ReadPlate | None
    likeness: bytes | None
    likeness_model: str

    @property
    def key(self) -> tuple[str, int]:
        """What names it within its case."""
        return self.examination, self.n


_NOT_YET: Final[Mapping[CaseState, tuple[str, str]]] = {
    CaseState.REQUESTED: ("the case is requested", "footage is examined once somebody has approved it"),
    CaseState.CLOSED: ("the case is closed", "reopen it first"),
}


def check_case(case: Case) -> None:
    """Go on only when the footage of a case may be examined, and what was found be searched.

    Raises:
        Conflict: No person has approved it (any more), or it lacks its legal basis or its letter.
    """
    if case.state is not CaseState.APPROVED:
        problem, mend = _NOT_YET.get(case.state, (f"the case is {case.state.value}", "open another one"))
        raise Conflict(problem, mend)
    if case.policy is not None or case.decided_by in (None, SYSTEM):
        raise Conflict(
            "the case was approved by the city's policy alone", "ask in a case of one's own that a person approves"
        )
    if not case.basis.strip():
        raise Conflict("the case names no legal basis", "open one that names the law it rests on")
    if case.asker in _NEED_LETTER and not case.letter.strip():
        raise Conflict("the letter's number is missing", "write it into the case first")


def check_stretch(case: Case, new: NewExamination) -> None:
    """Go on only when a stretch may be examined in a case.

    Raises:
        BadInput: It is empty or too long.
        Conflict: The case does not ask for it.
    """
    if new.from_90k >= new.to_90k:
        raise BadInput("the stretch ends before it begins", "exchange from and to")
    if new.to_90k - new.from_90k > _LONGEST_90K:
        raise BadInput("more than 30 minutes are to be examined at once", "ask for the minutes that matter")
    if not case.covers(new.camera, new.from_90k, new.to_90k):
        raise Conflict(f"the case does not ask for that of {new.camera}", "stay within its stretches")
