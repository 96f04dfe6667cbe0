"""The whole path, from an independent RTSP source to independent players, through a server that is a process."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.browser.town import PASSWORD, Film, Server, wait_until
from tests.needs import requires_tool
from tests.whole.using import ago, cli, in_order, port, times, watch

B_FRAMES = "one-by-one-person-detection.mp4"
STREET = "street-corner-1.mp4"


@pytest.fixture(scope="module")
def town(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A public server that records two cameras, one of them with B-frames."""
    folder = tmp_path_factory.mktemp("whole")
    ports = [port() for _ in range(3)]
    films = [Film(shared, B_FRAMES, ports[0], folder), Film(shared, STREET, ports[1], folder)]
    server = Server(folder / "data", ports[2], "--public")
    try:
        for film in films:
            film.start()
        server.start()
        server.add("lab", films[0].url, "Lab")
        server.add("street", films[1].url, "Street")
        wait_until(lambda: server.recorded_s("lab") > 12 and server.recorded_s("street") > 12, "12 s are recorded", 60)
        yield server
    finally:
        server.stop()
        for film in films:
            film.stop()


def test_live_of_b_frames_starts_at_once_and_in_order(town: Server) -> None:
    told, media = watch(town, "/media/lab/live?codecs=h264", 20)
    init = next(message for message in told if message["type"] == "init")
    assert str(init["mime"]).startswith('video/mp4; codecs="avc1.')
    assert (init["width"], init["height"]) == (768, 432)
    in_order(times(media), 15)


def test_playback_counts_from_the_moment_asked_for(town: Server) -> None:
    told, media = watch(town, f"/media/lab/playback?from={ago(8)}&codecs=h264", 12)
    assert any(message["type"] == "init" for message in told)
    moments = times(media)
    in_order(moments, 8)
    assert moments[-1] < 9


def test_a_clip_is_progressive_and_plays_in_order(town: Server) -> None:
    with httpx.Client(base_url=town.url, trust_env=False, headers={"Origin": town.url}) as signed:
        _clips(signed)


def _clips(signed: httpx.Client) -> None:
    refused = signed.get("/api/v1/cameras/lab/clip.mp4", params={"from": ago(10), "to": ago(4)})
    assert refused.status_code == 401  # the public may look, and takes nothing away
    assert signed.post("/api/v1/session", json={"name": "admin", "password": PASSWORD}).status_code == 204
    clip = signed.get("/api/v1/cameras/lab/clip.mp4", params={"from": ago(10), "to": ago(4)})
    assert clip.status_code == 200
    assert int(clip.headers["content-length"]) == len(clip.content)
    assert clip.content.index(b"moov") < clip.content.index(b"mdat")
    in_order(times(clip.content), 40)
    part = signed.get("/api/v1/cameras/lab/clip.mp4", params={"from": ago(3600), "to": ago(1)})
    assert part.status_code == 200
    assert signed.get("/api/v1/cameras/lab/clip.mp4", params={"from": ago(9000), "to": ago(8000)}).status_code == 404
    backwards = signed.get("/api/v1/cameras/lab/clip.mp4", params={"from": ago(1), "to": ago(9)})
    assert backwards.status_code == 400
    assert backwards.headers["content-type"] == "application/problem+json"


def test_stills_of_now_and_then(town: Server) -> None:
    for path in ("still.jpg?width=320", f"still.jpg?width=320&at={ago(6)}"):
        answer = httpx.get(f"{town.url}/api/v1/cameras/street/{path}", timeout=10, trust_env=False)
        assert answer.status_code == 200
        assert answer.content[:3] == b"\xff\xd8\xff"
        assert "max-age" in answer.headers["cache-control"]


def test_the_command_line_clips_and_holds(town: Server, tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    done = cli(town, "clip", "street", "--from", ago(9), "--to", ago(4), "-o", str(target))
    assert done.returncode == 0, done.stderr
    in_order(times(target.read_bytes()), 60)
    assert cli(town, "hold", "add", "street", "--from", ago(9), "--to", ago(4), "--reason", "motor").returncode == 0
    assert "motor" in cli(town, "hold", "list").stdout
    wrong = cli(town, "camera", "add", "Not An Id", "--url", "rtsp://127.0.0.1/x")
    assert wrong.returncode == 2
    assert len(wrong.stderr.strip().splitlines()) == 1


@requires_tool("ffmpeg")
@pytest.mark.parametrize("list_of", ["live.m3u8", "playback.m3u8?from={from}&to={to}"])
def test_ffmpeg_plays_hls(town: Server, list_of: str) -> None:
    address = f"{town.url}/media/street/" + list_of.format(**{"from": ago(11), "to": ago(2)})
    command = ["ffmpeg", "-v", "error", "-t", "4", "-i", address, "-f", "null", "-"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert played.returncode == 0, played.stderr


def test_kill_loses_nothing_that_was_finished(shared: Path, tmp_path: Path, free_port: Callable[[], int]) -> None:
    film = Film(shared, STREET, free_port(), tmp_path)
    server = Server(tmp_path / "data", free_port(), "--public")
    try:
        film.start()
        server.start()
        server.add("street", film.url, "Street")
        wait_until(lambda: server.recorded_s("street") > 6, "6 s are recorded", 30)
        before = server.recorded_s("street")
        assert server.running is not None
        server.running.send_signal(signal.SIGKILL)
        server.running.wait()
        began = time.monotonic()
        server.start()
        assert time.monotonic() - began < 15
        wait_until(lambda: server.recorded_s("street") >= before - 0.5, "what was recorded is there", 10)
        wait_until(lambda: server.recorded_s("street") > before + 2, "recording goes on", 30)
        checked = cli(server, "archive", "check")
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        server.stop()
        film.stop()
