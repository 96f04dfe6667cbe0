"""An amount of storage as people write it: `2 GB`, `500 MiB`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from pydantic_core import CoreSchema, core_schema

_UNITS: Final = {
    "B": 1,
    **{f"{letter}B": 1000 ** (power + 1) for power, letter in enumerate("kMGT")},
    **{f"{letter}iB": 1024 ** (power + 1) for power, letter in enumerate("KMGT")},
}
_BY_LOWER_CASE: Final = {unit.lower(): factor for unit, factor in _UNITS.items()}
_SHAPE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """An amount of storage, at least one byte."""

    bytes: int

    allowed: ClassVar[str] = "a number above 0 with MB, GB, TB (thousands) or MiB, GiB, TiB (1,024s), such as 500 GB"

    @classmethod
    def parse(cls, value: object) -> "Size":
        """Return the size that a text names; capitals do not matter.

        Raises:
            ValueError: It is not a number with a unit, or less than a byte.
        """
        if isinstance(value, Size):
            return value
        shape = _SHAPE.fullmatch(value.lower()) if isinstance(value, str) else None
        size = int(Decimal(shape[1]) * _BY_LOWER_CASE.get(shape[2], 0)) if shape else 0
        if size < 1:
            raise ValueError("not a size")
        return cls(size)

    def __str__(self) -> str:
        fitting = [(unit, factor) for unit, factor in _UNITS.items() if self.bytes % factor == 0]
        unit, factor = max(fitting, key=lambda pair: pair[1])
        return f"{self.bytes // factor} {unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic parse it."""
        return core_schema.no_info_plain_validator_function(cls.parse)
