"""The built-in eye on a drawn street, on bad pictures, and on a real one where the films are at hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vision.street import HIGH, WIDE, Thing, ground, moments, put, shot

from ronda.vision.detectors.builtin.eye import TOLD_APART, BuiltinEye
from ronda.vision.detectors.contract import Look, Primed, Seen
from ronda.vision.objects import CLASSES, MOST_DETECTIONS, VEHICLES, ObjectClass
from ronda.vision.picture import Picture

FILM = Path(__file__).parents[5] / "shared" / "assets" / "videos" / "street-corner-1.mp4"
EMPTY = ground()


@pytest.fixture(scope="module")
def judged() -> BuiltinEye:
    return BuiltinEye.with_classifier()


def look(eye: BuiltinEye, picture: Picture, camera: str = "one") -> Seen:
    return eye.look([Look(camera, picture)])[0]


def learnt(eye: BuiltinEye, camera: str = "one") -> BuiltinEye:
    eye.forget(camera)
    for at in moments(0, 3.0):
        look(eye, shot(EMPTY, at), camera)
    return eye


def overlap(seen: Seen, thing: Thing) -> float:
    """Best intersection over union of what was seen with a thing."""
    box = np.array((thing.x - thing.wide / 2, thing.y - thing.high, thing.x + thing.wide / 2, thing.y))
    found = seen.detections.xyxy * (WIDE, HIGH, WIDE, HIGH)
    size = np.maximum(np.minimum(found[:, 2:], box[2:]) - np.maximum(found[:, :2], box[:2]), 0).prod(axis=1)
    union = (found[:, 2:] - found[:, :2]).prod(axis=1) + thing.wide * thing.high - size
    return float((size / union).max(initial=0))


@pytest.mark.parametrize("rate", [5, 24])
def test_a_thing_that_drives_by_is_found_and_its_box_is_tight(rate: int) -> None:
    eye = learnt(BuiltinEye(None))
    found = []
    for at in moments(3.0, 5.0, rate):
        thing = Thing(100 + 180 * (at - 3), 250)
        found.append(overlap(look(eye, shot(put(EMPTY, thing), at)), thing))
    assert np.median(found[len(found) // 2 :]) > 0.8
    assert min(found[len(found) // 2 :]) > 0.6


def test_the_place_itself_is_no_thing(judged: BuiltinEye) -> None:
    learnt(judged)
    assert all(len(look(judged, shot(EMPTY, at)).detections) == 0 for at in moments(3.0, 8.0))


def test_two_things_that_pass_each_other_stay_two() -> None:
    eye = learnt(BuiltinEye(None))
    counts = []
    for at in moments(3.0, 6.0, 10):
        one, other = Thing(120 + 130 * (at - 3), 220), Thing(520 - 130 * (at - 3), 262, 90, 50, (40, 60, 190))
        seen = look(eye, shot(put(put(EMPTY, one), other), at))
        counts.append(min(overlap(seen, one), overlap(seen, other)) > 0.4)
    assert np.mean(counts[5:]) > 0.8


def test_cameras_are_looked_at_together_and_remembered_apart() -> None:
    eye = BuiltinEye(None)
    learnt(eye, "one")
    learnt(eye, "two")
    for at in moments(3.0, 5.0):
        thing = Thing(100 + 180 * (at - 3), 250)
        seen = eye.look([Look("one", shot(put(EMPTY, thing), at)), Look("two", shot(EMPTY, at))])
    assert len(seen[0].detections) == 1 and len(seen[1].detections) == 0
    assert seen[0].moving is not None and seen[0].backdrop is not None


def test_it_can_be_shown_the_place_before() -> None:
    eye = BuiltinEye(None)
    assert isinstance(eye, Primed)
    eye.prime("one", [shot(put(EMPTY, Thing(40 + 25 * index, 250)), index) for index in range(24)])
    for at in moments(0, 1.0):
        thing = Thing(100 + 180 * at, 250)
        seen = look(eye, shot(put(EMPTY, thing), at))
    assert overlap(seen, thing) > 0.7


def test_a_name_stands_beside_its_numbers(judged: BuiltinEye) -> None:
    assert judged.name.id == "builtin"
    assert BuiltinEye(None).name.id == "builtin-geometry"


@pytest.mark.parametrize("kind", ["black", "white", "noise", "specks"])
def test_bad_pictures_are_survived(judged: BuiltinEye, kind: str) -> None:
    learnt(judged)
    rng = np.random.default_rng(5)
    for index, at in enumerate(moments(3.0, 5.0)):
        bad: NDArray[np.uint8]
        if kind == "noise":
            bad = rng.integers(0, 256, EMPTY.shape, dtype=np.uint8)
        elif kind == "specks":
            bad = EMPTY.copy()
            bad[index % 3 :: 4, ::4] = 255
            bad[index % 3 + 1 :: 4, 1::4] = 255
        else:
            bad = np.full_like(EMPTY, 255 if kind == "white" else 0)
        seen = look(judged, Picture(bad, round(at * 90_000), (WIDE, HIGH)))
        assert len(seen.detections) <= MOST_DETECTIONS
        assert np.isfinite(seen.detections.xyxy).all() and np.isfinite(seen.detections.votes).all()
    for at in moments(6.0, 8.0):
        look(judged, shot(EMPTY, at))
    thing = Thing(300, 250)
    look(judged, shot(put(EMPTY, Thing(260, 250)), 8.0))
    assert overlap(look(judged, shot(put(EMPTY, thing), 8.2)), thing) > 0 or kind != "black"


@pytest.mark.parametrize("size", [(320, 180), (1280, 720), (640, 480), (7, 5)])
def test_a_camera_may_change_its_resolution(size: tuple[int, int]) -> None:
    eye = learnt(BuiltinEye(None))
    wide, high = size
    for at in moments(3.0, 5.0):
        seen = look(eye, shot(ground(1, wide, high), at))
    assert len(seen.detections) <= 5


def test_times_out_of_order_are_survived() -> None:
    eye = learnt(BuiltinEye(None))
    for at in (9.0, 2.0, 2.0, 8.0, 12.0):
        assert len(look(eye, shot(EMPTY, at)).detections) == 0


def film(rate: float, until_s: float) -> Iterator[Picture]:
    with av.open(str(FILM)) as container:
        stream, last = container.streams.video[0], -1.0
        for frame in container.decode(stream):
            if frame.time is None or frame.time - last < 1 / rate - 0.005:
                continue
            if frame.time > until_s:
                return
            last = frame.time
            rgb = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            yield Picture(rgb, round(frame.time * 90_000), (frame.width, frame.height))


@pytest.mark.skipif(not FILM.exists(), reason="the film street-corner-1 is not at hand")
def test_a_queueing_car_stays_known_and_one_that_passes_is_a_car(judged: BuiltinEye) -> None:
    judged.prime("film", list(film(0.7, 40.0)))
    queueing, cars = [], 0
    for picture in film(5, 9.0):
        found = look(judged, picture, "film").detections
        x, y = ((found.xyxy[:, 0] + found.xyxy[:, 2]) / 2, found.xyxy[:, 3])
        queueing.append(bool(((abs(x - 0.6) < 0.03) & (abs(y - 0.465) < 0.03)).any()))
        near = found[(y > 0.6) & (found.scores > 0.5) & (found.xyxy[:, 0] > 0.25)]
        cars += int(sum(CLASSES[int(votes.argmax())] in VEHICLES for votes in near.votes))
    assert np.mean(queueing) > 0.8
    assert cars >= 10


class Told:
    """A judge that gives answers in turn, the last one again and again."""

    classes = TOLD_APART
    side = 48

    def __init__(self, *answers: tuple[float, ...]) -> None:
        self._answers = list(answers)

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        found = [self._answers.pop(0) if len(self._answers) > 1 else self._answers[0] for _ in crops]
        return np.array(found, np.float32).reshape(-1, len(self.classes))


SURE = (0.9, 0.04, 0.02, 0.02, 0.02)
CAR = (0.02, 0.04, 0.9, 0.02, 0.02)
UNSURE = (0.2, 0.15, 0.35, 0.15, 0.15)


def called(eye: BuiltinEye, begins: float, seconds: float = 4.0) -> ObjectClass:
    """What the eye calls a thing at last that goes to the right."""
    label = ObjectClass.OTHER
    for at in moments(3.0, 3.0 + seconds):
        seen = look(eye, shot(put(EMPTY, Thing(begins + 90 * (at - 3), 250)), at)).detections
        label = CLASSES[int(seen.votes[0].argmax())] if len(seen) else label
    return label


def test_one_sure_look_says_more_than_several_unsure_ones() -> None:
    assert called(learnt(BuiltinEye(Told(SURE, UNSURE))), 120) is ObjectClass.PERSON


def test_what_the_border_cuts_off_is_not_judged_by_that() -> None:
    assert called(learnt(BuiltinEye(Told(CAR, CAR, SURE))), -20, 1.1) is ObjectClass.PERSON
