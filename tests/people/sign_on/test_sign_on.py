"""Signing in with the city's account: whom it lets in, as whom, and what it does not believe."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from joserfc.jwk import OctKey
from tests.people.sign_on.provider import CLIENT, SECRET, FakeProvider, key_called, running
from tests.store.databases import fresh_url

from ronda.base.errors import BadInput, NotSignedIn
from ronda.people import persons
from ronda.people.access_log import AccessLog
from ronda.people.credentials import Credentials
from ronda.people.errors import Disabled
from ronda.people.persons import PERSON, Person
from ronda.people.sign_on.errors import SignOnAgain, SignOnAway, SignOnRefused, SignOnWeak, SignOnWrong
from ronda.people.sign_on.provider import Provider, Registration
from ronda.people.sign_on.sign_on import Answer, Begun, Finished, SignOn, local_page
from ronda.people.tables import PERSONS
from ronda.store.database import Store

HERE = "https://pantau.example/api/v1/session/oidc/callback"


@dataclass
class RealClock:
    """The machine's clock, which can be moved."""

    ahead_s: float = 0.0

    def utc_90k(self) -> int:
        return int((time.time() + self.ahead_s) * 90_000)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


@dataclass
class Town:
    """A sign-on over a real store and a real provider."""

    sign_on: SignOn
    provider: FakeProvider
    clock: RealClock
    credentials: Credentials
    store: Store
    log: AccessLog

    async def round(self, next: str = "/wall") -> Finished:
        return await self.back(await self.sign_on.begin(HERE, next))

    async def back(self, begun: Begun, **changed: str) -> Finished:
        query = parse_qs(urlsplit(self.provider.authorize(begun.url)).query)
        brought = {name: values[0] for name, values in query.items()}
        brought = {"error": "", **brought, **changed}
        return await self.sign_on.finish(Answer(**brought), begun.cookie, "192.168.1.20", "Firefox")

    async def who(self, finished: Finished) -> str:
        found = await self.credentials.find(finished.secret)
        assert found is not None
        return found.principal.name

    async def add(self, name: str, **values: Any) -> None:
        person = Person(name, "", PERSON, self.clock.utc_90k(), email=values.pop("email", None))
        await self.store.run(partial(persons.add, person=person, password_hash="x", by="test"))
        if values:
            change = PERSONS.update().where(PERSONS.c.name == name).values(values)
            await self.store.run(lambda connection: connection.execute(change))


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return fresh_url("sqlite", tmp_path)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """One kind of database is enough here: `test_links` tries what is written on every kind."""
    store = await Store.open(store_url)
    yield store
    await store.close()


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with running(FakeProvider()) as provider:
        yield provider


@pytest.fixture
async def town(store: Store, provider: FakeProvider) -> AsyncIterator[Town]:
    clock = RealClock()
    credentials, log = Credentials(store, clock), AccessLog(store, clock)
    there = Provider(Registration(provider.issuer, CLIENT, SECRET), clock)
    sign_on = SignOn(there, store, clock, credentials, log, name="Kota")
    yield Town(sign_on, provider, clock, credentials, store, log)
    await sign_on.close()


async def test_somebody_new_gets_an_account_without_any_grant_and_comes_back_to_it(town: Town) -> None:
    town.provider.person |= {"name": "Siti Rahayu", "email": "siti@example.org", "email_verified": True}
    first = await town.round("/join/abc")
    assert first.next == "/join/abc"
    assert await town.who(first) == "siti.r"
    credential = await town.credentials.find(first.secret)
    assert credential is not None
    assert not credential.principal.grants
    town.provider.person |= {"preferred_username": "married", "email": "other@example.org"}
    assert await town.who(await town.round()) == "siti.r"
    person = await town.store.read(partial(persons.get, name="siti.r"))
    assert (person.display, person.email) == ("Siti Rahayu", "siti@example.org")
    assert [link.subject for link in await town.sign_on.links_of("siti.r")] == ["u-1"]


