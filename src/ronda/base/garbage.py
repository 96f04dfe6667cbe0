"""Python's collector of cyclic garbage, kept from holding the loop.

A full collection looks at every object there is: with a city of 14,000 cameras in memory that is a fifth of a second in
which nobody is served. What is there to stay need not be looked at.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NEVER: Final = 1_000_000_000


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect nothing while the context is open, as much is being made that will stay; then keep all of it."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
        keep()
    finally:
        if before:
            gc.enable()


def keep() -> None:
    """Let no later collection look at what is there now; objects that nobody refers to are freed all the same."""
    gc.freeze()


@contextmanager
def only_young() -> Iterator[None]:
    """Collect only what is young while the context is open, as much is being made that will stay; used in the loop.

    Unlike `uncollected` for a server that goes on serving: what requests leave behind is collected as ever, a
    millisecond at a time. May be entered again while it is open. Call `keep` within it once what was made stays.
    """
    _Young.open += 1
    if _Young.open == 1:
        _Young.thresholds = gc.get_threshold()
        gc.set_threshold(*_Young.thresholds[:2], _NEVER)
    try:
        yield
    finally:
        _Young.open -= 1
        if not _Young.open:
            gc.set_threshold(*_Young.thresholds)


class _Young:
    open = 0
    thresholds = gc.get_threshold()
