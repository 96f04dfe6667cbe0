"""Heads: outputs made by hand become the boxes that they mean; others are refused with both shapes."""

import numpy as np
import pytest

from ronda.base.errors import BadInput
from ronda.vision.detectors.onnx.heads import OpenVinoSsd, PicoDet, Yolox, head_for
from ronda.vision.objects import CLASSES, ObjectClass

SIZE = (320, 192)


def pico_outputs() -> list[np.ndarray]:
    cells = [(40 * 24), (20 * 12), (10 * 6), (5 * 3)]
    return [np.zeros((n, 80), np.float32) for n in cells] + [np.zeros((n, 32), np.float32) for n in cells]


def test_picodet() -> None:
    outputs = pico_outputs()
    cell = 3 * 10 + 4  # row 3, column 4 of stride 32
    outputs[2][cell, 2] = 0.8  # a car
    sides = outputs[6][cell].reshape(4, 8)
    sides[:, 1] = 50.0  # one stride to each side
    found = PicoDet().read(outputs, SIZE, (1280, 768), 0.3)
    assert found.xyxy[0].tolist() == pytest.approx([112 / 320, 80 / 192, 176 / 320, 144 / 192])
    assert CLASSES[int(found.votes[0].argmax())] is ObjectClass.CAR
    assert found.scores.tolist() == pytest.approx([0.8])


def test_yolox_takes_its_grey_bars_into_account() -> None:
    """A picture of 4:3 fills only a part of the canvas."""
    output = np.zeros((40 * 24 + 20 * 12 + 10 * 6, 85), np.float32)
    row = 40 * 24 + 5 * 20 + 6  # row 5, column 6 of stride 16
    output[row, :5] = (0.5, 0.5, np.log(2.0), np.log(3.0), 0.9)
    output[row, 5] = 0.9  # a person
    found = Yolox().read([output], SIZE, (640, 480), 0.3)
    assert found.xyxy[0].tolist() == pytest.approx([88 / 256, 64 / 192, 120 / 256, 112 / 192])
    assert found.scores.tolist() == pytest.approx([0.81])


def test_ssd() -> None:
    boxes = np.array([[0.1, 0.1, 0.3, 0.4], [0.5, 0.5, 0.6, 0.6]], np.float32)
    scores = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]], np.float32)
    found = OpenVinoSsd().read([boxes, scores], (256, 256), (640, 360), 0.4)
    assert found.xyxy.tolist() == [pytest.approx([0.1, 0.1, 0.3, 0.4])]


def test_boxes_that_are_none_are_left_out() -> None:
    boxes = np.array([[0.3, 0.3, 0.1, 0.1], [0, 0, 1, 1], [np.nan, 0, 1, 1], [0.1, 0.1, 0.2, 0.2]], np.float32)
    scores = np.tile(np.array([[0.8, 0, 0, 0.2]], np.float32), (4, 1))
    assert len(OpenVinoSsd().read([boxes, scores], (256, 256), (640, 360), 0.4)) == 1


def test_pictures_are_laid_out() -> None:
    rgb = np.zeros((48, 64, 3), np.uint8)
    rgb[..., 0] = 200
    canvas = np.zeros((3, 32, 64), np.float32)
    Yolox().lay(rgb, canvas)
    assert canvas[2, 0, 0] == 200  # blue first
    assert canvas[0, 0, 0] == 0
    assert (canvas[:, :, 43:] == 114).all()
    PicoDet().lay(rgb, canvas)
    assert canvas[0, 5, 5] == pytest.approx((200 - 123.675) / 58.395, abs=1e-4)


@pytest.mark.parametrize("head", [PicoDet(), Yolox(), OpenVinoSsd()])
def test_other_shapes_are_refused_with_both(head: PicoDet | Yolox | OpenVinoSsd) -> None:
    with pytest.raises(BadInput, match=r"shapes \[\(7, 3\)\].*are \["):
        head.check([(7, 3)], SIZE)
    PicoDet().check([one.shape for one in pico_outputs()], SIZE)


def test_heads_are_told_by_their_outputs() -> None:
    assert isinstance(head_for({"output": (1, "n", 85)}, None, "a.onnx"), Yolox)
    assert isinstance(head_for({"b": (1, 10, 4), "s": (1, 10, 4)}, None, "a.onnx"), OpenVinoSsd)
    with pytest.raises(BadInput, match=r"logits \[1, 5\].*known are"):
        head_for({"logits": (1, 5)}, None, "a.onnx")
    with pytest.raises(BadInput, match="no head 'ssd'"):
        head_for({}, "ssd", "a.onnx")
