"""What a crop shows: person, two-wheeler, car, bus or truck, or none of them, by a tiny network of our own.

Weights (`crops.onnx`) and their card (`crops.json`) lie beside this module; `train/` makes both.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ronda.base.errors import BadInput, StorageFailed
from ronda.vision.detectors.failures import ONNX_FAILURES
from ronda.vision.objects import ObjectClass

CARD: Final = Path(__file__).with_name("crops.json")
_MEND: Final = "install this version of Ronda again, or train the weights and their card anew (train/README.md)"
_QUIET: Final = 3  # ONNX Runtime's severity: errors only


@dataclass(frozen=True, slots=True)
class Card:
    """What the program needs of the weights' card; people find more in the file.

    Attributes:
        name: Of the eye.
        version: Of the weights.
        classes: In the order of the answers' columns.
        side: Of the network's input, in pixels.
        weights: The file.
        sha256: Of that file.
    """

    name: str
    version: str
    classes: tuple[ObjectClass, ...]
    side: int
    weights: Path
    sha256: str

    @classmethod
    def read(cls, path: Path) -> "Card":
        """Return the card in a file (blocking).

        Raises:
            StorageFailed: It cannot be read, or says not what is needed.
        """
        try:
            told = json.loads(path.read_text())
            classes = tuple(ObjectClass(name) for name in told["classes"])
            side = int(told["input"]["side"])
            return cls(
                told["name"], told["version"], classes, side, path.with_name(told["file"]), told["sha256"].lower()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"the card {path} of the built-in eye cannot be used ({type(error).__name__}: {error})"
            raise StorageFailed(reason, _MEND) from error


class Classifier:
    """Tells what crops show. Not for several threads at a time; lives in a vision worker.

    Args:
        card: Of the weights to load (blocking).
        threads: Of the processor, for one batch.
        batch: Most crops that are looked at together: bounds the memory.

    Raises:
        StorageFailed: Card or weights are missing, damaged, or not each other's.
    """

    def __init__(self, card: Path = CARD, threads: int = 1, batch: int = 64) -> None:
        self.card = Card.read(card)
        self._batch = batch
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = _QUIET
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        weights = _weights(self.card)
        try:
            self._session: Any = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
            self._input = self._session.get_inputs()[0].name
        except ONNX_FAILURES as error:
            raise StorageFailed(f"the weights {self.card.weights} cannot be loaded: {error}", _MEND) from error

    @property
    def classes(self) -> tuple[ObjectClass, ...]:
        """What the columns of an answer stand for."""
        return self.card.classes

    @property
    def side(self) -> int:
        """Sides in pixels to which every crop is brought; larger ones need not be cut out larger."""
        return self.card.side

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return how likely each class is for each crop, (N, classes) float32; rows sum to 1.

        Args:
            crops: RGB, each (h, w, 3) uint8 of any size; best a square around the thing (`cutting.cut`).

        Raises:
            BadInput: A crop is of another shape or type, or empty.
        """
        found = np.empty((len(crops), len(self.classes)), np.float32)
        for start in range(0, len(crops), self._batch):
            part = crops[start : start + self._batch]
            given = np.empty((len(part), 3, self.side, self.side), np.float32)
            for row, crop in enumerate(part):
                given[row] = fitted(crop, self.side).transpose(2, 0, 1)
            found[start : start + len(part)] = self._session.run(None, {self._input: given})[0]
        return found


def fitted(crop: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return a crop at (side, side, 3); one that is not square keeps its shape, and its edges are repeated.

    Raises:
        BadInput: It is not (h, w, 3) uint8, or empty.
    """
    if crop.ndim != 3 or crop.shape[2] != 3 or crop.dtype != np.uint8 or 0 in crop.shape:
        raise BadInput(f"a crop has shape {crop.shape} and type {crop.dtype}, not (h, w, 3) of uint8 with pixels in it")
    high, wide = crop.shape[:2]
    if (high, wide) == (side, side):
        return crop
    long = max(high, wide)
    size = max(1, round(wide * side / long)), max(1, round(high * side / long))
    way = cv2.INTER_AREA if long > side else cv2.INTER_LINEAR
    small = cv2.resize(crop, size, interpolation=way)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    if left or top or size != (side, side):
        gaps = (top, side - size[1] - top, left, side - size[0] - left)
        small = cv2.copyMakeBorder(small, *gaps, cv2.BORDER_REPLICATE)
    return np.asarray(small, np.uint8)


def _weights(card: Card) -> bytes:
    try:
        data = card.weights.read_bytes()
    except OSError as error:
        raise StorageFailed(f"the weights {card.weights} cannot be read ({error})", _MEND) from error
    if (found := hashlib.sha256(data).hexdigest()) != card.sha256:
        wrong = f"the weights {card.weights} are not those of their card: sha256 {found}, expected {card.sha256}"
        raise StorageFailed(wrong, _MEND)
    return data
