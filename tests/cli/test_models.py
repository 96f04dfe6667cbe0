"""`ronda models` as a person runs it, against a server of this test."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Ronda
from tests.vision.models.drawn import entry, known, write_catalogue, yolox
from tests.vision.models.shop import shop


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.onnx"
    path.write_bytes(yolox())
    return path


def test_list_names_what_is_known_and_what_is_there(ronda: Ronda, data: Path, file: Path) -> None:
    write_catalogue(data / "models", known(yolox()))
    assert ronda("models", "add", str(file)).status == 0
    ended = ronda("models", "list")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert lines[1].startswith("builtin ")
    assert lines[3].split()[:3] == ["drawn", "ready", "Apache-2.0"]
    assert any(line.startswith("picodet_s_416") and "not here" in line for line in lines)
    told = json.loads(ronda("models", "list", "--json").out)
    assert told[2]["measured"]["ms"] > 0
    assert told[2]["classes"] == ["car"]


def test_pull_fetches_adds_and_says_so(ronda: Ronda, data: Path) -> None:
    with shop(yolox()) as given:
        write_catalogue(data / "models", known(yolox(), given.address))
        ended = ronda("models", "pull", "drawn")
        assert (ended.status, ended.err) == (0, "")
        assert ended.out.startswith("drawn added")
        assert ronda("models", "pull", "drawn").out == "drawn is there already\n"
        (data / "models" / "drawn" / "drawn.onnx").write_bytes(b"broken")
        assert ronda("models", "check", "drawn").status == 1
        assert ronda("models", "pull", "drawn").status == 0
        assert len(given.asked) == 2
    assert sorted(os.listdir(data / "models")) == ["catalogue.json", "drawn"]


def test_pull_says_what_to_do_instead(ronda: Ronda, data: Path) -> None:
    write_catalogue(data / "models", known(yolox(), "http://127.0.0.1:9/drawn.onnx"))
    ended = ronda("models", "pull", "drawn")
    assert ended.status == 2
    assert "use `ronda models add drawn.onnx`" in ended.err
    assert "there is no model 'other'" in ronda("models", "pull", "other").err
    assert "yolox_nano" in ronda("models", "pull", "builtin").err


def test_a_pull_that_is_stopped_goes_on(ronda: Ronda, data: Path) -> None:
    whole = yolox() + entry(6, "a long description" * 20_000)
    with shop(whole) as given:
        write_catalogue(data / "models", known(whole, given.address))
        given.hold = 200_000
        process = subprocess.Popen(
            [sys.executable, "-m", "ronda", "models", "pull", "drawn", "--data", str(data)], stderr=subprocess.PIPE
        )
        assert given.held.wait(60)
        until = time.monotonic() + 20
        while not any(part.stat().st_size >= 200_000 for part in (data / "models").glob(".*.part")):
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert b"0.2 of 0.4 MB are kept: the same command goes on from there" in err
        given.go_on.set()
        assert ronda("models", "pull", "drawn").status == 0
        assert given.asked == ["", "bytes=200000-"]


def test_add_refuses_what_is_wrong(ronda: Ronda, data: Path, file: Path) -> None:
    ended = ronda("models", "add", str(file))
    assert ended.status == 2
    assert "--card card.json" in ended.err
    assert ronda("models", "add", str(file.with_name("none"))).status == 2
    card = file.with_name("card.json")
    card.write_text(json.dumps({"name": "mine", "files": [{"file": "drawn.onnx", "sha256": "0" * 64}]}))
    assert f"not {'0' * 64}" in ronda("models", "add", str(file), "--card", str(card)).err
    card.write_text(json.dumps({"name": "mine", "files": [{"file": "drawn.onnx"}]}))
    assert ronda("models", "add", str(file.parent)).out.startswith("mine added")


def test_check_looks_at_all_and_tells_by_its_status(ronda: Ronda, data: Path, file: Path) -> None:
    write_catalogue(data / "models", known(yolox()))
    ronda("models", "add", str(file))
    ended = ronda("models", "check")
    assert ended.status == 0
    assert [line.partition(":")[0] for line in ended.out.splitlines()] == ["builtin", "builtin-geometry", "drawn"]
    assert "64x64" in ended.out
    (data / "models" / "drawn" / "drawn.onnx").write_bytes(b"broken")
    found = json.loads(ronda("models", "check", "--json").out)
    assert "SHA-256" in found[2]["problem"]
    assert ronda("models", "check").status == 1
    assert ronda("models", "check", "builtin").status == 0
    assert ronda("models", "check", "other").status == 2
