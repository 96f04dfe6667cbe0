"""Region codes: `33.74` city, `33.74.13` kecamatan, `33.74.13.1006` kelurahan, then `.rw04`, `.rt03`.

The first four parts are the official codes (Kemendagri); RW and RT are numbered within their kelurahan.
"""

import re
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput

_CODE: Final = re.compile(r"\d{2}\.\d{2}(\.\d{2}(\.\d{4}(\.rw\d{2,3}(\.rt\d{2,3})?)?)?)?", re.ASCII)
_LONGEST: Final = 40


class Level(StrEnum):
    """How deep an area lies in the tree."""

    CITY = "city"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    RW = "rw"
    RT = "rt"


_LEVELS: Final = {2: Level.CITY, 3: Level.KECAMATAN, 4: Level.KELURAHAN, 5: Level.RW, 6: Level.RT}


def parse_region(text: str) -> str:
    """Return the code that `text` writes, in its one spelling.

    Raises:
        BadInput: It is no region code.
    """
    code = text.strip().lower()[:_LONGEST]
    if not _CODE.fullmatch(code):
        raise BadInput(
            f"{text[:80]!r} is not a region code", "write it like 33.74.13.1006, or 33.74.13.1006.rw04.rt03 for an RT"
        )
    return code


def level_of(code: str) -> Level:
    """Return the level of a code."""
    return _LEVELS[code.count(".") + 1]


def parent_of(code: str) -> str | None:
    """Return the code of the area above; None for the city."""
    return code.rpartition(".")[0] if code.count(".") > 1 else None


def ancestors_of(code: str) -> tuple[str, ...]:
    """Return `code` and every code above it, deepest first."""
    found = [code]
    while (above := parent_of(found[-1])) is not None:
        found.append(above)
    return tuple(found)


def within(code: str, area: str) -> bool:
    """Whether the area `code` is `area` or lies in it."""
    return code.startswith(area) and (len(code) == len(area) or code[len(area)] == ".")
