"""Files as the world sends them: encodings, delimiters, Excel, GeoJSON, rubbish and bombs."""

import io
import json
import os
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.city.importing.conftest import Plans

from ronda.base.errors import BadInput
from ronda.city.importing.cameras import plan_cameras
from ronda.city.importing.findings import Finding
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.table import LONGEST_CELL
from ronda.city.importing.workbook import Formula, Mistake
from ronda.city.importing.workbook import Workbook as Reader


def workbook(rows: list[list[Any]], title_rows: int = 0) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for number in range(title_rows):
        sheet.append([f"Daftar kamera {number}"])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "id,nama\nc,Kafé\n".encode("utf-8-sig"),
        "id;nama\r\nc;Kafé\r\n".encode(),
        "id\tnama\nc\tKafé\n".encode("utf-16"),
        "id,nama\nc,Kafé\n".encode("utf-16-le"),
        "sep=;\r\nID ; Nama Kamera\r\nc;Kafé\r\n".encode(),
        '\n\n"id","nama"\nc,"Kafé"\n'.encode(),
        "id|camera_name\rc|Kafé\r".encode(),
    ],
)
def test_texts_in_many_clothes(plan: Plans, content: bytes) -> None:
    found = plan(content)
    assert [(one.id, one.name) for one in found.edit.cameras] == [("c", "Kafé")]
    assert not found.told.kept


def test_windows_1252_is_read_and_told(plan: Plans) -> None:
    found = plan("id,nama\nc,Kafé\n".encode("cp1252"))
    assert found.edit.cameras[0].name == "Kafé"
    assert "Windows-1252" in found.told.kept[0].reason


def test_a_quotation_mark_that_is_not_closed_ends_the_reading_at_its_line(plan: Plans) -> None:
    found = plan('id,nama\na,A\nb,"B\nc,C\nd,D\n')
    assert [one.id for one in found.edit.cameras] == ["a"]
    (refused,) = found.refused.kept
    assert refused.line == 3
    assert "nothing after it was read" in refused.reason


def test_lines_are_numbered_as_in_the_file(plan: Plans) -> None:
    found = plan('id,nama\na,"two\nlines"\n\n\nb b?,B\n')
    assert found.refused.kept[0].line == 6


def test_excel_numbers_dates_and_titles(plan: Plans) -> None:
    rows: list[list[Any]] = [
        ["id", "Nama", "kanal", "dipasang", "kode wilayah", "titik", "jenis", "perekam"],
        ["a", 12.0, 1.0, date(2026, 2, 14), "33.74.13.1006", "t", "rt", "n"],
        ["b", "B", 2, 46067, "3374131006", "t", None, "n"],
        [None, None, None, None, None, None, None, None],
        ["c", "C", 3, None, date(2033, 7, 4), "t", None, "n"],
        ["d", "=1+1", 4, None, None, "t", None, "n"],
    ]
    found = plan(workbook(rows, title_rows=3))
    assert [(one.id, one.name, one.spot.channel) for one in found.edit.cameras] == [("a", "12", 1), ("b", "B", 2)]
    assert {str(day) for one in found.edit.cameras for day in one.papers.stages.values()} == {"2026-02-14"}
    assert [(one.line, one.column) for one in found.refused.kept] == [(8, "kode wilayah"), (9, "Nama")]
    assert "Excel made a date of this code" in found.refused.kept[0].reason
    assert "formula" in found.refused.kept[1].reason
    assert any("46067" in one.value and "2026-02-14" in one.reason for one in found.told.kept)


