"""How documents become entities: an unknown field is an error, so that a misspelt one is noticed."""

from typing import Any, Final

from pydantic import ConfigDict

STRICT: Final = ConfigDict(extra="forbid")


def strict(**example: Any) -> ConfigDict:
    """Return the same, with an example for whoever reads the API's description."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
