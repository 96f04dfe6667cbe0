"""The event loop that every long-running command stands on."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a fresh uvloop and return what it returns.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed and nobody took the signal; `main` was cancelled first.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
