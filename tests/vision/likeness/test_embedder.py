"""Looks are rows of numbers: alike for one person on several pictures; models of other sorts say what they are."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vision.models.drawn import model, yolox

from ronda.base.errors import BadInput, NotFound
from ronda.media.codec.video_file import VideoFile
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.likeness.embedder import HEAD, MODEL, likeness_names, open_embedder
from ronda.vision.likeness.looks import alike, packed, together, unpacked
from ronda.vision.models.adding import add
from ronda.vision.models.card import catalogue
from ronda.vision.models.checking import check
from ronda.vision.models.shelf import Shelf, State
from ronda.vision.objects import CLASSES, ObjectClass
from ronda.vision.picture import Picture, Rgb

FPS = 12


def put(folder: Path, data: bytes, name: str = "own", **told: object) -> Path:
    """Write a model and its card."""
    place = folder / name
    place.mkdir(parents=True)
    (place / "own.onnx").write_bytes(data)
    (place / "card.json").write_text(json.dumps({"name": name, "files": [{"file": "own.onnx"}], **told}))
    return place


def persons(assets: Path, *frames: int) -> list[Rgb]:
    """Return the surest person of some pictures of people-detection."""
    eye = open_eye("picodet_s_320", assets / "models")
    person = CLASSES.index(ObjectClass.PERSON)
    found: list[Rgb] = []
    with VideoFile(assets / "videos" / "people-detection.mp4", 1920) as file:
        for number, taken in enumerate(file.pictures()):
            if number not in frames:
                continue
            seen = eye.look([Look("clip", Picture(taken.rgb, taken.at_90k, taken.full_wh))])[0].detections
            best = int((seen.scores * (seen.votes.argmax(1) == person)).argmax())
            high, wide = taken.rgb.shape[:2]
            left, top, right, low = (seen.xyxy[best] * (wide, high, wide, high)).astype(int).clip(0).tolist()
            found.append(taken.rgb[top:low, left:right])
            if number == max(frames):
                break
    return found


def test_one_person_on_two_pictures_is_more_alike_than_another(shared_assets: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models", catalogue())
    (file,) = (shared_assets / "models" / MODEL).glob("*.onnx")
    assert add(shelf, file, None, "2026-11-26").checked.things == 1
    assert shelf.entry(MODEL).state is State.READY
    embedder = open_embedder(shelf.folder)
    assert (embedder.size_wh, embedder.numbers, embedder.id) == ((128, 256), 256, f"{MODEL}@740289e9")
    assert embedder.knows(ObjectClass.PERSON)
    assert not embedder.knows(ObjectClass.CAR)
    rows = embedder.embed(persons(shared_assets, 36, 44, 52, 528))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    likeness = alike(together(rows[:2]), rows[2:])
    assert likeness[0] > 0.7 > 0.55 > likeness[1], likeness
    again = unpacked(packed(rows[0]))
    assert float(again @ rows[0]) > 0.9999


def test_it_is_told_by_its_output_and_is_no_eye(shared_assets: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models", {})
    assert add(shelf, shared_assets / "models" / MODEL, None, "2026-11-26").name == MODEL
    assert likeness_names(shelf.folder) == [MODEL]
    with pytest.raises(BadInput):
        open_eye(MODEL, shelf.folder)
    Shelf(tmp_path / "known", catalogue())
    place = put(tmp_path / "known", drawn_look(), head=HEAD)
    with pytest.raises(BadInput, match="no eye for a camera"):
        open_eye(place.name, place.parent)


def drawn_look(many: int = 32, taken: tuple[int, ...] = (1, 3, 64, 32)) -> bytes:
    """Return a model whose looks are all the same."""
    return model(np.arange(1, many + 1, dtype=np.float32)[None], taken)


def test_a_model_of_ones_own_serves_what_its_card_says(tmp_path: Path) -> None:
    place = put(tmp_path, drawn_look(), head=HEAD, classes=["car", "spaceship"])
    checked = check(place)
    assert (checked.size_wh, checked.things) == ((32, 64), 1)
    embedder = open_embedder(tmp_path, "own")
    assert embedder.knows(ObjectClass.TRUCK)
    assert not embedder.knows(ObjectClass.PERSON)
    crop: NDArray[np.uint8] = np.zeros((40, 20, 3), np.uint8)
    rows = np.concatenate([embedder.embed([crop]), embedder.embed([])])
    assert rows.shape == (1, 32)
    assert alike(rows[0], rows).tolist() == pytest.approx([1.0])
    with pytest.raises(BadInput, match="nothing to compare"):
        embedder.embed([crop[:4]])


def test_other_models_and_missing_ones_say_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=f"likeness needs a model: '{MODEL}' is not here.*ronda models add"):
        open_embedder(tmp_path)
    with pytest.raises(NotFound):
        open_embedder(tmp_path, "../x")
    assert likeness_names(tmp_path / "none") == []
    put(tmp_path, yolox())
    with pytest.raises(BadInput, match="no model of likeness"):
        open_embedder(tmp_path, "own")
    put(tmp_path, drawn_look(8), "short", head=HEAD)
    with pytest.raises(BadInput, match="from 16 to 4096"):
        open_embedder(tmp_path, "short")
    assert likeness_names(tmp_path) == ["short"]


@pytest.mark.parametrize("text", ["", "no base64 ü", "AAA=", "fg==", "AHw="])
def test_what_is_no_look_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        unpacked(text)
