"""Commands beside a running server, without one, after a crash of one, and cut off in the middle; what players play."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.browser.town import RONDA, Film, Server, wait_until
from tests.needs import requires_tool
from tests.whole.using import administrator, ago, cli, in_order, new_token, open_socket, port, times, visitor


@pytest.fixture(scope="module")
def stopped(street: Film, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has recorded some seconds of `street`, and was then killed: its socket is stale."""
    server = Server(tmp_path_factory.mktemp("stopped") / "data", port(), "--public")
    try:
        server.start()
        server.add("street", street.url, "Street")
        wait_until(lambda: server.recorded_s("street") > 8, "8 s are recorded", 40)
        assert server.running is not None
        server.running.send_signal(signal.SIGKILL)
        server.running.wait()
        server.running = None
        yield server
    finally:
        server.stop()


def _covered(server: Server) -> tuple[str, str]:
    """Return what is recorded, as the check of an archive without a server leaves it."""
    held = cli(server, "hold", "add", "street", "--from", ago(600), "--to", ago(0), "--reason", "pencurian")
    assert held.returncode == 0, held.stderr
    return ago(600), ago(0)


def test_every_command_without_a_server(stopped: Server, tmp_path: Path) -> None:
    assert list((stopped.data / "run").glob("*.sock"))
    start, end = _covered(stopped)
    holds = cli(stopped, "hold", "list")
    assert "pencurian" in holds.stdout
    listed = cli(stopped, "camera", "list", "--json")
    assert listed.returncode == 0
    assert "street" in listed.stdout
    json.loads(listed.stdout)
    target = tmp_path / "clip.mp4"
    clipped = cli(stopped, "clip", "street", "--from", start, "--to", end, "-o", str(target))
    assert clipped.returncode == 0, clipped.stderr
    assert "missing" in clipped.stdout
    in_order(times(target.read_bytes()), 150)
    for command in (("archive", "check"), ("archive", "reindex"), ("archive", "check")):
        done = cli(stopped, *command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    probed = cli(stopped, "probe", "rtsp://127.0.0.1:9/x")
    assert probed.returncode == 1
    assert "refuses" in probed.stdout
    token = new_token(stopped, "offline")
    stopped.start()
    with visitor(stopped, token) as client:
        assert client.get("/api/v1/tokens").status_code == 200
        held = client.get("/api/v1/holds").json()["holds"]
    assert [one["reason"] for one in held] == ["pencurian"]
    assert cli(stopped, "hold", "remove", held[0]["id"]).returncode == 0


HEARING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Who runs these tests in the background ignores interrupts, and so would everything begun by them."""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_clip_that_is_cut_off_leaves_nothing(private: Server, tmp_path: Path, end: signal.Signals) -> None:
    target = tmp_path / "clip.mp4"
    command = (
        *(sys.executable, "-c", HEARING),
        *RONDA,
        "clip",
        "street",
        "--from",
        ago(8),
        "--to",
        ago(1),
        "-o",
        str(target),
        "--data",
        str(private.data),
    )
    assert private.running is not None
    private.running.send_signal(signal.SIGSTOP)  # so that the answer stays away while the command waits
    try:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
            wait_until(lambda: bool(list(tmp_path.iterdir())), "the command has opened its file")
            time.sleep(0.5)
            running.send_signal(end)
            assert running.wait(15) != 0
    finally:
        private.running.send_signal(signal.SIGCONT)
    assert list(tmp_path.iterdir()) == []


def test_a_public_server_tells_no_stranger_where_its_cameras_are(street: Film, tmp_path: Path) -> None:
    server = Server(tmp_path / "data", port(), "--public")
    secrets = ("jalan-tikus", "127.0.0.77", "kata-sandi", "penjaga")
    try:
        server.start()
        with administrator(server) as admin, visitor(server) as stranger:
            with stranger.stream("GET", "/api/v1/events") as events:
                lines = events.iter_lines()
                told = [next(lines)]
                made = admin.post(
                    "/api/v1/cameras",
                    json={
                        "id": "dalam",
                        "url": "rtsp://penjaga:kata-sandi@127.0.0.77:9/jalan-tikus",
                        "sub_url": "rtsp://penjaga:kata-sandi@127.0.0.77:9/jalan-tikus-kecil",
                        "name": "Dalam",
                    },
                )
                assert made.status_code == 201
                assert "kata-sandi" not in made.text
                while not any("backing-off" in line for line in told):
                    told.append(next(lines))
            answers = [
                stranger.get(path)
                for path in (
                    "/api/v1/cameras",
                    "/api/v1/cameras/dalam",
                    "/api/v1/cameras/dalam/history",
                    "/api/v1/cameras/dalam/still.jpg",
                    f"/api/v1/cameras/dalam/timeline?from={ago(600)}&to={ago(0)}",
                    "/media/dalam/live.m3u8",
                    "/api/v1/holds",
                    "/api/v1/accesslog",
                    "/api/v1/session",
                    "/healthz",
                    "/metrics",
                    "/cameras/dalam",
                )
            ]
            answers.append(stranger.post("/api/v1/probe", json={"url": "rtsp://127.0.0.77:9/jalan-tikus"}))
            assert answers[-1].status_code == 401
            with open_socket(server, "/media/dalam/live") as player:
                told.append(str(player.recv(timeout=10)))
            for text in (*told, *(answer.text for answer in answers[:-1])):
                assert not [secret for secret in secrets if secret in text], text
            seen = admin.get("/api/v1/cameras/dalam").text
            assert "127.0.0.77" in seen
            assert "kata-sandi" not in seen
        assert "kata-sandi" not in server.log.read_text()
    finally:
        server.stop()


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"\0" * 50_000_000)
    return made.getvalue()


UPLOADS = {
    "nothing": b"",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "zip": _bomb(),
    "half a film": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x7f\xff\xff\xffmdat" + b"x" * 1000,
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
}


@pytest.mark.parametrize("name", UPLOADS)
def test_what_is_no_film_becomes_no_camera(private: Server, token: str, name: str) -> None:
    with visitor(private, token) as client:
        before = [one["id"] for one in client.get("/api/v1/cameras").json()["cameras"]]
        answer = client.post("/api/v1/cameras/own", files={"file": ("film.mp4", UPLOADS[name], "video/mp4")})
        assert answer.status_code == 400, answer.text
        assert answer.json()["detail"]
        assert "/etc/passwd" not in answer.text
        assert [one["id"] for one in client.get("/api/v1/cameras").json()["cameras"]] == before
    own = private.data / "own"
    assert not own.exists() or not [path for path in own.rglob("*") if path.is_file()]


def test_a_link_among_the_own_films_is_not_followed(private: Server, token: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"not yours")
    own = private.data / "own"
    own.mkdir(exist_ok=True)
    link = own / "link.mp4"
    link.symlink_to(secret)
    try:
        with visitor(private, token) as client:
            for address in (f"file://{link}", f"file://{secret}", "file:///etc/passwd", "file:own/../ronda.db"):
                made = client.post("/api/v1/cameras", json={"id": "link", "url": address, "record": False})
                assert made.status_code == 400, (address, made.text)
    finally:
        link.unlink()
    assert secret.read_bytes() == b"not yours"


def _films(private: Server, token: str, folder: Path) -> dict[str, str]:
    """Return a recorded file, a clip, and both kinds of HLS, as what a player is given."""
    clip = folder / "clip.mp4"
    wait_until(lambda: _get(private, token, 7, 1).status_code == 200, "a clip can be had", 20)
    clip.write_bytes(_get(private, token, 7, 1).content)
    recorded = sorted((private.data / "archive" / "street" / "main").rglob("*.mp4"))[0]
    return {"recorded": str(recorded), "clip": str(clip)}


def _get(server: Server, token: str, start: float, end: float) -> httpx.Response:
    with visitor(server, token) as client:
        return client.get("/api/v1/cameras/street/clip.mp4", params={"from": ago(start), "to": ago(end)})


@requires_tool("ffmpeg")
def test_ffmpeg_plays_what_is_recorded(private: Server, token: str, tmp_path: Path) -> None:
    for film in _films(private, token, tmp_path).values():
        command = ["ffmpeg", "-v", "error", "-i", film, "-t", "5", "-f", "null", "-"]
        played = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (played.returncode, played.stderr) == (0, ""), film


@requires_tool("gst-launch-1.0", "gst-plugins")
def test_gstreamer_plays_what_is_recorded(private: Server, token: str, tmp_path: Path) -> None:
    for film in _films(private, token, tmp_path).values():
        done = _gst(f"filesrc location={film} ! qtdemux ! h264parse ! fakesink sync=false")
        assert done.returncode == 0, (film, done.stderr)


@requires_tool("gst-launch-1.0", "gst-plugins")
def test_gstreamer_plays_hls(stopped: Server) -> None:
    if stopped.running is None:
        stopped.start()
    wait_until(lambda: stopped.state("street") == "running", "the camera runs")
    time.sleep(7)
    address = f"{stopped.url}/media/street/playback.m3u8?from={ago(6)}&to={ago(1)}"
    done = _gst(f"souphttpsrc location={address} ! hlsdemux ! qtdemux ! h264parse ! fakesink sync=false")
    assert done.returncode == 0, done.stderr


def _gst(pipeline: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "no_proxy": "127.0.0.1"}
    return subprocess.run(
        ["gst-launch-1.0", "-q", *pipeline.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
