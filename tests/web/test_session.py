"""Signing in and out, sessions, tokens, the password, the access log."""

import re
from pathlib import Path

import pytest
from tests.web.conftest import PASSWORD, City, open_city

from ronda.people.people import COOKIE
from ronda.web.parts import Facts

CAMERA = {"id": "a", "url": "rtsp://10.0.0.5/1"}


async def test_who_you_are_here(city: City, public_city: City) -> None:
    nobody = (await city.client().get("/api/v1/session")).json()
    assert nobody == {"person": None, "public": False, "may": [], "areas": [], "name_people": False}
    anybody = (await public_city.client().get("/api/v1/session")).json()
    assert (anybody["person"], anybody["public"]) == (None, True)
    assert anybody["may"] == ["see", "live", "still", "timeline", "replay"]
    admin = (await (await city.admin()).get("/api/v1/session")).json()
    assert (admin["person"]["name"], admin["person"]["kind"]) == ("admin", "person")
    assert admin["person"]["roles"] == ["administrator"]
    (grant,) = admin["person"]["grants"]
    assert (grant["role"], grant["scope"], grant["value"], grant["until"]) == ("administrator", "city", "", None)
    assert {"live", "replay", "clip", "manage", "hold"} <= set(admin["may"])
    assert (await city.socket().get("/api/v1/session")).json()["person"]["name"] == "local"


async def test_the_cookie_and_signing_out(city: City) -> None:
    client = city.client()
    answer = await client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
    cookie, mark = answer.headers.get_list("set-cookie")
    assert re.match(r"ronda_known=[\w-]{60}; HttpOnly; Max-Age=\d+; Path=/api/v1/session; SameSite=lax$", mark)
    assert re.match(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax$", cookie)
    assert (await client.get("/api/v1/cameras")).status_code == 200
    stolen = client.cookies[COOKIE]
    assert (await client.delete("/api/v1/session")).status_code == 204
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, stolen)
    assert (await client.get("/api/v1/cameras")).status_code == 401


async def test_over_https_the_cookie_goes_nowhere_else(tmp_path: Path) -> None:
    async with open_city(tmp_path, facts=Facts(https=True)) as city:
        answer = await city.client().post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert "; Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("name", "password"), [("admin", "wrong"), ("nobody", PASSWORD), ("", ""), ("admin", "x" * 5000)]
)
async def test_wrong_names_and_passwords_are_told_apart_by_nobody(city: City, name: str, password: str) -> None:
    answer = await city.client().post("/api/v1/session", json={"name": name, "password": password})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "name and password do not belong together"
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down_where_it_happens(city: City) -> None:
    client = city.client()
    statuses = [
        (await client.post("/api/v1/session", json={"name": "admin", "password": f"guess {n}"})).status_code
        for n in range(7)
    ]
    assert statuses[:5] == [401] * 5
    assert 429 in statuses
    answer = await client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    elsewhere = await city.people.sign_in("admin", PASSWORD, "198.51.100.7", "test")
    assert len(elsewhere) == 43


async def test_tokens_are_shown_once_listed_and_revoked(city: City) -> None:
    admin = await city.admin()
    token = (await admin.post("/api/v1/tokens", json={"name": "wall"})).json()["token"]
    program = city.client(authorization=f"Bearer {token}")
    assert (await program.post("/api/v1/cameras", json=CAMERA)).status_code == 201
    listed = (await admin.get("/api/v1/tokens")).json()["tokens"]
    assert [(one["name"], one["by"]) for one in listed] == [("wall", "admin")]
    assert token not in (await admin.get("/api/v1/tokens")).text
    assert (await admin.delete(f"/api/v1/tokens/{listed[0]['id']}")).status_code == 204
    answer = await program.get("/api/v1/cameras")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert (await admin.delete(f"/api/v1/tokens/{listed[0]['id']}")).status_code == 404


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer " + "x" * 5000, "bearer \x7f", "Basic YWRtaW46YWRtaW4="]
)
async def test_made_up_tokens(city: City, header: str) -> None:
    assert (await city.client(authorization=header).get("/api/v1/cameras")).status_code == 401


async def test_a_session_is_no_token_and_a_token_no_session(city: City) -> None:
    admin = await city.admin()
    token = (await admin.post("/api/v1/tokens", json={"name": "wall"})).json()["token"]
    as_token = city.client(authorization=f"Bearer {admin.cookies[COOKIE]}")
    assert (await as_token.get("/api/v1/cameras")).status_code == 401
    as_cookie = city.client()
    as_cookie.cookies.set(COOKIE, token)
    assert (await as_cookie.get("/api/v1/cameras")).status_code == 401


async def test_sessions_are_listed_and_revoked(city: City) -> None:
    first, second = await city.admin(), await city.admin()
    sessions = (await first.get("/api/v1/sessions")).json()["sessions"]
    other = next(one for one in sessions if not one["this"])
    assert len(sessions) == 2
    assert (await first.delete(f"/api/v1/sessions/{other['id']}")).status_code == 204
    assert (await second.get("/api/v1/cameras")).status_code == 401
    assert (await first.get("/api/v1/cameras")).status_code == 200


