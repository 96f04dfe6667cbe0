"""Yes or no, as files and variables write it."""

from typing import Annotated, Final

from pydantic import BeforeValidator, Field

_WORDS: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def parse(value: object) -> bool:
    """Return what a word or a TOML boolean says.

    Raises:
        ValueError: It says neither yes nor no.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _WORDS:
        return _WORDS[value.strip().lower()]
    raise ValueError("neither true nor false")


Flag = Annotated[bool, BeforeValidator(parse), Field(json_schema_extra={"allowed": "true or false"})]
