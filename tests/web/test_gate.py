"""What the trial switch gives to anybody, and what lists show to whom."""

import inspect
from collections.abc import Iterator
from typing import Any

from tests.web.conftest import City
from tests.web.test_every_route_asks import walked

from ronda.web.app import api
from ronda.web.pages import Pages


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


async def test_nothing_that_a_route_needs_is_called_on_a_thread(city: City) -> None:
    """FastAPI calls what is no coroutine on a thread, at each request: slow, and it holds up the loop."""

    def called(dependant: Any) -> Iterator[Any]:
        yield dependant.call
        for one in dependant.dependencies:
            yield from called(one)

    found = [route for route in walked(api(city.parts, Pages(city.parts.assets)).routes) if hasattr(route, "dependant")]
    assert len(found) > 50
    for route in found:
        for call in called(route.dependant):
            inner = call if inspect.isfunction(call) else type(call).__call__
            assert inspect.iscoroutinefunction(inner), (route, call)
