"""Every route of the application asks who may use it: API, pictures, pages. What is open is listed here, by name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from tests.node.conftest import open_town
from tests.web.conftest import City

from ronda.base.errors import NotAllowed
from ronda.base.metrics import QueueMetrics
from ronda.media.delivery.permission import Ask, MediaAction, Permit
from ronda.node.media import open_media
from ronda.people.action import Action
from ronda.people.policy import Policy
from ronda.web.app import api
from ronda.web.pages import Pages

OPEN = {
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("GET", "/api/v1/session/oidc"),
    ("GET", "/api/v1/session/oidc/callback"),
    ("GET", "/api/v1/join/{token}"),  # who has the link is whom it is for
    ("POST", "/api/v1/join/{token}"),
    ("GET", "/api/v1/info"),
    ("GET", "/healthz"),
    ("GET", "/docs"),
    ("GET", "/api/v1/openapi.json"),
}
"""What anybody may ask."""

OPEN_BELOW = "/api/v1/public/"
"""What residents read; it shows what is published, and treats every caller as nobody."""

OWN_BELOW = "/api/v1/session"
"""What everybody who is signed in may do with themselves; it asks for a person's session."""

MOMENTS = "from=2026-11-21T00:00:00Z&to=2026-11-21T00:10:00Z&at=2026-11-21T00:05:00Z"


def walked(routes: Any, before: str = "") -> Iterator[BaseRoute]:
    """Yield every route, also those of routers and mounts within."""
    for route in routes:
        if isinstance(route, Route | WebSocketRoute) or hasattr(route, "methods"):
            yield route
            continue
        assert not isinstance(route, Mount) or not route.path, "a mount with a path needs its path in the test"
        inner = getattr(route, "routes", None) or getattr(getattr(route, "app", None), "routes", None)
        yield from walked(inner or getattr(getattr(route, "original_router", None), "routes", ()), before)


def routes_of(city: City) -> list[tuple[str, str]]:
    """Return every (method, path) of the API."""
    found = walked(api(city.parts, Pages(city.parts.assets)).routes)
    return [(method, route.path) for route in found for method in route.methods if method != "HEAD"]  # type: ignore[attr-defined]


def is_open(method: str, path: str) -> bool:
    return (method, path) in OPEN or path.startswith(OPEN_BELOW)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """What the policy has been asked so far."""
    asked: list[Action] = []
    for name in ("decide", "reach"):
        inner = getattr(Policy, name)

        def noted(self: Policy, principal: Any, action: Action, *rest: Any, _inner: Any = inner, **more: Any) -> Any:
            asked.append(action)
            return _inner(self, principal, action, *rest, **more)

        monkeypatch.setattr(Policy, name, noted)
    return asked


async def test_every_route_of_the_api_asks_the_policy(city: City, asked: list[Action]) -> None:
    every = routes_of(city)
    assert len(every) > 50
    client = city.client()
    for method, path in every:
        if is_open(method, path):
            continue
        asked.clear()
        address = re.sub(r"\{[^}]+\}", "some-id", path)
        answer = await client.request(method, f"{address}?{MOMENTS}", json={})
        what = f"{method} {path} answered {answer.status_code} to a stranger: {answer.text[:200]}"
        if "{camera}" in path:
            assert answer.status_code == 404, what
            assert answer.json()["detail"] == "there is no camera 'some-id'", what
        else:
            assert answer.status_code == 401, what
        assert answer.headers["content-type"] == "application/problem+json"
        assert asked or path.startswith(OWN_BELOW), f"{method} {path} asked nobody"


async def test_what_is_open_exists(city: City) -> None:
    assert set(routes_of(city)) >= OPEN - {("GET", "/api/v1/openapi.json")}


async def test_the_walk_finds_what_there_is(city: City) -> None:
    documented = (await city.client().get("/api/v1/openapi.json")).json()["paths"]
    found = set(routes_of(city))
    assert {(verb.upper(), path) for path, verbs in documented.items() for verb in verbs} <= found


async def test_every_route_to_pictures_asks(tmp_path: Path) -> None:
    asks: list[Ask] = []

    async def refuse(ask: Ask) -> Permit:
        asks.append(ask)
        raise NotAllowed("nobody may")

    async with open_town(tmp_path) as town:
        with open_media(town.node, refuse, QueueMetrics(CollectorRegistry())) as app:
            inner: Any = app
            while not hasattr(inner, "routes"):
                inner = inner._app
            routes = list(walked(inner.routes))
            assert len(routes) > 8
            for route in routes:
                asks.clear()
                status = await _asked(app, route)
                path = route.path  # type: ignore[attr-defined]
                assert asks, f"{path} asked nobody and answered {status}"
                assert status == 403, path
                # What is looked at before it is added is no camera yet.
                assert asks[0].camera == ("" if asks[0].action is MediaAction.PROBE else "some-id"), path


async def _asked(app: Any, route: BaseRoute) -> int:
    """Ask for a route as a stranger and return the status of the answer."""
    pattern: str = route.path  # type: ignore[attr-defined]
    path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: _FILLED.get(found[1], "some-id"), pattern)
    socket = isinstance(route, WebSocketRoute)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect" if socket else "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "websocket" if socket else "http",
        "method": "GET" if socket else min(route.methods - {"HEAD"}),  # type: ignore[attr-defined]
        "path": path,
        "raw_path": path.encode(),
        "query_string": f"{MOMENTS}&camera=some-id".encode(),
        "headers": [(b"host", b"ronda.test")],
        "client": ("192.0.2.1", 1),
        "extensions": {"websocket.http.response": {}},
    }
    await app(scope, receive, send)
    return int(next(message["status"] for message in sent if "status" in message))


_FILLED = {"profile": "main", "day": "2026-11-21", "name": "000000.000Z-0011223344556677.mp4"}


async def test_pages_are_one_file_that_holds_nothing_of_the_city(city: City) -> None:
    assets = city.parts.assets
    assets.mkdir(exist_ok=True)
    (assets / "index.html").write_text("<!doctype html><title>Ronda</title>")
    pages = ("/", "/cameras/some-id", "/q/some-id", "/wall", "/areas/33.74", "/registry", "/join/secret", "/log")
    answers = {(await client.get(page)).text for client in (city.client(), await city.admin()) for page in pages}
    assert answers == {"<!doctype html><title>Ronda</title>"}
