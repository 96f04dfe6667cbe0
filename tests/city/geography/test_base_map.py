"""The hand-drawn map: complete, within the city, and where people expect things to be."""

import pytest

from ronda.city.geography.base_map import base_map
from ronda.city.geography.cells import kecamatan_cells, kelurahan_cells, union
from ronda.city.geography.plane import along, area_km2, bearing_deg, distance_km, inside, length_km, nearest_on
from ronda.city.region import Level, level_of, parse_region


def test_every_area_is_there_once_under_a_proper_code() -> None:
    drawn = base_map()
    assert len(drawn.kecamatan) == 16 and len(drawn.kelurahan) == 177
    codes = [area.code for area in (*drawn.kecamatan, *drawn.kelurahan)]
    assert len(set(codes)) == len(codes) == sum(parse_region(code) == code for code in codes)
    assert {level_of(area.code) for area in drawn.kelurahan} == {Level.KELURAHAN}
    krapyak = next(area for area in drawn.kelurahan if area.name == "Krapyak")
    assert krapyak.code == "33.74.13.1003" and drawn.city.code == "33.74"


def test_the_drawing_lies_within_its_frame_and_the_landmarks_within_the_city() -> None:
    drawn = base_map()
    west, south, east, north = drawn.frame
    lines = (*drawn.roads, *drawn.rivers, *drawn.rail, *drawn.waters)
    points = [point for line in lines for point in line.points] + [*drawn.coast, *drawn.border]
    assert all(west <= lon <= east and south <= lat <= north for lon, lat in points)
    assert not [mark.name for mark in drawn.landmarks if not inside(drawn.outline, mark.at)]
    assert inside(drawn.sea, (110.36, -6.936)) and not inside(drawn.sea, (110.4231, -6.9903))


@pytest.mark.parametrize(
    ("landmark", "kecamatan"),
    [
        ("Pelabuhan Tanjung Emas", "Semarang Utara"),
        ("Balai Kota", "Semarang Tengah"),
        ("Bandara Ahmad Yani", "Semarang Barat"),
        ("Undip Tembalang", "Tembalang"),
        ("Unnes Sekaran", "Gunungpati"),
        ("Masjid Agung Jawa Tengah", "Gayamsari"),
        ("Terminal Penggaron", "Pedurungan"),
        ("Unissula", "Genuk"),
        ("BSB City", "Mijen"),
        ("UIN Walisongo", "Ngaliyan"),
        ("Semarang Zoo", "Tugu"),
        ("Vihara Watugong", "Banyumanik"),
        ("Stadion Jatidiri", "Gajahmungkur"),
        ("RSUP dr Kariadi", "Semarang Selatan"),
    ],
)
def test_landmarks_fall_into_their_kecamatan(landmark: str, kecamatan: str) -> None:
    drawn = base_map()
    at = next(mark.at for mark in drawn.landmarks if mark.name == landmark)
    code = next(area.code for area in drawn.kecamatan if area.name == kecamatan)
    assert any(inside(ring, at) for ring in kecamatan_cells()[code])


def test_streets_meet_where_people_know_them_to_meet() -> None:
    roads = {road.name: road.points for road in base_map().roads}
    tugu_muda = (110.4094, -6.9839)
    for name in ("Jalan Pemuda", "Jalan Pandanaran", "Jalan Imam Bonjol", "Jalan Mgr Sugijopranoto"):
        assert nearest_on(roads[name], tugu_muda)[0] < 0.05, name
    assert 1.8 < length_km(roads["Jalan Pemuda"]) < 2.6


def test_cells_hold_their_centres_and_fill_the_city() -> None:
    drawn, cells = base_map(), kelurahan_cells()
    assert not [area.name for area in drawn.kelurahan if not inside(cells[area.code], area.centre)]
    city = abs(area_km2(drawn.outline))
    assert sum(area_km2(ring) for ring in cells.values()) == pytest.approx(city, rel=1e-3)
    assert city == pytest.approx(370, rel=0.03)
    for code, rings in kecamatan_cells().items():
        parts = sum(area_km2(ring) for kelurahan, ring in cells.items() if kelurahan.startswith(code + "."))
        assert sum(map(area_km2, rings)) == pytest.approx(parts, rel=1e-3)
        assert len(rings) == 1 and rings[0][0] == rings[0][-1]


def test_shapes_that_touch_in_a_corner_stay_two() -> None:
    one = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    other = tuple((x + 1, y + 1) for x, y in one)
    beside = tuple((x + 1, y) for x, y in one)
    assert len(union([one, other])) == 2
    (joined,) = union([one, beside])
    assert len(joined) == 7 and area_km2(joined) == pytest.approx(area_km2(one) + area_km2(beside))


def test_the_plane_measures() -> None:
    line = ((110.4, -7.0), (110.41, -7.0), (110.41, -6.99))
    assert distance_km(*line[:2]) == pytest.approx(1.105, abs=0.002)
    assert bearing_deg(*line[:2]) == pytest.approx(90) and bearing_deg(*line[1:]) == pytest.approx(0)
    at, direction = along(line, length_km(line) - 0.1)
    assert direction == pytest.approx(0) and distance_km(at, line[-1]) == pytest.approx(0.1, abs=0.001)
    away, km, direction = nearest_on(line, (110.405, -6.999))
    assert away == pytest.approx(0.1106, abs=0.001) and km == pytest.approx(0.5525, abs=0.002)
    assert direction == pytest.approx(90)
