"""Areas out of GeoJSON: the real outlines, and broken ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from ronda.base.errors import BadInput
from ronda.city.importing.areas import must_be_geojson, plan_areas
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.plan import Plan
from ronda.city.region import Level

SQUARE = [[110.0, -7.0], [110.1, -7.0], [110.1, -6.9], [110.0, -6.9], [110.0, -7.0]]


def planned(tmp_path: Path, *features: Any, known: Known | None = None) -> Plan:
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return plan_areas(path, known or Known(), Rights())


def city(ring: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    coordinates = [ring] if kind == "Polygon" else ring
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"kode": "33.74", "nama": "X", **properties}, "geometry": geometry}


def test_the_real_outlines_come_in_and_a_second_time_changes_nothing(shared_assets: Path) -> None:
    areas: dict[str, Any] = {}
    names = ("kelurahan", "kecamatan_dissolved", "kota_dissolved")
    for turn in range(2):
        for name in names:
            plan = plan_areas(shared_assets / "geo" / f"semarang_{name}.geojson", Known(areas=areas), Rights())
            assert not plan.refused.kept
            assert turn == 0 or plan.nothing
            areas.update({one.id: one for one in plan.edit.areas})
    levels = [area.level for area in areas.values()]
    assert [levels.count(level) for level in (Level.CITY, Level.KECAMATAN, Level.KELURAHAN)] == [1, 16, 177]
    assert areas["33.74"].name == "Semarang"
    assert areas["33.74.13.1003"].name == "Krapyak"
    assert sum(len(area.outline) for area in areas.values()) < 300_000
    assert all(area.lat is not None for area in areas.values())


@pytest.mark.parametrize(
    ("ring", "told"),
    [
        (SQUARE, None),
        (SQUARE[:-1], "not closed"),
        (SQUARE[::-1], "wrong way round"),
        ([[lat, lon] for lon, lat in SQUARE], "exchanged"),
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]], "crosses itself"),
    ],
)
def test_outlines_are_set_right_and_that_is_told(tmp_path: Path, ring: Any, told: str | None) -> None:
    plan = planned(tmp_path, city(ring))
    reasons = " ".join(one.reason for one in plan.told.kept)
    assert reasons == "" if told is None else told in reasons
    (area,) = plan.edit.areas
    outline = json.loads(area.outline or "")["coordinates"][0]
    assert outline[0] == outline[-1]
    assert area.lat == pytest.approx(-6.95, abs=0.1)
    assert area.lon == pytest.approx(110.05, abs=0.1)


def test_what_a_map_cannot_show_is_thinned(tmp_path: Path) -> None:
    side = [[110.0 + n * 0.0001, -7.0 + (n % 2) * 0.000_01] for n in range(1000)]
    (area,) = planned(tmp_path, city([*side, [110.1, -6.9], [110.0, -6.9], [110.0, -7.0]])).edit.areas
    assert len(json.loads(area.outline or "")["coordinates"][0]) < 10


@pytest.mark.parametrize(
    ("feature", "column", "reason"),
    [
        (city(SQUARE, kode="33.74.13.1006"), "kode", "no area 33.74.13 above"),
        (city(SQUARE, kode="Semarang"), "kode", "not a region code"),
        (city(SQUARE, nama=""), "nama", "no name"),
        (city(SQUARE, kind="LineString"), "geometry", "no outline"),
        (city([]), "geometry", "encloses nothing"),
        (city([[110, -7], [110, -7], [110, -7]]), "geometry", "encloses nothing"),
        (city([["a", "b"]]), "geometry", "no position"),
        (city([[12_000_000, -780_000], [1, 2], [3, 4]]), "geometry", "no degrees"),
        (city([[[[SQUARE]]]], kind="MultiPolygon"), "geometry", "no position"),
    ],
)
def test_a_feature_is_refused_with_its_place(tmp_path: Path, feature: Any, column: str, reason: str) -> None:
    plan = planned(tmp_path, feature)
    assert [(one.column, reason in one.reason) for one in plan.refused.kept] == [(column, True)], plan.refused
    assert not plan.edit.areas


def test_areas_above_are_made_where_the_file_names_them(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, city(SQUARE, kode="33.74.13.1003", nama="Krapyak", kecamatan="Semarang Barat", kota="Kota S")
    )
    assert [(one.id, one.name) for one in plan.edit.areas] == [
        ("33.74", "S"),
        ("33.74.13", "Semarang Barat"),
        ("33.74.13.1003", "Krapyak"),
    ]


def test_other_kinds_of_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="areas come as GeoJSON"):
        must_be_geojson(tmp_path / "areas.shp")
