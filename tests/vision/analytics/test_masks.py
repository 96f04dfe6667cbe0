"""Masks: who passes counts once, by most of what was seen of them; what cannot be told is unknown; nothing is kept."""

import dataclasses

import pytest
from tests.vision.analytics.painted import Gate, PaintedEye, painted

from ronda.base.errors import BadInput, NotFound, RondaError
from ronda.vision.analytics.contract import Count
from ronda.vision.analytics.masks import MaskRule
from ronda.vision.analytics.rule import FULL_WIDTH, Rule, View
from ronda.vision.configuration import Configuration, models_named, needs_full_picture
from ronda.vision.detectors.contract import EyeName, Seen
from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.objects import CLASSES, Detections, FaceClass
from ronda.vision.watching import Watch

MASKED, UNMASKED, UNKNOWN = FaceClass.MASKED, FaceClass.UNMASKED, FaceClass.UNKNOWN
DOCUMENT = {
    "zones": [{"name": "gate", "points": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]}],
    "masks": [{"zone": "gate"}],
}


def test_who_passes_counts_once_as_what_most_pictures_show() -> None:
    gate = Gate()
    for kind in (MASKED, UNMASKED, MASKED, UNKNOWN):
        gate.walk(kind)
    assert gate.labels() == [MASKED, UNMASKED, MASKED, UNKNOWN]
    assert {(one.line, one.direction, one.track) for one in gate.found.counts} == {("gate", "", 0)}
    assert all(one.eye is gate.eye.name for one in gate.found.counts)


def test_nothing_of_a_face_leaves_the_analytic_but_three_words() -> None:
    gate = Gate()
    gate.walk(MASKED)
    assert not gate.found.signs
    assert not gate.found.measures
    (count,) = gate.found.counts
    told = {field.name for field in dataclasses.fields(Count)}
    assert told == {"line", "direction", "label", "track", "at_90k", "speed_kmh", "eye"}
    assert count.speed_kmh is None


def test_each_of_several_at_once_is_judged_by_themselves() -> None:
    gate = Gate()
    for x in range(100, 540, 20):
        gate.show((x, 90, 50, MASKED), (640 - x, 180, 50, UNMASKED), (x, 270, 50, MASKED))
    gate.found.add(gate.masks.close(10**9))
    assert sorted(gate.labels()) == [MASKED, MASKED, UNMASKED]


def test_a_face_too_small_is_unknown_and_never_judged() -> None:
    gate = Gate(min_face=60)
    gate.walk(MASKED, tall=50)
    assert gate.labels() == [UNKNOWN]
    assert gate.eye.judged == 0


def test_the_least_height_is_of_the_cameras_full_picture() -> None:
    gate = Gate(min_face=60)
    gate.walk(MASKED, tall=50, scale=2)
    assert gate.labels() == [MASKED]


def test_a_mask_taken_off_on_the_way_is_what_most_pictures_say_or_unknown() -> None:
    gate = Gate()
    for number, x in enumerate(range(100, 540, 20)):
        gate.show((x, 180, 50, MASKED if number % 4 < 2 else UNMASKED))
    gate.found.add(gate.masks.close(10**9))
    assert gate.labels() == [UNKNOWN]


def test_who_passes_beside_the_zone_is_not_counted() -> None:
    gate = Gate()
    gate.walk(MASKED, tall=30, y=17)
    assert gate.labels() == []


def test_a_poster_is_nobody() -> None:
    gate = Gate()
    for _ in range(130):
        gate.show((300, 180, 60, UNMASKED), step_s=1.0)
    gate.found.add(gate.masks.close(10**9))
    assert gate.labels() == []


def test_outside_its_hours_nobody_is_looked_at() -> None:
    gate = Gate(hours=["22:00-05:00"])
    gate.at_s = 12 * 3600.0
    gate.walk(MASKED)
    assert (gate.labels(), gate.eye.judged) == ([], 0)


def test_judging_is_bounded() -> None:
    gate = Gate()
    for number in range(40):
        gate.show(*((60 + 80 * column + number, 100 + 60 * row, 45, MASKED) for column in range(6) for row in range(4)))
    assert gate.eye.judged <= 24 * 6


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(BadInput, match="min_face"):
        Configuration.from_document({**DOCUMENT, "masks": [{"zone": "gate", "min_face": 5}]})
    with pytest.raises(BadInput, match="no zone 'door'"):
        Configuration.from_document({**DOCUMENT, "masks": [{"zone": "door"}]})


def test_a_document_says_which_models_and_pictures_it_needs() -> None:
    made = Configuration.from_document(DOCUMENT).document()
    assert models_named(made) == models_named(DOCUMENT) == {"face_yunet_2026may", "face_mask_aizoo"}
    assert models_named({"masks": [{"zone": "gate", "judge": "mine"}], "crowd": [3]}) == {"face_yunet_2026may", "mine"}
    assert needs_full_picture(made)
    assert not needs_full_picture({"counting": [{}], "masks": []})
    assert not needs_full_picture({"masks": "none"})


def missing(finder: str, judge: str) -> PaintedEye:
    raise NotFound(f"masks need a model: {finder!r} is not here", "`ronda models add FILE`")


def test_without_its_model_the_rule_says_how_to_add_one_and_the_others_go_on() -> None:
    zone = ZoneShape(name="gate", points=((0, 0), (1, 0), (1, 1)))
    with pytest.raises(NotFound, match="ronda models add FILE"):
        MaskRule(zone="gate").start(View(zones={"gate": zone}))
    configuration = Configuration.from_document({**DOCUMENT, "crowd": [{"zone": "gate", "persons": [5]}]})
    with pytest.raises(NotFound, match="ronda models add FILE"):
        Watch(configuration, faces=missing)
    told: list[tuple[Rule, RondaError]] = []
    watch = Watch(configuration, faces=missing, lacking=lambda *one: told.append(one))
    found = watch.take(painted((), 0), Seen(Detections.none()))
    assert [type(rule) for rule, _ in told] == [MaskRule]
    assert {one.analytic for one in found.measures} == {"crowd"}


def test_a_camera_that_counts_masks_has_the_full_picture_and_keeps_none() -> None:
    eye = PaintedEye()
    watch = Watch(Configuration.from_document(DOCUMENT), EyeName("b", "B", "1", ()), faces=lambda *_: eye)
    assert (watch.width, watch.keeps_pictures) == (FULL_WIDTH, False)
    plain = Watch(Configuration.from_document({"zones": DOCUMENT["zones"]}))
    assert (plain.width, plain.keeps_pictures) == (0, True)
    assert len(CLASSES) == 9, "what is told of faces is no class of things"
