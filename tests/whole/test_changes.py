"""A camera whose encoding changes while it is watched and recorded."""

import json
import os
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import httpx
import pytest
from tests.browser.town import Process, Server, wait_until
from tests.whole.using import ago, in_order, open_socket, port, times, visitor
from websockets.sync.client import ClientConnection

PROGRAM = Path(__file__).with_name("changing_camera.py")


class Changing(Process):
    """A camera that can be replaced by another one at the same address."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.port = port()
        self.url = f"rtsp://127.0.0.1:{self.port}/live"
        self._tool = str(shared / "tools" / "rtsp_load.py")
        super().__init__((), folder / f"changing-{self.port}.log")

    def be(self, parts: str) -> None:
        """Become a camera that sends `parts`."""
        self.stop()
        self.command = (sys.executable, str(PROGRAM), self._tool, str(self.port), parts)
        self.start()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("changes") / "data", port(), "--public")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def inits(player: ClientConnection, wanted: int, seconds: float) -> list[tuple[str, int, int]]:
    """Watch until `wanted` encodings were announced and played; return what each was."""
    found: list[tuple[str, int, int]] = []
    since = 0
    end = time.monotonic() + seconds
    while len(found) < wanted or since < 3:
        assert time.monotonic() < end, (found, since)
        message = player.recv(timeout=20)
        if isinstance(message, bytes):
            since += 1
            continue
        told = json.loads(message)
        if told["type"] == "init":
            found.append((told["mime"], told["width"], told["height"]))
            since = 0
    return found


def test_a_size_that_changes_in_mid_stream(server: Server, shared: Path, tmp_path: Path) -> None:
    camera = Changing(shared, tmp_path)
    camera.be("h264:320x180,h264:640x360")
    try:
        server.add("size", camera.url, "Size")
        with open_socket(server, "/media/size/live") as player:
            seen = inits(player, 4, 40)
        assert {(width, height) for _, width, height in seen} == {(320, 180), (640, 360)}
        assert all(one[1:] != other[1:] for one, other in pairwise(seen))
        wait_until(lambda: server.recorded_s("size") > 8, "8 s are recorded", 30)
        line = timeline(server, "size")
        first, last = line["coverage"][0]["from"], line["coverage"][-1]["to"]
        assert not [gap for gap in line["gaps"] if first < gap["from"] and gap["to"] < last]
        clip = clip_of(server, "size", 7, 1)
        assert "encoding changes" in clip.headers["ronda-ends-early"]  # phones play one encoding in a file
        in_order(times(clip.content), 10)
    finally:
        server.remove("size")
        camera.stop()


def test_a_codec_that_changes_between_two_connections(server: Server, shared: Path, tmp_path: Path) -> None:
    camera = Changing(shared, tmp_path)
    camera.be("h264:320x180")
    try:
        server.add("codec", camera.url, "Codec")
        with open_socket(server, "/media/codec/live?codecs=h264,h265") as player:
            assert "avc1" in inits(player, 1, 30)[0][0]
            wait_until(lambda: server.recorded_s("codec") > 3, "3 s are recorded", 20)
            before = ago(0)
            camera.be("h265:320x180")
            assert "hvc1" in inits(player, 1, 40)[0][0]
        wait_until(lambda: timeline(server, "codec", before)["coverage"] != [], "it is recorded again", 20)
        time.sleep(3)
        line = timeline(server, "codec")
        assert len(line["coverage"]) >= 2
        assert line["gaps"]
        with visitor(server) as client:
            state = client.get("/api/v1/cameras/codec").json()["state"]
        assert state["profiles"]["main"]["codec"] == "h265"
        files = sorted((server.data / "archive" / "codec" / "main").rglob("*.mp4"))
        assert {codec_of(file) for file in files} == {"h264", "hevc"}
    finally:
        server.remove("codec")
        camera.stop()
    files = sorted((server.data / "archive" / "codec" / "main").rglob("*.mp4"))
    for file in files:
        in_order(times(file.read_bytes()), 5)


def timeline(server: Server, camera: str, start: str = "2020-01-01T00:00:00Z") -> dict[str, list[dict[str, str]]]:
    with visitor(server) as client:
        answer = client.get(f"/api/v1/cameras/{camera}/timeline", params={"from": start, "to": "2100-01-01T00:00:00Z"})
    answer.raise_for_status()
    found: dict[str, list[dict[str, str]]] = answer.json()
    return found


def clip_of(server: Server, camera: str, start: float, end: float) -> httpx.Response:
    """Return a clip as an administrator gets it, through the socket of the machine."""
    place = os.fspath(next((server.data / "run").glob("*.sock")))
    with httpx.Client(transport=httpx.HTTPTransport(uds=place), base_url="http://ronda", timeout=20) as client:
        answer = client.get(f"/api/v1/cameras/{camera}/clip.mp4", params={"from": ago(start), "to": ago(end)})
    assert answer.status_code == 200, answer.text
    return answer


def codec_of(file: Path) -> str:
    with av.open(str(file)) as film:
        return film.streams.video[0].codec_context.name
