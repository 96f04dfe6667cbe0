"""The address of a database; it prints itself without its password."""

import re
from dataclasses import dataclass, field
from typing import ClassVar, Final

from pydantic_core import CoreSchema, core_schema

from ronda.base.redaction import redact

_SHAPE: Final = re.compile(r"postgres(ql)?://[^\s/]*/[^\s/?]+(\?\S*)?|sqlite:////\S[^\n]*")
_SECRETS: Final = re.compile(r"(?i)([?&][a-z]*(?:pass|key)[a-z]*=)[^&]*")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Where the centre's database is.

    Attributes:
        whole: The address with its password: never log, never show.
    """

    whole: str = field(repr=False)

    allowed: ClassVar[str] = "an address such as postgresql://ronda:PASSWORD@127.0.0.1/ronda, or sqlite:////PATH"

    @classmethod
    def parse(cls, value: object) -> "DatabaseUrl":
        """Return the address that a text writes.

        Raises:
            ValueError: It is none, or names no database.
        """
        if isinstance(value, DatabaseUrl):
            return value
        if not isinstance(value, str) or len(value) > 2_000 or not _SHAPE.fullmatch(value.strip()):
            raise ValueError("not the address of a database")
        return cls(value.strip())

    def __str__(self) -> str:
        return _SECRETS.sub(r"\g<1>***", redact(self.whole))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic parse it."""
        return core_schema.no_info_plain_validator_function(cls.parse)
