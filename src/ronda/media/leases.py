"""Holds on a stream: it runs while there is one."""

from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Final


class Purpose(StrEnum):
    """Why somebody holds a stream."""

    RECORD = "record"
    VIEW = "view"
    VISION = "vision"
    SWEEP = "sweep"
    STILL = "still"
    RESERVE = "re-serve"
    DERIVE = "derive"
    PUSH = "push"


WATCHING: Final = frozenset({Purpose.VIEW, Purpose.RESERVE, Purpose.DERIVE, Purpose.STILL})
"""Purposes for which pictures must not be read in large gulps."""
_ONE_PICTURE: Final = frozenset({Purpose.STILL, Purpose.SWEEP})
_AFTER_STILL_S: Final = 1.0


def lingering_s(purpose: Purpose, usual_s: float) -> float:
    """Return how long a stream runs on after its last hold was given back.

    One picture is no reason to go on filling a thin link.
    """
    return min(usual_s, _AFTER_STILL_S) if purpose in _ONE_PICTURE else usual_s


class Lease:
    """One hold; close it, or use it as a context."""

    def __init__(self, purpose: Purpose, release: Callable[["Lease"], None]) -> None:
        self.purpose = purpose
        self._release: Callable[[Lease], None] | None = release

    def close(self) -> None:
        """Let go; a second time does nothing."""
        release, self._release = self._release, None
        if release is not None:
            release(self)

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
