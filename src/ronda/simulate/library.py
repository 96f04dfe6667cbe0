"""The loops that there are, and the processes that make those that are missing."""

import asyncio
import contextlib
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Final

import structlog

from ronda.base.errors import Busy
from ronda.simulate.build import LoopFiles, loop_files
from ronda.simulate.city import SimulatedCamera, cameras
from ronda.simulate.loops import Loop, read_loop

_log = structlog.get_logger(__name__)
Progress = Callable[[str, float], None]
_LOADED_MAX: Final = 128
# A client is kept waiting for a loop that is being drawn, then told to come back.
_WAIT_S: Final = 4.0
# glibc gives large blocks back and asks for them again with each picture, unless told otherwise: a tenth of the time.
_KEEP_MEMORY: Final = {"MALLOC_TRIM_THRESHOLD_": str(256 << 20), "MALLOC_MMAP_THRESHOLD_": str(256 << 20)}
# A worker that dies is replaced, and the loop begun again; a loop that kills another one is given up.
_TRIES: Final = 2


class LoopLibrary:
    """Finds loops on disk and has the missing ones drawn, `workers` at a time.

    Args:
        cache: Folder of the loops.
        progress: Told the step's name and the share of all loops that is ready; on the event loop.
        workers: How many processes draw.
        seed: Which city.
    """

    def __init__(self, cache: Path, progress: Progress | None = None, workers: int = 2, seed: int = 1) -> None:
        self._cache, self._workers, self._seed = cache, workers, seed
        self._progress = progress or (lambda step, share: None)
        self._origins = cameras(seed=seed)
        self._index = {camera.loop: index for index, camera in enumerate(self._origins)}
        self._jobs: asyncio.PriorityQueue[tuple[int, int, int, bool]] = asyncio.PriorityQueue()
        self._turn = count()
        self._ready: dict[Path, asyncio.Event] = {}
        self._failed: dict[Path, str] = {}
        self._loaded: OrderedDict[Path, Loop] = OrderedDict()
        self._loading = asyncio.Lock()
        self.total = 0
        self.done = 0
        self._expected = 0

    async def run(self, wanted: list[SimulatedCamera]) -> None:
        """Draw what `wanted` needs, see `in_order`, and later whatever is asked for; runs until cancelled."""
        await asyncio.to_thread(_tidied, self._cache)
        loops = dict.fromkeys(camera.loop for camera in in_order(wanted[: len(self._origins)]))
        self._expected = len(loops)
        for loop in loops:
            await self._want(self._origins[self._index[loop]], turned_view=False, priority=1)
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._worker())

    async def _want(self, camera: SimulatedCamera, *, turned_view: bool, priority: int) -> LoopFiles:
        files = loop_files(camera, self._cache, turned_view=turned_view)
        if files.main not in self._ready:
            self._ready[files.main] = asyncio.Event()
            self.total += 1
            if await asyncio.to_thread(files.are_ready):
                self._finish(files, camera)
            else:
                self._jobs.put_nowait((priority, next(self._turn), self._index[camera.loop], turned_view))
        return files

    def _finish(self, files: LoopFiles, camera: SimulatedCamera) -> None:
        self.done += 1
        self._ready[files.main].set()
        self._progress(f"loop {camera.loop}", self.done / max(self.total, self._expected))

    async def _worker(self) -> None:
        """Own one process; start it with the first job, another one if it dies."""
        process: asyncio.subprocess.Process | None = None
        try:
            while True:
                *_, index, turned_view = await self._jobs.get()
                camera = self._origins[index]
                files = loop_files(camera, self._cache, turned_view=turned_view)
                problem: str | None = None
                for _ in range(_TRIES):
                    if process is None or process.returncode is not None:
                        process = await self._start()
                    problem = await self._draw(process, index, turned_view=turned_view)
                    if problem is None or process.returncode is None:
                        break
                    _log.warning("a drawing process ended", loop=camera.loop, problem=problem)
                if problem:
                    self._failed[files.main] = problem
                    _log.error("loop not drawn", loop=camera.loop, problem=problem)
                self._finish(files, camera)
        finally:
            if process is not None and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ronda.simulate.build", str(self._cache)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | _KEEP_MEMORY,
        )

    async def _draw(self, process: asyncio.subprocess.Process, index: int, *, turned_view: bool) -> str | None:
        """Return None, or what went wrong."""
        if process.stdin is None or process.stdout is None:
            return "the worker has no pipes"
        job = {"index": index, "seed": self._seed, "turned": turned_view}
        try:
            process.stdin.write((json.dumps(job) + "\n").encode())
            await process.stdin.drain()
        except OSError as error:
            await process.wait()
            return f"the worker is gone: {error}"
        while line := await process.stdout.readline():
            said = json.loads(line)
            if "ready" in said:
                return None
            if "error" in said:
                return str(said["error"])
        await process.wait()
        return f"the worker ended with status {process.returncode}"

    async def loop(self, camera: SimulatedCamera, profile: str, *, turned_view: bool = False) -> Loop:
        """Return a camera's loop; see `film`.

        Raises:
            Busy: It is still being drawn, or could not be.
        """
        return await self.load(await self.film(camera, profile, turned_view=turned_view))

    async def film(self, camera: SimulatedCamera, profile: str, *, turned_view: bool = False) -> Path:
        """Return the file of a camera's loop; asks for it to be drawn, before others, where it is missing.

        Raises:
            Busy: It is still being drawn, or could not be.
        """
        origin = self._origins[self._index[camera.loop]]
        files = await self._want(origin, turned_view=turned_view, priority=0)
        try:
            await asyncio.wait_for(self._ready[files.main].wait(), _WAIT_S)
        except TimeoutError as error:
            raise Busy(f"the pictures of {camera.id} are still being drawn", "try again in a moment") from error
        if files.main in self._failed:
            raise Busy(f"the pictures of {camera.id} could not be drawn: {self._failed[files.main]}")
        return files.of(profile)

    def drawn(self, camera: SimulatedCamera, profile: str) -> Path | None:
        """Return the file of a camera's loop when it is there; asks for nothing."""
        files = loop_files(self._origins[self._index[camera.loop]], self._cache)
        event = self._ready.get(files.main)
        return files.of(profile) if event is not None and event.is_set() and files.main not in self._failed else None

    async def load(self, path: Path) -> Loop:
        """Return the loop in a file; the last ones used are kept."""
        async with self._loading:
            if path not in self._loaded:
                self._loaded[path] = await asyncio.to_thread(read_loop, path)
                if len(self._loaded) > _LOADED_MAX:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(path)
            return self._loaded[path]


def in_order(cameras: Iterable[SimulatedCamera]) -> list[SimulatedCamera]:
    """Return cameras as they are drawn: the first recorder's, one of each kind of place, the rest."""
    every = list(cameras)
    first_of = {camera.place: camera.id for camera in reversed(every)}
    return sorted(every, key=lambda camera: 0 if camera.recorder == 1 else 1 + (first_of[camera.place] != camera.id))


def _tidied(cache: Path) -> None:
    """Make the folder, and remove what killed processes left half written in it (blocking)."""
    cache.mkdir(parents=True, exist_ok=True)
    for part in cache.glob("*.part"):
        owner = part.suffixes[-2][1:] if len(part.suffixes) > 1 else ""
        if not (owner.isdigit() and _lives(int(owner))):
            part.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
