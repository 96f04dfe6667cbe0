"""Plates drawn on vehicles, of several heights, colours and weathers, read by the real models."""

import numpy as np
import pytest
from tests.vision.plates import drawn

from ronda.vision.picture import Rgb
from ronda.vision.plates.colour import PlateKind, is_infrared, kind_of
from ronda.vision.plates.reading import PlateReader
from ronda.vision.plates.votes import LEAST_SURE, vote

KINDS = {
    "white": PlateKind.PRIVATE,
    "black": PlateKind.PRIVATE,
    "yellow": PlateKind.PUBLIC,
    "red": PlateKind.GOVERNMENT,
}


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


def crop(text: str, kind: str, tall: float, sky: drawn.Weather, seed: int = 1) -> Rgb:
    return drawn.vehicle(drawn.plate(text, kind), tall, sky, np.random.default_rng(seed))[0]


@pytest.mark.parametrize(
    ("text", "kind", "tall", "sky"),
    [
        ("H 1627 KD", "white", 32, drawn.Weather(yaw=0.5, tilt=4)),
        ("K 9285 XT", "black", 28, drawn.Weather(yaw=-0.6, blur=0.8, noise=6)),
        ("AD 7364 RH", "yellow", 40, drawn.Weather(tilt=-6, moved=2, quality=60)),
        ("H 83 G", "red", 36, drawn.Weather(light=0.7, noise=7)),
        ("G 2974 PS", "white", 30, drawn.Weather(infrared=True, light=1.2, noise=8)),
    ],
)
def test_plates_are_found_and_read_with_their_kind(
    reader: PlateReader, text: str, kind: str, tall: int, sky: drawn.Weather
) -> None:
    picture = crop(text, kind, tall, sky)
    reading = reader.read(picture)
    assert reading is not None
    plate = vote([reading])
    assert plate is not None
    assert plate.text == text, "the line below is not part of it"
    assert plate.kind is (PlateKind.UNKNOWN if sky.infrared else KINDS[kind])
    assert plate.height_px == pytest.approx(tall, rel=0.3)
    left, top, right, low = reading.xyxy
    assert left > 0.2 * picture.shape[1]
    assert right < 0.8 * picture.shape[1]
    assert top > 0.4 * picture.shape[0]
    assert low < 0.95 * picture.shape[0]


def test_small_plates_are_read_by_several_pictures_together(reader: PlateReader) -> None:
    rng = np.random.default_rng(4)
    sky = drawn.Weather(yaw=0.3, noise=5, quality=70)
    readings = []
    for seed in range(4):
        readings.append(reader.read(crop("H 4827 EK", "white", 18, sky, seed)))
        sky = drawn.next_picture(sky, rng)
    plate = vote([one for one in readings if one is not None])
    assert plate is not None
    assert plate.text == "H 4827 EK"


def test_where_there_is_no_plate_none_is_told(reader: PlateReader) -> None:
    blank = np.full((270, 860, 3), 120, np.uint8)
    for seed in range(2):
        picture = drawn.vehicle(blank, 30, drawn.Weather(), np.random.default_rng(seed))[0]
        reading = reader.read(picture)
        plate = None if reading is None else vote([reading])
        assert plate is None or plate.confidence < LEAST_SURE
    for shape in ((2, 2), (8, 3), (200, 4), (30, 900)):
        assert reader.read(np.zeros((*shape, 3), np.uint8)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_told_by_colours_at_any_size(kind: str) -> None:
    for tall in (12, 28):
        sky = drawn.Weather(noise=4, quality=75, light=0.8)
        picture, corners = drawn.vehicle(drawn.plate("H 1234 AB", kind), tall, sky, np.random.default_rng(tall))
        left, top = corners.min(0).astype(int)
        right, low = corners.max(0).astype(int)
        assert not is_infrared(picture)
        assert kind_of(picture[top:low, left:right], False) is KINDS[kind]
        assert kind_of(picture[top:low, left:right], True) is PlateKind.UNKNOWN
    night = drawn.vehicle(drawn.plate("H 1234 AB", kind), 24, drawn.Weather(infrared=True), np.random.default_rng(1))[0]
    assert is_infrared(night)
    assert kind_of(np.full((40, 120, 3), 90, np.uint8), False) is PlateKind.UNKNOWN
