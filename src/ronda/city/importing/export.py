"""The register as tables: CSV, Excel and GeoJSON. Blocking; runs in a thread.

No text becomes a formula in a spreadsheet: one that begins like a formula gets an apostrophe before it, which an import
takes off again.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from openpyxl import Workbook

from ronda.base.errors import BadInput
from ronda.city.importing.columns import BY_FIELD
from ronda.city.importing.flat import FIELDS, Flat, flat_of
from ronda.city.importing.known import Known

Within = Callable[[str], bool]
"""Says whether an area (a code; empty for none) is among what is asked for."""

_UNWRITTEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r|]")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


class Register(StrEnum):
    """What can be exported."""

    CAMERAS = "cameras"
    AREAS = "areas"
    SITES = "sites"
    RECORDERS = "recorders"
    AGENCIES = "agencies"
    PARTNERS = "partners"


class TableFormat(StrEnum):
    """How a table is written; the values are file extensions."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"

    @property
    def mime(self) -> str:
        """Its MIME type."""
        return _MIMES[self]


_MIMES: Final = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.GEOJSON: "application/geo+json",
}


def export(
    known: Known,
    register: Register,
    kind: TableFormat,
    *,
    within: Within = lambda _: True,
    indonesian: bool = False,
    credentials: bool = False,
) -> bytes:
    """Return a register as a file.

    Args:
        known: The registers.
        register: Which of them.
        kind: How it is written.
        within: Which areas are asked for.
        indonesian: Whether the headings are Indonesian; for cameras only.
        credentials: Whether addresses of cameras hold their passwords.

    Raises:
        BadInput: The register has no places, and GeoJSON is wanted.
    """
    headings, rows = _table(known, register, within, indonesian=indonesian, credentials=credentials)
    if kind is TableFormat.GEOJSON:
        if register in (Register.AGENCIES, Register.PARTNERS, Register.RECORDERS):
            raise BadInput(f"{register.value} lie nowhere", "export them as .csv or .xlsx")
        return _geojson(known, register, headings, rows)
    return write_csv(headings, rows) if kind is TableFormat.CSV else write_xlsx(register.value, headings, rows)


def _table(
    known: Known, register: Register, within: Within, *, indonesian: bool, credentials: bool
) -> tuple[list[str], Iterator[list[Any]]]:
    if register is Register.CAMERAS:
        headings = [BY_FIELD[name].indonesian if indonesian else BY_FIELD[name].english for name in FIELDS]
        return headings, _cameras(known, within, credentials=credentials)
    shapes: dict[Register, tuple[Any, tuple[str, ...], Callable[[Any], str]]] = {
        Register.AREAS: (known.areas, ("id", "name", "lat", "lon"), lambda one: one.id),
        Register.SITES: (known.sites, _SITE, lambda one: one.area),
        Register.RECORDERS: (known.recorders, _RECORDER, lambda one: _area_of(known, one.site)),
        Register.AGENCIES: (known.agencies, ("id", "name"), lambda _: ""),
        Register.PARTNERS: (known.partners, _PARTNER, lambda _: ""),
    }
    entities, names, area = shapes[register]
    mine = (one for one in entities.values() if within(area(one)))
    return [name.replace("_", " ") for name in names], ([_value(one, name) for name in names] for one in mine)


_SITE: Final = ("id", "name", "kind", "area", "lat", "lon", "agency", "partner", "address", "link.state",
                "link.provider", "link.bandwidth_mbps", "link.wifi", "link.contract_end", "link.since", "tower.owner",
                "tower.due", "tower.installed", "tower.connected")  # fmt: skip
_RECORDER: Final = ("id", "site", "brand", "model", "serial", "channels", "address")
_PARTNER: Final = ("id", "name", "number", "start", "end", "scope", "public", "consent", "revoked")


def _area_of(known: Known, site: str | None) -> str:
    found = known.sites.get(site or "")
    return found.area if found else ""


def _cameras(known: Known, within: Within, *, credentials: bool) -> Iterator[list[Any]]:
    for camera in known.cameras.values():
        site = known.sites.get(camera.spot.site or "")
        if within(site.area if site else ""):
            recorder = known.recorders.get(camera.spot.recorder or "")
            flat: Flat = flat_of(camera, site, recorder, credentials=credentials)
            yield [flat[name] for name in FIELDS]


def _value(one: Any, name: str) -> Any:
    for part in name.split("."):
        one = None if one is None else getattr(one, part)
    return one.isoformat() if isinstance(one, date) else one.value if isinstance(one, StrEnum) else one


def write_csv(headings: Sequence[str], rows: Iterator[list[Any]]) -> bytes:
    """Return a table as CSV in UTF-8 with a byte-order mark, without which Excel garbles it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, headings: Sequence[str], rows: Iterator[list[Any]]) -> bytes:
    """Return a table as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append(list(headings))
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula, of letters that one can hold."""
    if isinstance(cell, str):
        cell = _UNWRITTEN.sub("", cell)
        return f"'{cell}" if _RISKY.match(cell) and not _NUMBER.fullmatch(cell) else cell
    return cell


def _geojson(known: Known, register: Register, headings: list[str], rows: Iterator[list[Any]]) -> bytes:
    features = []
    lat, lon = headings.index(_heading(headings, "lat")), headings.index(_heading(headings, "lon"))
    for row in rows:
        properties = {
            name: _safe(cell) for n, (name, cell) in enumerate(zip(headings, row, strict=True))
            if cell not in (None, "") and n not in (lat, lon)
        }  # fmt: skip
        geometry: Any = None
        if row[lat] is not None:
            geometry = {"type": "Point", "coordinates": [row[lon], row[lat]]}
        if register is Register.AREAS:
            properties |= {"lat": row[lat], "lon": row[lon]}
            outline = known.areas[row[0]].outline
            geometry = json.loads(outline) if outline else None
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    document = {"type": "FeatureCollection", "name": register.value, "features": features}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace('},{"type":"Feature"', '},\n{"type":"Feature"').encode()


def _heading(headings: list[str], name: str) -> str:
    return next(one for one in (name, BY_FIELD[name].indonesian) if one in headings)
