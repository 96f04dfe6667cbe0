"""How a route asks who may use it: `caller: Annotated[Caller, Depends(Asks(Action.SEE))]`.

The path says what it is about: a parameter `camera` or `area`; else it is about the city as a whole. A list that shows
each caller their own part asks `Asks(action, somewhere=True)` and keeps what `caller.reach(action)` holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Request

from ronda.base.errors import NotAllowed
from ronda.people.access_log import Look
from ronda.people.action import Action
from ronda.people.people import look_of
from ronda.people.policy import Reach
from ronda.people.principal import Credential, Kind, Principal
from ronda.web.parts import Parts

_ANY_PURPOSE: Final = "darurat"
"""A purpose that would do wherever one does: also where there must be an emergency."""
_UNLOGGED: Final = {Action.SEE, Action.METRICS}
"""Reading the list of cameras shows no picture."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whom the policy has let through, and what serves them."""

    parts: Parts
    credential: Credential
    request: Request

    @property
    def principal(self) -> Principal:
        """Who it is."""
        return self.credential.principal

    @property
    def label(self) -> str:
        """The name for history and logs."""
        return self.principal.label

    @property
    def local(self) -> bool:
        """Whether they came over the Unix socket, so that the machine's own files are theirs to name."""
        return self.principal.kind is Kind.LOCAL

    def may(self, action: Action, camera: str | None = None, area: str | None = None) -> bool:
        """Say whether they may do something else too, by a grant: what every resident may does not count."""
        decision = self.parts.people.policy.decide(self.principal, action, camera, "", area=area)
        return decision.allowed and decision.publication is None

    def may_for_purpose(self, action: Action, camera: str) -> bool:
        """Say whether they may do something else too, as soon as they say what for."""
        if self.may(action, camera):
            return False
        decision = self.parts.people.policy.decide(self.principal, action, camera, _ANY_PURPOSE)
        return decision.allowed and decision.publication is None

    def require(
        self, action: Action, camera: str | None = None, area: str | None = None, *, subject: str | None = None
    ) -> None:
        """Go on only when they may do something else too; what they do is logged, with its `subject`.

        Raises:
            NotSignedIn: Nobody is signed in.
            NotAllowed: They may not.
        """
        people = self.parts.people
        people.require(self.request, self.principal, action, camera, area=area, published=False)
        _log(self.parts, self.request, self.principal, action, camera, area, subject)

    @contextmanager
    def noting(
        self, action: Action, *, subject: str | None = None, area: str | None = None, purpose: str = ""
    ) -> Iterator[None]:
        """Log what is done within, or that it was refused; for routes whose `Asks` does not (`noted=False`).

        Args:
            action: What is done.
            subject: To whom or what.
            area: Region code of where that is; None or empty for the city as a whole.
            purpose: What they said it is for; empty for what the request's head says.

        Raises:
            NotAllowed: What is done within raised it.
        """
        look = replace(look_of(self.request, self.principal, action, None, area or None), subject=subject)
        if purpose:
            look = replace(look, purpose=purpose)
        try:
            yield
        except NotAllowed as error:
            self.parts.people.log.refuse(look, error.message)
            raise
        _note(self.parts, self.request, look)

    def note_search(self, words: str) -> None:
        """Log what somebody known searches for; the same within five minutes is one search."""
        if words.strip() and self.principal.kind is not Kind.ANONYMOUS:
            look = look_of(self.request, self.principal, Action.SEE, None)
            self.parts.people.log.once(replace(look, action="search", subject=words.strip()[:100]))

    def reach(self, action: Action) -> Reach:
        """Return all that they may do `action` to."""
        return self.parts.people.policy.reach(self.principal, action)


class Asks:
    """A dependency that asks the policy, and notes in the access log what is done.

    With `somewhere`, a path that names neither camera nor area lets everybody through who may do it to anything;
    with `else_`, also everybody who may do that to anything. Without `noted`, the route itself notes what is done
    (see `Caller.noting`).
    """

    def __init__(
        self, action: Action, *, somewhere: bool = False, noted: bool = True, else_: Action | None = None
    ) -> None:
        self.action = action
        self.somewhere = somewhere
        self.noted = noted
        self.else_ = else_

    async def __call__(self, request: Request) -> Caller:
        """Let the request through.

        Raises:
            NotFound: Nobody is signed in, and residents do not see such a camera.
            NotSignedIn: Nobody is signed in.
            NotAllowed: They may not.
        """
        parts = parts_of(request)
        credential = await parts.people.credential_of(request)
        camera, area = request.path_params.get("camera"), request.path_params.get("area")
        if self.somewhere and camera is None and area is None:
            if self.else_ is None or not parts.people.policy.reach(credential.principal, self.else_):
                parts.people.require_somewhere(request, credential.principal, self.action)
        else:
            parts.people.require(request, credential.principal, self.action, camera, area=area, published=False)
        if self.noted:
            _log(parts, request, credential.principal, self.action, camera, area)
        return Caller(parts, credential, request)


def _log(
    parts: Parts,
    request: Request,
    principal: Principal,
    action: Action,
    camera: str | None,
    area: str | None,
    subject: str | None = None,
) -> None:
    if action in _UNLOGGED:
        return
    _note(parts, request, replace(look_of(request, principal, action, camera, area), subject=subject))


def _note(parts: Parts, request: Request, look: Look) -> None:
    if request.method in ("GET", "HEAD"):
        parts.people.log.once(look)
    else:
        parts.people.log.start(look)


def parts_of(request: Request) -> Parts:
    """Return what the application is made of."""
    parts: Parts = request.app.state.parts
    return parts


async def _parts_of(request: Request) -> Parts:
    """The same as a dependency: FastAPI would call a plain function on a thread, for each request."""
    return parts_of(request)


PartsOf = Annotated[Parts, Depends(_parts_of)]
Sees = Annotated[Caller, Depends(Asks(Action.SEE))]
SeesSome = Annotated[Caller, Depends(Asks(Action.SEE, somewhere=True))]
SeesTimeline = Annotated[Caller, Depends(Asks(Action.TIMELINE))]
Manages = Annotated[Caller, Depends(Asks(Action.MANAGE))]
Triggers = Annotated[Caller, Depends(Asks(Action.TRIGGER))]
Probes = Annotated[Caller, Depends(Asks(Action.PROBE, somewhere=True))]
Holds = Annotated[Caller, Depends(Asks(Action.HOLD, somewhere=True))]
SeesTokens = Annotated[Caller, Depends(Asks(Action.TOKENS, somewhere=True))]
ManagesTokens = Annotated[Caller, Depends(Asks(Action.TOKENS, somewhere=True, noted=False))]
ManagesSessions = Annotated[Caller, Depends(Asks(Action.SESSIONS, somewhere=True, noted=False))]
SeesPersons = Annotated[Caller, Depends(Asks(Action.PERSONS, somewhere=True))]
ManagesGrants = Annotated[Caller, Depends(Asks(Action.GRANTS, somewhere=True, noted=False))]
ManagesPasswords = Annotated[Caller, Depends(Asks(Action.PASSWORDS, noted=False))]
ReadsAccessLog = Annotated[Caller, Depends(Asks(Action.ACCESS_LOG, somewhere=True, noted=False))]
WitnessesAccessLog = Annotated[Caller, Depends(Asks(Action.ACCESS_LOG))]
ErasesNames = Annotated[Caller, Depends(Asks(Action.REQUESTS, noted=False))]
ManagesArchive = Annotated[Caller, Depends(Asks(Action.ARCHIVE))]
ReadsMetrics = Annotated[Caller, Depends(Asks(Action.METRICS))]
