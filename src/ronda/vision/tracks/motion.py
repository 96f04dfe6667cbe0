"""Where followed things are expected: a constant-velocity Kalman filter of centre and size, in struct of arrays.

Lengths are in heights of the picture, times in seconds; steps may be of any length. The four measured values (centre x,
centre y, width, height) are filtered independently of each other, which needs no matrix of a track's own.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SEEN_STD: Final = np.array([0.06, 0.06, 0.09, 0.09])
_BORN_SPEED_STD: Final = np.array([2.5, 2.5, 0.4, 0.4])
_ACCELERATION_STD: Final = np.array([2.5, 2.5, 0.8, 0.8])
"""All in sizes of the thing (square root of its box's area), and seconds."""
_SIZE_MEMORY_S: Final = 0.5
_LEAST_SIDE: Final = 1e-4
_VIRTUAL_STEP_S: Final = 0.1
_MOST_VIRTUAL_STEPS: Final = 30


class Motion:
    """The filters of all things of one camera; row n is its n-th thing.

    Attributes:
        at: Centre x, centre y, width, height; (N, 4).
        speed: Their change in a second; (N, 4).
    """

    def __init__(self) -> None:
        self.at: Floats = np.empty((0, 4))
        self.speed: Floats = np.empty((0, 4))
        self._spread: Floats = np.empty((0, 4, 3))  # variance of `at`, covariance, variance of `speed`
        self._seen: Floats = np.empty((0, 4))
        self._before: tuple[Floats, Floats, Floats] = (np.empty((0, 4)), np.empty((0, 4)), np.empty((0, 4, 3)))

    def __len__(self) -> int:
        return len(self.at)

    @property
    def boxes(self) -> Floats:
        """Left, top, right, bottom now; (N, 4)."""
        half = self.at[:, 2:] / 2
        return np.concatenate((self.at[:, :2] - half, self.at[:, :2] + half), 1)

    @property
    def seen_boxes(self) -> Floats:
        """Left, top, right, bottom when they were last seen; (N, 4)."""
        half = self._seen[:, 2:] / 2
        return np.concatenate((self._seen[:, :2] - half, self._seen[:, :2] + half), 1)

    @property
    def doubt(self) -> Floats:
        """How uncertain the centre is (standard deviation), in heights; (N,)."""
        return np.asarray(np.sqrt(self._spread[:, :2, 0].max(1, initial=0)))

    def predict(self, seconds: float) -> None:
        """Let time pass."""
        if len(self.at) and seconds > 0:
            self.at, self.speed, self._spread = _predicted(self.at, self.speed, self._spread, seconds)

    def see(self, rows: NDArray[np.intp], boxes: Floats, hidden_s: Floats) -> None:
        """Some things were seen in these boxes, which they had not been for so many seconds.

        What was hidden for longer is filtered again along the straight way between its two sightings
        (observation-centric re-update), so that what was guessed meanwhile does not mislead.
        """
        if not len(rows):
            return
        seen = measured(boxes)
        for row, box, seconds in zip(rows.tolist(), seen, hidden_s.tolist(), strict=True):
            if seconds > 3 * _VIRTUAL_STEP_S:
                self._go_again(row, box, seconds)
        at, speed, spread = _updated(self.at[rows], self.speed[rows], self._spread[rows], seen)
        self.at[rows], self.speed[rows], self._spread[rows], self._seen[rows] = at, speed, spread, seen
        for held, now in zip(self._before, (at, speed, spread), strict=True):
            held[rows] = now

    def add(self, boxes: Floats, speeds: Floats, speed_stds: Floats) -> None:
        """New things begin, last.

        Args:
            boxes: (N, 4), left, top, right, bottom.
            speeds: What is expected of their centres, (N, 2) in heights a second.
            speed_stds: How sure that is, (N,); NaN where nothing is expected.
        """
        seen = measured(boxes)
        size = _size(seen)
        spread = np.zeros((len(seen), 4, 3))
        spread[..., 0] = (_SEEN_STD * size) ** 2
        spread[..., 2] = (_BORN_SPEED_STD * size) ** 2
        told = ~np.isnan(speed_stds)
        spread[told, :2, 2] = (speed_stds[told, None]) ** 2
        speed = np.zeros((len(seen), 4))
        speed[told, :2] = speeds[told]
        self.at, self.speed = np.concatenate((self.at, seen)), np.concatenate((self.speed, speed))
        self._spread, self._seen = np.concatenate((self._spread, spread)), np.concatenate((self._seen, seen))
        self._before = (
            (self.at.copy(), self.speed.copy(), self._spread.copy())
            if not len(self._before[0])
            else (
                np.concatenate((self._before[0], seen)),
                np.concatenate((self._before[1], speed)),
                np.concatenate((self._before[2], spread)),
            )
        )

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Keep only these rows, in this order."""
        self.at, self.speed, self._spread, self._seen = (
            held[rows] for held in (self.at, self.speed, self._spread, self._seen)
        )
        at, speed, spread = self._before
        self._before = at[rows], speed[rows], spread[rows]

    def stretch(self, factor: float) -> None:
        """The picture has become wider by a factor, in heights of it."""
        for held in (self.at, self.speed, self._seen, self._before[0], self._before[1]):
            held[:, 0::2] *= factor

    def halt(self, rows: NDArray[np.intp]) -> None:
        """These things stand: they are expected where they were last seen."""
        self.at[rows], self.speed[rows] = self._seen[rows], 0

    def _go_again(self, row: int, box: Floats, seconds: float) -> None:
        """Filter one thing again from its last sighting, along a straight way to this one."""
        one = slice(row, row + 1)
        at, speed, spread = (held[one] for held in self._before)
        start = self._seen[one]
        steps = min(max(round(seconds / _VIRTUAL_STEP_S), 2), _MOST_VIRTUAL_STEPS)
        for step in range(1, steps):
            at, speed, spread = _predicted(at, speed, spread, seconds / steps)
            at, speed, spread = _updated(at, speed, spread, start + (box - start) * (step / steps))
        self.at[one], self.speed[one], self._spread[one] = _predicted(at, speed, spread, seconds / steps)


def measured(boxes: Floats) -> Floats:
    """Return centre and size of (N, 4) boxes."""
    size = np.maximum(boxes[:, 2:] - boxes[:, :2], _LEAST_SIDE)
    return np.concatenate(((boxes[:, :2] + boxes[:, 2:]) / 2, size), 1)


def _size(at: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(at[:, 2] * at[:, 3], _LEAST_SIDE**2))[:, None])


def _predicted(at: Floats, speed: Floats, spread: Floats, seconds: float) -> tuple[Floats, Floats, Floats]:
    noise = (_ACCELERATION_STD * _size(at)) ** 2
    moved = at + speed * seconds
    moved[:, 2:] = np.maximum(moved[:, 2:], np.maximum(at[:, 2:] / 2, _LEAST_SIDE))
    slower = speed.copy()
    slower[:, 2:] *= np.exp(-seconds / _SIZE_MEMORY_S)
    a, b, c = spread[..., 0], spread[..., 1], spread[..., 2]
    grown = np.stack(
        (
            a + 2 * seconds * b + seconds**2 * c + noise * seconds**4 / 4,
            b + seconds * c + noise * seconds**3 / 2,
            c + noise * seconds**2,
        ),
        -1,
    )
    return moved, slower, grown


def _updated(at: Floats, speed: Floats, spread: Floats, seen: Floats) -> tuple[Floats, Floats, Floats]:
    noise = (_SEEN_STD * _size(seen)) ** 2
    a, b, c = spread[..., 0], spread[..., 1], spread[..., 2]
    total = a + noise
    gain_at, gain_speed = a / total, b / total
    off = seen - at
    left = np.stack((a * (1 - gain_at), b * (1 - gain_at), np.maximum(c - gain_speed * b, 1e-12)), -1)
    return at + gain_at * off, speed + gain_speed * off, left
