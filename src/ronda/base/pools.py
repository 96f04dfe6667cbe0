"""The few threads beside the loop, by what they do; the loop's default executor is never used.

Work that would hold the loop goes to the pool of its kind, so that a slow disk cannot delay a password
check nor a slow resolver a still. A pool takes a bounded number of jobs; past that it refuses (`Busy`)
and counts.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from ronda.base.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """A named executor of a few threads that holds at most `limit` jobs, running and waiting.

    Attributes:
        name: What the work is: it names the threads, the metric and the refusal.
        limit: The most jobs held at once.
        refused: Jobs refused since the start.
    """

    def __init__(self, name: str, threads: int, limit: int = 1_000) -> None:
        self.name = name
        self.limit = limit
        self.refused = 0
        self._held = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)

    @property
    def depth(self) -> int:
        """Jobs held now, running and waiting."""
        return self._held

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work` on one of the pool's threads; called on the loop's side.

        A caller that is cancelled leaves at once; a job that has not begun is then never done.

        Raises:
            Busy: The pool holds `limit` jobs already.
        """
        if self._held >= self.limit:
            self.refused += 1
            raise Busy(f"the {self.name} pool has {self._held} jobs waiting", "try again in a moment")
        loop = asyncio.get_running_loop()
        job = self._executor.submit(work, *args, **kwargs)
        self._held += 1
        self._idle.clear()
        job.add_done_callback(lambda _: self._release(loop))
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """Refuse further jobs and drop those not begun; running ones go on to their end."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def finished(self) -> None:
        """Wait, on the loop's side, until no job is held."""
        await self._idle.wait()

    def _release(self, loop: asyncio.AbstractEventLoop) -> None:
        # Ends on the pool's thread, or on the loop's when the job was cancelled before it began.
        try:
            loop.call_soon_threadsafe(self._count_down)
        except RuntimeError:  # the loop has ended before the job did
            self._count_down()

    def _count_down(self) -> None:
        self._held -= 1
        if not self._held:
            self._idle.set()