def test_a_workbook_is_read_as_others_read_it(tmp_path: Path) -> None:
    """The same cells as openpyxl: an implementation by other people."""
    book = Workbook()
    sheet = book.worksheets[0]
    day, moment = date(2026, 2, 14), datetime(2026, 2, 14, 13, 45, 30)  # noqa: DTZ001 - Excel knows no zone
    rows: list[list[Any]] = [
        ["id", "nama", 1, 2.5, -3, True, False, day, moment, time(23, 59, 1)],
        [None, "  spaces ", None, 1e20, 12345678901, None, "é ✓ <&>", None],
        ["x" * 5000, "=not a formula? it is", "#N/A"],
        [],
        ["last", *[None] * 30, "far"],
    ]
    for row in rows:
        sheet.append(row)
    sheet["D6"] = 46067
    sheet["D6"].number_format = '[Red]dd"y"-mmm'
    sheet["E6"] = 46067
    sheet["E6"].number_format = '0.00" d"'
    sheet["C9"] = "sparse"
    path = tmp_path / "book.xlsx"
    book.save(path)
    with path.open("rb") as file:
        mine = {line: cells for line, cells in next(Reader(file).sheets()) if any(cell is not None for cell in cells)}
    theirs = load_workbook(path, data_only=False).worksheets[0]
    for line, cells in mine.items():
        for column, cell in enumerate(cells, 1):
            other = theirs.cell(line, column).value
            if isinstance(other, str):
                assert str(cell)[: LONGEST_CELL + 1] == other[: LONGEST_CELL + 1], (line, column)
            elif isinstance(other, datetime) and not isinstance(cell, datetime):
                assert cell == other.date(), (line, column)
            else:
                assert cell == other, (line, column)
    assert set(mine) == {1, 2, 3, 5, 6, 9}
    assert isinstance(mine[3][1], Formula)
    assert isinstance(mine[3][2], Mistake)


def feature(properties: dict[str, Any], geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "name": "x", "features": features}, indent=1)


def test_geojson_points(plan: Plans) -> None:
    base = {"titik": "t", "jenis": "rt", "wilayah": "33.74.13.1006"}
    text = collection(
        feature({"id": "a", **base}, {"type": "Point", "coordinates": [110.36, -6.985]}),
        feature({"id": "b", "extra": {"x": 1}, **base}, None),
        feature({"id": "c", **base}, {"type": "Polygon", "coordinates": []}),
    )
    found = plan(text)
    assert [one.id for one in found.edit.cameras] == ["a", "b"]
    assert (found.edit.sites[0].lat, found.edit.sites[0].lon) == (-6.985, 110.36)
    assert found.refused.kept == [
        Finding(found.refused.kept[0].line, "geometry", "Polygon", "this is not a point", found.refused.kept[0].mend)
    ]
    assert text.splitlines()[found.refused.kept[0].line - 1].strip() == "{"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 5000, "no table"),
        (os.urandom(200_000), "no table|none of the columns|Windows|does not end"),
        (b"x" * 200_000, "does not end"),
        (b'{"type":"FeatureCollection","features":[{"type":"Feature"', "JSON is broken"),
        (b'{"type":"FeatureCollection","features":' + b"[" * 100_000, "JSON is broken"),
        (b'{"a":' + b"9" * 10_000 + b"}", "JSON is broken"),
        (b"{}", "no features"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 1000, "locked by a password"),
        (b"PK\x03\x04" + b"\x00" * 1000, "cannot be read"),
        (",".join(f"c{n}" for n in range(500)).encode() + b"\n", "500 columns"),
    ],
)
def test_rubbish_is_refused_as_a_whole(plan: Plans, content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message) as refused:
        plan(content)
    assert refused.value.mend


def test_a_bomb_is_not_unpacked(plan: Plans) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    with pytest.raises(BadInput, match="times its size"):
        plan(packed.getvalue())
    with_entities = workbook([["id", "nama"], ["a", "A"]])
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(with_entities)) as source, zipfile.ZipFile(broken, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
            target.writestr(part.filename, data)
    with pytest.raises(BadInput):
        plan(broken.getvalue())


def test_a_large_file_is_refused_by_its_size_and_hopeless_lines_end_the_reading(tmp_path: Path, plan: Plans) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.write(b"id,nama\n")
        file.truncate(100_000_000)
    with pytest.raises(BadInput, match="100 MB"):
        plan_cameras(large, Known(), Rights(), 0)
    found = plan("id,nama\n" + "??,x\n" * 50_000)
    assert found.stopped
    assert found.lines < 2_000
    assert found.refused.count == 1_000


def test_too_many_lines_are_too_many(plan: Plans) -> None:
    with pytest.raises(BadInput, match="more than 100000 lines"):
        plan("id\n" + "".join(f"c{n}\n" for n in range(100_001)))
