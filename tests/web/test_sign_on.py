"""Signing in with the city's account through the routes, as a browser goes through them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.people.sign_on.provider import CLIENT, SECRET, FakeProvider, running
from tests.web.conftest import PASSWORD, City, tiny_media

from ronda.people.sign_on.provider import Provider, Registration
from ronda.people.sign_on.sign_on import SignOn
from ronda.web.app import create


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with running(FakeProvider()) as provider:
        yield provider


@pytest.fixture
async def client(city: City, provider: FakeProvider) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on a city with a sign-on."""
    people, clock = city.people, city.parts.clock
    there = Provider(Registration(provider.issuer, CLIENT, SECRET), clock)
    sign_on = SignOn(there, city.store, clock, people.credentials, people.log, name="Akun Kota")
    app = create(replace(city.parts, sign_on=sign_on), tiny_media(city.access))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ronda.test") as client:
        yield client
    await sign_on.close()


async def test_there_and_back(client: httpx.AsyncClient, provider: FakeProvider, city: City) -> None:
    assert (await client.get("/api/v1/info")).json()["sign_on"] == "Akun Kota"
    there = await client.get("/api/v1/session/oidc", params={"next": "/areas/33.74"})
    assert there.status_code == 302
    assert "httponly" in there.headers["set-cookie"].lower()
    query = parse_qs(urlsplit(there.headers["location"]).query)
    assert query["redirect_uri"] == ["http://ronda.test/api/v1/session/oidc/callback"]
    back = await client.get(provider.authorize(there.headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/areas/33.74")
    assert dict(client.cookies).keys() == {"ronda_session"}
    session = (await client.get("/api/v1/session")).json()
    assert session["person"]["name"] == "siti.r"
    assert (await client.get("/api/v1/people")).status_code == 403
    await city.people.log.flush()


async def test_who_gives_passwords_sees_and_forgets_accounts(client: httpx.AsyncClient, provider: FakeProvider) -> None:
    there = (await client.get("/api/v1/session/oidc")).headers["location"]
    await client.get(provider.authorize(there))
    mine = "/api/v1/session/oidc/accounts/siti.r"
    assert (await client.get(mine)).status_code == 403
    assert (await client.delete(mine)).status_code == 403
    transport = client._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://ronda.test") as admin:
        signed_in = await admin.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert signed_in.is_success
        accounts = (await admin.get(mine)).json()["accounts"]
        assert [one["subject"] for one in accounts] == ["u-1"]
        assert (await admin.delete(mine)).status_code == 204
        assert (await admin.get(mine)).json() == {"accounts": []}
        assert (await admin.delete(mine)).status_code == 404
    assert (await client.get("/api/v1/session")).json()["person"] is None


async def test_what_fails_leads_to_the_sign_in_page_which_says_why(
    client: httpx.AsyncClient, provider: FakeProvider
) -> None:
    there = (await client.get("/api/v1/session/oidc")).headers["location"]
    provider.lies = {"nonce": "another"}
    answers = [
        await client.get("/api/v1/session/oidc/callback", params={"state": "x", "code": "y"}),
        await client.get("/api/v1/session/oidc/callback"),
        await client.get(provider.authorize(there)),
    ]
    where = [answer.headers["location"] for answer in answers]
    # The first failure ends the sign-in: its cookie is gone.
    assert where == ["/sign-in?problem=sign-on-again"] * 3
    there = (await client.get("/api/v1/session/oidc")).headers["location"]
    wrong = await client.get(provider.authorize(there))
    assert wrong.headers["location"] == "/sign-in?problem=sign-on-wrong"
    assert "ronda_session" not in client.cookies
    there = (await client.get("/api/v1/session/oidc")).headers["location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    refused = await client.get("/api/v1/session/oidc/callback", params={"state": state, "error": "access_denied"})
    assert refused.headers["location"] == "/sign-in?problem=sign-on-refused"


async def test_a_provider_that_is_away(client: httpx.AsyncClient, provider: FakeProvider) -> None:
    provider.broken = True
    answer = await client.get("/api/v1/session/oidc")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?problem=sign-on-away")


async def test_a_city_without_one_says_so(city: City) -> None:
    async with city.client() as client:
        assert (await client.get("/api/v1/info")).json()["sign_on"] is None
        for path in ("/api/v1/session/oidc", "/api/v1/session/oidc/callback"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert "sign in with name and password" in answer.json()["mend"]


async def test_nobody_claims_the_address_by_which_another_will_be_known(client: httpx.AsyncClient, city: City) -> None:
    signed_in = await client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
    assert signed_in.status_code == 204
    assert (await client.patch("/api/v1/session", json={"email": "walikota@semarang.go.id"})).status_code == 403
    assert (await client.patch("/api/v1/session", json={"phone": "+62 812 3456 7890"})).status_code == 204
    assert (await (await city.admin()).patch("/api/v1/session", json={"email": "a@example.org"})).status_code == 204
