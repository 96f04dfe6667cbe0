"""What a person does wrong is answered in one line that says how to mend it, and nothing is changed."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.browser.town import RONDA, Server
from tests.whole.using import ago, cli, port, problem, refused, visitor


@pytest.fixture(autouse=True)
def nothing_changes(private: Server, token: str) -> Iterator[None]:
    """Whatever was asked for, the cameras and the holds are the same afterwards."""
    with visitor(private, token) as client:
        before = _all(client)
        yield
        assert _all(client) == before


def _all(client: httpx.Client) -> list[dict[str, object]]:
    cameras: list[dict[str, object]] = client.get("/api/v1/cameras").json()["cameras"]
    holds: list[dict[str, object]] = client.get("/api/v1/holds").json()["holds"]
    return [{key: value for key, value in camera.items() if key != "state"} for camera in cameras] + holds


NEW = ("--url", "rtsp://127.0.0.1:9/live")
WRONG_COMMANDS = {
    "unknown scheme": (("camera", "add", "new", "--url", "gopher://127.0.0.1/x"), ("gopher", "rtsp:")),
    "no host": (("camera", "add", "new", "--url", "rtsp:///live"), ("host", "write it as")),
    "wrong port": (("camera", "add", "new", "--url", "rtsp://127.0.0.1:70000/"), ("port", "65535")),
    "no address": (("camera", "add", "new", "--url", ""), ()),
    "wrong second address": (("camera", "add", "new", *NEW, "--sub-url", "nonsense"), ("nonsense",)),
    "bad id": (("camera", "add", "../etc", *NEW), ("../etc", "a-z")),
    "long id": (("camera", "add", "a" * 64, *NEW), ("63",)),
    "duplicate id": (("camera", "add", "street", *NEW), ("street", "choose another")),
    "days below nothing": (("camera", "add", "new", *NEW, "--days", "-1"), ()),
    "days that are none": (("camera", "add", "new", *NEW, "--days", "many"), ("many",)),
    "unknown camera removed": (("camera", "remove", "nobody"), ("nobody",)),
    "unknown camera held": (("hold", "add", "nobody", "--from", ago(9), "--to", ago(1), "--reason", "x"), ("nobody",)),
    "hold backwards": (("hold", "add", "street", "--from", ago(1), "--to", ago(9), "--reason", "x"), ("from", "to")),
    "unknown hold": (("hold", "remove", "nothing-such"), ("nothing-such",)),
    "clip backwards": (("clip", "street", "--from", ago(1), "--to", ago(9), "-o", "x.mp4"), ("from", "to")),
    "no time": (("clip", "street", "--from", "yesterday", "--to", ago(9), "-o", "x.mp4"), ("yesterday", "write it")),
    "time without zone": (
        ("clip", "street", "--from", "2026-01-01T00:00:00", "--to", ago(9), "-o", "x.mp4"),
        ("2026-01-01T00:00:00",),
    ),
    "clip of nobody": (("clip", "nobody", "--from", ago(9), "--to", ago(1), "-o", "x.mp4"), ("nobody",)),
    "probe of nonsense": (("probe", "gopher://x/"), ("gopher",)),
    "unknown option": (("camera", "add", "new", *NEW, "--colour", "red"), ("--colour",)),
    "unknown command": (("camra",), ("camra",)),
}


@pytest.mark.parametrize("name", WRONG_COMMANDS)
def test_command(private: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words, named = WRONG_COMMANDS[name]
    command = (*RONDA, *words) if name == "unknown command" else (*RONDA, *words, "--data", str(private.data))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    refused(done, *named)
    assert list(tmp_path.iterdir()) == []


def test_clip_into_a_folder_that_is_not_there(private: Server, tmp_path: Path) -> None:
    target = tmp_path / "absent" / "x.mp4"
    refused(cli(private, "clip", "street", "--from", ago(9), "--to", ago(1), "-o", str(target)), str(target), "choose")


def start(data: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to serve."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RONDA_")}
    command = (*RONDA, "--data", str(data), "serve", "--host", "127.0.0.1", *options)
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env={**clean, **environment}
    )


def test_a_data_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused(start(tmp_path / "file" / "data", "--port", str(port())), str(tmp_path / "file"), "--data")


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused(start(tmp_path / "file", "--port", str(port())), str(tmp_path / "file"), "--data")
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_data_folder_where_nothing_can_be_made() -> None:
    refused(start(Path("/proc/ronda"), "--port", str(port())), "/proc/ronda", "--data")


def test_a_data_folder_in_use(private: Server) -> None:
    refused(start(private.data, "--port", str(port())), str(private.data), "in use", "--data")


def test_a_port_that_is_taken(private: Server, tmp_path: Path) -> None:
    taken = private.url.rpartition(":")[2]
    refused(start(tmp_path / "data", "--port", taken), taken, "taken", "--port")


WRONG_SETTINGS = {
    "port": ("port = 99999\n", ("port", "65535")),
    "type": ('[streams]\ndials = "many"\n', ("streams.dials", "many", "1000")),
    "unknown": ("colour = 'red'\n", ("colour",)),
    "size": ("[archive]\nquota = '7 bananas'\n", ("archive.quota", "7 bananas")),
    "zone": ("timezone = 'Asia/Atlantis'\n", ("timezone", "Asia/Atlantis")),
    "not TOML": ("port = = 1\n", ("ronda.toml",)),
    "not text": ("\x00\x01", ("ronda.toml",)),
}


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_settings(tmp_path: Path, name: str) -> None:
    text, named = WRONG_SETTINGS[name]
    (tmp_path / "ronda.toml").write_text(text)
    refused(start(tmp_path, "--port", str(port())) if name != "port" else start(tmp_path), *named)
    assert [found.name for found in tmp_path.iterdir()] == ["ronda.toml"]


def test_a_wrong_variable(tmp_path: Path) -> None:
    refused(start(tmp_path, RONDA_STREAMS_DIALS="0"), "RONDA_STREAMS_DIALS", "1000")


CAMERA = {"id": "new", "url": "rtsp://127.0.0.1:9/live"}
WRONG_CAMERAS: dict[str, tuple[object, int]] = {
    "unknown scheme": ({**CAMERA, "url": "gopher://127.0.0.1/x"}, 400),
    "no host": ({**CAMERA, "url": "rtsp:///live"}, 400),
    "local file": ({**CAMERA, "url": "file:///etc/passwd"}, 400),
    "bad id": ({**CAMERA, "id": "../etc"}, 400),
    "duplicate id": ({**CAMERA, "id": "street"}, 409),
    "no id": ({"url": CAMERA["url"]}, 422),
    "no address": ({"id": "new"}, 422),
    "a number for an id": ({**CAMERA, "id": 7}, 422),
    "unknown mode": ({**CAMERA, "recording": {"mode": "sometimes"}}, 422),
    "endless days": ({**CAMERA, "recording": {"days": 10**30}}, 422),
    "a list": ([CAMERA], 422),
    "a lone surrogate": ({**CAMERA, "name": "\ud800"}, 422),
    "a name of a megabyte": ({**CAMERA, "name": "x" * 900_000}, 422),
    "a zero in the address": ({**CAMERA, "url": "rtsp://127.0.0.1/\0"}, 400),
    "a line end in the address": ({**CAMERA, "url": "rtsp://127.0.0.1/x\r\nEvil: 1"}, 400),
}


@pytest.mark.parametrize("name", WRONG_CAMERAS)
def test_camera_over_http(private: Server, token: str, name: str) -> None:
    body, status = WRONG_CAMERAS[name]
    with visitor(private, token) as client:
        answer = client.post("/api/v1/cameras", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422} if status != 409 else answer.status_code == 409, answer.text[:300]
    document = problem(answer, answer.status_code)
    assert document["detail"]


WRONG_MOMENTS = (
    "from={late}&to={early}",
    "from={early}",
    "from=yesterday&to={late}",
    "from=2026-01-01T00:00:00&to={late}",
    "from=9999999-01-01T00:00:00Z&to={late}",
    "from=&to=",
    "from={early}&to={late}&profile=%2e%2e",
)


@pytest.mark.parametrize("query", WRONG_MOMENTS)
@pytest.mark.parametrize(
    "path", ["/api/v1/cameras/street/timeline", "/api/v1/cameras/street/clip.mp4", "/media/street/playback.m3u8"]
)
def test_moments_over_http(private: Server, token: str, path: str, query: str) -> None:
    with visitor(private, token) as client:
        answer = client.get(f"{path}?{query.format(early=ago(20), late=ago(2))}")
    assert answer.status_code in {400, 404, 422}, answer.text[:200]
    problem(answer, answer.status_code)
