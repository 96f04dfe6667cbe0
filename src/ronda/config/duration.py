"""A length of time as people write it: `10 s`, `5 min`, `7 d`."""

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from pydantic_core import CoreSchema, core_schema

_UNITS_S: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}
_SHAPE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time, more than nothing."""

    seconds: float

    allowed: ClassVar[str] = "a number above 0 with ms, s, min, h or d, such as 10 s"

    @classmethod
    def parse(cls, value: object) -> "Duration":
        """Return the duration that a text names.

        Raises:
            ValueError: It is not a number with a unit, or nothing at all.
        """
        if isinstance(value, Duration):
            return value
        shape = _SHAPE.fullmatch(value.lower()) if isinstance(value, str) else None
        if not shape or shape[2] not in _UNITS_S or not float(shape[1]):
            raise ValueError("not a duration")
        return cls(float(shape[1]) * _UNITS_S[shape[2]])

    def __str__(self) -> str:
        unit = next((u for u in ("d", "h", "min", "s") if self.seconds % _UNITS_S[u] == 0), "ms")
        return f"{round(self.seconds / _UNITS_S[unit], 3):.15g} {unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic parse it."""
        return core_schema.no_info_plain_validator_function(cls.parse)
