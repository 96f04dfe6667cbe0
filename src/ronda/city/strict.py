"""How documents become entities: an unknown field is an error, so that a misspelt one is noticed."""

from typing import Final

from pydantic import ConfigDict

STRICT: Final = ConfigDict(extra="forbid")
