"""Tables as files hold them: headings and numbered lines of cells, whatever the format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from ronda.base.errors import BadInput
from ronda.city.importing.findings import Findings

Cell = str | int | float | bool | date | datetime | time | None

MOST_BYTES: Final = 64 * 1024 * 1024
"""The largest file that is read."""
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 4_000


@dataclass(frozen=True)
class Table:
    """A file that has been opened and whose headings are known.

    Attributes:
        headings: The names of the columns, as the file writes them.
        rows: (line, cells) for each line that is not empty; as many cells as there are headings. Reading goes on as
            it is iterated, once.
        broken: What could not be read; grows while `rows` is iterated.
        told: What was read otherwise than it was written; likewise.
        bytes: Size of the file, for telling how far the reading is.
    """

    headings: tuple[str, ...]
    rows: Iterator[tuple[int, list[Cell]]]
    broken: Findings
    told: Findings
    bytes: int


def measure(path: Path) -> int:
    """Return the size of a file that is not too large. Blocking.

    Raises:
        BadInput: It is empty, too large, or cannot be read.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}", "look at its name and permissions") from error
    if size > MOST_BYTES:
        raise BadInput(
            f"the file has {size // 1_000_000} MB", f"give at most {MOST_BYTES // 1_000_000} MB; 14,000 cameras need 5"
        )
    if not size:
        raise BadInput("the file is empty", "choose another one")
    return size
