"""Lines of a table to drafts: what each line says of a camera, checked by itself and not yet against the register."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ronda.base.errors import BadInput
from ronda.city.importing import cells
from ronda.city.importing.cells import Note
from ronda.city.importing.columns import BY_FIELD, bare, field_of, like
from ronda.city.importing.findings import Findings, Unacceptable
from ronda.city.importing.table import Cell, Table

Reader = Callable[[Cell, Note], Any]
CLEAR: Final = "-"
"""A cell that holds only this empties what the register has."""
_CACHED: Final = 50_000
_HOPELESS: Final = 1_000
_KEPT_UNREAD: Final = frozenset({"id"})


@dataclass(slots=True)
class Draft:
    """One line.

    Attributes:
        line: Where it stands.
        said: What it says, by field; a field that is not there is left as it is, one that is None is emptied.
        written: The cells as they stand in the file, by field, for telling what is wrong.
    """

    line: int
    said: dict[str, Any]
    written: dict[str, Cell]


def _text(cell: Cell, _: Note) -> str:
    return cells.read_text(cell)


def _secret(cell: Cell, _: Note) -> str:
    return cell if isinstance(cell, str) else cells.read_text(cell)


def _plain(read: Callable[[Cell], Any]) -> Reader:
    return lambda cell, _: read(cell)


def _between(lowest: float, highest: float) -> Reader:
    return lambda cell, _: cells.read_number(cell, lowest, highest)


def _whole(highest: int) -> Reader:
    return lambda cell, note: cells.read_count(cell, highest, note)


def _bearing(cell: Cell, _: Note) -> float:
    return cells.read_number(cell, 0, 360) % 360


def _place(cell: Cell, _: Note) -> tuple[float, float]:
    text = cells.read_text(cell)
    parts = text.split(";") if ";" in text else text.split(", ") if ", " in text else text.split(",")
    if len(parts) == 1:
        parts = text.split()
    if len(parts) != 2:
        raise Unacceptable("these are not two coordinates", "write latitude, longitude: -6.98712, 110.36521")
    return cells.read_number(parts[0].strip(), -180, 180), cells.read_number(parts[1].strip(), -180, 180)


def _recording(cell: Cell, _: Note) -> str:
    text = cells.read_text(cell).lower()
    found = {"ya": "continuous", "yes": "continuous", "terus": "continuous", "tidak": "off", "no": "off"}.get(
        text, text
    )
    if found not in ("off", "continuous", "event", "schedule"):
        raise Unacceptable("this is no way of recording", "use off, continuous or event")
    return found


_READERS: Final[dict[str, Reader]] = {
    "id": cells.read_id, "site": cells.read_id, "recorder": cells.read_id, "kind": _plain(cells.read_kind),
    "area": cells.read_region, "rw": lambda cell, _: cells.read_part(cell, "rw"),
    "rt": lambda cell, _: cells.read_part(cell, "rt"), "lat": _between(-180, 180), "lon": _between(-180, 180),
    "place": _place, "channel": _whole(256), "bearing": _bearing, "angle": _between(1, 360), "days": _whole(3650),
    "trouble": _plain(cells.read_cause), "record": _recording, "password": _secret, "username": _secret,
    **dict.fromkeys(("sign", "trouble_since", "trouble_target", *cells.STAGES), cells.read_day),
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A table whose headings have been understood.

    Attributes:
        headings: Heading by field, as the file writes it.
        fields: The field of each column; None for a column that is not known and not read.
    """

    headings: dict[str, str]
    fields: tuple[str | None, ...]


