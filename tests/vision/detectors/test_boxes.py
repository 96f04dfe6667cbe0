"""Boxes that mean the same thing."""

import numpy as np
import pytest

from ronda.vision.detectors.boxes import distinct, iou, mounted
from ronda.vision.objects import CLASSES, Detections, ObjectClass


def detections(*things: tuple[tuple[float, float, float, float], float, ObjectClass]) -> Detections:
    return Detections(
        np.array([box for box, _, _ in things], np.float32).reshape(-1, 4),
        np.array([score for _, score, _ in things], np.float32),
        np.array([[score * (one is label) for one in CLASSES] for _, score, label in things], np.float32),
    )


CAR, PERSON, BIKE = ObjectClass.CAR, ObjectClass.PERSON, ObjectClass.BICYCLE


def test_overlap() -> None:
    one = np.array([[0, 0, 0.2, 0.2]], np.float32)
    other = np.array([[0.1, 0, 0.3, 0.2], [0.5, 0.5, 0.6, 0.6]], np.float32)
    assert iou(one, other)[0].tolist() == pytest.approx([1 / 3, 0])


def test_the_best_box_of_each_thing_stays() -> None:
    found = detections(
        ((0.1, 0.1, 0.3, 0.3), 0.9, CAR),
        ((0.11, 0.1, 0.31, 0.3), 0.6, CAR),  # the same again
        ((0.2, 0.2, 0.28, 0.28), 0.5, CAR),  # a part of it
        ((0.2, 0.2, 0.28, 0.28), 0.5, PERSON),  # somebody before it
        ((0.6, 0.6, 0.8, 0.8), 0.4, CAR),  # another one
    )
    kept = distinct(found, 0.55, 0.75)
    assert kept.scores.tolist() == pytest.approx([0.9, 0.5, 0.4])


def test_a_box_around_two_cars_is_neither() -> None:
    found = detections(
        ((0.1, 0.1, 0.2, 0.2), 0.9, CAR), ((0.25, 0.1, 0.35, 0.2), 0.8, CAR), ((0.1, 0.1, 0.35, 0.2), 0.7, CAR)
    )
    assert len(distinct(found, 0.55, 0.75)) == 2


def test_who_rides_is_one_thing_and_who_walks_beside_is_not() -> None:
    bike = ((0.40, 0.50, 0.50, 0.62), 0.6, BIKE)
    rider = ((0.42, 0.40, 0.48, 0.60), 0.9, PERSON)
    walker = ((0.60, 0.40, 0.66, 0.62), 0.9, PERSON)
    kept = mounted(detections(bike, rider, walker))
    assert [CLASSES[index] for index in kept.votes.argmax(1)] == [BIKE, PERSON]
    assert kept.xyxy[0].tolist() == pytest.approx([0.40, 0.40, 0.50, 0.62])


def test_who_rides_is_as_sure_as_the_rider_and_its_wheels_count_once() -> None:
    faint = ((0.40, 0.50, 0.50, 0.60), 0.3, BIKE)
    again = ((0.41, 0.48, 0.50, 0.61), 0.25, BIKE)  # the same wheels
    rider = ((0.41, 0.38, 0.49, 0.61), 0.8, PERSON)  # whose box reaches a little below them
    parked = ((0.70, 0.50, 0.80, 0.60), 0.3, BIKE)
    kept = mounted(detections(faint, again, rider, parked))
    assert [CLASSES[index] for index in kept.votes.argmax(1)] == [BIKE, BIKE]
    assert sorted(kept.scores.tolist()) == pytest.approx([0.3, 0.8])
    assert kept.votes.max() == pytest.approx(0.8)
