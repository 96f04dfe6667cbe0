"""Which of a camera's pictures are looked at: so many a second, whatever the camera sends."""

from typing import Final

from ronda.base.time import HZ_90K

_EARLY_90K: Final = HZ_90K // 50
"""A picture so little early is not waited past: cameras are not exact."""


class Pace:
    """Chooses pictures at a rate.

    Args:
        rate: Pictures a second, at most.
    """

    def __init__(self, rate: float) -> None:
        self._step_90k = max(round(HZ_90K / rate), 1)
        self._due_90k: int | None = None

    def takes(self, at_90k: int) -> bool:
        """Say whether the picture of this moment is one of them; moments come in order, and may jump."""
        due = self._due_90k
        if due is None or at_90k < due - 2 * self._step_90k or at_90k > due + self._step_90k:
            self._due_90k = at_90k + self._step_90k
            return True
        if at_90k < due - min(_EARLY_90K, self._step_90k // 4):
            return False
        self._due_90k = due + self._step_90k
        return True
