"""Tables of cameras against a small city: what is taken, what is refused, with place, reason and mend."""

from datetime import date

import pytest
from tests.city.importing.conftest import KNOWN, Plans, after

from ronda.base.errors import BadInput
from ronda.city.camera import AddressPart, CameraStage, TroubleCause
from ronda.city.importing.known import Rights
from ronda.city.site import SiteKind

HEAD = "id,nama,titik,nama titik,jenis titik,kode wilayah,rw,rt,lintang,bujur,instansi,perekam,kanal,url,arah,dipasang"
DAY = "2026-02-14"
URL = "rtsp://admin:rahasia@10.0.0.5"
RT = "rt,33.74.13.1006,4,3"
ROWS = (
    f"gang-1,Gang masuk,krapyak-rt03,RT 3 Krapyak,{RT},-6.986,110.361,diskominfo,nvr-1,1,{URL}/1,120,{DAY}",
    f"gang-2,Pos ronda,krapyak-rt03,,,,,,-6.9861,110.3611,,nvr-1,2,{URL}/2,,14/02/2026",
)
TABLE = "\n".join((HEAD, *ROWS)) + "\n"


def test_what_lines_name_is_made_and_a_second_time_changes_nothing(plan: Plans) -> None:
    first = plan(TABLE)
    assert not first.refused.kept
    assert [(one.kind, one.id) for one in first.new] == [
        ("camera", "gang-1"),
        ("camera", "gang-2"),
        ("area", "33.74.13.1006.rw04"),
        ("area", "33.74.13.1006.rw04.rt03"),
        ("site", "krapyak-rt03"),
        ("recorder", "nvr-1"),
    ]
    one, two = first.edit.cameras
    site, recorder = first.edit.sites[0], first.edit.recorders[0]
    assert (site.name, site.kind, site.area, site.agency) == (
        "RT 3 Krapyak", SiteKind.RT, "33.74.13.1006.rw04.rt03", "diskominfo",
    )  # fmt: skip
    assert (site.lat, site.lon) == (-6.986, 110.361)
    assert (one.spot.lat, two.spot.lat) == (None, -6.9861)  # only what differs from the site's is the camera's own
    assert (two.spot.site, two.spot.recorder, two.spot.channel) == ("krapyak-rt03", "nvr-1", 2)
    assert recorder.site == "krapyak-rt03"
    assert one.addresses[AddressPart.MAIN].password == "rahasia"
    assert one.papers.stages == {CameraStage.INSTALLED: date(2026, 2, 14)} == two.papers.stages

    again = plan(TABLE, after(KNOWN, first))
    assert again.nothing
    assert again.unchanged == 2


def test_a_change_is_told_field_by_field_without_passwords(plan: Plans) -> None:
    known = after(KNOWN, plan(TABLE))
    changed = plan("id,nama,url,arah\ngang-1,Gang keluar,rtsp://admin:baru@10.0.0.5/1,121\n", known)
    (item,) = changed.changed
    assert {(one.field, one.before, one.after) for one in item.differences} == {
        ("name", "Gang masuk", "Gang keluar"),
        ("bearing", "120.0", "121.0"),
        ("credentials", "***", "***"),
    }
    assert "baru" not in repr(changed.changed)


def test_an_empty_cell_leaves_and_a_dash_empties(plan: Plans) -> None:
    known = after(KNOWN, plan(TABLE))
    left = plan("id,nama,arah,dipasang\ngang-1,,,\n", known)
    assert left.nothing
    emptied = plan("id,arah,dipasang\ngang-1,-,-\n", known)
    assert emptied.edit.cameras[0].spot.bearing_deg is None
    assert not emptied.edit.cameras[0].papers.stages


def test_a_table_without_passwords_keeps_those_that_are_stored(plan: Plans) -> None:
    known = after(KNOWN, plan(TABLE))
    for url in ("rtsp://10.0.0.5/1", "rtsp://***@10.0.0.5/1"):
        assert plan(f"id,url\ngang-1,{url}\n", known).nothing
    elsewhere = plan("id,url\ngang-1,rtsp://***@10.9.9.9/1\n", known)
    assert elsewhere.refused.kept[0].column == "url"  # never carried to another host


