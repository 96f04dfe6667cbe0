"""`ronda import`, `ronda export` and `ronda onboard`, without a server: the same application in this process."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Ronda

TABLE = (
    "id,nama,titik,jenis,wilayah,lintang,bujur,url\n"
    "gang-1,Gang masuk,pos,rt,33.74.13.1003,-6.984,110.369,rtsp://u:rahasia@10.0.0.5/1\n"
    "gang-2,Pos ronda,pos,,,,,rtsp://u:rahasia@10.0.0.5/2\n"
)


@pytest.fixture
def table(tmp_path: Path, shared_assets: Path, ronda: Ronda) -> Path:
    """A table of cameras, in a city that knows its areas."""
    outlines = shared_assets / "geo" / "semarang_kelurahan.geojson"
    ended = ronda("import", "areas", str(outlines), "--yes")
    assert (ended.status, "written: 194 new" in ended.out) == (0, True), ended.err
    path = tmp_path / "kamera.csv"
    path.write_text(TABLE)
    return path


def test_in_out_and_in_again(ronda: Ronda, table: Path, tmp_path: Path) -> None:
    looked = ronda("import", "cameras", str(table), "--dry-run")
    assert (looked.status, "2 lines: 3 new" in looked.out) == (0, True)
    assert "gang-1" not in ronda("camera", "list").out
    assert "written: 3 new, 0 changed" in ronda("import", "cameras", str(table), "--yes").out
    assert "nothing to write" in ronda("import", "cameras", str(table), "--yes").out

    out = tmp_path / "out.xlsx"
    assert ronda("export", "cameras", "-o", str(out)).status == 0
    again = ronda("import", "cameras", str(out), "--json", "--yes")
    assert json.loads(again.out)["counts"]["unchanged"] == 2
    whole = tmp_path / "whole.csv"
    assert ronda("export", "cameras", "-o", str(whole), "--with-credentials").status == 0
    assert "u:rahasia@10.0.0.5" in whole.read_text("utf-8-sig")
    assert whole.stat().st_mode & 0o077 == 0
    assert "rahasia" not in ronda("import", "cameras", str(whole), "--dry-run").out


def test_refused_lines_are_shown_and_nothing_is_written_unless_partly(ronda: Ronda, table: Path) -> None:
    table.write_text(TABLE + "gang-3,X,pos,,33.74.99,,,\n")
    ended = ronda("import", "cameras", str(table), "--yes")
    assert ended.status == 1
    assert "there is no area 33.74.99" in ended.out
    assert "nothing was written" in ended.err
    assert "gang-1" not in ronda("camera", "list").out
    assert ronda("import", "cameras", str(table), "--yes", "--partial").status == 0
    assert "gang-1" in ronda("camera", "list").out


def test_files_that_are_none(ronda: Ronda, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.csv"
    rubbish.write_bytes(bytes(range(256)) * 100)
    ended = ronda("import", "cameras", str(rubbish))
    assert (ended.status, "no table" in ended.err) == (2, True)
    assert ronda("import", "cameras", str(tmp_path / "none.csv")).status == 2
    with rubbish.open("wb") as file:
        file.truncate(100_000_000)
    assert "100 MB" in ronda("import", "cameras", str(rubbish)).err
    assert ronda("export", "cameras", "-o", str(tmp_path / "x.pdf")).status == 2
    assert ronda("import", "template", "-o", str(tmp_path / "t.pdf")).status == 2
    assert ronda("import", "template", "-o", str(tmp_path / "t.xlsx")).status == 0


def test_onboarding_says_what_is_wrong(ronda: Ronda) -> None:
    assert "16777216 addresses" in ronda("onboard", "range", "10.0.0.0/8").err
    ended = ronda("onboard", "recorder", "ftp://x")
    assert (ended.status, "not the address of a recorder" in ended.err) == (2, True)
    assert "nothing was found" in ronda("onboard", "range", "127.0.0.77", "--port", "9").out
