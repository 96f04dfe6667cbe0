"""The demonstration's past: 02:00 to 02:30 of last night from the cameras of RT 3 RW 4 Krapyak.

One MP4 for each uninterrupted stretch, with a true burnt-in clock. A file appears under its name only
when complete, so that a run that was stopped goes on with the missing ones. Also a program, run at low
priority: `python -m ronda.simulate.past CACHE YYYY-MM-DD CAMERAS`, which says its progress as JSON lines.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from ronda.base.errors import StorageFailed
from ronda.base.time import HZ_90K
from ronda.media.access_unit import Codec
from ronda.simulate.city import SimulatedCamera, cameras
from ronda.simulate.encode import FilmFile, Quality
from ronda.simulate.scenes import vehicles
from ronda.simulate.scenes.film import Standing
from ronda.simulate.scenes.night import Night
from ronda.simulate.theft import DEAD, LEAVES_S, SCRIPT, STOLEN_AT, Cast

VERSION: Final = 1
WIB: Final = timezone(timedelta(hours=7), "WIB")
RATE: Final = 8
LONG_S: Final = 1800
WIDTH: Final = 640
HEIGHT: Final = 360
_DAYS: Final = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One uninterrupted recording.

    Attributes:
        path: MP4, H.264, no B-frames, the first picture at 0.
        start_utc_90k: When its first picture was taken.
        duration_90k: How long it is.
    """

    path: Path
    start_utc_90k: int
    duration_90k: int


@dataclass(frozen=True, slots=True)
class PastOfCamera:
    """What one camera recorded.

    Attributes:
        camera: Camera id.
        stretches: In order.
        gaps_90k: Ranges of UTC within the half hour in which it was dead.
    """

    camera: str
    stretches: tuple[Stretch, ...]
    gaps_90k: tuple[tuple[int, int], ...]


def past_cameras(many: int = len(SCRIPT)) -> list[SimulatedCamera]:
    """Return those of a city's first `many` cameras that have a past.

    First the one that saw the theft, which somebody may want at once.
    """
    known = cameras(min(many, len(SCRIPT)))
    return sorted((camera for camera in known if camera.id in SCRIPT), key=lambda one: not _saw_the_theft(one))


def _saw_the_theft(camera: SimulatedCamera) -> bool:
    return camera.id.endswith("-2")


def last_night(now_utc: datetime) -> date:
    """Return the city's date of the last half hour from 02:00 that is over."""
    local = now_utc.astimezone(WIB)
    over = local.replace(hour=2, minute=30, second=0, microsecond=0)
    return local.date() if local > over else local.date() - timedelta(days=1)


def plan(cameras: Sequence[SimulatedCamera], night_date: date, cache: Path) -> list[PastOfCamera]:
    """Return where everything will lie; nothing is drawn."""
    start = datetime(night_date.year, night_date.month, night_date.day, 2, tzinfo=WIB)
    start_90k = int(start.timestamp()) * HZ_90K
    found = []
    for camera in cameras:
        dead = DEAD.get(camera.id)
        spans = [(0.0, dead[0]), (dead[1], float(LONG_S))] if dead else [(0.0, float(LONG_S))]
        stretches = []
        for begin, end in spans:
            utc = start.astimezone(UTC) + timedelta(seconds=begin)
            path = cache / f"{camera.id}-{camera.seed}-{utc:%Y%m%dT%H%M%SZ}-v{VERSION}.mp4"
            stretches.append(Stretch(path, start_90k + round(begin * HZ_90K), round((end - begin) * HZ_90K)))
        gaps = ((start_90k + round(dead[0] * HZ_90K), start_90k + round(dead[1] * HZ_90K)),) if dead else ()
        found.append(PastOfCamera(camera.id, tuple(stretches), gaps))
    return found


