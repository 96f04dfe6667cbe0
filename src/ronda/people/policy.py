"""The one function that says who may do what; every route, socket and page asks it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ronda.base.errors import NotAllowed, NotSignedIn
from ronda.people.principal import Kind, Principal, Role


class Action(StrEnum):
    """What somebody wants to do."""

    SEE = "see"
    LIVE = "live"
    STILL = "still"
    TIMELINE = "timeline"
    REPLAY = "replay"
    CLIP = "clip"
    RESERVE = "re-serve"
    MANAGE = "manage"
    PROBE = "probe"
    HOLD = "hold"
    TOKENS = "tokens"
    SESSIONS = "sessions"
    PERSONS = "persons"
    ACCESS_LOG = "access-log"
    ARCHIVE = "archive"
    METRICS = "metrics"


LOOKING: Final = frozenset({Action.SEE, Action.LIVE, Action.STILL, Action.TIMELINE, Action.REPLAY})
"""What `--public` gives to anybody: to look, now and at the past; nothing leaves as a file, nothing changes."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question.

    Attributes:
        allowed: Whether it may be done.
        public: Whether anybody at all may do it, so that shared caches may keep the answer.
        reason: Why not, as one sentence for the one who asked; empty when allowed.
    """

    allowed: bool
    public: bool = False
    reason: str = ""


class Policy:
    """The rules in force.

    Attributes:
        public_actions: What anybody may do without signing in; empty unless the city is shown publicly.
    """

    def __init__(self, public_actions: Collection[Action] = ()) -> None:
        self.public_actions = frozenset(public_actions)

    def decide(self, principal: Principal, action: Action, camera: str | None, purpose: str) -> Decision:
        """Say whether `principal` may do `action` to `camera` (None: the city as a whole) for `purpose`."""
        public = action in self.public_actions
        if public or Role.ADMINISTRATOR in principal.roles:
            return Decision(allowed=True, public=public)
        what = f"{action.value} {camera}" if camera else action.value
        if principal.kind is Kind.ANONYMOUS:
            return Decision(allowed=False, reason=f"sign in first: {what} is not for everybody")
        return Decision(allowed=False, reason=f"{principal.name} may not {what}")

    def require(self, principal: Principal, action: Action, camera: str | None = None, purpose: str = "") -> Decision:
        """Return the decision when it allows.

        Raises:
            NotSignedIn: It does not, and nobody is signed in.
            NotAllowed: It does not.
        """
        decision = self.decide(principal, action, camera, purpose)
        if decision.allowed:
            return decision
        if principal.kind is Kind.ANONYMOUS:
            raise NotSignedIn(decision.reason)
        raise NotAllowed(decision.reason)

    def all_of(self, principal: Principal) -> list[Action]:
        """Return everything that `principal` may do somewhere: for pages that hide what would be refused."""
        return [action for action in Action if self.decide(principal, action, None, "").allowed]
