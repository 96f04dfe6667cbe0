"""Copies to look at of footage with gaps: as long as what was asked for, black where there is nothing, saying why."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import av
import numpy as np
import pytest
from tests.archive.footage import FILM, START_90K, new_run, one_volume, settled, slowly
from tests.media.pictures import Film

from ronda.archive import Archive
from ronda.archive.errors import NoFootage
from ronda.base.causes import GapCause
from ronda.base.errors import Busy, Conflict
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.copies import MakeCopy, MaskPlan
from ronda.media.fragment import Origin
from ronda.node.ordered import copying
from ronda.node.ordered.copying import FILM as NAME
from ronda.node.ordered.copying import Tools, make_copy

S = HZ_90K
TALL = Film(width=96, height=160, gop=50, pictures=100, bitrate=60_000)


def order(since: float, until: float, **more: object) -> MakeCopy:
    values = {
        "id": "0123456789abcdef",
        "camera": "gate",
        "from_90k": START_90K + round(since * S),
        "to_90k": START_90K + round(until * S),
        "until_90k": START_90K,
        "plan": MaskPlan(hides="regions"),
        "mark": "Bripka Anton",
        "whole": True,
    }
    return MakeCopy(**values | more)  # type: ignore[arg-type]


@pytest.fixture
async def tools(tmp_path: Path) -> AsyncIterator[Tools]:
    """Four seconds, a gap of six, and four seconds of a picture of another shape."""
    codec = Pool("codec", 1, 8)
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        for start, film, cause in ((0, FILM, GapCause.UNREACHABLE), (10, TALL, None)):
            run = new_run(start_90k=START_90K + start * S, film=film, origin=Origin.IMPORTED)
            await archive.import_run(run, slowly(run, 4, film), cause)
        await settled(archive)
        yield Tools(archive, codec, lambda _: "main")
    codec.close()


def seen(path: Path) -> tuple[float, dict[int, np.ndarray], tuple[int, int]]:
    """Return how long a film is, its last picture of each second, and their size."""
    pictures: dict[int, np.ndarray] = {}
    with av.open(str(path)) as film:
        (stream,) = film.streams.video
        for frame in film.decode(stream):
            assert frame.time is not None
            pictures[int(frame.time)] = frame.to_ndarray(format="gray")
        assert stream.duration is not None
        assert stream.time_base is not None
        return float(stream.duration * stream.time_base), pictures, (stream.width, stream.height)


async def test_gaps_before_between_and_behind_are_black_and_time_goes_on(tools: Tools, tmp_path: Path) -> None:
    told: list[float] = []
    size = await make_copy(tools, order(-3, 17), tmp_path, told.append)
    assert size == (tmp_path / NAME).stat().st_size
    assert told == sorted(told)
    assert told[-1] == 1
    length, pictures, shape = await asyncio.to_thread(seen, tmp_path / NAME)
    assert abs(length - 20) < 1.1
    assert shape == (160, 96)
    dark = {second for second, picture in pictures.items() if np.median(picture) < 40}
    assert dark >= {0, 1, 7, 8, 9, 10, 11, 12, 17, 18, 19}
    assert not dark & {3, 4, 5, 6}
    # A picture of another shape stands in the middle of the first one's.
    bars = pictures[15]
    assert np.median(bars[:, :20]) < 40
    assert np.median(bars[:, 60:100]) > 40
    # The gap says why, and has the receiver's name in it.
    assert np.max(pictures[9]) > 150
    assert not np.array_equal(pictures[9], pictures[18]), "another cause, another time"


async def test_a_light_copy_has_few_pictures(tools: Tools, tmp_path: Path) -> None:
    await make_copy(tools, order(0, 4, light=True), tmp_path, lambda _: None)
    with av.open(str(tmp_path / NAME)) as film:
        times = [frame.time for frame in film.decode(video=0)]
    assert 24 <= len(times) <= 36


async def test_without_it_gaps_and_changes_are_refused_and_nothing_at_all_always(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoFootage):
        await make_copy(tools, order(0, 14, whole=False), tmp_path, lambda _: None)
    with pytest.raises(NoFootage):
        await make_copy(tools, order(100, 110), tmp_path, lambda _: None)
    run = new_run(start_90k=START_90K + 14 * S, origin=Origin.IMPORTED)
    await tools.archive.import_run(run, slowly(run, 4))
    (tmp_path / "payload").unlink(missing_ok=True)
    with pytest.raises(Conflict, match="changes its format"):
        await make_copy(tools, order(11, 17, whole=False), tmp_path, lambda _: None)
    monkeypatch.setattr(copying, "_LONGEST_S", 0)
    with pytest.raises(Busy, match="not made within"):
        await make_copy(tools, order(0, 14), tmp_path, lambda _: None)
