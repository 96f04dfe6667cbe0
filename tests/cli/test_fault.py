"""`ronda fault` against a real simulator in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Ronda

from ronda.base.errors import BadInput
from ronda.cli.commands import fault
from ronda.simulate.faults import FaultKind

CAMERA = "krapyak-rt03-rw04-1"


@pytest.fixture
def control(tmp_path: Path) -> Iterator[str]:
    """The address of a simulator's control."""
    command = [sys.executable, "-m", "ronda", "simulate", "--data", str(tmp_path), "--cameras", "1"]
    process = subprocess.Popen([*command, "--rtsp-port", "0", "--control-port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if line.startswith("control: "):
            break
    yield line.removeprefix("control: ").strip()
    process.terminate()
    process.communicate(timeout=20)


def test_faults_come_and_go(ronda: Ronda, control: str) -> None:
    def said(*arguments: str) -> str:
        ended = ronda("fault", *arguments, "--control", control)
        assert (ended.status, ended.err) == (0, "")
        return ended.out

    assert said("--list") == "no faults\n"
    assert said(CAMERA, "drop", "--for", "5m") == f"{CAMERA}: drop, for 5m\n"
    assert said("--list").splitlines()[1].split() == [CAMERA, "drop"]
    assert said(CAMERA, "--clear") == f"{CAMERA}: no fault\n"
    assert said("--list") == "no faults\n"
    missing = ronda("fault", "nobody", "drop", "--control", control)
    assert (missing.status, missing.out) == (2, "") and missing.err.count("\n") == 1
    assert "no simulated camera 'nobody'" in missing.err


def test_what_cannot_be_asked_is_one_line(ronda: Ronda) -> None:
    for arguments, told in (
        (("--list", "--control", "http://127.0.0.1:1"), "no simulator answers at http://127.0.0.1:1"),
        (("--list", "--control", "nonsense"), "no simulator answers at nonsense"),
        ((CAMERA,), "say CAMERA KIND"),
        ((CAMERA, "ants"), "ants"),
        ((CAMERA, "drop", "--for", "soon"), "write 30s, 5m or 1h"),
    ):
        ended = ronda("fault", *arguments)
        assert ended.status == 2 and ended.err.count("\n") == 1 and told in ended.err


def test_the_kinds_are_the_simulator_s() -> None:
    assert tuple(FaultKind) == fault._KINDS
    assert (fault.duration_s("30s"), fault.duration_s("2m"), fault.duration_s("1.5")) == (30, 120, 1.5)
    for text in ("", "-3s", "0", "3 days"):
        with pytest.raises(BadInput):
            fault.duration_s(text)
