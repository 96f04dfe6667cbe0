"""What to do at an alarm, by analytic: a table of TOML, or the same as JSON in a variable."""

import json
from dataclasses import dataclass
from typing import ClassVar, Final

from pydantic_core import CoreSchema, core_schema

_LONGEST: Final = 2_000
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Instructions:
    """Pairs of an analytic and its text."""

    pairs: tuple[tuple[str, str], ...] = ()

    allowed: ClassVar[str] = 'a table such as {parking = "Call the tow truck: 024 1234"} (in a variable as JSON)'

    @classmethod
    def parse(cls, value: object) -> "Instructions":
        """Return the texts of a table.

        Raises:
            ValueError: It is none, or a text is empty or very long.
        """
        if isinstance(value, Instructions):
            return value
        table = json.loads(value) if isinstance(value, str) else value
        if not isinstance(table, dict) or len(table) > _MOST:
            raise ValueError("no table of texts")
        if not all(isinstance(text, str) and 0 < len(text.strip()) <= _LONGEST for text in table.values()):
            raise ValueError("a text is empty or very long")
        return cls(tuple((str(analytic), text.strip()) for analytic, text in table.items()))

    def __str__(self) -> str:
        return json.dumps(dict(self.pairs), ensure_ascii=False) if self.pairs else "-"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic parse it."""
        return core_schema.no_info_plain_validator_function(cls.parse)
