"""What the trial switch gives to anybody, and what lists show to whom."""

from tests.web.conftest import City


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