@pytest.mark.parametrize(
    ("line", "column", "reason", "mend"),
    [
        ("gang-1,A,,,,,,,,,,,,,,", "id", "line 2 has this id too", "its own"),
        (",A,,,,,,,,,,,,,,", "id", "missing", "its own"),
        ("<script>,A,,,,,,,,,,,,,,", "id", "not a camera id", "a-z"),
        ("c,A,t,T,rt,33.74.99.1001,,,,,,,,,,", "kode wilayah", "no area 33.74.99", "33.74.13.1006 (Krapyak)"),
        ("c,A,t,T,rt,Krapyak,,,,,,,,,,", "kode wilayah", "not a region code", "33.74.13.1006"),
        ("c,A,t,T,pasar malam,33.74.13.1006,,,,,,,,,,", "jenis titik", "no such kind", "market"),
        ("c,A,t,T,rt,33.74.13.1006,,,-7.8,110.3,,,,,,", "lintang", "outside the city", "latitude -7"),
        ("c,A,t,T,rt,33.74.13.1006,,,-6.98,,,,,,,", "bujur", "missing", "both"),
        ("c,A,t,T,rt,33.74.13.1006,,,abc,110.3,,,,,,", "lintang", "not a number", "digits"),
        ("c,A,t,T,,33.74.13.1006,,,,,,,,,,", "jenis titik", "what kind", "rt or market"),
        ("c,A,t,,,,,,,,,,,,,", "titik", "no site 't'", "correct the id"),
        ("c,A,,,,33.74.13.1006,,,,,,,,,,", "titik", "no site", "fill in"),
        ("c,A,krapyak-rt03,Lain,,,,,,,,,,,,", "titik", "line 2 says", "agree"),
        ("c,A,krapyak-rt03,,,,,,,,dishub,,,,,", "instansi", "no agency 'dishub'", "diskominfo"),
        ("c,A,krapyak-rt03,,,,,,,,,nvr-1,1,,,", "kanal", "gang-1 hangs on channel 1", "channel"),
        ("c,A,krapyak-rt03,,,,,,,,,nvr-1,1.5,,,", "kanal", "not a whole number", "1 to 256"),
        ("c,A,krapyak-rt03,,,,,,,,,,,kamera.html,,", "url", "no scheme", "rtsp:"),
        ("c,A,krapyak-rt03,,,,,,,,,,,file:///etc/passwd,,", "url", "a file of the server", "network"),
        ("c,A,krapyak-rt03,,,,,,,,,,,,400,", "arah", "not between 0 and 360", "correct"),
        ("c,A,krapyak-rt03,,,,,,,,,,,,,31/02/2026", "dipasang", "no such day", "2026-02-14"),
        ("c,A,krapyak-rt03,,,,,,,,,,,,,02/14/2026", "dipasang", "no such day", "before the month"),
        ("c,A,krapyak-rt03,,,,,,,,,,,,", "", "15 cells, the headings are 16", "complete the line"),
    ],
)  # fmt: skip
def test_a_line_is_refused_with_its_place_the_reason_and_the_mend(
    plan: Plans, line: str, column: str, reason: str, mend: str
) -> None:
    found = plan(f"{TABLE}{line}\n")
    (refused,) = found.refused.kept
    assert (refused.line, refused.column) == (4, column)
    assert reason in refused.reason
    assert mend in refused.mend
    assert [one.id for one in found.edit.cameras] == ["gang-1", "gang-2"]  # the others could be written


