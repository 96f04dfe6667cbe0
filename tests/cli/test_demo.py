"""What keeps the demonstration away from real footage, and its reset."""

from pathlib import Path

import pytest

from ronda.base.errors import BadInput
from ronda.cli import demo


def test_a_real_installation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ronda.db").touch()
    with pytest.raises(BadInput, match="real installation"):
        demo._claim(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["ronda.db"]


def test_reset_keeps_only_what_would_be_drawn_the_same(tmp_path: Path) -> None:
    demo._claim(tmp_path)
    for name in ("archive", "own", "simulation"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "ronda.db").touch()
    demo._forget(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["demonstration", "run", "simulation"]


def test_the_environment_overrules_what_the_demonstration_prefers() -> None:
    assert demo.overrides({})["archive.quota"] == "2 GB"
    assert "archive.quota" not in demo.overrides({"RONDA_ARCHIVE_QUOTA": "5 GB"})
