"""The codec pool: the few threads in which pictures are decoded and encoded."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from ronda.base.errors import Busy

T = TypeVar("T")


class CodecPool:
    """Bounded work off the event loop; used as a context.

    Args:
        threads: How many work at once.
        most_waiting: How many more may wait; beyond that the pool is busy.
    """

    def __init__(self, threads: int = 2, most_waiting: int = 64) -> None:
        self.refused = 0
        self._most = threads + most_waiting
        self._taken = 0
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="codec")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def taken(self) -> int:
        """How many pieces of work run or wait."""
        return self._taken

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns in a thread of the pool; called on the loop.

        Raises:
            Busy: Too much is waiting already.
        """
        if self._taken >= self._most:
            self.refused += 1
            raise Busy("too many pictures are being decoded", "try again in a few seconds")
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._taken -= 1

    def close(self) -> None:
        """Drop what waits and let the threads end."""
        self._executor.shutdown(wait=False, cancel_futures=True)