def test_nothing_of_a_refused_line_is_made(plan: Plans) -> None:
    found = plan("id,titik,nama titik,jenis,kode wilayah,rw,kanal,perekam\nc,baru,Baru,rt,33.74.13.1006,9,0,n\n")
    assert found.refused.count == 1
    assert found.nothing
    assert not found.edit.areas


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("33.74.13.1006", "33.74.13.1006"),
        ("3374131006", "33.74.13.1006"),
        ("33.74.13.1006.RW04.RT03", "33.74.13.1006.rw04.rt03"),
    ],
)
def test_region_codes_as_people_write_them(plan: Plans, written: str, read: str) -> None:
    found = plan(f"id,titik,jenis,kode wilayah\nc,t,Pasar,{written}\n")
    assert found.edit.sites[0].area == read


def test_exchanged_coordinates_are_set_right_and_told(plan: Plans) -> None:
    found = plan("id;titik;jenis;wilayah;lat;lon\nc;t;rt;33.74.13.1006;110,361;-6,986\n")
    assert (found.edit.sites[0].lat, found.edit.sites[0].lon) == (-6.986, 110.361)
    assert "exchanged" in found.told.kept[0].reason


def test_sites_are_found_by_name_where_no_id_is_given(plan: Plans) -> None:
    table = "id,nama titik,jenis,wilayah\na,Pasar Johar,pasar,33.74.13.1006\nb,pasar  johar,,33.74.13.1006\n"
    first = plan(table)
    assert len(first.edit.sites) == 1
    assert {one.spot.site for one in first.edit.cameras} == {"pasar-johar"}
    assert plan(table, after(KNOWN, first)).nothing


def test_a_site_has_one_owner_and_changes_of_a_site_are_told_once(plan: Plans) -> None:
    known = after(KNOWN, plan(TABLE))
    changed = plan("id,titik,mitra\ngang-1,krapyak-rt03,Toko Maju\ngang-2,krapyak-rt03,toko-maju\n", known)
    (item,) = changed.changed
    assert (item.kind, item.id) == ("site", "krapyak-rt03")
    assert {one.field: one.after for one in item.differences} == {"agency": "", "partner": "toko-maju"}


def test_trouble_needs_a_day_and_knows_both_languages(plan: Plans) -> None:
    known = after(KNOWN, plan(TABLE))
    refused = plan("id,gangguan\ngang-1,semut\n", known)
    assert "since when" in refused.refused.kept[0].reason
    told = plan("id,gangguan,gangguan sejak\ngang-1,semut,3 Maret 2026\n", known)
    trouble = told.edit.cameras[0].trouble
    assert trouble is not None
    assert (trouble.cause, trouble.since) == (TroubleCause.INSECTS, date(2026, 3, 3))


def test_nobody_imports_beyond_what_they_may_change(plan: Plans) -> None:
    mine = Rights(("33.74.13.1007",))
    found = plan(TABLE, rights=mine)
    assert found.refused.count == 2
    assert "you may not change cameras in 33.74.13.1006.rw04.rt03" in found.refused.kept[0].reason
    there = after(KNOWN, plan(TABLE))
    moved = "id,titik,jenis,wilayah\ngang-1,baru,rt,33.74.13.1007\n"
    assert plan(moved, there, mine).refused.count == 1  # nor is a camera taken away from elsewhere


def test_script_and_sql_are_plain_text(plan: Plans) -> None:
    nasty = "Robert'); DROP TABLE cameras;-- <script>alert(1)</script>"
    found = plan(f'id,nama\nc,"{nasty}"\n')
    assert found.edit.cameras[0].name == nasty


def test_a_column_that_is_nearly_right_is_asked_about(plan: Plans) -> None:
    with pytest.raises(BadInput, match=r"'latitudee' is not known.*'latitude'"):
        plan("id,latitudee\nc,1\n")
    with pytest.raises(BadInput, match="none of the columns is known"):
        plan("foo,bar\n1,2\n")
    with pytest.raises(BadInput, match="add a column 'id'"):
        plan("nama,url\n1,2\n")
    with pytest.raises(BadInput, match="mean the same"):
        plan("id,nama,name\n1,2,3\n")
    told = plan("id,zzzz qqqq\nc,1\n")
    assert told.told.kept[0].column == "zzzz qqqq"
    assert "not read" in told.told.kept[0].reason
