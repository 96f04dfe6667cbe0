"""The base map's document: complete layers, small, and the real outlines where somebody has imported them."""

import gzip
import json
from typing import Any

import pytest

from ronda.city.geography.base_map import base_map
from ronda.city.geography.cells import kelurahan_cells
from ronda.city.geography.document import basemap
from ronda.city.geography.plane import area_km2


def _rings(feature: dict[str, Any]) -> list[Any]:
    found = feature["geometry"]["coordinates"]
    return [shape[0] for shape in found] if feature["geometry"]["type"] == "MultiPolygon" else [found[0]]


def test_the_document_is_small_and_says_that_it_is_schematic() -> None:
    document = basemap()
    assert document["schematic"] is True and "Skematis" in document["note"]
    assert list(document["layers"]) == [
        "land", "city", "kelurahan", "kecamatan", "water", "rivers", "rail", "roads", "labels",
    ]  # fmt: skip
    assert all(layer["type"] == "FeatureCollection" and layer["features"] for layer in document["layers"].values())
    assert len(document["layers"]["kelurahan"]["features"]) == 177
    assert len(gzip.compress(json.dumps(document).encode())) < 60_000
    west, south, east, north = document["bounds"]
    assert 110.2 < west < 110.3 and 110.48 < east < 110.56 and -7.13 < south < -7.1 and -6.95 < north < -6.9


def test_outer_rings_are_closed_and_run_counter_clockwise() -> None:
    document = basemap()
    for name in ("land", "city", "kelurahan", "kecamatan", "water"):
        for feature in document["layers"][name]["features"]:
            for ring in _rings(feature):
                assert ring[0] == ring[-1] and area_km2([(lon, lat) for lon, lat in ring]) > 0, feature["properties"]


def test_a_real_outline_takes_the_place_of_a_cell() -> None:
    square = [
        [110.36, -6.99],
        [110.37, -6.99],
        [110.37, -6.98],
        [110.3700000001, -6.98],
        [110.36, -6.98],
        [110.36, -6.99],
    ]
    document = basemap({"33.74.13.1003": {"type": "Polygon", "coordinates": [square]}})
    features = {one["properties"]["code"]: one for one in document["layers"]["kelurahan"]["features"]}
    krapyak = features["33.74.13.1003"]
    assert krapyak["properties"]["schematic"] is False and len(krapyak["geometry"]["coordinates"][0]) == 5
    assert features["33.74.13.1004"]["properties"]["schematic"] is True and document["schematic"] is True
    assert basemap()["layers"]["kelurahan"]["features"][0]["properties"]["schematic"] is True


@pytest.mark.parametrize("shared_corners", [True, False])
def test_kecamatan_and_city_follow_from_their_kelurahan(shared_corners: bool) -> None:
    outlines: dict[str, Any] = {}
    for number, (code, ring) in enumerate(kelurahan_cells().items()):
        shift = 0.0 if shared_corners else number * 2e-5
        moved = [[lon + shift, lat] for lon, lat in ring]
        outlines[code] = {"type": "MultiPolygon", "coordinates": [[list(reversed(moved))]]}
    document = basemap(outlines)
    assert document["schematic"] is False
    for name, many in (("kecamatan", 16), ("city", 1)):
        features = document["layers"][name]["features"]
        assert len(features) == many and not any(one["properties"]["schematic"] for one in features)
        size = sum(area_km2([(lon, lat) for lon, lat in ring]) for one in features for ring in _rings(one))
        assert size == pytest.approx(abs(area_km2(base_map().outline)), rel=0.02)
    rings = sum(len(_rings(one)) for one in document["layers"]["kecamatan"]["features"])
    assert rings == 16 if shared_corners else rings >= 16
