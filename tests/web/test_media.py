"""Media requests reach the node's application with the path it knows, and only with a proper camera id."""

import pytest
from tests.web.conftest import City

from ronda.web.media import MediaMount, media_path
from ronda.web.parts import Receive, Scope, Send


@pytest.mark.parametrize(
    ("path", "kind", "to"),
    [
        ("/media/a/live", "websocket", "/media/a/live"),
        ("/media/a/live.m3u8", "http", "/media/a/live.m3u8"),
        ("/api/v1/cameras/a-1/still.jpg", "http", "/media/a-1/still.jpg"),
        ("/api/v1/cameras/a-1/still.webp", "http", "/media/a-1/still.webp"),
        ("/api/v1/cameras/a-1/clip.mp4", "http", "/media/a-1/clip.mp4"),
        ("/media/a/push", "websocket", "/media/a/push"),
        ("/media/public/a/still.jpg", "http", "/media/a/still.jpg"),
        ("/media/public/a/live/main/x.m4s", "http", "/media/a/live/main/x.m4s"),
        ("/media/public/a/playback", "websocket", "/media/a/playback"),
        ("/api/v1/cameras/own-device", "http", None),
        ("/api/v1/cameras/a/../still.jpg", "http", None),
        ("/api/v1/cameras/../b/still.jpg", "http", None),
        ("/api/v1/cameras/a/still.jpg/x", "http", None),
        ("/api/v1/cameras/a\n/still.jpg", "http", None),
        ("/api/v1/cameras/a/timeline", "http", None),
        ("/mediax", "http", None),
        ("/", "http", None),
    ],
)
def test_paths(path: str, kind: str, to: str | None) -> None:
    assert media_path(path, kind) == to


async def test_stills_and_clips_are_the_nodes(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json={"id": "a", "url": "rtsp://10.0.0.5/1"})
    still = await admin.get("/api/v1/cameras/a/still.jpg", params={"width": 320})
    assert still.json() == {"path": "/media/a/still.jpg", "query": "width=320", "public": False}
    assert still.headers["cache-control"] == "private"
    assert still.headers["x-content-type-options"] == "nosniff"
    assert (await admin.get("/media/a/still.jpg")).json()["path"] == "/media/a/still.jpg"
    assert (await admin.get("/api/v1/cameras/none/still.jpg")).status_code == 404


async def test_what_the_public_may_see_is_public(public_city: City) -> None:
    admin = await public_city.admin()
    await admin.post("/api/v1/cameras", json={"id": "a", "url": "rtsp://10.0.0.5/1"})
    assert (await public_city.client().get("/api/v1/cameras/a/still.jpg")).json()["public"] is True
    assert (await admin.get("/api/v1/cameras/a/still.jpg")).json()["public"] is True
    assert (await admin.get("/api/v1/cameras/a/clip.mp4")).json()["public"] is False


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/media/public/a/still.jpg", True), ("/media/public/ä/x", True), ("/media/a/still.jpg", None)],
)
async def test_public_media_are_marked(path: str, marked: bool | None) -> None:
    seen: list[Scope] = []

    async def media(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    scope = {"type": "http", "path": path, "raw_path": b"", "headers": [(b"cookie", b"ronda_session=x")]}
    await MediaMount(media, media)(scope, None, None)  # type: ignore[arg-type]  # nothing is sent or received
    assert seen[0].get("ronda.public") is marked
    assert "public" not in seen[0]["path"]
