"""An address that something is posted to: `https://example.org/heads?token=…`; what follows the host is a secret."""

from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic_core import CoreSchema, core_schema

from ronda.base.redaction import MASK


@dataclass(frozen=True, slots=True)
class Webhook:
    """An `http` or `https` address."""

    url: str = field(repr=False)

    allowed: ClassVar[str] = "an address such as https://example.org/heads"

    @classmethod
    def parse(cls, value: object) -> "Webhook":
        """Return the address that a text holds.

        Raises:
            ValueError: It is no `http` or `https` address with a host.
        """
        if isinstance(value, Webhook):
            return value
        if not isinstance(value, str) or not value.isprintable() or " " in value:
            raise ValueError("not an address")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("not an http or https address")
        return cls(value)

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/{MASK}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic parse it."""
        return core_schema.no_info_plain_validator_function(cls.parse)
