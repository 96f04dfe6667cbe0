"""CSV as the world writes it: any delimiter, with or without a byte-order mark, out of Excel in Indonesia too."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TextIO

from ronda.base.errors import BadInput
from ronda.city.importing.findings import Findings
from ronda.city.importing.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Cell, Table

_DELIMITERS: Final = ",;\t|"
_HEAD_BYTES: Final = 64 * 1024
_CHUNK: Final = 1 << 20
_BINARY: Final = "the file is no table: it holds bytes that no text has"
_SAVE_AS: Final = "save it as CSV (UTF-8), .xlsx or .geojson"


def open_csv(path: Path, size: int) -> Table:
    """Return the table in a CSV file. Blocking.

    Raises:
        BadInput: It is no such file.
    """
    told, broken = Findings(), Findings()
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    encoding = _encoding(path, head, told)
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    first = text.partition("\n")[0]
    if "\n" not in text and "\r" not in text and size > len(head):
        raise BadInput("the file is no table: its first line does not end", _SAVE_AS)
    separator = first.strip()[4:5] if first.lower().startswith("sep=") else ""
    delimiter = separator or _delimiter(text)
    with ExitStack() as stack:
        file_text = stack.enter_context(path.open("r", encoding=encoding, errors="replace", newline=""))
        rows = _rows(file_text, delimiter, broken)
        names = _headings(rows, separated=bool(separator))
        stack.pop_all()  # `rows` closes it
        return Table(tuple(names), _fitting(rows, len(names), broken), broken, told, size)


def _headings(rows: Iterator[tuple[int, list[Cell]]], *, separated: bool) -> list[str]:
    if separated:
        next(rows, None)
    _, headings = next(rows, (0, []))
    names = [str(cell or "").strip() for cell in headings]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise BadInput("the file holds no headings", "begin it with a line of column names; see the template")
    if len(names) > MOST_COLUMNS:
        raise BadInput(f"the file has {len(names)} columns", f"keep at most {MOST_COLUMNS}")
    return names


def _encoding(path: Path, head: bytes, told: Findings) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"\x00" in head:
        if head[1::2].count(0) > len(head) // 3:
            return "utf-16-le"
        if head[::2].count(0) > len(head) // 3:
            return "utf-16-be"
        raise BadInput(_BINARY, _SAVE_AS)
    if _is_utf8(path):
        return "utf-8"
    controls = sum(byte < 32 and byte not in b"\t\r\n\f" for byte in head)
    if controls > len(head) // 100:
        raise BadInput(_BINARY, _SAVE_AS)
    told.add(1, "", "", "the text is not UTF-8; it was read as Windows-1252")
    return "cp1252"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(part for number, part in enumerate(line.split('"')) if number % 2 == 0)
    return max(_DELIMITERS, key=lambda one: (outside.count(one), -_DELIMITERS.index(one)))


def _rows(file: TextIO, delimiter: str, broken: Findings) -> Iterator[tuple[int, list[Cell]]]:
    """Yield lines that are not empty; `line` is where each begins."""
    with file:
        reader = csv.reader(_Lines(file), delimiter=delimiter, strict=True)
        count = 0
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                broken.add(
                    line, "", "", f"the line cannot be read ({error}); nothing after it was read",
                    'look for a quotation mark that is not closed; write a quotation mark inside a cell as ""',
                )  # fmt: skip
                return
            if not any(cells):
                continue
            count += 1
            if count > MOST_ROWS + 1:
                raise BadInput(f"the file has more than {MOST_ROWS} lines", "split it")
            yield line, list(cells)


class _Lines:
    """The lines of a file, none longer than a line of many columns can be."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def __iter__(self) -> Iterator[str]:
        most = LONGEST_CELL * MOST_COLUMNS
        while line := self._file.readline(most):
            if len(line) >= most:
                raise BadInput("the file is no table: one of its lines does not end", _SAVE_AS)
            yield line.replace("\x00", "")


def _fitting(rows: Iterator[tuple[int, list[Cell]]], width: int, broken: Findings) -> Iterator[tuple[int, list[Cell]]]:
    for line, cells in rows:
        if len(cells) != width:
            extra = [cell for cell in cells[width:] if cell]
            if len(cells) < width or extra:
                shown = io.StringIO()
                csv.writer(shown).writerow(cells[:6])
                broken.add(
                    line, "", shown.getvalue().strip(), f"the line has {len(cells)} cells, the headings are {width}",
                    "put cells that hold the delimiter in quotation marks, or complete the line",
                )  # fmt: skip
                continue
            del cells[width:]
        long = next((number for number, cell in enumerate(cells) if len(str(cell)) > LONGEST_CELL), None)
        if long is not None:
            broken.add(line, "", cells[long], f"a cell has more than {LONGEST_CELL} characters", "shorten it")
            continue
        yield line, cells
