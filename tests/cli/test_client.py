"""Speaking to a running server: what is sent, how answers and problems are told."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Ronda
from tests.cli.running_server import CAMERA, Recorded, running

from ronda.cli.server_socket import place_for_client, place_for_server
from ronda.config.folder import prepare

RANGE = ["--from", "2026-11-21T19:00:00Z", "--to", "2026-11-22T02:10:00+07:00"]


@pytest.fixture
def server(data: Path) -> Iterator[Recorded]:
    server = Recorded()
    with running(data, server):
        yield server


def test_camera_add_sends_what_was_given(ronda: Ronda, server: Recorded) -> None:
    ended = ronda("camera", "add", "gate", "--url", "rtsp://u:p@h/1", "--sub-url", "rtsp://h/2", "--name", "Gate")
    assert (ended.status, ended.out) == (0, "camera gate added\n")
    ronda("camera", "add", "gate", "--url", "rtsp://h/1", "--no-record")
    ronda("camera", "add", "gate", "--url", "rtsp://h/1", "--days", "30")
    bodies = [body for _, _, body in server.requests]
    assert bodies == [
        {"id": "gate", "url": "rtsp://u:p@h/1", "sub_url": "rtsp://h/2", "name": "Gate"},
        {"id": "gate", "url": "rtsp://h/1", "record": False},
        {"id": "gate", "url": "rtsp://h/1", "recording": {"days": 30}},
    ]


def test_camera_change_keeps_what_was_not_given(ronda: Ronda, server: Recorded) -> None:
    assert ronda("camera", "change", "gate", "--days", "3").status == 0
    assert server.requests[-1] == (
        "PATCH",
        "/cameras/gate",
        {"recording": {"days": 3}},
    )


def test_camera_list(ronda: Ronda, server: Recorded) -> None:
    lines = ronda("camera", "list").out.splitlines()
    assert lines[0].split() == ["ID", "NAME", "STATE", "RECORDING", "LAST", "PICTURE"]
    assert lines[1].split() == ["gate", "Gate", "backing-off", "yes", "-"]
    assert json.loads(ronda("camera", "list", "--json").out) == [CAMERA]


def test_camera_show_and_remove(ronda: Ronda, server: Recorded) -> None:
    shown = ronda("camera", "show", "gate").out
    assert "10.0.0.1 does not answer" in shown
    assert "lost packets" in shown
    assert ronda("camera", "remove", "gate").out == "camera gate removed\n"
    assert server.requests[-1][:2] == ("DELETE", "/cameras/gate")


def test_a_token_is_printed_last(ronda: Ronda, server: Recorded) -> None:
    assert ronda("token", "create", "--name", "vms").out.splitlines()[-1] == "rt_secret"
    assert server.requests[-1] == ("POST", "/tokens", {"name": "vms"})
    assert "x" in ronda("token", "list").out
    assert ronda("token", "remove", "1").status == 0


def test_holds_are_sent_in_utc(ronda: Ronda, server: Recorded) -> None:
    assert ronda("hold", "add", "gate", *RANGE, "--reason", "motorcycle").out == "h1\n"
    assert server.requests[-1][2] == {
        "camera": "gate",
        "from": "2026-11-21T19:00:00.000Z",
        "to": "2026-11-21T19:10:00.000Z",
        "reason": "motorcycle",
        "case": "",
        "days": 30,
    }
    assert ronda("hold", "list").out.startswith("ID")
    assert ronda("hold", "remove", "h1").status == 0


def test_a_probe_that_finds_nothing_says_why_and_ends_with_1(ronda: Ronda, server: Recorded) -> None:
    ended = ronda("probe", "rtsp://u:p@x/")
    assert ended.status == 1
    assert "look at the password" in ended.out


def test_archive(ronda: Ronda, server: Recorded) -> None:
    ended = ronda("archive", "check", "--repair")
    assert ended.status == 1
    assert "2 files checked, 1 mismatches, 1 left" in ended.out
    assert server.requests[-1][2] == {"repair": True, "hashes": True, "seal": False}
    ronda("archive", "check", "--quick", "--seal")
    assert server.requests[-1][2] == {"repair": False, "hashes": False, "seal": True}
    assert ronda("archive", "reindex").out == "2 files in 1 runs indexed in 0.5 s\n"


@pytest.mark.parametrize("status", [400, 404, 409, 503, 418])
def test_a_problem_is_one_line_with_its_mend(ronda: Ronda, server: Recorded, status: int) -> None:
    server.problem = {"title": "Bad", "status": status, "detail": "gate is taken", "mend": "choose another id"}
    ended = ronda("camera", "add", "gate", "--url", "rtsp://h/1")
    assert (ended.status, ended.err) == (2, "ronda: gate is taken: choose another id\n")


def test_a_clip_is_saved_whole_and_its_gaps_named(ronda: Ronda, server: Recorded, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    ended = ronda("clip", "gate", *RANGE, "-o", str(target))
    assert ended.status == 0, ended.err
    assert target.stat().st_size == 1_000_000
    assert "missing: 2026-11-21T19:00:10Z to 2026-11-21T19:00:20Z (unreachable)" in ended.out
    assert "replaced" in ronda("clip", "gate", *RANGE, "-o", str(target)).out
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.mp4"]


def test_a_refused_clip_leaves_what_was_there(ronda: Ronda, server: Recorded, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    target.write_text("before")
    server.problem = {"status": 404, "title": "Not found", "detail": "nothing was recorded then"}
    ended = ronda("clip", "gate", *RANGE, "-o", str(target))
    assert (ended.status, ended.err) == (2, "ronda: nothing was recorded then\n")
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.mp4"]


def test_a_clip_into_nowhere(ronda: Ronda, server: Recorded) -> None:
    ended = ronda("clip", "gate", *RANGE, "-o", "/proc/nowhere/x.mp4")
    assert ended.status == 2
    assert "/proc/nowhere/x.mp4 cannot be written" in ended.err


def test_a_deep_data_folder_is_reached_by_its_pointer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    prepare(deep)
    short = tmp_path / "s"
    short.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(short))
    place = place_for_server(deep, {"XDG_RUNTIME_DIR": str(short)} if len(str(short)) < 60 else {})
    assert len(str(place)) < 108
    assert place_for_client(deep) is None
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        assert place_for_client(deep) == place
        assert place_for_server(deep, {}) == place
    place.unlink()
    place.parent.rmdir()
