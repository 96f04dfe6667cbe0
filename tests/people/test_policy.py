"""The policy's table, written out."""

import pytest

from ronda.base.errors import NotAllowed, NotSignedIn
from ronda.people.policy import LOOKING, Action, Policy
from ronda.people.principal import ANONYMOUS, LOCAL, Kind, Principal, Role

ADMIN = Principal(Kind.PERSON, "admin", frozenset({Role.ADMINISTRATOR}))
NOBODY_MUCH = Principal(Kind.PERSON, "siti")


@pytest.mark.parametrize("action", list(Action))
def test_who_may_what(action: Action) -> None:
    closed, public = Policy(), Policy(LOOKING)
    looking = action.value in {"see", "live", "still", "timeline", "replay"}
    for policy in (closed, public):
        assert policy.decide(ADMIN, action, "a", "").allowed
        assert policy.decide(LOCAL.principal, action, None, "").allowed
    assert not closed.decide(ANONYMOUS.principal, action, "a", "").allowed
    assert not closed.decide(NOBODY_MUCH, action, "a", "").allowed
    assert public.decide(ANONYMOUS.principal, action, "a", "").allowed is looking
    assert public.decide(ADMIN, action, "a", "").public is looking
    assert closed.decide(ADMIN, action, "a", "").public is False


def test_a_refusal_says_why_and_of_the_right_kind() -> None:
    policy = Policy()
    with pytest.raises(NotSignedIn, match="live gate-1"):
        policy.require(ANONYMOUS.principal, Action.LIVE, "gate-1")
    with pytest.raises(NotAllowed, match="siti may not clip gate-1"):
        policy.require(NOBODY_MUCH, Action.CLIP, "gate-1")
