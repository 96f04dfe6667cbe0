"""How missing loops come to be drawn. The drawing processes here are real ones that draw nothing and die at will."""

import asyncio
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

from ronda.simulate.city import cameras
from ronda.simulate.library import LoopLibrary, in_order

DIES = "import sys; sys.stdin.readline()"
DRAWS = """
import sys, json
for line in sys.stdin:
    print(json.dumps({"share": 0.5}))
    print(json.dumps({"ready": True}), flush=True)
"""


class Library(LoopLibrary):
    """Starts the given programs one after the other, the last one for ever."""

    def __init__(self, cache: Path, programs: list[str], done: asyncio.Event) -> None:
        super().__init__(cache, lambda step, share: done.set() if share >= 1 else None, workers=1)
        self.programs, self.started = programs, 0

    async def _start(self) -> asyncio.subprocess.Process:
        program = self.programs[min(self.started, len(self.programs) - 1)]
        self.started += 1
        return await asyncio.create_subprocess_exec(
            sys.executable, "-S", "-c", program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )


async def drawn(library: Library, done: asyncio.Event, many: int) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        drawing = group.create_task(library.run(list(cameras()[:many])))
        await done.wait()
        drawing.cancel()


async def test_a_drawing_process_that_dies_is_replaced(tmp_path: Path) -> None:
    done = asyncio.Event()
    library = Library(tmp_path, [DIES, DRAWS], done)
    await drawn(library, done, 2)
    assert (library.started, library.done, library._failed) == (2, 2, {})


async def test_a_loop_that_kills_its_processes_is_given_up(tmp_path: Path) -> None:
    done = asyncio.Event()
    library = Library(tmp_path, [DIES, DIES, DRAWS], done)
    await drawn(library, done, 2)
    assert (library.started, library.done) == (3, 2)
    assert ["ended with status 0" in problem for problem in library._failed.values()] == [True]


async def test_what_killed_processes_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    left, truth = tmp_path / f"gang-main.mp4.{gone.pid}.part", tmp_path / "gang.json.part"
    ours = tmp_path / f"gang-main.mp4.{os.getpid()}.part"
    for path in (left, truth, ours):
        path.touch()
    done = asyncio.Event()
    await drawn(Library(tmp_path, [DRAWS], done), done, 1)
    assert list(tmp_path.iterdir()) == [ours]


def test_the_first_recorder_is_drawn_first_then_one_of_each_kind() -> None:
    every = in_order(cameras())
    assert len(every) == 24 and every[:4] == list(cameras()[:4])
    kinds = len({camera.place for camera in cameras()})
    assert len({camera.place for camera in islice(every, 2, 4 + kinds)}) == kinds
