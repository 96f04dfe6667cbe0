"""What is kept of a zone's dry ground so that another process can go on: else flooded ground would be learnt as dry."""

from typing import Annotated, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

Plane = NDArray[np.float32]
_MOST = 500_000
"""Bytes of a kept picture."""


class KeptLook(BaseModel):
    """How dry ground looks, by day or in infrared.

    Attributes:
        coloured: Whether that is by day.
        grey: The picture, a PNG.
        usual: How like itself each cell is, in 255ths; row by row.
        spread: By how much that differs, in 255ths.
        readings: How many taught it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    coloured: bool
    grey: Annotated[Base64Bytes, Field(max_length=_MOST)]
    usual: Annotated[Base64Bytes, Field(max_length=_MOST)]
    spread: Annotated[Base64Bytes, Field(max_length=_MOST)]
    readings: Annotated[int, Field(ge=1)]

    @classmethod
    def of(cls, coloured: bool, grey: Plane, cells: tuple[Plane, Plane], readings: int) -> Self:
        """Return what is to be kept of a look; `cells` are usual and spread."""
        done, png = cv2.imencode(".png", np.clip(np.round(grey), 0, 255).astype(np.uint8))
        if not done:
            raise ValueError("a look of the ground cannot be packed")
        usual, spread = (np.clip(np.round(one * 255), 0, 255).astype(np.uint8).tobytes() for one in cells)
        return cls.model_construct(
            None, coloured=coloured, grey=png.tobytes(), usual=usual, spread=spread, readings=readings
        )

    def unpacked(self, cell: int) -> tuple[Plane, Plane, Plane]:
        """Return grey, usual and spread.

        Args:
            cell: Side of a cell in pixels.

        Raises:
            ValueError: It is no picture, or the cells are not its.
        """
        grey = cv2.imdecode(np.frombuffer(self.grey, np.uint8), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            raise ValueError("what was kept of the ground is no picture")
        shape = (grey.shape[0] // cell, grey.shape[1] // cell)
        usual, spread = (
            np.frombuffer(one, np.uint8).reshape(shape).astype(np.float32) / 255 for one in (self.usual, self.spread)
        )
        return np.asarray(grey, np.float32), np.asarray(usual, np.float32), np.asarray(spread, np.float32)


class KeptGround(BaseModel):
    """The ground of a zone.

    Attributes:
        points: The zone as it was drawn; of another one nothing is taken over.
        looks: By day and in infrared.
        value: The flooded share read last, in per cent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: tuple[tuple[float, float], ...]
    looks: Annotated[tuple[KeptLook, ...], Field(max_length=2)] = ()
    value: float = 0.0


class KeptFlood(BaseModel):
    """A flood rule at work.

    Attributes:
        siaga: The siaga said last, 4 to 1.
        open: Whether an alarm is.
        since_90k: Since when.
        ground: What is known of a zone; nothing of a staff, which is learnt anew wherever the water stands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    siaga: Annotated[int, Field(ge=1, le=4)] = 4
    open: bool = False
    since_90k: int = 0
    ground: KeptGround | None = None
