"""The data folder: made, refused, and held by one process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ronda.base.errors import BadInput, Conflict
from ronda.config.folder import locked, prepare

HOLD = """
import os, sys
from pathlib import Path
from ronda.config.folder import locked
with locked(Path(sys.argv[1])): """


def test_it_is_made_with_a_run_folder_that_only_its_owner_opens(tmp_path: Path) -> None:
    run = prepare(tmp_path / "deep" / "data")
    assert run == tmp_path / "deep" / "data" / "run"
    assert run.stat().st_mode & 0o077 == 0


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"cannot be written.*--data"):
        prepare(tmp_path / "file")


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(BadInput, match="/proc/ronda"):
        prepare(Path("/proc/ronda"))


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD + "pass", str(tmp_path)]
    with locked(tmp_path):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert f"in use by process {os.getpid()}" in done.stderr
        with pytest.raises(Conflict), locked(tmp_path):
            pass
    assert subprocess.run(command, check=False).returncode == 0


def test_a_killed_holder_leaves_nothing_behind(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD + "os.kill(os.getpid(), 9)", str(tmp_path)], check=False)
    with locked(tmp_path):
        pass