async def test_a_verified_address_leads_to_the_person_who_has_it(town: Town) -> None:
    await town.add("budi", email="Budi@Example.org")
    town.provider.person |= {"email": "budi@example.org", "email_verified": True}
    assert await town.who(await town.round()) == "budi"
    # Another account with the same address is somebody else: budi is taken.
    town.provider.person |= {"sub": "u-2", "preferred_username": "budi"}
    assert (await town.who(await town.round())).startswith("budi-")


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_an_address_that_nobody_verified_leads_to_nobody(town: Town, verified: object) -> None:
    await town.add("budi", email="budi@example.org")
    town.provider.person |= {"email": "budi@example.org", "email_verified": verified, "preferred_username": None}
    assert await town.who(await town.round()) == "warga"


async def test_an_address_that_two_share_leads_to_neither(town: Town) -> None:
    await town.add("budi", email="rt@example.org")
    await town.add("tono", email="rt@example.org")
    town.provider.person |= {"email": "rt@example.org", "email_verified": True}
    assert await town.who(await town.round()) == "siti.r"


async def test_the_address_may_be_told_beside_the_token_by_the_same_person_alone(town: Town) -> None:
    await town.add("budi", email="budi@example.org")
    told = {"email": "budi@example.org", "email_verified": True}
    town.provider.userinfo = {"sub": "somebody else", **told}
    assert await town.who(await town.round()) == "siti.r"
    town.provider.person["sub"] = town.provider.userinfo["sub"] = "u-3"
    assert await town.who(await town.round()) == "budi"


async def test_who_was_disabled_stays_outside(town: Town) -> None:
    await town.round()
    change = PERSONS.update().values(disabled=1)
    await town.store.run(lambda connection: connection.execute(change))
    with pytest.raises(Disabled):
        await town.round()


async def test_a_second_factor_here_asks_for_one_there(town: Town) -> None:
    await town.add("budi", email="budi@example.org", totp="sealed", totp_since=1)
    town.provider.person |= {"email": "budi@example.org", "email_verified": True, "amr": ["pwd"]}
    with pytest.raises(SignOnWeak):
        await town.round()
    town.provider.person["amr"] = ["pwd", "otp"]
    assert await town.who(await town.round()) == "budi"


LONG_AGO, LONG_AFTER = 1_000_000_000, 4_000_000_000
"""Fixed, since they are part of the tests' names, which must be the same in every process."""


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "other"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},
        {"azp": "another client"},
        {"iss": "https://evil.example"},
        {"exp": LONG_AGO},
        {"exp": None},
        {"iat": LONG_AFTER, "nbf": LONG_AFTER},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
    ],
    ids=str,
)
async def test_what_is_not_for_us_now_is_not_believed(town: Town, lies: dict[str, Any]) -> None:
    town.provider.lies = lies
    with pytest.raises(SignOnWrong):
        await town.round()
    assert await town.store.read(lambda connection: connection.execute(sa.select(PERSONS.c.name)).all()) == []


async def test_a_clock_that_differs_by_a_minute_is_fine(town: Town) -> None:
    town.provider.lies = {"exp": int(time.time()) - 60, "iat": int(time.time()) + 60}
    assert await town.who(await town.round()) == "siti.r"


async def test_a_token_signed_by_somebody_else_is_not_believed(town: Town) -> None:
    town.provider.signer = key_called("k1", 1)
    with pytest.raises(SignOnWrong):
        await town.round()
    town.provider.signer = key_called("never seen")
    with pytest.raises(SignOnWrong):
        await town.round()


async def test_a_token_signed_with_our_own_secret_or_with_none_is_not_believed(town: Town) -> None:
    town.provider.algorithm = "HS256"
    town.provider.signer = OctKey.import_key(SECRET + "0" * 30, {"kid": "k1"})  # type: ignore[assignment]
    with pytest.raises(SignOnWrong):
        await town.round()


async def test_keys_that_were_changed_are_fetched_again(town: Town) -> None:
    await town.round()
    town.provider.key = key_called("k2")
    town.clock.ahead_s = 60
    assert await town.who(await town.round()) == "siti.r"
    assert town.provider.asked.count("/keys") == 2
    assert town.provider.asked.count("/.well-known/openid-configuration") == 1


