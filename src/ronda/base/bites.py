"""Long work in a thread, in small bites: between them the loop gets the interpreter, and its core.

A thread that computes without a rest gives the interpreter away only when the loop has asked for it for 5 ms, and keeps
it as long as the system has it wait for a core. One that sleeps holds nothing.
"""

import time
from typing import Final

_BITE_S: Final = 0.002
_REST_S: Final = 0.0002
"""Long enough for the loop to wake up and take the interpreter; it then keeps it for as long as it has work."""


class Bites:
    """Call `rest` between the steps of long work, each well below a millisecond; never in the loop."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def rest(self) -> None:
        """Sleep for a moment if the last sleep was two milliseconds ago. Blocking."""
        if time.perf_counter() - self._since >= _BITE_S:
            time.sleep(_REST_S)
            self._since = time.perf_counter()
