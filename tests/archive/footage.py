"""Real encoded footage as the fragments of runs, as fast as a test wants them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import av
from tests.media.pictures import Film, encode, encoding

from ronda.archive import Archive, Recorder, VolumeSettings
from ronda.base.identity import new_run_id
from ronda.base.time import HZ_90K
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes, init_segment
from ronda.media.fragment import Fragment, Origin, Run

FILM = Film(width=160, height=96, gop=50, pictures=100, bitrate=60_000)
START_90K = 1_790_000_000 * HZ_90K
PER_FRAGMENT = 5


def new_run(
    camera: str = "gate", profile: str = "main", start_90k: int = START_90K, film: Film = FILM, **more: object
) -> Run:
    """Return a run of a film."""
    known = encoding(film)
    origin = more.get("origin", Origin.LIVE)
    offset = more.get("clock_offset_90k")
    assert isinstance(origin, Origin)
    assert offset is None or isinstance(offset, int)
    return Run(new_run_id(), camera, profile, known, start_90k, init_segment(known), origin, offset)


def fragments(run: Run, seconds: float, film: Film = FILM, since: float = 0.0) -> Iterator[Fragment]:
    """Yield the fragments of `run` from `since` on, the film looped; both count in whole GOPs best."""
    units = encode(film)
    tick = HZ_90K // film.fps
    lowest = units[0].dts_90k
    first = round(since * film.fps)
    last = round((since + seconds) * film.fps)
    for sequence, start in enumerate(range(first, last, PER_FRAGMENT), first // PER_FRAGMENT):
        chosen = [units[number % len(units)] for number in range(start, min(start + PER_FRAGMENT, last))]
        samples = [Sample(len(one.data), tick, one.pts_90k - one.dts_90k, one.keyframe) for one in chosen]
        moof, mdat = fragment_boxes(samples, [one.data for one in chosen], sequence, start * tick)
        yield Fragment(
            *(run, sequence, chosen[0].keyframe, start * tick, tick * len(chosen), len(chosen), moof, mdat),
            arrival=0.0,
        )
    assert lowest is not None


async def slowly(run: Run, seconds: float, film: Film = FILM) -> AsyncIterator[Fragment]:
    """Yield the same for an import."""
    for one in fragments(run, seconds, film):
        yield one


def record(recorder: Recorder, run: Run, seconds: float, since: float = 0.0, film: Film = FILM) -> None:
    """Hand a stretch of a run to a recorder at once."""
    if since == 0.0:
        recorder.begin(run)
    for one in fragments(run, seconds, film, since):
        recorder.fragment(one)


def one_volume(folder: Path, **more: object) -> list[VolumeSettings]:
    """Return the settings of an archive of one volume."""
    return [VolumeSettings(folder / "volume", **more)]  # type: ignore[arg-type]


async def settled(archive: Archive) -> None:
    """Wait until everything handed in is on the disk and in the index."""
    await archive.settled()


def decoded(path: Path) -> list[int]:
    """Return the presentation times of every picture that PyAV decodes; an error fails the test."""
    with av.open(str(path)) as container:
        times = [frame.pts for frame in container.decode(video=0)]
    assert all(time is not None for time in times)
    return [time for time in times if time is not None]


def files_of(folder: Path) -> list[Path]:
    """Return the segments below a folder, oldest first."""
    return sorted(folder.rglob("*.mp4"))
