"""The edge: sizes, origins, headers, paths, methods, the local socket."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path

import pytest
from tests.web.conftest import City, open_city

from ronda.web.boundary import BodyBounds
from ronda.web.parts import Facts, MapTiles, Receive, Scope, Send

CAMERA = {"id": "a", "url": "rtsp://10.0.0.5/1"}


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://ronda.test.evil.example", "http://ronda.test:8080"]
)
async def test_a_page_of_another_site_changes_nothing(city: City, origin: str) -> None:
    admin = await city.admin()
    for method, path in (("POST", "/api/v1/cameras"), ("POST", "/api/v1/session"), ("DELETE", "/api/v1/session")):
        answer = await admin.request(method, path, json=CAMERA, headers={"origin": origin})
        assert answer.status_code == 403
    assert (await admin.get("/api/v1/cameras")).json()["cameras"] == []
    cross = {"sec-fetch-site": "cross-site"}
    assert (await admin.post("/api/v1/cameras", json=CAMERA, headers=cross)).status_code == 403


async def test_our_own_page_and_programs_do(city: City) -> None:
    admin = await city.admin()
    own = {"origin": "http://ronda.test"}
    assert (await admin.post("/api/v1/cameras", json=CAMERA, headers=own)).status_code == 201
    token = (await admin.post("/api/v1/tokens", json={"name": "x"})).json()["token"]
    program = city.client(authorization=f"Bearer {token}", origin="http://elsewhere")
    assert (await program.delete("/api/v1/cameras/a")).status_code == 204


async def test_nobody_on_the_network_is_local(city: City) -> None:
    for headers in ({"ronda.local": "1"}, {"x-ronda-local": "true"}):
        assert (await city.client(**headers).get("/api/v1/cameras")).status_code == 401
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/cameras",
        "raw_path": b"/api/v1/cameras",
        "query_string": b"",
        "headers": [],
        "ronda.local": True,
    }
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await city.app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 401
    socket = city.socket()
    assert (await socket.post("/api/v1/cameras", json={"id": "f", "url": "file:///srv/x.mp4"})).status_code == 201
    history = (await socket.get("/api/v1/cameras/f/history")).json()["changes"]
    assert history[0]["by"] == "local"


async def test_bodies_are_bounded(city: City) -> None:
    admin = await city.admin()
    big = {**CAMERA, "name": "x" * 2_000_000}
    answer = await admin.post("/api/v1/cameras", json=big)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 65_536

    headers = {"content-type": "application/json"}
    assert (await admin.post("/api/v1/cameras", content=endless(), headers=headers)).status_code == 413


async def test_pages_carry_the_headers_that_bind_them(city: City) -> None:
    for path in ("/", "/api/v1/info", "/nothing", "/docs"):
        answer = await city.client().get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/api/v1/cameras", 405),
        ("POST", "/", 405),
        ("GET", "/api/v1/cameras/..%2f..%2fetc%2fpasswd/still.jpg", 404),
        ("GET", "/api/v1/cameras/A/still.jpg", 404),
        ("GET", "/api/v1/cameras/a%00/still.jpg", 404),
        ("GET", "/api/v1/cameras/a%0d%0aSet-Cookie:%20x=y", 404),
        ("GET", "/..%2f..%2f..%2fetc/passwd", 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET", "//etc/passwd", 404),
        ("GET", "/assets/..%2f..%2fapp.py", 404),
        ("GET", "/pages/..%2fapp.py", 404),
        ("GET", "/a%00b", 404),
        ("GET", "/" + "x" * 5000, 404),
    ],
)
async def test_every_wrong_turn_is_a_problem_document(city: City, method: str, path: str, status: int) -> None:
    admin = await city.admin()
    answer = await admin.request(method, path, json={} if method in ("PUT", "POST") else None)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "set-cookie" not in answer.headers


async def test_broken_bodies(city: City) -> None:
    admin = await city.admin()
    for body in (b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"id": {"id": 1}, "url": []}', b"{" * 10_000):
        answer = await admin.post("/api/v1/cameras", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, body[:20]
        assert answer.json()["detail"]


async def test_a_bug_tells_the_client_nothing(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("hunter2")

    admin = await city.admin()
    monkeypatch.setattr(city.centre.cameras, "all", broken)
    answer = await admin.get("/api/v1/cameras")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text


async def test_only_an_embedded_camera_may_stand_in_a_frame(tmp_path: Path) -> None:
    tiles = MapTiles("https://tiles.example.org/{z}/{x}/{y}.png", "raster", "(c) example")
    async with open_city(tmp_path, facts=Facts(tiles=tiles, frame_ancestors="https://kelurahan.example.org")) as city:
        async with city.client() as client:
            framed, usual = await client.get("/embed/gang"), await client.get("/cameras/gang")
            info = (await client.get("/api/v1/info")).json()
    assert "frame-ancestors https://kelurahan.example.org" in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    assert "frame-ancestors 'none'" in usual.headers["content-security-policy"]
    assert usual.headers["x-frame-options"] == "DENY"
    assert "img-src 'self' data: blob: https://tiles.example.org;" in usual.headers["content-security-policy"]
    assert "unsafe" not in usual.headers["content-security-policy"]
    assert info["map"] == {"tiles": tiles.address, "kind": "raster", "attribution": "(c) example"}


async def test_a_body_that_comes_in_drops_is_ended_and_one_that_keeps_coming_is_not() -> None:
    sent: list[dict[str, object]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(0.1)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: MutableMapping[str, object]) -> None:
        sent.append(dict(message))

    def drops(size: int) -> Receive:
        count = 0

        async def receive() -> dict[str, object]:
            nonlocal count
            count += 1
            await asyncio.sleep(0.03)
            return {"type": "http.request", "body": b"x" * size, "more_body": count < 12}

        return receive

    bounded = BodyBounds(app, 1 << 20, {}, patience_s=0.1)
    for size, status in ((1, 408), (1024, 200)):
        sent.clear()
        await bounded({"type": "http", "path": "/", "headers": []}, drops(size), send)
        assert sent[0]["status"] == status
