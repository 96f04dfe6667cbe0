"""What an examiner keeps of things: the best pictures of each, few; and what it finds of them, bounded."""

from collections.abc import Sequence

import numpy as np
from tests.vision.plates.frames import frames

from ronda.base.time import HZ_90K
from ronda.vision.detectors.contract import EyeName, Look, Seen
from ronda.vision.examining.examiner import Examiner
from ronda.vision.examining.views import MOST, Views
from ronda.vision.objects import CLASSES, Detections, ObjectClass
from ronda.vision.picture import Picture, Rgb
from ronda.vision.plates.colour import PlateKind
from ronda.vision.plates.decoding import Line
from ronda.vision.plates.reading import Reading

WIDE, HIGH, RATE = 640, 360, 8
RED = (200, 30, 30)


class ColourEye:
    """Sees what is painted red: each block of it is a car."""

    name = EyeName("colour", "Colour", "1", (ObjectClass.CAR,))

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        found = []
        for look in looks:
            rows = (look.picture.rgb[..., 0] > 150) & (look.picture.rgb[..., 1] < 90)
            columns = np.flatnonzero(rows.any(0))
            blocks = [one for one in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(one)]
            boxes = []
            for block in blocks:
                tall = np.flatnonzero(rows[:, block].any(1))
                boxes.append((block[0] / WIDE, tall[0] / HIGH, (block[-1] + 1) / WIDE, (tall[-1] + 1) / HIGH))
            votes = np.zeros((len(boxes), len(CLASSES)), np.float32)
            votes[:, CLASSES.index(ObjectClass.CAR)] = 1
            xyxy = np.array(boxes, np.float32).reshape(-1, 4)
            found.append(Seen(Detections(xyxy, np.ones(len(boxes), np.float32), votes)))
        return found

    def forget(self, camera: str) -> None:
        """Nothing is remembered."""


class TellsPlates:
    """Reads the same plate on every vehicle, or none on any, and counts."""

    def __init__(self, none: bool = False) -> None:
        self.asked: list[tuple[int, ...]] = []
        self._none = none

    def read(self, crop: Rgb) -> Reading | None:
        self.asked.append(crop.shape)
        if self._none:
            return None
        line = Line(frames(*"H1234AB"))
        quad = np.array([(10, 10), (40, 10), (40, 20), (10, 20)], np.float32)
        return Reading(line, line.best(), quad, 18.0, PlateKind.PUBLIC)


def picture(number: int, *cars: tuple[int, int, int], start_90k: int = 0) -> Picture:
    """A grey picture with cars: left, top, width."""
    rgb = np.full((HIGH, WIDE, 3), 120, np.uint8)
    for left, top, wide in cars:
        rgb[top : top + wide // 2, max(left, 0) : max(left + wide, 0)] = RED
    return Picture(rgb, start_90k + number * HZ_90K // RATE, (WIDE, HIGH))


def test_a_thing_that_passes_is_found_once_with_its_best_picture_colour_and_plate() -> None:
    reader = TellsPlates()
    examiner = Examiner(ColourEye(), reader)
    for number in range(40):
        cars = [(20 + 20 * number, 60 + 4 * number, 130 + 2 * number)] if number < 22 else []
        examiner.take(picture(number, *cars, start_90k=500))
    (one,) = examiner.finish()
    assert (one.n, one.label, one.colour, one.direction) == (1, ObjectClass.CAR, "red", "right")
    assert (one.begun_90k, one.ended_90k) == (500, 500 + 21 * HZ_90K // RATE)
    assert one.begun_90k < one.best_90k < one.ended_90k
    assert one.plate is not None
    assert (one.plate.text, one.plate.kind, one.plate.readings) == ("H 1234 AB", PlateKind.PUBLIC, 3)
    assert len(reader.asked) == 3, "three pictures agree: no more are read"
    assert one.plate_picture is not None
    assert (one.likeness, one.likeness_model) == (None, "")


def test_a_vehicle_whose_best_pictures_show_no_plate_is_not_asked_on() -> None:
    reader = TellsPlates(none=True)
    examiner = Examiner(ColourEye(), reader)
    for number in range(40):
        examiner.take(picture(number, *([(20 + 12 * number, 60, 160)] if number < 36 else [])))
    (one,) = examiner.finish()
    assert (one.plate, one.plate_picture, len(reader.asked)) == (None, None, 4)


def test_at_most_so_many_things_are_found_and_the_rest_is_counted() -> None:
    examiner = Examiner(ColourEye(), most=2)
    for number in range(90):
        step = number % 30
        cars = [(40 + 20 * step, 100, 100)] if step < 14 else []
        examiner.take(picture(number, *cars))
    found = examiner.finish()
    assert [one.n for one in found] == [1, 2]
    assert examiner.left_out == 1
    assert found[0].ended_90k < found[1].begun_90k


def test_what_stays_is_found_and_specks_flashes_and_a_clocks_digits_are_not() -> None:
    examiner = Examiner(ColourEye())
    for number in range(100):
        cars = [(300, 200, 120), (440, 8, 44), *([(20 + 5 * number, 20, 12)] if number < 60 else [])]
        if number % 20 == 0:
            cars.append((500, 100, 100))
        examiner.take(picture(number, *cars))
    (one,) = examiner.finish()
    assert one.direction == ""
    assert one.ended_90k - one.begun_90k == 99 * HZ_90K // RATE


def test_where_pictures_take_too_much_memory_the_largest_are_thinned_out() -> None:
    reader = TellsPlates()
    examiner = Examiner(ColourEye(), reader, most_bytes=400_000)
    for number in range(40):
        cars = [(20 + 20 * number, 60 + 4 * number, 200)] if number < 20 else []
        examiner.take(picture(number, *cars))
    (one,) = examiner.finish()
    assert one.picture
    assert 1 <= len(reader.asked) <= 3


def test_few_pictures_are_kept_the_largest_and_not_all_of_one_moment() -> None:
    views = Views()
    for number in range(60):
        left, wide = 40 + 4 * number, 60 + 2 * number
        box = (left / WIDE, 0.3, (left + wide) / WIDE, 0.3 + wide / 2 / HIGH)
        views.take(picture(number, (left, round(0.3 * HIGH), wide)), box)
    kept = list(views.best())
    assert len(kept) == MOST
    assert [one.merit for one in kept] == sorted((one.merit for one in kept), reverse=True)
    times = sorted(one.at_90k for one in kept)
    assert len({one // (HZ_90K // 4) for one in times}) == MOST
    assert times[0] > 40 * HZ_90K // RATE
    assert views.shown is not None
    x0, y0, x1, _ = views.xyxy
    inside = views.shown[int(y0 * views.shown.shape[0]) + 3, int((x0 + x1) / 2 * views.shown.shape[1])]
    assert inside.tolist() == list(RED)
    assert (x1 - x0) < 0.75


def test_what_the_border_cuts_off_is_worth_less_and_large_crops_are_made_smaller() -> None:
    views = Views()
    rgb = np.zeros((1600, 2400, 3), np.uint8)
    rgb[::2] = 90
    views.take(Picture(rgb, 0, (2400, 1600)), (0.3, 0.2, 0.7, 0.8))
    whole = next(views.best())
    assert max(whole.crop.shape) == 640
    views.take(Picture(rgb, HZ_90K, (2400, 1600)), (0.0, 0.2, 0.5, 0.8))
    assert next(views.best()).at_90k == 0
    views.take(Picture(rgb, 2 * HZ_90K, (2400, 1600)), (0.5, 0.5, 0.5005, 0.5005))
    assert len(list(views.best())) == 2
