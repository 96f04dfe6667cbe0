"""One thing that a person pointed at, followed from picture to picture, and an honest end where it is lost.

A correlation filter over colours, edges and what stands out from the street learns the thing and what is around it,
and answers where it is now and how sure that is (D. Bolme and others, "Visual object tracking using adaptive
correlation filters", 2010; M. Danelljan and others, "Accurate scale estimation for robust visual tracking", 2014). On
a camera that stands still the street behind is known: it weighs little, and the region is kept on what stands out.
Where the answer has no clear peak it is not followed further: nobody is told that a mask lies where it does not.

It does not know what it follows, and nobody is recognised. Pictures may come in either direction of time. Used by
one thread at a time.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Picture, Rgb

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; 0..1 of the view, and pixels where it says so."""
_Floats = NDArray[np.float32]
_Waves = NDArray[np.complex64]
_Mask = NDArray[np.uint8]

_SIDE: Final = 64
"""Pixels of the filter, both ways."""
_AROUND: Final = 2.2
"""How much of the view the filter sees: the region, so many times as wide and as high."""
_LEARNS: Final = 0.03
_CALM: Final = 0.01
_SCALES: Final = (0.95, 1.0, 1.06)
_RELUCTANCE: Final = 0.95
"""What another size is worth, of the same one."""
_STREET_WEIGHS: Final = 0.25
_STANDS_OUT: Final = 24
"""By how much a pixel differs from the street, of 255, in the colour that differs most."""
_MOVES: Final = 0.12
"""The share of a region that stands out where the thing in it moves."""
_STREET_OF: Final = 41
"""Of how many pictures the street is the median."""
_LEAST_STREET: Final = 5
_SURE: Final = 8.5
_VERY_SURE: Final = 20.0
"""The peak of the answer, in deviations of the rest of it: from when on it counts, and what is called certain."""
_ALIKE: Final = 0.7
"""How much the colours in the region must be those that it had: 1 where they are the same, 0 where none is."""
_UNSEEN: Final = 6
"""So many pictures in a row without a sure place are the end; it is then where it was seen for sure."""
_LEAST_PX: Final = 6.0
_STANDS_PX: Final = 2.0
"""What stands does not creep: the filter's answer may be off by so many of its own pixels."""
_LEAVES: Final = 0.6
"""Gone so far from where it stood, in its own sizes, a thing moves."""
_GONE: Final = 0.35
"""Less of a region within the view than that, and the thing has left it."""


