"""One cell to one value: text, numbers, dates and coordinates as people and Excel write them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from ronda.base.errors import BadInput
from ronda.base.identity import entity_id
from ronda.city.camera import CameraStage, TroubleCause
from ronda.city.importing.columns import bare
from ronda.city.importing.findings import Unacceptable
from ronda.city.importing.table import Cell
from ronda.city.region import parse_region
from ronda.city.site import SiteKind

E = TypeVar("E", bound=StrEnum)
Note = Callable[[str], None]
"""Called with what was read instead of what was written."""

_LONGEST_TEXT: Final = 2_000
_ESCAPED: Final = re.compile(r"''*[=+\-@|]")
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}([.,]\d{1,12})?")
_DAY: Final = re.compile(r"(\d{1,4})[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ](\d{1,4})(?:[T ].*)?")
_DIGITS_CODE: Final = re.compile(r"\d{4}|\d{6}|\d{10}")
_NUMBERED: Final = re.compile(r"(?i)(?:r[tw])?[\s.]*0*(\d{1,3})")
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = (20_000, 80_000)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan januari january", "feb februari february pebruari", "mar maret march", "apr april", "mei may",
         "jun juni june", "jul juli july", "agu agustus aug august ags", "sep september sept",
         "okt oktober oct october", "nov november nopember", "des desember dec december"), 1)
    for name in names.split()
}  # fmt: skip
_KINDS: Final = {
    "rt": SiteKind.RT, "pos rt": SiteKind.RT, "lingkungan rt": SiteKind.RT,
    "kantor kelurahan": SiteKind.KELURAHAN_OFFICE, "kelurahan": SiteKind.KELURAHAN_OFFICE,
    "kantor kecamatan": SiteKind.KECAMATAN_OFFICE, "kecamatan": SiteKind.KECAMATAN_OFFICE,
    "pusat keramaian": SiteKind.CROWD_CENTRE, "keramaian": SiteKind.CROWD_CENTRE, "crowd center": SiteKind.CROWD_CENTRE,
    "pasar": SiteKind.MARKET, "wisata": SiteKind.TOURISM, "tempat wisata": SiteKind.TOURISM,
    "objek wisata": SiteKind.TOURISM, "infrastruktur": SiteKind.INFRASTRUCTURE, "jalan protokol": SiteKind.MAIN_ROAD,
    "jalan utama": SiteKind.MAIN_ROAD, "jalan": SiteKind.MAIN_ROAD, "menara": SiteKind.TOWER,
    "menara telekomunikasi": SiteKind.TOWER, "titik rawan": SiteKind.HOTSPOT, "rawan": SiteKind.HOTSPOT,
}  # fmt: skip
_CAUSES: Final = {
    "dicabut": TroubleCause.UNPLUGGED, "kabel": TroubleCause.CABLE, "kabel putus": TroubleCause.CABLE,
    "perekam hilang": TroubleCause.RECORDER_LOST, "serangga": TroubleCause.INSECTS, "semut": TroubleCause.INSECTS,
    "internet mati": TroubleCause.NO_INTERNET, "tidak ada internet": TroubleCause.NO_INTERNET,
    "kontrak berhenti": TroubleCause.CONTRACT, "contract": TroubleCause.CONTRACT, "dipindah": TroubleCause.MOVED,
    "belum ada jaringan": TroubleCause.NO_NETWORK, "vendor": TroubleCause.VENDOR, "akses vendor": TroubleCause.VENDOR,
    "lain": TroubleCause.OTHER, "lainnya": TroubleCause.OTHER,
}  # fmt: skip
STAGES: Final = {stage.value: stage for stage in CameraStage}


def read_text(cell: Cell) -> str:
    """Return a cell as text; a number that Excel made of it loses its `.0`."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = " ".join(cell.split())
        if _ESCAPED.match(text):
            text = text[1:]  # as `ronda.city.importing.export` writes it
    elif isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        text = str(int(cell))
    elif isinstance(cell, datetime):
        text = cell.isoformat(" ")
    else:
        text = str(cell)
    if len(text) > _LONGEST_TEXT:
        raise Unacceptable(f"the text has {len(text)} letters", f"use at most {_LONGEST_TEXT}")
    if not text.isprintable():
        raise Unacceptable("the text holds control characters", "write it again by hand")
    return text


