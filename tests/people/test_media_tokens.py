"""Media tokens on their own: a minute to open, then as long as they are asked for, and over restarts."""

import pytest
from tests.people.conftest import HandClock

from ronda.base.errors import NotSignedIn
from ronda.people.media_tokens import MediaTokens
from ronda.people.policy import Action
from ronda.store.database import Store


async def test_a_token_is_opened_within_a_minute_and_then_renewed_by_use(store: Store, clock: HandClock) -> None:
    tokens = await MediaTokens.open(store, clock)
    token, until = tokens.sign("own", Action.LIVE, "abc", "darurat, banjir")
    assert until == clock.utc_90k() + 60 * 90_000
    clock.seconds += 59
    leave = tokens.check(token, "own", Action.LIVE)
    assert (leave.credential, leave.purpose) == ("abc", "darurat, banjir")
    for _ in range(5):
        clock.seconds += 50
        tokens.check(token, "own", Action.LIVE)
    clock.seconds += 61
    with pytest.raises(NotSignedIn, match="expired"):
        tokens.check(token, "own", Action.LIVE)


async def test_a_token_that_nobody_opened_expires(store: Store, clock: HandClock) -> None:
    tokens = await MediaTokens.open(store, clock)
    token, _ = tokens.sign("own", Action.LIVE, "abc")
    clock.seconds += 60
    with pytest.raises(NotSignedIn, match="expired"):
        tokens.check(token, "own", Action.LIVE)


async def test_the_key_stays_and_lies_sealed(store: Store, clock: HandClock) -> None:
    token, _ = (await MediaTokens.open(store, clock)).sign("own", Action.CLIP, "abc")
    assert (await MediaTokens.open(store, clock)).check(token, "own", Action.CLIP)
    for wrong in ("", ".", "a.b", token[:-1], "x" + token, token + "x", "é.é"):
        with pytest.raises(NotSignedIn, match="not valid"):
            (await MediaTokens.open(store, clock)).check(wrong, "own", Action.CLIP)
    for camera, action in (("other", Action.CLIP), ("own", Action.LIVE)):
        with pytest.raises(NotSignedIn, match="something else"):
            (await MediaTokens.open(store, clock)).check(token, camera, action)
