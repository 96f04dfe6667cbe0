"""Where water stands by all that was read so far: a belief over the rows of a staff (a Bayes filter on a grid).

Water moves by some centimetres a minute, and what one reading says may be wholly wrong: a boat, a mirrored staff, a
lamp. So what a reading says against a row is bounded, and a leap is believed only when several readings say it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K

Rows = NDArray[np.float64]

RATE_CM_PER_MIN: Final = 3.0
"""Water that rises by so much in a minute is a third as likely as water that stands still."""
STILL_CM: Final = 2.0
"""So much it moves, or seems to, in no time: waves, and rows that lie between pixels."""
LEAP: Final = 12.0
"""A leap costs at most so much, in logarithms: e to this against one."""
WRONG: Final = 5.0
"""And a single reading says no more than this against a row."""
NEAR_CM: Final = 12.0
"""What lies so near is one level."""
LONGEST_MIN: Final = 240.0


class Belief:
    """How likely the water stands at each row.

    Args:
        heights: What the staff shows at each row, in cm; rising.
    """

    def __init__(self, heights: Rows) -> None:
        self._heights = heights
        self._apart = np.abs(heights[:, None] - heights[None, :])
        self._log: Rows = np.zeros(len(heights))
        self._at_90k: int | None = None
        self._said: Rows = np.zeros(len(heights))

    @property
    def best(self) -> int:
        """The likeliest row."""
        return int(self._log.argmax())

    @property
    def row(self) -> float:
        """The mean row of what lies near the likeliest one."""
        share = self._near()
        return float((share * np.arange(len(share))).sum() / share.sum())

    @property
    def sure(self) -> float:
        """How likely it is that the water stands near there, 0 to 1."""
        return float(self._near().sum())

    @property
    def contradicted(self) -> bool:
        """Whether the last reading says something else."""
        near = self._apart[self.best] <= NEAR_CM
        return float(self._said[near].max()) < -0.6 * WRONG

    def take(self, said: Rows, at_90k: int) -> None:
        """Take in a reading: how likely it makes each row, as logarithms that need no common zero."""
        self._said = np.maximum(said - said.max(), -WRONG)
        if self._at_90k is not None:
            minutes = min(max(at_90k - self._at_90k, 0) / (60 * HZ_90K), LONGEST_MIN)
            costs = np.minimum(self._apart / (STILL_CM + RATE_CM_PER_MIN * minutes), LEAP)
            moved = np.exp(self._log)[None, :] * np.exp(-costs)
            self._log = np.log(moved.sum(1) + 1e-300)
        self._at_90k = at_90k
        self._log = self._log + self._said
        self._log -= self._log.max()
        self._log -= np.log(np.exp(self._log).sum())

    def _near(self) -> Rows:
        return np.where(self._apart[self.best] <= NEAR_CM, np.exp(self._log), 0.0)
