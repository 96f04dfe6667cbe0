"""Boxes become squares."""

import numpy as np

from ronda.vision.detectors.builtin.cutting import cut


def _picture() -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    rows, cols = np.mgrid[0:100, 0:200]
    return np.stack((rows, cols, rows * 0), -1).astype(np.uint8)


def test_a_square_around_the_middle_with_a_margin() -> None:
    (crop,) = cut(_picture(), np.array([[80, 40, 120, 60]], np.float32), 64)
    assert crop.shape == (50, 50, 3)  # 1.25 times 40
    assert tuple(crop[25, 25]) == (50, 100, 0)


def test_what_lies_outside_repeats_the_edge() -> None:
    (crop,) = cut(_picture(), np.array([[0, 0, 40, 40]], np.float32), 64)
    assert crop.shape == (50, 50, 3)
    assert (crop[:5, :, 0] == 0).all()
    assert (crop[:, :5, 1] == 0).all()


def test_a_large_box_is_made_no_larger_than_asked() -> None:
    for box in ([0, 0, 200, 100], [-300, -300, 500, 400], [0, 0, 200, 1]):
        (crop,) = cut(_picture(), np.array([box], np.float32), 48)
        assert crop.shape == (48, 48, 3)


def test_boxes_of_no_size_or_outside_are_survived() -> None:
    boxes = np.array([[10, 10, 10, 10], [500, 500, 520, 520], [-90, -90, -70, -70], [30, 20, 10, 5]], np.float32)
    crops = cut(_picture(), boxes, 48)
    assert [crop.ndim for crop in crops] == [3] * 4
    assert all(crop.size for crop in crops)
    assert cut(_picture(), np.empty((0, 4), np.float32), 48) == []
