"""A vehicle's crop becomes what its plate says: as likelihoods along the line, so that pictures can vote afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.letter_engine import open_engine
from ronda.vision.picture import Rgb
from ronda.vision.plates.colour import PlateKind, is_infrared, kind_of
from ronda.vision.plates.decoding import SYMBOLS, Line, folded
from ronda.vision.plates.finding import Candidate, Finder, Quad

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]

_HIGH: Final = 48
"""Rows that the network takes."""
_LEAST_WIDE, _MOST_WIDE = 176, 320
_UPPER: Final = 0.76
"""The registration stands in so much of a plate, from above; month and year below."""
_LINE_ASPECT: Final = 4.6
"""A line by itself is about so wide in heights of it; what is less wide has two."""
_BOX: Final = 0.83
"""What the finder frames is so much of its frame."""
_LETTER_SHARE: Final = 0.56
"""A registration's letters have so much of the plate's height."""
_NARROWED: Final = 0.8
"""The letters of plates are read as well, and quicker, when they are shown narrower than they are."""
_ROOM: Final = 0.06
_CLEAR: Final = -1.0
"""What is likelier than this is the plate: no other place is read."""
_LEAST_SCORE: Final = -9.0
"""Less likely registrations were not read but guessed: e to this power."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on one picture.

    Attributes:
        line: Likelihoods along the line.
        texts: The likeliest registrations without spaces, each with its log likelihood, the likeliest first.
        quad: Corners of the line, in pixels of the crop.
        height_px: How high the whole plate is about, in pixels of the crop.
        kind: What kind it is of by its colours.
    """

    line: Line
    texts: list[tuple[str, float]]
    quad: Quad
    height_px: float
    kind: PlateKind

    @property
    def score(self) -> float:
        """Log likelihood of the likeliest registration."""
        return self.texts[0][1]

    @property
    def xyxy(self) -> Box:
        """The box around the line, in pixels of the crop."""
        left, top = self.quad.min(0)
        right, low = self.quad.max(0)
        return float(left), float(top), float(right), float(low)


class PlateReader:
    """Reads plates on vehicles; loads its models when it is made (some 250 MB). Lives in one thread."""

    def __init__(self) -> None:
        self._engine: Any = open_engine()
        self._finder = Finder(self._engine)
        # The engine loads a model when its public call first needs it.
        self._engine(np.zeros((_HIGH, 320, 3), np.uint8), use_det=False, use_cls=False, use_rec=True)
        self._columns = columns_of(self._engine.text_rec.postprocess_op.character)

    def read(self, crop: Rgb) -> Reading | None:
        """Return what a vehicle's plate says; None where none is found that can be read.

        Args:
            crop: The vehicle, (H, W, 3), red first, as large as there is.
        """
        best: Reading | None = None
        for candidate in self._finder.find(crop):
            reading = self._read(crop, candidate)
            if reading is not None and (best is None or reading.score > best.score):
                best = reading
                if best.score > _CLEAR:
                    break
        if best is None:
            return None
        face = _face(crop, best.quad, _HIGH, _wide(best.quad))
        return replace(best, kind=kind_of(face, is_infrared(crop)))

    def _read(self, crop: Rgb, candidate: Candidate) -> Reading | None:
        """Read one candidate: as it is, and without a second line below."""
        quads = _lines(candidate)
        lines = [Line(folded(one, self._columns)) for one in self._seen(crop, quads)]
        read = [(line.best(), line, quad) for line, quad in zip(lines, quads, strict=True)]
        read = [one for one in read if one[0] and one[1].shows_digits]
        if not read:
            return None
        texts, line, quad = max(read, key=lambda one: one[0][0][1])
        if texts[0][1] < _LEAST_SCORE:
            return None
        return Reading(line, texts, quad, _plate_height(candidate), PlateKind.UNKNOWN)

    def _seen(self, crop: Rgb, quads: Sequence[Quad]) -> NDArray[np.float32]:
        wide = max(_wide(quad) for quad in quads)
        batch = np.stack([_face(crop, quad, _HIGH, wide)[..., ::-1].transpose(2, 0, 1) for quad in quads])
        return np.asarray(self._engine.text_rec.session(batch.astype(np.float32) / 127.5 - 1), np.float32)


def columns_of(characters: Sequence[str]) -> list[list[int]]:
    """Return which columns of the network each of our frames' sums up: nothing, a gap, then symbols."""
    columns: list[list[int]] = [[] for _ in range(2 + len(SYMBOLS))]
    for column, character in enumerate(characters):
        if character == " ":
            columns[1].append(column)
        elif character in ("blank", ".", "-", "·", "•", "'"):
            columns[0].append(column)
        elif len(character) == 1 and (upper := character.upper()) in SYMBOLS:
            columns[2 + SYMBOLS.index(upper)].append(column)
    return columns


def _lines(candidate: Candidate) -> list[Quad]:
    wide, high = candidate.sides
    quads = [_grown(candidate.quad)]
    if wide / high < _LINE_ASPECT:
        quads.append(_grown(_upper(candidate.quad)))
    return quads


def _upper(quad: Quad) -> Quad:
    down = quad[[3, 2]] - quad[[0, 1]]
    return np.asarray(np.concatenate((quad[:2], quad[[1, 0]] + down[[1, 0]] * _UPPER)), np.float32)


def _grown(quad: Quad) -> Quad:
    """Return a line with a little room at both ends."""
    across = quad[[1, 2]] - quad[[0, 3]]
    left, right = quad[[0, 3]] - across * _ROOM, quad[[1, 2]] + across * _ROOM
    return np.asarray(np.stack((left[0], right[0], right[1], left[1])), np.float32)


def _plate_height(candidate: Candidate) -> float:
    """Return how high the whole plate is about: a box around both lines is a little larger, one of letters smaller."""
    wide, high = candidate.sides
    return high * _BOX if wide / high < _LINE_ASPECT else min(high * _BOX / _LETTER_SHARE, wide / 2.5)


def _wide(quad: Quad) -> int:
    """Return how many columns the network is shown of a line, a multiple of 8."""
    across = (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])) / 2
    down = (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    wide = _HIGH * _NARROWED * float(across) / max(float(down), 1.0)
    return int(np.clip(round(wide / 8) * 8, _LEAST_WIDE, _MOST_WIDE))


def _face(crop: Rgb, quad: Quad, high: int, wide: int) -> Rgb:
    """Return what a quad holds, face on."""
    to = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    turn = cv2.getPerspectiveTransform(quad, to)
    return np.asarray(
        cv2.warpPerspective(crop, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