def read_id(cell: Cell, note: Note) -> str:
    """Return an id; capitals and spaces are mended."""
    text = read_text(cell)
    try:
        return entity_id(text)
    except BadInput as error:
        mended = re.sub(r"[\s_./]+", "-", text.lower()).strip("-")
        try:
            id = entity_id(mended)
        except BadInput:
            raise Unacceptable(error.message, error.mend) from error
    note(f"read as {id}")
    return id


def read_number(cell: Cell, lowest: float, highest: float) -> float:
    """Return a number; a comma may stand for the point."""
    if isinstance(cell, bool) or isinstance(cell, date | time):
        raise Unacceptable("this is not a number", "format the cell as a number")
    if isinstance(cell, int | float):
        number = float(cell)
    else:
        text = read_text(cell).replace("\u2212", "-").rstrip("°").strip()
        if not _NUMBER.fullmatch(text):
            raise Unacceptable("this is not a number", "write digits, with a point or a comma before the fraction")
        number = float(text.replace(",", "."))
    if not lowest <= number <= highest:
        raise Unacceptable(f"the number is not between {lowest:g} and {highest:g}", "correct it")
    return number


def read_count(cell: Cell, highest: int, note: Note) -> int:
    """Return a whole number from 1; `1.0`, as Excel likes to write it, is 1."""
    number = read_number(cell, 1, highest)
    if not number.is_integer():
        raise Unacceptable("this is not a whole number", f"use a number from 1 to {highest}")
    if isinstance(cell, str) and not cell.strip().isdigit():
        note(f"read as {int(number)}")
    return int(number)


def read_day(cell: Cell, note: Note) -> date:
    """Return a day: a date of Excel's, `2026-02-14`, `14/02/2026` or `14 Februari 2026`."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and _EXCEL_DAYS[0] <= cell <= _EXCEL_DAYS[1]:
        day = _EXCEL_EPOCH + timedelta(days=int(cell))
        note(f"a date that Excel wrote as a number; read as {day.isoformat()}")
        return day
    text = read_text(cell)
    if text.isdigit() and _EXCEL_DAYS[0] <= int(text[:9]) <= _EXCEL_DAYS[1]:
        return read_day(int(text), note)
    found = _DAY.fullmatch(text)
    mend = "write it as 2026-02-14"
    if found is None:
        raise Unacceptable("this is not a date", mend)
    first, middle, last = found.groups()
    month = int(middle) if middle.isdigit() else _MONTHS.get(middle.lower(), 0)
    try:
        if len(first) == 4:
            return date(int(first), month, int(last))
        if len(last) != 4:
            raise Unacceptable("the year has not four digits", mend)
        return date(int(last), month, int(first))
    except ValueError as error:
        raise Unacceptable("there is no such day", f"{mend}; the day stands before the month") from error


def read_region(cell: Cell, note: Note) -> str:
    """Return a region code; one without points is mended, one that Excel took for a date is not guessed at."""
    if isinstance(cell, date | time):
        raise Unacceptable("Excel made a date of this code", "format the column as text and write the code again")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = f"{cell:.2f}" if 10 <= cell < 100 else read_text(float(cell))
    else:
        text = read_text(cell)
    if _DIGITS_CODE.fullmatch(text):
        parts = [text[:2], text[2:4], text[4:6], text[6:10]]
        dotted = ".".join(filter(None, parts))
        note(f"read as {dotted}")
        return dotted
    try:
        return parse_region(text)
    except BadInput as error:
        raise Unacceptable(error.message, error.mend) from error


def read_part(cell: Cell, part: str) -> str:
    """Return `rw04` or `rt03` of what somebody wrote for it."""
    found = _NUMBERED.fullmatch(read_text(cell))
    if found is None:
        raise Unacceptable(f"this is not the number of an {part.upper()}", "write a number such as 4")
    return f"{part}{int(found[1]):02d}"


def read_kind(cell: Cell) -> SiteKind:
    """Return a kind of site, in either language."""
    return _read_choice(cell, SiteKind, _KINDS, "kind of site")


def read_cause(cell: Cell) -> TroubleCause:
    """Return the cause of a trouble, in either language."""
    return _read_choice(cell, TroubleCause, _CAUSES, "cause")


def _read_choice(cell: Cell, kind: type[E], names: dict[str, E], what: str) -> E:
    text = read_text(cell)
    try:
        return kind(text.lower().replace(" ", "-").replace("_", "-"))
    except ValueError:
        if (found := names.get(bare(text))) is not None:
            return found
    raise Unacceptable(f"there is no such {what}", f"use one of {', '.join(kind)}")
