"""What a camera's view looks like when it is as it should be: several references, by light, learnt and kept fresh.

A reference remembers how far it lies from the first one of its camera: however often references are renewed, a view
that creeps away is measured from where it began.
"""

import json
import zlib
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np

from ronda.vision.own_eyes.reading import COARSE, TILES, Reading, Tiles
from ronda.vision.own_eyes.structure import COLUMNS, ROWS, Field

MOST: Final = 6
"""References of one camera."""
SETTLED: Final = 3
"""So many pictures that agree are a view."""
_FORM: Final = 1
_STEPS: Final = 90
"""A field's parts are whole numbers of so many to 1; without its trend it may reach 1.4."""
_APART: Final = ("field", "coarse", "tiles", "jpeg")
"""What is packed otherwise than as text."""
_BLEND: Final = 0.15
"""How much of what is seen now goes into a reference that is renewed; more while it is young."""


@dataclass(slots=True)
class Reference:
    """The view in one light.

    Attributes:
        at_90k: When it was first seen so.
        last_90k: When it was last renewed.
        field: Where edges run, averaged: what moves has faded.
        coarse: Brightness, `COARSE`.
        tiles: How steep the brightness is, `TILES`.
        structure, sharpness, white: As in `Reading`.
        span: Levels between the darkest and the brightest.
        infrared: It has no colour.
        usual: How well the view usually fits.
        seen: How many pictures it was made of.
        offset_xy: How far it lies from the camera's first reference, in shares of width and height.
        sure: Whether it is known to be the right view, or only probable.
        jpeg: A small picture for people.
    """

    at_90k: int
    last_90k: int
    field: Field
    coarse: Tiles
    tiles: Tiles
    structure: float
    sharpness: float
    white: float
    span: float
    infrared: bool
    usual: float = 0.7
    seen: int = 1
    offset_xy: tuple[float, float] = (0.0, 0.0)
    sure: bool = True
    jpeg: bytes = b""

    @classmethod
    def of(
        cls, reading: Reading, jpeg: bytes, *, sure: bool, offset_xy: tuple[float, float] = (0.0, 0.0)
    ) -> "Reference":
        """Make one of a picture."""
        return cls(
            at_90k=reading.at_90k,
            last_90k=reading.at_90k,
            field=reading.field,
            coarse=reading.coarse,
            tiles=reading.tiles,
            structure=reading.structure,
            sharpness=reading.sharpness,
            white=reading.white,
            span=reading.high - reading.low,
            infrared=reading.infrared,
            offset_xy=offset_xy,
            sure=sure,
            jpeg=jpeg,
        )

    def renew(self, reading: Reading, fits: float) -> None:
        """Take in a picture that certainly shows the same view where the reference has it."""
        self.seen += 1
        new = max(_BLEND, 1 / self.seen)
        old = 1 - new
        self.field = np.asarray(old * self.field + new * reading.field, np.complex64)
        self.coarse = np.asarray(old * self.coarse + new * reading.coarse, np.float32)
        self.tiles = np.asarray(old * self.tiles + new * reading.tiles, np.float32)
        self.structure = old * self.structure + new * reading.structure
        self.sharpness = old * self.sharpness + new * reading.sharpness
        self.white = old * self.white + new * reading.white
        self.span = old * self.span + new * (reading.high - reading.low)
        self.usual = old * self.usual + new * fits
        self.last_90k = reading.at_90k

    def packed(self) -> bytes:
        """Return it as bytes, without its picture: 4 to 8 KB."""
        head = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _APART}
        text = json.dumps(head, default=float).encode()
        parts = np.stack((self.field.real, self.field.imag))
        arrays = (
            np.clip(np.round(parts * _STEPS), -127, 127).astype(np.int8),
            np.clip(np.round(self.coarse), 0, 255).astype(np.uint8),
            self.tiles.astype("<f2"),
        )
        body = b"".join(array.tobytes() for array in arrays)
        return bytes((_FORM,)) + len(text).to_bytes(2, "big") + text + zlib.compress(body, 1)

    @classmethod
    def unpacked(cls, data: bytes, jpeg: bytes = b"") -> "Reference":
        """Return what `packed` was made of.

        Raises:
            ValueError: It is something else.
        """
        if not data or data[0] != _FORM:
            raise ValueError("not a reference of this form")
        size = int.from_bytes(data[1:3], "big")
        head = json.loads(data[3 : 3 + size])
        try:
            body = zlib.decompress(data[3 + size :])
        except zlib.error as error:
            raise ValueError("a damaged reference") from error
        cells, coarse = 2 * ROWS * COLUMNS, COARSE[0] * COARSE[1]
        parts = np.frombuffer(body, np.int8, cells).reshape(2, ROWS, COLUMNS) / np.float32(_STEPS)
        head["offset_xy"] = tuple(head["offset_xy"])
        return cls(
            **head,
            field=np.asarray(parts[0] + 1j * parts[1], np.complex64),
            coarse=np.frombuffer(body, np.uint8, coarse, cells).reshape(COARSE).astype(np.float32),
            tiles=np.frombuffer(body, "<f2", TILES[0] * TILES[1], cells + coarse).reshape(TILES).astype(np.float32),
            jpeg=jpeg,
        )


def by_light(reading: Reading, references: list[Reference]) -> list[Reference]:
    """Return references in the order of how like their light is to that of a picture."""

    def apart(one: Reference) -> tuple[bool, float]:
        return one.infrared != reading.infrared, abs(float(one.coarse.mean()) - float(reading.coarse.mean()))

    return sorted(references, key=apart)


@dataclass(slots=True)
class Known:
    """All that is known of one camera's view.

    Attributes:
        begun_90k: When its first picture was seen.
        settled: How many pictures agreed with the first; from `SETTLED` on the view is known.
        references: The first is the one that all others are measured from.
    """

    begun_90k: int = 0
    settled: int = 0
    references: list[Reference] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether the view is known."""
        return self.settled >= SETTLED
