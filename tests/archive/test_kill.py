"""Killed at random moments: nothing finished is lost, every file plays, coverage is what the files hold."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.archive.footage import decoded, files_of

from ronda.archive import Archive, VolumeSettings
from ronda.archive.filing.recovery import scan
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, SystemClock

ROOT = Path(__file__).resolve().parents[2]
CAMERAS = 40


def life(volume: Path, seconds: float, speed: float = 1.0) -> dict[str, int]:
    """Record for some seconds, then kill; return what the last word of the dead promised."""
    command = [sys.executable, "-m", "tests.archive.night", str(volume), str(CAMERAS), str(speed)]
    promised: dict[str, int] = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert "ready_s" in process.stdout.readline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            with contextlib.suppress(ValueError):
                promised = json.loads(line).get("ends", promised)
    return promised


@pytest.mark.timeout(240)
async def test_killed_at_random_moments(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    chance = random.Random(7)
    promises = [await asyncio.to_thread(life, volume, 0.3 + chance.random() * 2.5) for _ in range(4)]
    async with Archive([VolumeSettings(volume)], SystemClock()) as archive:
        await archive.recovered()
        assert (await archive.check()).mismatches == ()
        lines = {
            f"camera-{number:03d}": await archive.timeline(f"camera-{number:03d}", "main", 0, 1 << 60)
            for number in range(CAMERAS)
        }
    for promised in promises:
        for camera, end_90k in promised.items():
            covered = any(one.from_90k < end_90k <= one.to_90k for one in lines[camera].coverage)
            assert covered or not end_90k, f"{camera} lost what it had until {end_90k}"
    assert {gap.cause for line in lines.values() for gap in line.gaps} <= {
        GapCause.NODE_STOPPED,
        GapCause.UNREACHABLE,
    }
    assert any(gap.cause is GapCause.NODE_STOPPED for gap in lines["camera-000"].gaps)
    await asyncio.to_thread(_all_play, volume)


def _all_play(volume: Path) -> None:
    files = files_of(volume)
    assert len(files) >= 4 * CAMERAS
    for number, file in enumerate(files):
        found = scan(file)
        assert found.finished
        if number % 11 == 0:
            seconds = (found.end_90k - found.head.anchor.start_90k) / HZ_90K
            assert len(decoded(file)) == round(seconds * 25)
