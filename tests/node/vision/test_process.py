"""The way to a worker: bounded, and never an error on the picture's path, whatever becomes of the worker."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.node.conftest import until
from tests.node.vision.conftest import ROOT, settings

from ronda.base.time import SystemClock
from ronda.node.vision.process import MOST_UNSENT, WorkerProcess
from ronda.node.vision.settings import VisionSettings
from ronda.vision.worker.messages import FromWorker, ImageTold, Tier, WatchCamera


class Heard:
    def __init__(self) -> None:
        self.begun = 0
        self.over = 0

    def began(self, worker: WorkerProcess) -> None:
        self.begun += 1

    def said(self, worker: WorkerProcess, message: FromWorker, payload: bytes) -> None:
        pass

    def ended(self, worker: WorkerProcess) -> None:
        self.over += 1


def image(size: int = 100_000) -> tuple[ImageTold, bytes]:
    return ImageTold(camera="a", at_90k=1), b"\x00" * size


async def test_nothing_is_raised_to_who_offers_a_picture_while_the_worker_dies(tmp_path: Path) -> None:
    os.environ["PYTHONPATH"] = str(ROOT)
    heard = Heard()
    worker = WorkerProcess(0, settings(tmp_path), SystemClock(), heard)
    assert not worker.offer(*image())
    task = asyncio.ensure_future(worker.run())
    try:
        worker.want()
        await until(lambda: worker.ready)
        pid = worker.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)  # it reads no more
        while worker.offer(*image()):
            await asyncio.sleep(0)
        assert worker.unsent <= MOST_UNSENT + 200_000
        assert worker.counted.refused == 1
        os.kill(pid, signal.SIGKILL)
        for _ in range(300):  # the other end is gone, and who reads hears of it in between
            worker.offer(*image(10))
            worker.say(WatchCamera(camera="a", tier=Tier.COUNT, eye="bar", rate=5))
            await asyncio.sleep(0.001)
        await until(lambda: heard.begun == 2)
        assert heard.over == 1
        assert worker.pid != pid
        assert not worker.offer(*image(17 << 20)), "a monster is not sent"
        assert worker.offer(*image())
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        del os.environ["PYTHONPATH"]
    assert worker.pid is None


async def test_a_worker_that_cannot_start_is_tried_again_with_pauses(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "raise SystemExit(3)")
    worker = WorkerProcess(0, VisionSettings(tmp_path, tmp_path, command=command), SystemClock(), Heard())
    task = asyncio.ensure_future(worker.run())
    worker.want()
    await until(lambda: worker.counted.restarts >= 2)
    assert not worker.ready
    assert not worker.offer(*image())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
