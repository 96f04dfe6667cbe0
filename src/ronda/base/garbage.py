"""Python's collector of cyclic garbage, kept from holding the loop.

A full collection looks at every object there is: with a city of 14,000 cameras in memory that is a fifth of a second in
which nobody is served. What is there to stay need not be looked at.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