async def test_a_new_password_ends_the_other_sessions(city: City) -> None:
    first, second = await city.admin(), await city.admin()
    url = "/api/v1/session/password"
    assert (await first.put(url, json={"old": "wrong", "new": "another password"})).status_code == 400
    assert (await first.put(url, json={"old": PASSWORD, "new": "short"})).status_code == 400
    assert (await first.put(url, json={"old": PASSWORD, "new": "another password"})).status_code == 204
    assert (await first.get("/api/v1/cameras")).status_code == 200
    assert (await second.get("/api/v1/cameras")).status_code == 401
    assert (await city.client().put(url, json={"old": PASSWORD, "new": "another password"})).status_code == 401
    signed_in = await city.client().post("/api/v1/session", json={"name": "admin", "password": "another password"})
    assert signed_in.status_code == 204


async def test_the_access_log_tells_who_did_what(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json=CAMERA, headers={"ronda-purpose": "new camera at the gate"})
    await admin.get("/api/v1/cameras/a/clip.mp4", params={"purpose": "theft on Friday"})
    entries = (await admin.get("/api/v1/accesslog")).json()["entries"]
    looked = {entry["action"]: entry for entry in entries}
    assert looked["clip"]["camera"] == "a"
    assert looked["clip"]["who"] == "admin"
    assert looked["clip"]["purpose"] == "theft on Friday"
    assert looked["clip"]["ended"] >= looked["clip"]["started"]
    assert looked["manage"]["purpose"] == "new camera at the gate"
    assert looked["access-log"]["allowed"] is True
    page = (await admin.get("/api/v1/accesslog", params={"limit": 1})).json()
    older = (await admin.get("/api/v1/accesslog", params={"limit": 1, "before": page["before"]})).json()
    assert older["entries"][0]["number"] < page["entries"][0]["number"]


async def test_an_administrator_gives_somebody_a_new_password(city: City) -> None:
    admin, path = await city.admin(), "/api/v1/persons/admin/password"
    assert (await admin.post(path, json={"new": "short"})).status_code == 400
    assert (await admin.post(path, json={"new": "x" * 2000})).status_code == 400
    assert (await admin.post("/api/v1/persons/nobody/password", json={"new": "long enough 2"})).status_code == 404
    assert (await admin.post(path, json={"new": "another long one"})).status_code == 204
    assert (await admin.get("/api/v1/tokens")).status_code == 401
    client = city.client()
    assert (await client.post(path, json={"new": "long enough 3"})).status_code == 401
    given = {"name": "admin", "password": "another long one"}
    assert (await client.post("/api/v1/session", json=given)).status_code == 204


async def test_text_that_is_none_is_no_password(city: City) -> None:
    half = {"content-type": "application/json"}
    body = '{"name":"admin","password":"\\ud800 and more"}'
    assert (await city.client().post("/api/v1/session", content=body, headers=half)).status_code == 401
    admin = await city.admin()
    body = f'{{"old":"{PASSWORD}","new":"\\ud800 and more"}}'
    assert (await admin.put("/api/v1/session/password", content=body, headers=half)).status_code == 400


async def test_a_password_typed_as_a_name_is_not_written_down(city: City) -> None:
    await city.client().post("/api/v1/session", json={"name": "hunter2 is my password", "password": "x"})
    await city.client().post("/api/v1/session", json={"name": "admin", "password": "x"})
    looks = [(entry.look.who, entry.allowed) for _, entry in await city.people.log.entries(10)]
    assert looks == [("admin", False), ("anonymous", False)]


async def test_numbers_beyond_any_database_are_refused(city: City) -> None:
    admin = await city.admin()
    for path in (f"/api/v1/accesslog?before={1 << 63}", f"/api/v1/accesslog?before={'9' * 400}"):
        assert (await admin.get(path)).status_code == 400


async def test_what_leaves_as_a_file_is_told_apart_in_the_log(city: City) -> None:
    admin = await city.admin()
    for path in ("sites", "export/sites.csv", "export/cameras.csv?area=33.74", "accesslog", "accesslog/export"):
        assert (await admin.get(f"/api/v1/{path}")).status_code == 200
    looks = {
        (look.action, look.subject, look.area) for _, entry in await city.people.log.entries(20) if (look := entry.look)
    }
    assert looks >= {
        ("registry", None, None),
        ("registry", "export:sites.csv", None),
        ("registry", "export:cameras.csv", "33.74"),
        ("access-log", None, None),
        ("access-log", "export", None),
    }


async def test_a_browser_of_before_does_not_wait_for_the_guesses_of_its_network(city: City) -> None:
    browser = await city.admin()
    mark = browser.cookies["ronda_known"]
    assert "admin" not in mark
    right = {"name": "admin", "password": PASSWORD}
    guesser = city.client()
    while (await guesser.post("/api/v1/session", json={"name": "admin", "password": "x"})).status_code != 429:
        pass
    assert (await city.client().post("/api/v1/session", json=right)).status_code == 429
    assert (await browser.post("/api/v1/session", json=right)).status_code == 204
    for made_up in (mark[:-6] + "AAAAAA", city.people.known_browsers.mark("siti"), "x"):
        stranger = city.client(cookie=f"ronda_known={made_up}")
        assert (await stranger.post("/api/v1/session", json=right)).status_code == 429
    assert city.people.known_browsers.where("\u00e9", "admin", "10.0.0.1") == "10.0.0.1"
    wrong = {"name": "admin", "password": "x"}
    statuses = [(await browser.post("/api/v1/session", json=wrong)).status_code for _ in range(8)]
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429, "a mark that was taken along guesses no faster than a network"
