"""The models of faces: read as others read them; wrong ones say what is wrong. Needs the real files; none is ours."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vision.models.drawn import yolox

from ronda.base.errors import BadInput, NotFound
from ronda.media.codec.video_file import VideoFile
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.detectors.masks import open_masks
from ronda.vision.detectors.onnx.card import read_card
from ronda.vision.detectors.onnx.faces import FaceFinder
from ronda.vision.detectors.onnx.mask_judge import verdict
from ronda.vision.models.adding import add
from ronda.vision.models.card import catalogue
from ronda.vision.models.shelf import Shelf, State
from ronda.vision.objects import FaceClass

FINDER, JUDGE = "face_yunet_2026may", "face_mask_aizoo"


@pytest.fixture(scope="module")
def aisle(shared_assets: Path) -> NDArray[np.uint8]:
    """A shop's aisle; somebody looks at the camera, their face 21 pixels high."""
    with VideoFile(shared_assets / "videos" / "store-aisle-preview.mp4", 1920) as file:
        return next(file.pictures()).rgb


def test_faces_are_found_where_opencv_finds_them(shared_assets: Path, aisle: NDArray[np.uint8]) -> None:
    card = read_card(shared_assets / "models" / FINDER)
    rgb = cv2.resize(aisle, None, fx=2, fy=2)
    boxes, scores = FaceFinder(card).find(np.asarray(rgb, np.uint8))
    theirs = cv2.FaceDetectorYN.create(str(card.file), "", (rgb.shape[1], rgb.shape[0]), 0.6).detect(rgb[..., ::-1])[1]
    assert len(boxes) == len(theirs) >= 1
    for box, score, one in zip(boxes, scores, theirs, strict=True):
        assert np.abs(box - np.array([*one[:2], *(one[:2] + one[2:4])])).max() < 1
        assert abs(score - one[-1]) < 0.01


def test_a_face_without_a_mask_and_the_same_with_a_drawn_one(shared_assets: Path, aisle: NDArray[np.uint8]) -> None:
    eye = open_masks(shared_assets / "models", FINDER, JUDGE)
    boxes, _ = eye.find(aisle, 2.0)
    face = boxes[:1]
    left, top, right, bottom = face[0].tolist()
    masked = aisle.copy()
    corners = [(left, (top + bottom) / 2), (right, (top + bottom) / 2), ((left + right) / 2, bottom + 1)]
    cv2.fillPoly(masked, [np.array(corners).round().astype(np.int32)], (200, 215, 225))
    assert eye.judge(masked, face) == [FaceClass.MASKED]
    assert eye.judge(aisle, face) != [FaceClass.MASKED]
    nowhere = np.array([[10, 200, 60, 260]], np.float32)
    assert eye.judge(aisle, nowhere) == [FaceClass.UNKNOWN]
    assert eye.name.id == f"{FINDER}+{JUDGE}"
    assert open_masks(shared_assets / "models", FINDER, JUDGE).find(aisle, 2.0)[0].shape == boxes.shape


def test_a_face_at_the_pictures_edge_is_judged_too(shared_assets: Path) -> None:
    eye = open_masks(shared_assets / "models", FINDER, JUDGE)
    blank = np.zeros((40, 60, 3), np.uint8)
    edges = np.array([[0, 0, 30, 40], [50, 30, 60, 40], [0, 0, 1, 1]], np.float32)
    assert eye.judge(blank, edges) == [FaceClass.UNKNOWN] * 3
    boxes, scores = eye.find(np.zeros((1, 1, 3), np.uint8))
    assert (boxes.shape, scores.shape) == ((0, 4), (0,))


def test_they_are_added_checked_and_are_no_eyes(shared_assets: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models", catalogue())
    for name in (FINDER, JUDGE):
        (file,) = (shared_assets / "models" / name).glob("*.onnx")
        added = add(shelf, file, None, "2026-11-21")
        assert (added.name, added.checked.things) == (name, 0)
        assert shelf.entry(name).state is State.READY
        with pytest.raises(BadInput, match="no eye for a camera"):
            open_eye(name, shelf.folder)
    open_masks(shelf.folder, FINDER, JUDGE)
    with pytest.raises(BadInput, match="judges masks, where masks need one that finds faces"):
        open_masks(shelf.folder, JUDGE, JUDGE)
    own = shared_assets / "models" / JUDGE
    assert add(Shelf(tmp_path / "other", {}), own, None, "2026-11-21").name == JUDGE, "told by its outputs"


def test_what_is_not_there_or_another_thing_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=f"'{FINDER}', which finds faces.*ronda models add FILE"):
        open_masks(tmp_path, FINDER, JUDGE)
    with pytest.raises(NotFound):
        open_masks(tmp_path, "../x", JUDGE)
    for name, head in (("cars", None), (FINDER, "yunet"), (JUDGE, "aizoo-mask")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "drawn.onnx").write_bytes(yolox())
        card = {"name": name, "files": [{"file": "drawn.onnx"}], **({"head": head} if head else {})}
        (tmp_path / name / "card.json").write_text(json.dumps(card))
    with pytest.raises(BadInput, match="detector of things"):
        open_masks(tmp_path, "cars", JUDGE)
    with pytest.raises(BadInput, match="where a YuNet has also cls_8"):
        open_masks(tmp_path, FINDER, JUDGE)
    shutil.rmtree(tmp_path / FINDER)
    with pytest.raises(NotFound):
        open_masks(tmp_path, FINDER, JUDGE)


def test_where_both_or_neither_speak_it_cannot_be_told() -> None:
    said = [verdict(*one) for one in ((0.9, 0.1), (0.1, 0.9), (0.8, 0.6), (0.4, 0.1), (float("nan"), float("nan")))]
    assert said == [FaceClass.MASKED, FaceClass.UNMASKED, *[FaceClass.UNKNOWN] * 3]
