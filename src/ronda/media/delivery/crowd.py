"""How many residents may watch at once: those who are signed in keep the rest of the server's places."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf


class Crowd:
    """The places for public viewers.

    Attributes:
        open: Public sockets open now.
        refused: Public sockets turned away since the start.
        most: How many may be open.
    """

    def __init__(self, most: float = inf) -> None:
        self.open = 0
        self.refused = 0
        self.most = most

    @contextmanager
    def place(self, *, public: bool) -> Iterator[bool]:
        """Hold a place while the context is open and yield whether there is one; who is not public needs none."""
        if not public:
            yield True
            return
        if self.open >= self.most:
            self.refused += 1
            yield False
            return
        self.open += 1
        try:
            yield True
        finally:
            self.open -= 1
