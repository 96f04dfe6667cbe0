"""Running `ronda` as a person does, in this process: arguments in, texts and status out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ronda.cli.main import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Ronda = Callable[..., Ended]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def ronda(data: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ronda:
    """Run `ronda` with these arguments on the test's data folder."""
    monkeypatch.setenv("RONDA_DATA", str(data))

    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfd.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run