class End(StrEnum):
    """Why nothing is followed any further."""

    REACHED = "reached"
    LOST = "lost"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the thing is at a moment.

    Attributes:
        at_90k: The picture's time.
        box: Its region, 0..1; may reach over the edge.
        certainty: How sure that is, 0..1.
    """

    at_90k: int
    box: Box
    certainty: float


class Follower:
    """Follows what is in a region; see the module.

    Args:
        box: The region on the first picture that is fed, 0..1.

    Attributes:
        end: `LOST` or `LEFT` once it is followed no further; None before.
    """

    def __init__(self, box: Box) -> None:
        self.end: End | None = None
        self._start = box
        self._street: deque[Rgb] = deque(maxlen=_STREET_OF)
        self._behind: Rgb | None = None
        self._box: Box | None = None
        self._step = (0.0, 0.0)
        self._filter = _Filter()
        self._moves = False
        self._offset: _Offset | None = None
        self._colours = np.empty(0, np.float32)
        self._unseen = 0

    def learn(self, pictures: Sequence[Picture]) -> None:
        """Learn the street from the pictures of some seconds, which are fed next; all have one size."""
        self._street.extend(one.rgb for one in pictures[:: max(1, len(pictures) // (_STREET_OF // 2))])
        if len(self._street) >= _LEAST_STREET:
            self._behind = np.median(np.stack(self._street), axis=0).astype(np.uint8)

    def feed(self, pictures: Sequence[Picture]) -> list[Placed]:
        """Follow it through more pictures, in the order in which it is followed; return where it surely is."""
        found: list[Placed] = []
        for picture in pictures if self.end is None else ():
            seen = _Seen(picture, self._behind)
            placed = self._begun(seen) if self._box is None else self._followed(seen, self._box)
            if placed is not None:
                found.append(placed)
            if self.end is not None:
                break
        return found

    def _begun(self, seen: "_Seen") -> Placed:
        width, height = seen.size
        box = (self._start[0] * width, self._start[1] * height, self._start[2] * width, self._start[3] * height)
        self._box = box
        self._moves = seen.share(box) > _MOVES
        self._offset = _offset(seen, box) if self._moves else None
        self._filter.learn(self._features(seen, box, 1.0), 1.0)
        self._colours = seen.colours(box)
        return Placed(seen.at_90k, self._start, 1.0)

    def _followed(self, seen: "_Seen", last: Box) -> Placed | None:
        width, height = seen.size
        guess = _shifted(last, *self._step)
        box, peak = self._found(seen, guess)
        if _inside(box, width, height) < _GONE:
            self.end = End.LEFT
            return None
        colours = seen.colours(box)
        alike = float(np.sqrt(colours * self._colours).sum())
        if peak < _SURE or alike < _ALIKE:
            self._unseen += 1
            self._box = guess
            if self._unseen >= _UNSEEN:
                self.end = End.LEFT if _inside(guess, width, height) < 0.8 else End.LOST
            return None
        box = self._kept_on(seen, box)
        self._unseen = 0
        self._step = _between(self._step, (_middle(box)[0] - _middle(last)[0], _middle(box)[1] - _middle(last)[1]))
        self._box = box
        self._moves = self._moves or self._has_left(box, seen)
        if self._moves or box != guess:  # else what goes very slowly would never be seen to go
            self._filter.learn(self._features(seen, box, 1.0), _LEARNS)
        self._colours = (1 - _LEARNS) * self._colours + _LEARNS * colours
        share = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
        return Placed(seen.at_90k, share, round(min(1.0, alike, peak / _VERY_SURE), 2))

    def _found(self, seen: "_Seen", guess: Box) -> tuple[Box, float]:
        """Return where the filter answers loudest, and how far that stands above the rest of its answer."""
        answers = [(scale, self._filter.answer(self._features(seen, guess, scale))) for scale in _SCALES]
        scale, answer = max(answers, key=lambda one: one[1].max() * (1.0 if one[0] == 1.0 else _RELUCTANCE))
        across, down, peak = _peak(answer)
        if not self._moves and max(abs(across), abs(down)) < _STANDS_PX:
            return guess, peak
        wide, high = (guess[2] - guess[0]) * _AROUND * scale, (guess[3] - guess[1]) * _AROUND * scale
        moved = _shifted(guess, across * wide / _SIDE, down * high / _SIDE)
        return _scaled(moved, 1 + 0.6 * (scale - 1)), peak

    def _features(self, seen: "_Seen", box: Box, scale: float) -> _Floats:
        return seen.features(box, scale, apart=self._moves)

    def _has_left(self, box: Box, seen: "_Seen") -> bool:
        """Whether what stood at first has gone from its place."""
        began = _middle(self._start)
        apart = (_middle(box)[0] / seen.size[0] - began[0], _middle(box)[1] / seen.size[1] - began[1])
        wide, high = self._start[2] - self._start[0], self._start[3] - self._start[1]
        return bool(abs(apart[0]) > _LEAVES * wide or abs(apart[1]) > _LEAVES * high)

    def _kept_on(self, seen: "_Seen", box: Box) -> Box:
        """Return the box drawn to what stands out, where that is as large as the thing was."""
        if not self._moves or seen.share(box) < _MOVES:
            return box
        now = _offset(seen, box)
        if self._offset is None or now is None:
            self._offset = now
            return box
        was = self._offset
        if not all(0.7 < one < 1.4 for one in (now.wide / was.wide, now.high / was.high)):
            return box  # it is one with another, or half hidden
        wide, high = box[2] - box[0], box[3] - box[1]
        box = _shifted(box, 0.35 * (now.x - was.x) * wide, 0.35 * (now.y - was.y) * high)
        grown = now.high / was.high
        if wide > high:  # a vehicle; who walks is as wide as the stride is long
            grown = (grown * now.wide / was.wide) ** 0.5
        return _scaled(box, float(np.clip(1 + 0.3 * (grown - 1), 0.96, 1.05)))


class _Filter:
    """The correlation filter: how the thing answers, in waves; see the module."""

    def __init__(self) -> None:
        self._above: _Waves = np.zeros(1, np.complex64)
        self._below: _Waves = np.zeros(1, np.complex64)

    def learn(self, features: _Floats, rate: float) -> None:
        """Take over what it looks like now, the thing in the middle; features are (kind, side, side)."""
        waves = np.fft.rfft2(features).astype(np.complex64)
        above, below = np.conj(_WANTED) * waves, (waves * np.conj(waves)).sum(axis=0)
        self._above = (1 - rate) * self._above + rate * above
        self._below = (1 - rate) * self._below + rate * below

    def answer(self, features: _Floats) -> _Floats:
        """Return how much each place, (side, side), looks like the middle of the thing: about 1 where it is."""
        waves = np.fft.rfft2(features).astype(np.complex64)
        answer = (np.conj(self._above) * waves).sum(axis=0) / (self._below + _CALM)
        return np.asarray(np.fft.irfft2(answer, s=(_SIDE, _SIDE)), np.float32)


class _Seen:
    """One picture as it is looked at: its colours, and what of it stands out from the street."""

    def __init__(self, picture: Picture, street: Rgb | None) -> None:
        self.at_90k = picture.at_90k
        self.size = (picture.rgb.shape[1], picture.rgb.shape[0])
        self._rgb = picture.rgb
        self.out: _Mask = np.zeros(picture.rgb.shape[:2], np.uint8)
        if street is not None:
            out = (cv2.absdiff(picture.rgb, street).max(axis=2) > _STANDS_OUT).astype(np.uint8)
            self.out = np.asarray(cv2.morphologyEx(out, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)

    def part(self, box: Box) -> tuple[slice, slice]:
        """Return the rows and columns of a box in pixels, at least one each."""
        width, height = self.size
        left, top = (int(np.clip(box[0], 0, width - 1)), int(np.clip(box[1], 0, height - 1)))
        right, bottom = int(np.clip(box[2], left + 1, width)), int(np.clip(box[3], top + 1, height))
        return slice(top, bottom), slice(left, right)

    def share(self, box: Box) -> float:
        """Return which share of a box stands out."""
        return float(self.out[self.part(box)].mean())

    def colours(self, box: Box) -> _Floats:
        """Return how often each colour is in a box, of what stands out where something does; sums up to 1."""
        part = self.part(box)
        out = self.out[part]
        pixels = cv2.cvtColor(np.ascontiguousarray(self._rgb[part]), cv2.COLOR_RGB2Lab)
        counts = cv2.calcHist([pixels], [0, 1, 2], out if out.mean() > _MOVES else None, [8, 8, 8], _SPANS)
        smooth = cv2.GaussianBlur(np.asarray(counts, np.float32).reshape(8, 64), (3, 3), 0).reshape(-1)
        return np.asarray(smooth / max(1.0, float(smooth.sum())), np.float32)

    def features(self, box: Box, scale: float, *, apart: bool) -> _Floats:
        """Return what the filter sees around a box in pixels: (kind, side, side), faded to the edges.

        Args:
            box: The region, in pixels.
            scale: How much more is looked at.
            apart: The thing stands out from the street, which weighs little then.
        """
        (x, y), wide, high = _middle(box), (box[2] - box[0]) * _AROUND * scale, (box[3] - box[1]) * _AROUND * scale
        move = np.array(
            [[_SIDE / wide, 0, _SIDE / 2 - x * _SIDE / wide], [0, _SIDE / high, _SIDE / 2 - y * _SIDE / high]]
        )
        shrink = cv2.INTER_AREA if wide > _SIDE else cv2.INTER_LINEAR
        rgb = cv2.warpAffine(self._rgb, move, (_SIDE, _SIDE), flags=shrink, borderMode=cv2.BORDER_REPLICATE)
        out = cv2.warpAffine(self.out * 255, move, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
        lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab).astype(np.float32) / 255
        down, across = cv2.Sobel(lab[..., 0], cv2.CV_32F, 0, 1), cv2.Sobel(lab[..., 0], cv2.CV_32F, 1, 0)
        kinds = [lab[..., 0] - lab[..., 0].mean(), 4 * (lab[..., 1] - 0.5), 4 * (lab[..., 2] - 0.5), out - out.mean()]
        kinds += [np.maximum(one, 0) for one in (down, -down, across, -across)]
        weight = _FADE
        if apart and out.mean() > _MOVES / (_AROUND * _AROUND):
            weight = _FADE * (_STREET_WEIGHS + (1 - _STREET_WEIGHS) * cv2.GaussianBlur(out, (0, 0), 1.5))
        return np.asarray(np.stack(kinds) * weight, np.float32)


_SPANS: Final = [0, 256, 64, 192, 64, 192]


@dataclass(frozen=True, slots=True)
class _Offset:
    """Where the middle of what stands out lies in a box, and how wide and high it is, in shares of the box."""

    x: float
    y: float
    wide: float
    high: float


def _peak(answer: _Floats) -> tuple[float, float, float]:
    """Return where the peak is from the middle, across and down, and how many deviations it stands above the rest."""
    row, column = np.unravel_index(int(answer.argmax()), answer.shape)
    rest = np.roll(answer, (_SIDE // 2 - int(row), _SIDE // 2 - int(column)), (0, 1))
    near = rest[_SIDE // 2 - 1 : _SIDE // 2 + 2, _SIDE // 2 - 1 : _SIDE // 2 + 2].clip(0)
    fine = [float((near.sum(axis=axis) * (-1, 0, 1)).sum() / max(1e-6, near.sum())) for axis in (0, 1)]
    away = np.ones_like(rest, bool)
    away[_SIDE // 2 - 5 : _SIDE // 2 + 6, _SIDE // 2 - 5 : _SIDE // 2 + 6] = False
    others = rest[away]
    stands = (float(answer.max()) - float(others.mean())) / max(1e-6, float(others.std()))
    across, down = (int(one) + by - _SIDE // 2 for one, by in ((column, fine[0]), (row, fine[1])))
    return across, down, stands


def _wanted() -> _Waves:
    """Return the waves of the answer that is wanted: a small hill in the middle."""
    axis = np.arange(_SIDE) - _SIDE // 2
    hill = np.exp(-(axis[:, None] ** 2 + axis[None] ** 2) / (2 * 2.0**2))
    return np.asarray(np.fft.rfft2(hill), np.complex64)


_WANTED: Final = _wanted()
_FADE: Final = np.outer(np.hanning(_SIDE), np.hanning(_SIDE)).astype(np.float32)


def _offset(seen: _Seen, box: Box) -> _Offset | None:
    """Return what stands out in and around a box; None where nothing does."""
    wide, high = box[2] - box[0], box[3] - box[1]
    around = (box[0] - 0.25 * wide, box[1] - 0.2 * high, box[2] + 0.25 * wide, box[3] + 0.2 * high)
    rows, columns = seen.part(around)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen.out[rows, columns], connectivity=8)
    kept = []
    for number in range(1, count):
        x, y, w, h, area = (int(one) for one in stats[number])
        middle = (columns.start + x + w / 2, rows.start + y + h / 2)
        if area >= 0.03 * wide * high and box[0] <= middle[0] <= box[2] and box[1] <= middle[1] <= box[3]:
            kept.append(number)
    ys, xs = np.nonzero(np.isin(labels, kept))
    if not kept or np.ptp(xs) < 2 or np.ptp(ys) < 2:
        return None
    low_x, high_x = np.percentile(xs, (2, 98)) + columns.start
    low_y, high_y = np.percentile(ys, (2, 98)) + rows.start
    return _Offset(
        float(((low_x + high_x) / 2 - box[0]) / wide),
        float(((low_y + high_y) / 2 - box[1]) / high),
        float((high_x - low_x) / wide),
        float((high_y - low_y) / high),
    )


def _between(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return 0.6 * one[0] + 0.4 * other[0], 0.6 * one[1] + 0.4 * other[1]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _shifted(box: Box, across: float, down: float) -> Box:
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down


def _scaled(box: Box, by: float) -> Box:
    x, y = _middle(box)
    across = max(_LEAST_PX, (box[2] - box[0]) * by) / 2
    down = max(_LEAST_PX, (box[3] - box[1]) * by) / 2
    return x - across, y - down, x + across, y + down


def _inside(box: Box, width: int, height: int) -> float:
    """Return which share of a box in pixels lies within the picture."""
    across = max(0.0, min(box[2], width) - max(box[0], 0.0))
    down = max(0.0, min(box[3], height) - max(box[1], 0.0))
    return across * down / max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
