"""Models by card: real ones see real footage; wrong ones say what is wrong."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import ronda.vision.detectors.builtin
from ronda.base.errors import BadInput, NotFound
from ronda.media.codec.video_file import VideoFile
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import eye_names, open_eye
from ronda.vision.detectors.onnx.card import parse_size, read_card
from ronda.vision.detectors.onnx.eye import OnnxEye
from ronda.vision.detectors.onnx.runtime import Provider, RuntimeSettings
from ronda.vision.objects import ObjectClass
from ronda.vision.picture import Picture

OUR_CROPS = Path(ronda.vision.detectors.builtin.__file__).with_name("crops.onnx")


def first_picture(path: Path, index: int = 0) -> Picture:
    with VideoFile(path, 640) as file:
        for number, one in enumerate(file.pictures()):
            if number == index:
                return Picture(one.rgb, one.at_90k, one.full_wh)
    raise AssertionError(path)


@pytest.mark.parametrize("name", ["picodet_s_320", "yolox_nano@320x192", "person-vehicle-bike-detection-2000"])
def test_real_models_see_a_real_street(shared_assets: Path, name: str) -> None:
    eye = open_eye(name, shared_assets / "models")
    picture = first_picture(shared_assets / "videos" / "street-corner-1.mp4")
    other = Picture(np.ascontiguousarray(picture.rgb[:, :352]), 0, (352, 352))
    wide, narrow = eye.look([Look("a", picture), Look("b", other)])
    sure = wide.detections.scores >= 0.5
    assert 3 <= sure.sum() <= 14
    assert {ObjectClass.CAR} <= set(eye.name.classes)
    near = wide.detections.xyxy[sure]
    # The white car in the middle of the street, in pixels of 640x352.
    assert (np.abs(near - np.array([221, 120, 300, 175]) / (640, 352, 640, 352)).max(1) < 0.07).any()
    assert len(narrow.detections)
    assert eye.name.id == name


def card(folder: Path, **held: object) -> Path:
    folder.mkdir(exist_ok=True)
    shutil.copy(OUR_CROPS, folder / "model.onnx")
    (folder / "card.json").write_text(json.dumps({"name": "mine", "files": [{"file": "model.onnx"}], **held}))
    return folder


def test_a_model_that_is_no_detector_says_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no detector known here"):
        OnnxEye(read_card(card(tmp_path / "mine")))


def test_a_model_of_another_checksum_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"SHA-256 is .* not 00ff"):
        read_card(card(tmp_path / "mine", files=[{"file": "model.onnx", "sha256": "00ff"}]))


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    folder = card(tmp_path / "mine")
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(BadInput, match="not a model"):
        OnnxEye(read_card(folder))
    (folder / "model.onnx").unlink()
    with pytest.raises(BadInput, match="that is there"):
        read_card(folder)
    (folder / "card.json").write_text("{")
    with pytest.raises(BadInput, match="as JSON"):
        read_card(folder)


def test_unknown_eyes_say_which_there_are(tmp_path: Path) -> None:
    card(tmp_path / "mine")
    assert eye_names(tmp_path) == ["builtin", "builtin-geometry", "mine"]
    with pytest.raises(NotFound, match="there are: builtin, builtin-geometry, mine"):
        open_eye("yolo", tmp_path)
    with pytest.raises(BadInput, match="no name of an eye"):
        open_eye("../secret", tmp_path)
    with pytest.raises(NotFound, match=r"card\.json"):
        open_eye("./nowhere", tmp_path, folders=True)


@pytest.mark.parametrize("text", ["640", "640x380", "x", "9999x9999"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(BadInput, match="multiples of 32"):
        parse_size(text, "here")


def test_what_cannot_compute_says_how(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="onnxruntime-openvino"):
        OnnxEye(read_card(card(tmp_path / "mine")), RuntimeSettings(Provider.OPENVINO))
