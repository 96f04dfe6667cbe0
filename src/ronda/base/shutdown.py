"""Stopping when asked: the first signal asks, a second one insists."""

import asyncio
import os
import signal
from types import TracebackType
from typing import Final, Self

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Shutdown:
    """The wish to stop, from SIGTERM, SIGINT or a call; entered as a context on a running loop.

    While it is open the first signal sets it; the next one ends the process at once, as if nobody had
    taken the signal, so that a person is never kept waiting by a stop that hangs.
    """

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self.reason = ""

    @property
    def asked(self) -> bool:
        """Whether stopping has been asked for."""
        return self._asked.is_set()

    def ask(self, reason: str) -> None:
        """Ask for the stop; the first reason stays."""
        self.reason = self.reason or reason
        self._asked.set()

    async def wait(self) -> str:
        """Wait until stopping is asked for and return the reason."""
        await self._asked.wait()
        return self.reason

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._signalled, number)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    def _signalled(self, number: signal.Signals) -> None:
        if self.asked:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.ask(number.name)
