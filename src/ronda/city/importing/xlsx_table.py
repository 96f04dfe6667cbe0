"""Excel workbooks (.xlsx), read row by row; formulas are not calculated, and bombs are not unpacked."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from xml.parsers import expat

from ronda.base.errors import BadInput
from ronda.city.importing.findings import Findings
from ronda.city.importing.table import LONGEST_CELL, MOST_ROWS, Cell, Table
from ronda.city.importing.workbook import Broken, Formula, Mistake, Workbook

_MOST_PARTS: Final = 2_000
_MOST_UNPACKED: Final = 400_000_000
_MOST_TEXTS: Final = 100_000_000
_LARGEST_RATIO: Final = 200
_HEADING_ROWS: Final = 10
_ENOUGH_HEADINGS: Final = 2
_FOREIGN: Final = (
    zipfile.BadZipFile, expat.ExpatError, zlib.error, Broken, IndexError, KeyError, ValueError, OverflowError, OSError,
    EOFError, RuntimeError, NotImplementedError,
)  # fmt: skip
_AGAIN: Final = "open it in Excel or LibreOffice and save it again as .xlsx, or as CSV"


def open_xlsx(path: Path, size: int, known: Callable[[str], bool]) -> Table:
    """Return the first sheet of a workbook that has headings which are `known`. Blocking.

    Raises:
        BadInput: It is no workbook, would unpack to far more than it is, or has no such sheet.
    """
    _look_at_parts(path)
    told, broken = Findings(), Findings()
    with ExitStack() as stack:
        try:
            book = Workbook(stack.enter_context(path.open("rb")))
            for rows in book.sheets():
                for number, (line, row) in enumerate(rows, 1):
                    if sum(known(cell) for cell in row if isinstance(cell, str)) >= _ENOUGH_HEADINGS:
                        headings = _headings(row)
                        found = _rows(rows, line, headings, broken, stack.pop_all())
                        return Table(tuple(headings), found, broken, told, size)
                    if number >= _HEADING_ROWS:
                        break
        except _FOREIGN as error:
            raise BadInput(f"the workbook cannot be read ({type(error).__name__})", _AGAIN) from error
    raise BadInput(
        "no sheet of the workbook has headings that are known in its first rows",
        "name the columns as the template does",
    )


def _look_at_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadInput(f"the workbook cannot be read ({type(error).__name__})", _AGAIN) from error
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    texts = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    ratio = unpacked / max(packed, 1)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or texts > _MOST_TEXTS:
        raise BadInput(f"the workbook would unpack to {unpacked // 1_000_000} MB in {len(parts)} parts", _AGAIN)
    if unpacked > 20_000_000 and ratio > _LARGEST_RATIO:
        raise BadInput(f"the workbook would unpack to {ratio:.0f} times its size", _AGAIN)
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise BadInput("this is a packed file and no Excel workbook", "choose the .xlsx itself")


def _headings(row: list[Cell]) -> list[str]:
    names = [str(cell).strip() if cell is not None else "" for cell in row]
    while names and not names[-1]:
        names.pop()
    return names


def _rows(
    rows: Iterator[tuple[int, list[Cell]]], before: int, headings: list[str], broken: Findings, stack: ExitStack
) -> Iterator[tuple[int, list[Cell]]]:
    """Yield rows that are not empty; closes `stack` at the end."""
    width = len(headings)
    line = before
    with stack:
        try:
            for count, (line, row) in enumerate(rows, 1):
                if count > MOST_ROWS:
                    raise BadInput(f"the sheet has more than {MOST_ROWS} rows", "split it, or delete its empty rows")
                cells = row[:width] if len(row) >= width else [*row, *[None] * (width - len(row))]
                if any(cell is not None and cell != "" for cell in cells) and _acceptable(
                    line, cells, headings, broken
                ):
                    yield line, cells
        except _FOREIGN as error:
            broken.add(line, "", "", f"the sheet cannot be read to its end ({type(error).__name__})", _AGAIN)


def _acceptable(line: int, cells: list[Cell], headings: list[str], broken: Findings) -> bool:
    for heading, cell in zip(headings, cells, strict=True):
        if not isinstance(cell, str):
            continue
        if isinstance(cell, Formula):
            broken.add(
                line, heading, cell, "the cell holds a formula, which is not calculated", "paste its value instead"
            )
        elif isinstance(cell, Mistake):
            broken.add(line, heading, cell, "the cell holds an error of the spreadsheet's", "correct it there")
        elif len(cell) > LONGEST_CELL:
            broken.add(line, heading, cell, f"the cell has more than {LONGEST_CELL} characters", "shorten it")
        else:
            continue
        return False
    return True
