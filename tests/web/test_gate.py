"""Every route asks the policy; what is open is listed here, by name."""

import re
from typing import Any

import pytest
from tests.web.conftest import City

from ronda.people.policy import Action
from ronda.web.app import api
from ronda.web.pages import Pages

OPEN = {
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("PUT", "/api/v1/session/password"),  # asks for a session and the old password by itself
    ("GET", "/api/v1/info"),
    ("GET", "/healthz"),
    ("GET", "/docs"),
    ("GET", "/api/v1/openapi.json"),
}


def routes(city: City) -> list[tuple[str, str]]:
    """Return every (method, path) of the API, found by walking it."""
    found: list[tuple[str, str]] = []

    def walk(some: Any) -> None:
        for route in some:
            if hasattr(route, "methods") and hasattr(route, "path"):
                found.extend((method, route.path) for method in route.methods if method != "HEAD")
            else:
                inner = getattr(route, "routes", None) or getattr(getattr(route, "app", None), "routes", None)
                walk(inner or getattr(getattr(route, "original_router", None), "routes", ()))

    walk(api(city.parts, Pages(city.parts.assets)).routes)
    return found


async def test_every_route_asks_the_policy(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Action] = []
    decide = city.people.policy.decide

    def noted(principal: Any, action: Action, *rest: Any) -> Any:
        asked.append(action)
        return decide(principal, action, *rest)

    monkeypatch.setattr(city.people.policy, "decide", noted)
    every = routes(city)
    assert len(every) > 20
    paths = [*every, ("GET", "/media/{id}/live"), ("GET", "/api/v1/cameras/{id}/still.jpg")]
    paths.append(("GET", "/api/v1/cameras/{id}/clip.mp4"))
    client = city.client()
    for method, path in paths:
        if (method, path) in OPEN:
            continue
        asked.clear()
        answer = await client.request(method, re.sub(r"\{[^}]+\}", "some-id", path), json={})
        assert answer.status_code == 401, f"{method} {path} answered {answer.status_code} to a stranger"
        assert answer.headers["content-type"] == "application/problem+json"
        assert asked, f"{method} {path} asked nobody"


async def test_what_is_open_exists_and_is_open(city: City) -> None:
    every = set(routes(city))
    assert every >= OPEN - {("GET", "/api/v1/openapi.json")}
    client = city.client()
    for method, path in OPEN:
        if method == "GET":
            assert (await client.get(path)).status_code in (200, 404)


async def test_the_public_may_look_and_nothing_else(public_city: City) -> None:
    admin = await public_city.admin()
    await admin.post("/api/v1/cameras", json={"id": "a", "url": "rtsp://10.0.0.5/1"})
    client = public_city.client()
    seen = {"/api/v1/cameras", "/api/v1/cameras/a", "/api/v1/cameras/a/still.jpg", "/media/a/live"}
    timeline = "/api/v1/cameras/a/timeline?from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z"
    for path in (*seen, timeline):
        assert (await client.get(path)).status_code == 200, path
    for method, path in (
        ("GET", "/api/v1/cameras/a/clip.mp4"),
        ("DELETE", "/api/v1/cameras/a"),
        ("GET", "/api/v1/holds"),
        ("GET", "/api/v1/tokens"),
        ("GET", "/api/v1/accesslog"),
        ("GET", "/api/v1/cameras/a/history"),
        ("GET", "/metrics"),
    ):
        assert (await client.request(method, path)).status_code == 401, path


async def test_the_walk_finds_what_there_is(city: City) -> None:
    documented = (await city.client().get("/api/v1/openapi.json")).json()["paths"]
    found = set(routes(city))
    assert {(verb.upper(), path) for path, verbs in documented.items() for verb in verbs} <= found
