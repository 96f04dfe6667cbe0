"""Finding commands, saying what is wrong, and being quick."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Ronda

from ronda.base.errors import BadInput
from ronda.cli import main as main_module
from ronda.cli.command import default_data
from ronda.cli.main import COMMANDS


def test_help_names_every_command(ronda: Ronda) -> None:
    ended = ronda("--help")
    assert ended.status == 0
    for name, (_, text) in COMMANDS.items():
        assert name in ended.out
        assert text.split()[0] in ended.out


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom ronda.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'pydantic', 'httpx', 'av', 'numpy', 'fastapi', 'sqlalchemy', 'structlog', 'uvloop'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version(ronda: Ronda) -> None:
    assert ronda("--version").out.startswith("ronda 0.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nix"], ["nix", "ronda --help"]),
        (["camera", "add"], ["ID", "ronda camera add --help"]),
        (["camera", "list", "--nix"], ["--nix"]),
        (["clip", "gate", "--from", "yesterday", "--to", "2026-11-21T19:00:00Z", "-o", "x.mp4"], ["'yesterday'"]),
        (["clip", "gate", "--from", "2026-11-21T19:00:00", "--to", "2026-11-21T19:00:00Z", "-o", "x"], ["time zone"]),
        (["serve", "--port", "high"], ["--port", "'high'"]),
        (["simulate", "--cameras", "0"], ["--cameras"]),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(ronda: Ronda, arguments: list[str], words: list[str]) -> None:
    ended = ronda(*arguments)
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    for word in words:
        assert word in ended.err


class _Failing:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def main(self, *args: object, **options: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (BadInput("'a b' is not a camera id", "use a-z"), 2, "ronda: 'a b' is not a camera id: use a-z\n"),
        (BadInput("rtsp://u:p@h/ is\nwrong"), 2, "ronda: rtsp://***@h/ is wrong\n"),
        (ExceptionGroup("tasks", [ExceptionGroup("more", [BadInput("x", "y")])]), 2, "ronda: x: y\n"),
        (click.Abort(), 130, "ronda: stopped\n"),
        (ZeroDivisionError("oh"), 1, "ronda: failed unexpectedly (ZeroDivisionError: oh)"),
    ],
)
def test_what_goes_wrong_is_one_line(
    ronda: Ronda, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, line: str
) -> None:
    monkeypatch.setattr(main_module, "ronda", _Failing(error))
    ended = ronda("config")
    assert ended.status == status
    assert ended.err.startswith(line)
    assert ended.err.count("\n") == 1


def test_data_is_taken_everywhere(ronda: Ronda, tmp_path: Path) -> None:
    for arguments in (
        ["--data", str(tmp_path / "a"), "config"],
        ["config", "--data", str(tmp_path / "a")],
        ["--data", str(tmp_path / "b"), "config", "--data", str(tmp_path / "a")],
    ):
        assert f"{tmp_path / 'a'}" in ronda(*arguments).out.splitlines()[1]
    assert str(tmp_path / "data") in ronda("config").out


def test_data_when_nobody_says() -> None:
    assert default_data({"HOME": "/h"}) == Path("/h/.local/share/ronda")
    assert default_data({"HOME": "/h", "XDG_DATA_HOME": "/x"}) == Path("/x/ronda")
    assert default_data({"RONDA_DATA": "/d", "XDG_DATA_HOME": "/x"}) == Path("/d")


def test_config_shows_origins_and_hides_secrets(ronda: Ronda, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.mkdir()
    (data / "ronda.toml").write_text('[log]\nlevel = "debug"\n')
    monkeypatch.setenv("RONDA_ADMIN_PASSWORD", "rahasia123")
    ended = ronda("config")
    assert "rahasia123" not in ended.out
    assert "RONDA_ADMIN_PASSWORD" in ended.out
    assert [line.split() for line in ended.out.splitlines() if line.startswith("log.level")] == [
        ["log.level", "debug", "ronda.toml"]
    ]
    assert '"origin": "ronda.toml"' in ronda("config", "--json").out