async def test_an_answer_counts_once(town: Town) -> None:
    begun = await town.sign_on.begin(HERE, "/wall")
    answer = parse_qs(urlsplit(town.provider.authorize(begun.url)).query)
    brought = Answer(answer["state"][0], answer["code"][0], "")
    await town.sign_on.finish(brought, begun.cookie, "", "")
    with pytest.raises(SignOnAgain, match="over"):
        await town.sign_on.finish(brought, begun.cookie, "", "")
    with pytest.raises(SignOnAgain, match="over"):
        await town.back(begun)


async def test_an_answer_from_another_browser_does_not_count(town: Town) -> None:
    mine, theirs = await town.sign_on.begin(HERE, "/"), await town.sign_on.begin(HERE, "/")
    for cookie in ("", "sealed:", theirs.cookie, mine.cookie[:-4] + "AAAA", "x" * 5_000):
        with pytest.raises(SignOnAgain, match="not begun in this browser"):
            await town.back(Begun(mine.url, cookie))
    with pytest.raises(SignOnAgain, match="not begun in this browser"):
        await town.back(mine, state="ümlaut")


async def test_an_answer_that_comes_too_late_does_not_count(town: Town) -> None:
    begun = await town.sign_on.begin(HERE, "/")
    town.clock.ahead_s = 601
    with pytest.raises(SignOnAgain, match="over"):
        await town.back(begun)


async def test_a_no_of_the_provider_is_a_no(town: Town) -> None:
    with pytest.raises(SignOnRefused):
        await town.back(await town.sign_on.begin(HERE, "/"), error="access_denied", code="")
    with pytest.raises(SignOnRefused, match="invalid_grant"):
        await town.back(await town.sign_on.begin(HERE, "/"), code="made up")


async def test_a_provider_that_is_away_is_said_to_be_and_many_wait_once(town: Town) -> None:
    town.provider.broken = True
    outcomes = await asyncio.gather(*(town.sign_on.begin(HERE, "/") for _ in range(20)), return_exceptions=True)
    assert all(isinstance(outcome, SignOnAway) for outcome in outcomes)
    assert len(town.provider.asked) == 1
    town.provider.broken = False
    town.clock.ahead_s = 10
    begun = await town.sign_on.begin(HERE, "/")
    town.provider.broken = True
    with pytest.raises(SignOnAway):
        await town.back(begun)


async def test_nobody_listens_there(store: Store, town: Town) -> None:
    there = Provider(Registration("http://127.0.0.1:1", CLIENT, SECRET), town.clock)
    sign_on = SignOn(there, store, town.clock, town.credentials, town.log, name="Kota")
    with pytest.raises(SignOnAway, match="does not answer"):
        await sign_on.begin(HERE, "/")
    await sign_on.close()


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://10.0.0.5/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": "http://user:pass@127.0.0.1/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"token_endpoint": 7},
        {"padding": "x" * 600_000},
    ],
    ids=lambda document: str(document)[:60],
)
async def test_addresses_that_are_not_safe_are_not_asked(town: Town, document: dict[str, Any]) -> None:
    town.provider.document = document
    with pytest.raises(SignOnAway):
        await town.sign_on.begin(HERE, "/")
    assert town.provider.asked == ["/.well-known/openid-configuration"]


async def test_a_secret_can_be_sent_in_the_form(town: Town) -> None:
    town.provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert await town.who(await town.round()) == "siti.r"


@pytest.mark.parametrize(
    "issuer", ["http://sso.example", "sso.example", "https://", "https://u:p@sso.example", "ftp://x"]
)
def test_an_issuer_must_be_trustworthy(issuer: str) -> None:
    with pytest.raises(BadInput, match="https"):
        Provider(Registration(issuer, CLIENT), RealClock())


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "/\\evil", "wall", "", "/a\n", "js:x"])
def test_nobody_is_sent_elsewhere_afterwards(page: str) -> None:
    assert local_page(page) == "/wall"
    assert local_page("/join/abc?x=1") == "/join/abc?x=1"


async def test_links_can_be_forgotten(town: Town) -> None:
    await town.round()
    await town.sign_on.unlink("siti.r", "admin")
    assert await town.sign_on.links_of("siti.r") == []
    assert (await town.who(await town.round())).startswith("siti.r-")


async def test_refusals_are_errors_of_signing_in(town: Town) -> None:
    assert issubclass(SignOnWrong, NotSignedIn)
    assert SECRET not in repr(Registration(town.provider.issuer, CLIENT, SECRET))
