"""What keeps the demonstration away from real footage, and its reset."""

from pathlib import Path

import numpy as np
import pytest
from anyio import to_thread
from tests.media.hand_clock import HandClock

from ronda.archive import Archive, VolumeSettings
from ronda.base.causes import GapCause
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.cli import demo
from ronda.cli.demo_past import take_in
from ronda.media.access_unit import Codec
from ronda.simulate.encode import Quality, write_pictures
from ronda.simulate.past import PastOfCamera, Stretch


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


def test_a_city_keeps_its_size_until_a_reset(tmp_path: Path) -> None:
    demo._claim(tmp_path)
    assert demo._city_of(tmp_path, 24) == 24
    (tmp_path / "ronda.db").touch()
    assert demo._city_of(tmp_path, None) == demo._city_of(tmp_path, 24) == 24
    with pytest.raises(BadInput, match="24 cameras"):
        demo._city_of(tmp_path, 100)
    demo._forget(tmp_path)
    assert demo._city_of(tmp_path, None) == 14_000


def test_the_environment_overrules_what_the_demonstration_prefers() -> None:
    assert demo.overrides({})["archive.quota"] == "2 GB"
    assert "public" not in demo.overrides({})  # residents see what is published, and nothing else
    assert "archive.quota" not in demo.overrides({"RONDA_ARCHIVE_QUOTA": "5 GB"})


def film(path: Path, seconds: int) -> Path:
    """Write a small film."""
    pictures = (np.full((144, 160), number, np.uint8) for number in range(8 * seconds))
    write_pictures(path, Quality(Codec.H264, 160, 96, 8, 100_000), pictures)
    return path


async def test_last_night_is_explained_and_held_and_earlier_nights_are_let_go(tmp_path: Path) -> None:
    dawn_90k = 1_790_000_000 * HZ_90K
    day_90k = 86_400 * HZ_90K
    path = await to_thread.run_sync(film, tmp_path / "night.mp4", 4)

    def night(start_90k: int) -> PastOfCamera:
        gap = (start_90k + 4 * HZ_90K, start_90k + 60 * HZ_90K)
        stretches = (Stretch(path, start_90k, 4 * HZ_90K), Stretch(path, gap[1], 4 * HZ_90K))
        return PastOfCamera("krapyak-1", stretches, (gap,))

    async with Archive([VolumeSettings(tmp_path / "volume")], HandClock(dawn_90k + 2 * day_90k)) as archive:
        await take_in(archive, night(dawn_90k - day_90k), dawn_90k)
        await take_in(archive, night(dawn_90k), dawn_90k)
        await take_in(archive, night(dawn_90k), dawn_90k)
        told = await archive.timeline("krapyak-1", "main", dawn_90k, dawn_90k + 120 * HZ_90K)
        holds = await archive.holds("krapyak-1")
    assert [gap.cause for gap in told.gaps] == [GapCause.UNREACHABLE, GapCause.NODE_STOPPED]
    assert len(told.coverage) == 2
    assert [hold.from_90k for hold in holds] == [dawn_90k, dawn_90k + 60 * HZ_90K]
    assert {hold.reason for hold in holds} == {"simulasi: malam pencurian"}
