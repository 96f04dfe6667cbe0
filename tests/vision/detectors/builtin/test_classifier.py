"""The built-in eye's classifier: its card, its answers, its accuracy on crops that were never learnt."""

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ronda.base.errors import BadInput, StorageFailed
from ronda.vision.detectors.builtin.classifier import CARD, Card, Classifier, fitted

FOLDERS = ("person", "two_wheeler", "car", "bus_truck", "other")
"""Of the tar, in the order of the classifier's classes."""


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def _noise(high: int, wide: int) -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (high, wide, 3), dtype=np.uint8)


def test_the_card_tells_what_the_weights_are(classifier: Classifier) -> None:
    card = json.loads(CARD.read_text())
    content = CARD.with_name(card["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == card["sha256"]
    assert len(content) == card["bytes"] < 1_000_000
    assert card["parameters"] <= 100_000
    assert [str(name) for name in classifier.classes] == ["person", "two-wheeler", "car", "bus-or-truck", "other"]
    assert card["accuracy"]["crops_val"]["balanced"] >= 0.80
    assert all(source["licence"] and source["attribution"] for source in card["data"])
    assert card["failings"]
    assert card["training"]["commands"]


def test_answers_are_probabilities_in_the_order_asked(classifier: Classifier) -> None:
    crops = [_noise(20 + size, 30) for size in range(150)]  # more than one batch
    found = classifier.classify(crops)
    assert found.shape == (150, 5)
    assert found.dtype == np.float32
    assert np.allclose(found.sum(1), 1, atol=1e-5)
    assert np.allclose(found[149:], classifier.classify(crops[149:]), atol=1e-5)


def test_an_empty_batch_has_an_empty_answer(classifier: Classifier) -> None:
    assert classifier.classify([]).shape == (0, 5)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 4000), (4000, 1), (2160, 3840), (64, 64)])
def test_tiny_huge_and_odd_crops_are_answered(classifier: Classifier, shape: tuple[int, int]) -> None:
    assert np.isfinite(classifier.classify([_noise(*shape)])).all()


def test_a_crop_that_is_not_square_keeps_its_shape_and_repeats_its_edges() -> None:
    crop = np.full((32, 16, 3), 9, np.uint8)
    crop[:, :8] = 200
    found = fitted(crop, 48)
    assert found.shape == (48, 48, 3)
    assert (found[:, :12] == 200).all()
    assert (found[:, 36:] == 9).all()


@pytest.mark.parametrize(
    "crop",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_what_is_no_crop_is_refused(classifier: Classifier, crop: NDArray[np.uint8]) -> None:
    with pytest.raises(BadInput, match="a crop has shape"):
        classifier.classify([crop])


def test_weights_that_are_not_their_cards_are_refused(tmp_path: Path) -> None:
    card = tmp_path / CARD.name
    shutil.copy(CARD, card)
    with pytest.raises(StorageFailed, match=r"cannot be read.*install this version"):
        Classifier(card)
    weights = Card.read(CARD).weights
    damaged = bytearray(weights.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / weights.name).write_bytes(damaged)
    with pytest.raises(StorageFailed, match="are not those of their card"):
        Classifier(card)


def test_weights_that_are_no_network_are_refused(tmp_path: Path) -> None:
    told = json.loads(CARD.read_text()) | {"sha256": hashlib.sha256(b"nothing").hexdigest()}
    (tmp_path / told["file"]).write_bytes(b"nothing")
    (tmp_path / CARD.name).write_text(json.dumps(told))
    with pytest.raises(StorageFailed, match="cannot be loaded"):
        Classifier(tmp_path / CARD.name)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"classes": ["elephant"]}'])
def test_a_card_that_says_too_little_is_refused(tmp_path: Path, content: str) -> None:
    card = tmp_path / CARD.name
    card.write_text(content)
    with pytest.raises(StorageFailed, match="cannot be used"):
        Classifier(card)


def test_opencv_reads_the_weights_too(classifier: Classifier) -> None:
    crops = [_noise(48, 48) for _ in range(3)]
    network = cv2.dnn.readNetFromONNX(str(classifier.card.weights))
    side = classifier.side
    network.setInput(np.stack([fitted(crop, side) for crop in crops]).transpose(0, 3, 1, 2).astype(np.float32))
    assert np.allclose(network.forward(), classifier.classify(crops), atol=1e-4)


def test_crops_that_were_never_learnt(classifier: Classifier, shared_assets: Path) -> None:
    labels, crops = [], []
    with tarfile.open(shared_assets / "eye" / "crops_val.tar") as tar:
        for member in tar:
            if member.name.endswith(".jpg") and (file := tar.extractfile(member)):
                labels.append(FOLDERS.index(member.name.removeprefix("./").split("/")[1]))
                crops.append(np.asarray(Image.open(io.BytesIO(file.read())).convert("RGB")))
    right = classifier.classify(crops).argmax(1) == np.array(labels)
    assert np.mean([right[np.array(labels) == label].mean() for label in range(5)]) >= 0.80
