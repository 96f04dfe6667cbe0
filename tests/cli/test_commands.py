"""Commands against the real application: without a server in this process, with one over its socket."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Ronda

from ronda.cli.server_socket import place_for_client, place_for_server
from ronda.config.folder import locked, prepare

URL = "rtsp://warga:rahasia@127.0.0.1:1/live"
ADD = ("camera", "add", "gate", "--url", URL, "--name", "Gate", "--days", "3")


@pytest.fixture
def serving(data: Path, free_port: Callable[[], int]) -> Iterator[subprocess.Popen[str]]:
    """A real server of the data folder, in a process of its own."""
    command = [sys.executable, "-c", "from ronda.cli.main import main; main()"]
    command += ["serve", "--data", str(data), "--port", str(free_port())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert "Ronda is at" in process.stdout.readline()
    yield process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def camera_comes_and_goes(ronda: Ronda) -> None:
    assert ronda(*ADD).out == "camera gate added\n"
    again = ronda(*ADD)
    assert (again.status, again.out) == (2, "")
    assert "gate" in again.err
    (listed,) = json.loads(ronda("camera", "list", "--json").out)
    assert (listed["id"], listed["name"], listed["recording"]["days"]) == ("gate", "Gate", 3)
    assert "rahasia" not in json.dumps(listed)
    assert ronda("camera", "change", "gate", "--name", "Front gate").status == 0
    assert "Front gate" in ronda("camera", "show", "gate").out
    assert ronda("camera", "remove", "gate").status == 0
    missing = ronda("camera", "show", "gate")
    assert missing.status == 2
    assert "gate" in missing.err


def test_a_camera_comes_and_goes_without_a_server(ronda: Ronda) -> None:
    camera_comes_and_goes(ronda)


def test_a_camera_comes_and_goes_at_a_running_server(ronda: Ronda, serving: object, data: Path) -> None:
    assert place_for_client(data)
    camera_comes_and_goes(ronda)


def test_a_token_is_the_last_thing_printed(ronda: Ronda) -> None:
    token = ronda("token", "create", "--name", "vms").out.splitlines()[-1]
    assert len(token) > 20
    assert " " not in token
    assert "vms" in ronda("token", "list").out


def test_a_hold_comes_and_goes(ronda: Ronda) -> None:
    ronda(*ADD)
    past = ("--from", "2020-11-21T19:00:00Z", "--to", "2020-11-21T19:30:00Z")
    nothing = ronda("hold", "add", "gate", *past, "--reason", "motorcycle")
    assert (nothing.status, "nothing of gate is recorded then" in nothing.err) == (2, True)
    span = ("--from", "2126-11-21T19:00:00Z", "--to", "2126-11-21T19:30:00Z")
    identifier = ronda("hold", "add", "gate", *span, "--reason", "motorcycle", "--case", "LP/7").out.strip()
    assert identifier in ronda("hold", "list").out
    assert f"hold {identifier} lasts until" in ronda("hold", "extend", identifier).out
    assert ronda("hold", "remove", identifier).status == 0
    assert identifier not in ronda("hold", "list").out
    backwards = ronda("hold", "add", "gate", "--from", span[3], "--to", span[1], "--reason", "x")
    assert backwards.status == 2


def test_a_probe_says_what_is_wrong(ronda: Ronda, free_port: Callable[[], int]) -> None:
    ended = ronda("probe", f"rtsp://warga:rahasia@127.0.0.1:{free_port()}/live")
    assert ended.status == 1
    assert "refuse" in ended.out
    assert "rahasia" not in ended.out + ended.err


def test_an_empty_archive_agrees(ronda: Ronda) -> None:
    assert ronda("archive", "check").status == 0
    assert ronda("archive", "reindex").status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("camera", "add", "Gate!", "--url", URL),
        ("camera", "add", "gate", "--url", "gopher://x/"),
        ("camera", "add", "gate", "--url", "rtsp:///live"),
        ("camera", "add", "gate", "--url", URL, "--days", "0"),
        ("camera", "remove", "nobody"),
        ("camera", "remove", "../tokens/x"),
        ("camera", "show", "?"),
        ("hold", "remove", "nothing"),
        ("token", "remove", "nothing"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(ronda: Ronda, arguments: tuple[str, ...]) -> None:
    ended = ronda(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert json.loads(ronda("camera", "list", "--json").out) == []


def test_a_clip_of_nothing_leaves_no_file(ronda: Ronda, tmp_path: Path) -> None:
    ronda(*ADD)
    target = tmp_path / "x.mp4"
    span = ("--from", "2026-11-21T19:00:00Z", "--to", "2026-11-21T19:30:00Z")
    ended = ronda("clip", "gate", *span, "-o", str(target))
    assert ended.status == 2
    assert not target.exists()


def test_a_socket_left_behind_is_seen_through(ronda: Ronda, data: Path) -> None:
    prepare(data)
    place = place_for_server(data, {})
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(place))
    assert place.exists()
    assert ronda("camera", "list").status == 0


def test_a_data_folder_in_use_is_named(ronda: Ronda, data: Path) -> None:
    with locked(data):
        ended = ronda("camera", "list")
    assert ended.status == 2
    assert f"{data} is in use" in ended.err


def test_an_unwritable_data_folder_is_named(ronda: Ronda) -> None:
    ended = ronda("camera", "list", "--data", "/proc/ronda")
    assert ended.status == 2
    assert "/proc/ronda" in ended.err


def test_a_taken_port_is_named(ronda: Ronda) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = ronda("serve", "--port", str(port))
    assert ended.status == 2
    assert str(port) in ended.err
    assert "--port" in ended.err
