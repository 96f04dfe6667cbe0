"""The folders that hold the archive: a TOML list, or a variable with `:` between them."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field


def parse(value: object) -> tuple[Path, ...]:
    """Return the folders, at least one, none twice.

    Raises:
        ValueError: There is none, one is empty or comes twice, or it is not a list of texts.
    """
    given = value.split(":") if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not given:
        raise ValueError("no folders")
    folders = tuple(Path(str(folder)) for folder in given if isinstance(folder, str | Path) and str(folder).strip())
    if len(folders) != len(given) or len(set(folders)) != len(given):
        raise ValueError("a folder is empty or comes twice")
    return folders


Volumes = Annotated[
    tuple[Path, ...],
    BeforeValidator(parse),
    Field(json_schema_extra={"allowed": "a list of different folders (in a variable with ':' between them)"}),
]
