"""Rows of numbers that say how things look: put together, packed and compared."""

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.likeness.embedder import unit

Floats = NDArray[np.float32]


def together(rows: Floats) -> Floats:
    """Return the look of one thing out of its looks on several pictures, (n,): their mean, of length 1."""
    return np.asarray(unit(rows.mean(0)), np.float32)


def packed(look: Floats) -> str:
    """Return a look as base64 of 16-bit floats, little end first."""
    return base64.b64encode(look.astype("<f2").tobytes()).decode()


def unpacked(text: str) -> Floats:
    """Return a look that was packed, of length 1.

    Raises:
        BadInput: It is no such text.
    """
    try:
        data = base64.b64decode(text, validate=True)
        look = np.frombuffer(data, "<f2").astype(np.float32)
    except (binascii.Error, ValueError) as error:
        raise BadInput("a look is base64 of 16-bit floats") from error
    if not look.any() or not np.isfinite(look).all():
        raise BadInput("a look is base64 of 16-bit floats, all of them numbers, not all 0")
    return unit(look)


def alike(look: Floats, others: Floats) -> Floats:
    """Return how alike looks are to one, (N,): the cosine, where below 0 is not alike at all either."""
    return np.asarray(np.clip(others @ look, 0, 1), np.float32)
