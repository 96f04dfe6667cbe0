"""What is exported can be imported again and changes nothing; no text becomes a formula, no password leaves."""

import csv
import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from tests.city.importing.conftest import KNOWN, Plans, after
from tests.city.importing.test_cameras import TABLE

from ronda.base.errors import BadInput
from ronda.city.importing.columns import COLUMNS
from ronda.city.importing.export import Register, TableFormat, export
from ronda.city.importing.known import Known
from ronda.city.importing.template import template
from ronda.city.region import within

NASTY = ("=1+1", "@SUM(A1)", "-", "+62 811", "'=quoted", "''-x", "|cmd", 'a,b;"c"', "<script>alert(1)</script>")


@pytest.fixture
def known(plan: Plans) -> Known:
    """A register with every field filled, and nasty names."""
    table = TABLE + "".join(f"n{n},X,krapyak-rt03,,,,,,,,,,,,,\n" for n in range(len(NASTY)))
    known = after(KNOWN, plan(table))
    more = (
        "id,gangguan,gangguan sejak,catatan,rekam,hari rekaman,sudut,tujuan,papan,anggaran\n"
        "gang-1,kabel,2026-01-02,putus,event,14,80,keamanan,2026-01-01,APBD\n"
    )
    known = after(known, plan(more, known))
    named = {f"n{n}": replace(known.cameras[f"n{n}"], name=name) for n, name in enumerate(NASTY)}
    return replace(known, cameras={**known.cameras, **named})


@pytest.mark.parametrize("kind", list(TableFormat))
@pytest.mark.parametrize("indonesian", [True, False])
def test_an_export_imported_again_changes_nothing(
    plan: Plans, known: Known, kind: TableFormat, indonesian: bool
) -> None:
    data = export(known, Register.CAMERAS, kind, indonesian=indonesian)
    assert b"rahasia" not in data
    again = plan(data, known)
    assert not again.refused.kept
    assert again.nothing, again.changed
    assert again.unchanged == len(known.cameras)


@pytest.mark.parametrize("kind", list(TableFormat))
def test_an_export_with_credentials_makes_the_same_cameras_elsewhere(
    plan: Plans, known: Known, kind: TableFormat
) -> None:
    data = export(known, Register.CAMERAS, kind, credentials=True)
    made = {one.id: one for one in plan(data, KNOWN).edit.cameras}
    for id, camera in known.cameras.items():
        assert made[id].addresses == camera.addresses
        assert made[id].name == camera.name
        assert made[id].papers == camera.papers
        assert made[id].recording == camera.recording


def test_no_text_is_a_formula(known: Known) -> None:
    rows = list(csv.reader(io.StringIO(export(known, Register.CAMERAS, TableFormat.CSV).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@|" and cell]
    sheet = load_workbook(io.BytesIO(export(known, Register.CAMERAS, TableFormat.XLSX))).worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("register", list(Register))
def test_every_register_can_be_written(known: Known, register: Register) -> None:
    lines = export(known, register, TableFormat.CSV).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("id,")
    assert len(lines) > 1
    assert load_workbook(io.BytesIO(export(known, register, TableFormat.XLSX))).worksheets[0].max_row == len(lines)
    if register in (Register.AGENCIES, Register.PARTNERS, Register.RECORDERS):
        with pytest.raises(BadInput, match="lie nowhere"):
            export(known, register, TableFormat.GEOJSON)
    else:
        features = json.loads(export(known, register, TableFormat.GEOJSON))["features"]
        assert len(features) == len(lines) - 1


def test_only_what_is_within_is_written(known: Known) -> None:
    data = export(known, Register.CAMERAS, TableFormat.CSV, within=lambda code: within(code, "33.74.13.1007"))
    assert len(data.splitlines()) == 1


@pytest.mark.parametrize("kind", [TableFormat.CSV, TableFormat.XLSX])
@pytest.mark.parametrize("indonesian", [True, False])
def test_the_template_is_itself_acceptable(plan: Plans, kind: TableFormat, indonesian: bool) -> None:
    data = template(kind, indonesian=indonesian)
    known = replace(
        KNOWN, areas={**KNOWN.areas, "33.74.13.1003": replace(KNOWN.areas["33.74.13.1006"], id="33.74.13.1003")}
    )
    found = plan(data, known)
    assert not found.refused.kept
    assert len(found.edit.cameras) == 1
    if kind is TableFormat.XLSX:
        explained = load_workbook(io.BytesIO(data)).worksheets[1]
        told = [str(row[0].value) for row in explained.iter_rows(max_col=1)]
        assert {column.indonesian if indonesian else column.english for column in COLUMNS} <= set(told)
