"""What a gauge says, and how fast that changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Scene

FEWEST: Final = 5
"""Fewer readings have no slope."""
LEAST_90K: Final = 8 * 60 * HZ_90K
"""Nor have readings of a shorter time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the water stands at a moment.

    Attributes:
        value: Centimetres of a staff, or per cent of a zone.
        sure: 0 to 1: how well the pictures agree with it.
    """

    value: float
    sure: float


class Gauge(Protocol):
    """Something that is looked at, and now and then read."""

    def look(self, scene: Scene) -> None:
        """Take in a picture."""
        ...

    def read(self, at_90k: int) -> Reading | None:
        """Return where the water stood since it was read last; None where that cannot be told."""
        ...


def slope_per_h(readings: Sequence[tuple[int, float]]) -> float | None:
    """Return by how much a value rises in an hour: the median of the slopes of all pairs; None where too few are known.

    Theil (1950), Sen (1968): readings of which a quarter are wrong change it little.
    """
    if len(readings) < FEWEST or readings[-1][0] - readings[0][0] < LEAST_90K:
        return None
    times = np.array([at for at, _ in readings], np.float64) / (3600 * HZ_90K)
    values = np.array([value for _, value in readings], np.float64)
    first, second = np.triu_indices(len(readings), 1)
    apart = times[second] - times[first]
    some = apart > 0
    return float(np.median((values[second] - values[first])[some] / apart[some])) if some.any() else None