def generate_past(
    cameras: Sequence[SimulatedCamera], night_date: date, cache: Path, progress: Progress | None = None
) -> Iterator[PastOfCamera]:
    """Draw and encode what is missing (blocking, about a minute of one core); yield each camera's when it is there.

    Args:
        cameras: Those that have a past; see `past_cameras`.
        night_date: The city's date.
        cache: Folder of the files.
        progress: Told a camera's id and the share of everything that is done.
    """
    cache.mkdir(parents=True, exist_ok=True)
    found = plan(cameras, night_date, cache)
    start_90k = found[0].stretches[0].start_utc_90k if found else 0
    done = 0.0
    whole = len(found) * LONG_S
    for camera, past in zip(cameras, found, strict=True):
        missing = [stretch for stretch in past.stretches if not stretch.path.exists()]
        done += sum(stretch.duration_90k / HZ_90K for stretch in past.stretches if stretch not in missing)
        if missing:
            shift = _Shift(camera, night_date)
            for stretch in missing:
                begin = (stretch.start_utc_90k - start_90k) // HZ_90K
                for second in shift.record(stretch.path, begin, begin + stretch.duration_90k // HZ_90K):
                    if progress and second % 20 == 19:
                        progress(camera.id, (done + second - begin) / whole)
                done += stretch.duration_90k / HZ_90K
        yield past


class _Shift:
    """One camera's night."""

    def __init__(self, camera: SimulatedCamera, night_date: date) -> None:
        self._date = night_date
        self._cast = Cast(SCRIPT[camera.id])
        self._stolen = _saw_the_theft(camera)
        self._camera = camera
        scene = camera.scene(WIDTH, HEIGHT)
        standing = [one for one in scene.standing if one.label in {"motorcycle", "cart", "car"} and _kept(one)]
        self._after = Night(camera.scene(WIDTH, HEIGHT), standing, camera.seed)
        self._before = self._after
        if self._stolen:
            owned = Standing(vehicles.motorcycle(np.random.default_rng(70), 0), *STOLEN_AT, 0.1, "motorcycle")
            self._before = Night(camera.scene(WIDTH, HEIGHT), [*standing, owned], camera.seed)

    def record(self, path: Path, begin_s: int, end_s: int) -> Iterator[int]:
        """Write one stretch; yields each second that is done."""
        writer = FilmFile(path, Quality(Codec.H264, WIDTH, HEIGHT, RATE, 400_000), preset="ultrafast", crf=30)
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        luma = planes[:HEIGHT]
        for second in range(begin_s, end_s):
            caption = self._caption(second)
            rim = 255 - cv2.dilate(caption, np.ones((3, 3), np.uint8))
            night = self._before if second < int(LEAVES_S) else self._after
            for part in range(RATE):
                night.draw(luma, second * RATE + part, self._cast.seen(second + part / RATE))
                strip = luma[8 : 8 + caption.shape[0], 10 : 10 + caption.shape[1]]
                cv2.min(strip, rim, dst=strip)
                cv2.max(strip, caption, dst=strip)
                writer.write(planes)
            yield second
        writer.close()

    def _caption(self, second: int) -> np.ndarray:
        moment = datetime(self._date.year, self._date.month, self._date.day, 2, tzinfo=WIB) + timedelta(seconds=second)
        text = f"{moment:%d-%m-%Y} {_DAYS[moment.weekday()]} {moment:%H:%M:%S}"
        strip = np.zeros((22, 330), np.uint8)
        cv2.putText(strip, text, (2, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.58, 235, 1, cv2.LINE_AA)
        return strip


def _kept(one: Standing) -> bool:
    """Leave the stolen motorcycle's place free."""
    return bool(np.hypot(one.x - STOLEN_AT[0], one.y - STOLEN_AT[1]) > 1.6)


async def make_past(
    night_date: date, cache: Path, many: int, progress: Progress | None = None
) -> AsyncGenerator[PastOfCamera]:
    """Run `generate_past` for `past_cameras(many)` in a process of its own, at low priority; yield likewise.

    Raises:
        StorageFailed: The process failed.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ronda.simulate.past", str(cache), night_date.isoformat(), str(many)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    planned = {past.camera: past for past in plan(past_cameras(many), night_date, cache)}
    try:
        while process.stdout and (line := await process.stdout.readline()):
            said = json.loads(line)
            if "done" in said:
                yield planned[said["done"]]
            elif progress:
                progress(str(said["camera"]), float(said["share"]))
        if await process.wait():
            raise StorageFailed(f"the demonstration's past could not be made in {cache}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _main() -> None:
    def say(**words: str | float) -> None:
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()

    os.nice(10)
    cv2.setNumThreads(1)

    def progress(camera: str, share: float) -> None:
        say(camera=camera, share=round(share, 4))

    cache, night_date, many = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), int(sys.argv[3])
    for past in generate_past(past_cameras(many), night_date, cache, progress):
        say(done=past.camera)


if __name__ == "__main__":
    _main()
