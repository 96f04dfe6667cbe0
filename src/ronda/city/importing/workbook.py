"""The cells of a workbook (ECMA-376, SpreadsheetML), sheet by sheet and row by row, and nothing else of it.

Formulas are not calculated, links not followed, document types (and so entities) refused; no more than a row is held,
beside the texts that sheets share.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Final
from xml.parsers import expat

from ronda.city.importing.table import LONGEST_CELL, MOST_COLUMNS, Cell

_CHUNK: Final = 1 << 16
_SPREADSHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TAGS: Final = {
    f"{space} {tag}": tag
    for space in _SPREADSHEET
    for tag in ("row", "c", "v", "f", "t", "si", "rPh", "sheet", "workbookPr", "cellXfs", "xf", "numFmt")
}
_DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTERS: Final = re.compile(r"[dmyhs]", re.IGNORECASE)
_DIGITS: Final = "0123456789"
_WORKBOOK: Final = "xl/workbook.xml"


class Formula(str):
    """A cell that holds a formula; its text is the formula's."""

    __slots__ = ()


class Mistake(str):
    """A cell that holds an error of the spreadsheet's, such as `#N/A`."""

    __slots__ = ()


class Broken(ValueError):
    """This is no workbook."""


class Workbook:
    """An opened workbook; close the file when done.

    Raises:
        Broken: It is no workbook.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file)
        self._names = set(self._archive.namelist())
        self._epoch = date(1899, 12, 30)
        self._sheets: list[str] = []
        self._read_sheets()
        self._dates = self._read_styles()
        self._texts = self._read_texts()

    def sheets(self) -> Iterator[Iterator[tuple[int, list[Cell]]]]:
        """Yield the sheets in order, each as (row number, cells)."""
        for part in self._sheets:
            if part in self._names:
                yield self._rows(part)

    def _rows(self, part: str) -> Iterator[tuple[int, list[Cell]]]:
        reader = _SheetReader(self._texts, self._dates, self._epoch)
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                reader.feed(chunk)
                yield from reader.take()
            reader.feed(b"", last=True)
            yield from reader.take()

    def _read_sheets(self) -> None:
        targets: dict[str, str] = {}

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith(" Relationship"):
                target = attributes.get("Target", "")
                targets[attributes.get("Id", "")] = posixpath.normpath(
                    target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                )

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            known = _TAGS.get(tag)
            if known == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self._epoch = date(1904, 1, 1)
            elif known == "sheet":
                id = next((value for name, value in attributes.items() if name.endswith(" id")), "")
                self._sheets.append(targets.get(id, ""))

        self._walk("xl/_rels/workbook.xml.rels", relation)
        self._walk(_WORKBOOK, sheet)

    def _read_styles(self) -> frozenset[int]:
        """Return the numbers of the styles that show a number as a date."""
        own: set[int] = set()
        dates: set[int] = set()
        within = [False]
        count = [0]

        def start(tag: str, attributes: dict[str, str]) -> None:
            known = _TAGS.get(tag)
            if known == "numFmt":
                code = _QUOTED.sub("", attributes.get("formatCode", "")[:200])
                if _DATE_LETTERS.search(code):
                    own.add(int(attributes.get("numFmtId", "0")))
            elif known == "cellXfs":
                within[0] = True
            elif known == "xf" and within[0]:
                number = int(attributes.get("numFmtId", "0"))
                if number in own or number in _DATE_FORMATS:
                    dates.add(count[0])
                count[0] += 1

        def end(tag: str) -> None:
            if _TAGS.get(tag) == "cellXfs":
                within[0] = False

        if "xl/styles.xml" in self._names:
            self._walk("xl/styles.xml", start, end)
        return frozenset(dates)

    def _read_texts(self) -> list[str]:
        reader = _TextReader()
        if "xl/sharedStrings.xml" in self._names:
            self._walk("xl/sharedStrings.xml", reader.start, reader.end, reader.characters)
        return reader.texts

    def _walk(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        characters: Callable[[str], None] | None = None,
    ) -> None:
        if part not in self._names:
            raise Broken(f"{part} is missing")
        parser = _parser()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = characters
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Broken("a workbook declares no document types")

    parser.StartDoctypeDeclHandler = refuse
    return parser


class _TextReader:
    """Takes the texts that sheets share; how they are to be pronounced is passed over."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._taking = self._phonetic = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        known = _TAGS.get(tag)
        if known == "si":
            self._parts.clear()
        elif known == "rPh":
            self._phonetic = True
        elif known == "t":
            self._taking = not self._phonetic

    def end(self, tag: str) -> None:
        known = _TAGS.get(tag)
        if known == "si":
            self.texts.append("".join(self._parts)[: LONGEST_CELL + 1])
        elif known == "rPh":
            self._phonetic = False
        elif known == "t":
            self._taking = False

    def characters(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)


