"""What a dispatch is: an alarm handed to an agency, with its acceptance, its clock and its outcome."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput, Conflict
from ronda.response.alarm import Attention


class DispatchState(StrEnum):
    """Where a dispatch stands."""

    OFFERED = "offered"
    NOT_ANSWERED = "not-answered"
    ACCEPTED = "accepted"
    ON_SCENE = "on-scene"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What an agency found there."""

    HANDLED = "handled"
    NOTHING_THERE = "nothing-there"
    PASSED_ON = "passed-on"


UNDER_WAY: Final = (
    DispatchState.OFFERED,
    DispatchState.NOT_ANSWERED,
    DispatchState.ACCEPTED,
    DispatchState.ON_SCENE,
)
THERE: Final = (DispatchState.ACCEPTED, DispatchState.ON_SCENE)
"""While somebody of the agency is there, or on the way: a photo can be sent."""
_ENDS: Final = {DispatchState.DECLINED, DispatchState.WITHDRAWN}
FOLLOWS: Final = {
    DispatchState.OFFERED: {DispatchState.ACCEPTED, DispatchState.NOT_ANSWERED, *_ENDS},
    DispatchState.NOT_ANSWERED: {DispatchState.ACCEPTED, *_ENDS},
    DispatchState.ACCEPTED: {DispatchState.ON_SCENE, DispatchState.DONE, *_ENDS},
    DispatchState.ON_SCENE: {DispatchState.DONE, DispatchState.WITHDRAWN},
    DispatchState.DONE: set[DispatchState](),
    DispatchState.DECLINED: set[DispatchState](),
    DispatchState.WITHDRAWN: set[DispatchState](),
}
CALLS: Final = {
    DispatchState.NOT_ANSWERED: Attention.NOT_ANSWERED,
    DispatchState.DECLINED: Attention.DECLINED,
    DispatchState.DONE: Attention.DONE,
}
"""What brings its alarm back to the inbox."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An alarm in an agency's hands.

    Attributes:
        id: Its own.
        alarm: Which alarm.
        camera: Where.
        agency: Whose.
        state: Where it stands.
        by: Who handed it over.
        note: What they say to the agency.
        offered_90k: When.
        due_90k: When the agency must have answered, or be there; None where no clock runs.
        person: Who of the agency took it, or declined.
        accepted_90k: When.
        arrived_90k: When they were on scene.
        ended_90k: When it was done, declined or withdrawn.
        outcome: What they found.
        answer: What they say: why not, or what they did.
    """

    id: str
    alarm: str
    camera: str
    agency: str
    state: DispatchState
    by: str
    note: str
    offered_90k: int
    due_90k: int | None
    person: str | None = None
    accepted_90k: int | None = None
    arrived_90k: int | None = None
    ended_90k: int | None = None
    outcome: Outcome | None = None
    answer: str = ""

    @property
    def under_way(self) -> bool:
        """Whether the agency still has it."""
        return self.state in UNDER_WAY


def accepted(dispatch: Dispatch, by: str, now_90k: int, arrive_90k: int) -> Dispatch:
    """Somebody of the agency goes there.

    Raises:
        Conflict: It cannot follow.
    """
    _follows(dispatch, DispatchState.ACCEPTED)
    return replace(
        dispatch, state=DispatchState.ACCEPTED, person=by, accepted_90k=now_90k, due_90k=now_90k + arrive_90k
    )


def declined(dispatch: Dispatch, by: str, reason: str, now_90k: int) -> Dispatch:
    """The agency does not go, or no longer.

    Raises:
        BadInput: No reason is given.
        Conflict: It cannot follow.
    """
    if not reason.strip():
        raise BadInput("no reason is given", "say why: the sender must find somebody else")
    _follows(dispatch, DispatchState.DECLINED)
    ended = replace(dispatch, state=DispatchState.DECLINED, person=by, answer=reason.strip())
    return replace(ended, ended_90k=now_90k, due_90k=None)


def arrived(dispatch: Dispatch, by: str, now_90k: int) -> Dispatch:
    """Somebody of the agency is there.

    Raises:
        Conflict: It cannot follow.
    """
    _follows(dispatch, DispatchState.ON_SCENE)
    return replace(dispatch, state=DispatchState.ON_SCENE, person=by, arrived_90k=now_90k, due_90k=None)


def done(dispatch: Dispatch, by: str, outcome: Outcome, answer: str, now_90k: int) -> Dispatch:
    """The agency has done what there was to do.

    Raises:
        Conflict: It cannot follow.
    """
    _follows(dispatch, DispatchState.DONE)
    ended = replace(dispatch, state=DispatchState.DONE, person=by, outcome=outcome, answer=answer.strip())
    return replace(ended, ended_90k=now_90k, due_90k=None)


def withdrawn(dispatch: Dispatch, now_90k: int) -> Dispatch:
    """The sender takes it back, or its alarm was closed.

    Raises:
        Conflict: It has ended.
    """
    _follows(dispatch, DispatchState.WITHDRAWN)
    return replace(dispatch, state=DispatchState.WITHDRAWN, ended_90k=now_90k, due_90k=None)


def overdue(dispatch: Dispatch) -> tuple[Dispatch, Attention]:
    """Its clock has run out: nobody answered, or they are late."""
    if dispatch.state is DispatchState.OFFERED:
        return replace(dispatch, state=DispatchState.NOT_ANSWERED, due_90k=None), Attention.NOT_ANSWERED
    return replace(dispatch, due_90k=None), Attention.LATE


def _follows(dispatch: Dispatch, state: DispatchState) -> None:
    if state not in FOLLOWS[dispatch.state]:
        raise Conflict(f"a dispatch that is {dispatch.state.value} cannot become {state.value}", "look at it again")
