"""An answer that is good for a while: made once in that time, however many ask."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from ronda.base.time import Clock

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps what `make` returns for `hold_s` seconds; an error is not kept."""

    def __init__(self, make: Callable[[], Awaitable[T]], clock: Clock, hold_s: float) -> None:
        self._make = make
        self._clock = clock
        self._hold_s = hold_s
        self._making = asyncio.Lock()
        self._answer: tuple[float, T] | None = None

    async def get(self) -> T:
        """Return the answer; raises what making it raises."""
        async with self._making:
            now = self._clock.monotonic()
            if self._answer is None or now >= self._answer[0]:
                self._answer = (now + self._hold_s, await self._make())
            return self._answer[1]