class _SheetReader:
    """Takes a sheet's XML piece by piece, and gives its rows."""

    def __init__(self, texts: list[str], dates: frozenset[int], epoch: date) -> None:
        self._texts, self._dates, self._epoch = texts, dates, epoch
        self._ready: list[tuple[int, list[Cell]]] = []
        self._line = 0
        self._cells: list[Cell] = []
        self._columns: dict[str, int] = {}
        self._column = self._next = 0
        self._kind = self._style = ""
        self._taking = False
        self._held: list[str] = []
        self._size = 0
        self._formula = False
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Take the next piece."""
        self._parser.Parse(chunk, last)

    def take(self) -> list[tuple[int, list[Cell]]]:
        """Return the rows that are whole."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        known = _TAGS.get(tag)
        if known == "c":
            reference = attributes.get("r")
            self._column = self._next if reference is None else self._column_of(reference.rstrip(_DIGITS))
            self._next = self._column + 1
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._formula = False
            self._held.clear()
            self._size = 0
        elif known in ("v", "t", "f"):
            self._taking = True
            if known == "f":
                self._formula = True
        elif known == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._cells = []
            self._next = 0

    def _characters(self, text: str) -> None:
        if self._taking and self._size <= LONGEST_CELL:
            self._held.append(text)
            self._size += len(text)

    def _end(self, tag: str) -> None:
        known = _TAGS.get(tag)
        if known in ("v", "t", "f"):
            self._taking = False
        elif known == "c":
            if self._column < MOST_COLUMNS and (self._held or self._formula):
                cells = self._cells
                while len(cells) < self._column:
                    cells.append(None)
                cells.append(self._value("".join(self._held)))
        elif known == "row":
            self._ready.append((self._line, self._cells))

    def _value(self, text: str) -> Cell:
        if self._formula:
            return Formula(f"={text}")
        kind = self._kind
        if kind == "s":
            return self._texts[int(text)]
        if kind in ("inlineStr", "str"):
            return text
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            return Mistake(text)
        if kind == "d":
            return datetime.fromisoformat(text.strip())
        number = float(text)
        if self._style and int(self._style) in self._dates:
            return self._moment(number)
        return int(number) if number.is_integer() and "." not in text and abs(number) < 1e15 else number

    def _moment(self, days: float) -> Cell:
        if 0 <= days < 1:
            return (datetime(1900, 1, 1) + timedelta(seconds=round(days * 86_400))).time()  # noqa: DTZ001 - no zone
        whole = self._epoch + timedelta(days=int(days))
        if days.is_integer():
            return whole
        return datetime.combine(whole, time()) + timedelta(seconds=round(days % 1 * 86_400))

    def _column_of(self, letters: str) -> int:
        if (found := self._columns.get(letters)) is None:
            found = 0
            for letter in letters[:4]:
                found = found * 26 + ord(letter) - 64
            found = self._columns[letters] = found - 1
        return found