def understand(table: Table) -> Reading:
    """Return which column holds what.

    Raises:
        BadInput: A heading is missing, unknown though close to a known one, or there twice.
    """
    fields: list[str | None] = []
    headings: dict[str, str] = {}
    for heading in table.headings:
        name = field_of(heading)
        if name is not None and name in headings:
            raise BadInput(
                f"the columns {headings[name][:40]!r} and {heading[:40]!r} mean the same", "leave one of them out"
            )
        if name is not None:
            headings[name] = heading
        fields.append(name)
    if not headings:
        shown = ", ".join(repr(heading[:30]) for heading in table.headings[:5])
        raise BadInput(
            f"none of the columns is known ({shown or 'there are none'})",
            "name them as the template does: id, nama, titik, jenis titik, kode wilayah, lintang, bujur, url",
        )
    _tell_unknown(table, fields, headings)
    if "id" not in headings:
        raise BadInput("there is no column with the id of each camera", "add a column 'id'")
    return Reading(headings, tuple(fields))


def _tell_unknown(table: Table, fields: Sequence[str | None], headings: dict[str, str]) -> None:
    for heading, name in zip(table.headings, fields, strict=True):
        if name is not None or not bare(heading):
            continue
        near = like(heading)
        if near is not None and (meant := field_of(near)) is not None and meant not in headings:
            raise BadInput(
                f"the column {heading[:40]!r} is not known", f"is it {near!r}? Then call it so; else remove it"
            )
        table.told.add(1, heading, "", "this column is not known and was not read")


@dataclass(slots=True)
class Drafting:
    """Reads drafts out of a table.

    Attributes:
        refused: Lines that cannot be taken.
        told: What was read otherwise than it was written.
        lines: How many lines have been read.
        stopped: Whether reading was given up, because nothing at all was acceptable.
    """

    table: Table
    reading: Reading
    refused: Findings
    told: Findings
    lines: int = 0
    stopped: bool = False
    _columns: list[tuple[int, str, dict[Cell, Any]]] = field(default_factory=list)
    _cached: int = 0

    def __post_init__(self) -> None:
        """Give each column that is read what was read in it before: most of a table is said many times."""
        named = enumerate(self.reading.fields)
        self._columns = [(index, name, {}) for index, name in named if name is not None]

    def drafts(self) -> Iterator[Draft]:
        """Yield what can be read."""
        good = 0
        for line, row in self.table.rows:
            self.lines += 1
            draft = self._draft(line, row)
            if draft is not None:
                good += 1
                yield draft
            elif not good and self.refused.count >= _HOPELESS:
                self.stopped = True
                return

    def _draft(self, line: int, row: list[Cell]) -> Draft | None:
        said: dict[str, Any] = {}
        written: dict[str, Cell] = {}
        fine = True
        for index, name, before in self._columns:
            cell = row[index]
            if cell is None or cell == "":
                continue
            written[name] = cell
            if (found := before.get(cell)) is not None:
                said[name] = found
                continue
            if cell == CLEAR and name != "id":
                said[name] = None
                continue
            try:
                said[name] = self._value(line, name, cell, before)
            except Unacceptable as error:
                fine = False
                self.refused.add(line, self.reading.headings[name], shown(name, cell), error.reason, error.mend)
        if fine and not said.get("id"):
            self.refused.add(line, self.reading.headings["id"], "", "the id is missing", "give each camera its own")
            return None
        return Draft(line, said, written) if fine else None

    def _value(self, line: int, name: str, cell: Cell, before: dict[Cell, Any]) -> Any:
        noted = False

        def note(text: str) -> None:
            nonlocal noted
            noted = True
            self.told.add(line, self.reading.headings[name], shown(name, cell), text)

        value = _READERS.get(name, _text)(cell, note)
        if not noted and name not in _KEPT_UNREAD and self._cached < _CACHED:
            before[cell] = value
            self._cached += 1
        return value


def shown(name: str, cell: Cell) -> Cell:
    """Return a cell as it may be told; what may hold a password is not."""
    return "***" if name in ("password", "username", "url", "sub_url", "snapshot_url") else cell


def heading_of(name: str) -> str:
    """Return the English heading of a field."""
    return BY_FIELD[name].english if name in BY_FIELD else name
