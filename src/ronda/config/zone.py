"""A time zone by its IANA name."""

from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone that this machine knows."""

    name: str

    allowed: ClassVar[str] = "a zone of the IANA database, such as Asia/Jakarta"

    @classmethod
    def parse(cls, value: object) -> "Zone":
        """Return the zone of that name.

        Raises:
            ValueError: No such zone.
        """
        if isinstance(value, Zone):
            return value
        try:
            return cls(ZoneInfo(str(value)).key)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("not a time zone") from error

    @property
    def info(self) -> ZoneInfo:
        """The zone's rules; read once, when settings are loaded, and kept by `zoneinfo` from then on."""
        return ZoneInfo(self.name)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic parse it."""
        return core_schema.no_info_plain_validator_function(cls.parse)
