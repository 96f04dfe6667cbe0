"""How a route asks who may use it: `caller: Annotated[Caller, Depends(Asks(Action.SEE))]`."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from ronda.people.people import look_of
from ronda.people.policy import Action
from ronda.people.principal import Credential, Kind, Principal
from ronda.web.parts import Parts

_UNLOGGED: Final = {Action.SEE, Action.METRICS}
"""Reading the list of cameras shows no picture."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whom the policy has let through, and what serves them."""

    parts: Parts
    credential: Credential

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

    def may(self, action: Action, camera: str | None = None) -> bool:
        """Say whether they may do something else too."""
        return self.parts.people.policy.decide(self.principal, action, camera, "").allowed


class Asks:
    """A dependency that asks the policy, and notes in the access log what is done."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Caller:
        """Let the request through.

        Raises:
            NotSignedIn: Nobody is signed in.
            NotAllowed: They may not.
        """
        parts = parts_of(request)
        credential = await parts.people.credential_of(request)
        camera = request.path_params.get("camera")
        parts.people.require(request, credential.principal, self.action, camera)
        if self.action not in _UNLOGGED:
            look = look_of(request, credential.principal, self.action, camera)
            if request.method == "GET":
                parts.people.log.once(look)
            else:
                parts.people.log.start(look)
        return Caller(parts, credential)


def parts_of(request: Request) -> Parts:
    """Return what the application is made of."""
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(parts_of)]
Sees = Annotated[Caller, Depends(Asks(Action.SEE))]
SeesTimeline = Annotated[Caller, Depends(Asks(Action.TIMELINE))]
Manages = Annotated[Caller, Depends(Asks(Action.MANAGE))]
Probes = Annotated[Caller, Depends(Asks(Action.PROBE))]
Holds = Annotated[Caller, Depends(Asks(Action.HOLD))]
ManagesTokens = Annotated[Caller, Depends(Asks(Action.TOKENS))]
ManagesSessions = Annotated[Caller, Depends(Asks(Action.SESSIONS))]
ManagesPersons = Annotated[Caller, Depends(Asks(Action.PERSONS))]
ReadsAccessLog = Annotated[Caller, Depends(Asks(Action.ACCESS_LOG))]
ManagesArchive = Annotated[Caller, Depends(Asks(Action.ARCHIVE))]
ReadsMetrics = Annotated[Caller, Depends(Asks(Action.METRICS))]
