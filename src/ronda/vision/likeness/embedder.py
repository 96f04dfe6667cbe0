"""A model that turns the look of a person or vehicle into a row of numbers, alike for alike looks.

Its head is called `likeness` on a card: one picture of a fixed size, RGB with the statistics of ImageNet, becomes one
row `[1, n]`; the angle between two rows says how alike the looks are. The card's classes say of what it was trained.
Nothing of a face is asked for or kept.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput, NotFound
from ronda.vision.detectors.contract import EyeName
from ronda.vision.detectors.onnx.card import CARD, ModelCard, read_card
from ronda.vision.detectors.onnx.runtime import Network, RuntimeSettings
from ronda.vision.objects import VEHICLES, ObjectClass
from ronda.vision.picture import Rgb

Floats = NDArray[np.float32]

HEAD: Final = "likeness"
"""Its name on a card: such a model is no eye for a camera."""
MODEL: Final = "person-reidentification-retail-0267"
"""The one of our catalogue."""
_MEAN: Final = np.array((123.675, 116.28, 103.53), np.float32)
_DEVIATION: Final = np.array((58.395, 57.12, 57.375), np.float32)
_FEWEST, _MOST = 16, 4096
_LEAST_SIDE: Final = 8


class Embedder:
    """Says how things look, so that they can be compared. Remembers nothing; lives in one thread.

    Args:
        card: Which model it is, and where.
        classes: Of what it was trained.
        settings: How it is run.

    Raises:
        BadInput: The file is of no such model.
    """

    def __init__(
        self,
        card: ModelCard,
        classes: Sequence[ObjectClass] = (ObjectClass.PERSON,),
        settings: RuntimeSettings | None = None,
    ) -> None:
        self.card = card
        self.network = Network(card.file, settings or RuntimeSettings())
        if self.network.size_wh is None:
            raise BadInput(f"{card.file.name} takes pictures of any size, where a model of likeness takes one alone")
        self.size_wh = self.network.size_wh
        blank = np.zeros((1, 3, self.size_wh[1], self.size_wh[0]), np.float32)
        shapes = [one.shape for one in self.network.run(blank)]
        if len(shapes) != 1 or len(shapes[0]) != 2 or not _FEWEST <= shapes[0][1] <= _MOST:
            raise BadInput(
                f"the model's outputs for one picture have the shapes {shapes}, that of a likeness is one of [1, n], "
                f"n from {_FEWEST} to {_MOST}"
            )
        self.numbers: int = shapes[0][1]
        self._name = EyeName(card.name, card.name.replace("_", " "), card.version, tuple(classes))

    @property
    def name(self) -> EyeName:
        """Which one it is; its classes are what it was trained on."""
        return self._name

    @property
    def id(self) -> str:
        """Which model's numbers these are: only those of one can be compared."""
        return f"{self._name.id}@{self._name.version}"

    def knows(self, label: ObjectClass) -> bool:
        """Whether it was trained on such things."""
        if label in VEHICLES:
            return any(one in VEHICLES for one in self._name.classes)
        return label in self._name.classes

    def embed(self, crops: Sequence[Rgb]) -> Floats:
        """Return how things look, (N, numbers), each row of length 1.

        Args:
            crops: Each a thing with hardly anything around it, (H, W, 3), red first.
        """
        if not crops:
            return np.empty((0, self.numbers), np.float32)
        return unit(self.network.run(np.stack([self._laid(crop) for crop in crops]))[0])

    def _laid(self, crop: Rgb) -> Floats:
        if min(crop.shape[:2]) < _LEAST_SIDE:
            raise BadInput(f"a crop of {crop.shape[1]}x{crop.shape[0]} pixels shows nothing to compare")
        way = cv2.INTER_AREA if crop.shape[0] > self.size_wh[1] else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(crop, self.size_wh, interpolation=way), np.float32)
        return np.asarray(((small - _MEAN) / _DEVIATION).transpose(2, 0, 1), np.float32)


def unit(rows: Floats) -> Floats:
    """Return rows made as long as 1; a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), np.float32)


def is_likeness(card: ModelCard) -> bool:
    """Whether a model is one of likeness: its card says so, or says nothing and its output looks like it."""
    if card.head is not None:
        return card.head == HEAD
    outputs = list(Network(card.file, RuntimeSettings(threads=1)).outputs.values())
    return len(outputs) == 1 and len(outputs[0]) == 2


def open_embedder(models: Path, name: str = MODEL, settings: RuntimeSettings | None = None) -> Embedder:
    """Open a model of likeness.

    Args:
        models: The folder of models.
        name: Which one.
        settings: How it is run.

    Raises:
        NotFound: It is not there: says how it is added.
        BadInput: It is not as it should be, or another kind of model.
    """
    folder = models / name
    if "/" in name or name[:1] in ("", ".") or not (folder / CARD).is_file():
        raise NotFound(
            f"likeness needs a model: {name!r} is not here",
            "`ronda models add FILE` adds it; `ronda models list` shows what is known of it",
        )
    card = read_card(folder)
    if not is_likeness(card):
        raise BadInput(f"{name} is no model of likeness", f"its card must say the head {HEAD!r}")
    return Embedder(card, _classes(folder), settings)


def likeness_names(models: Path) -> list[str]:
    """Return the names of the models of likeness that are there, ours first."""
    try:
        folders = sorted(one for one in models.iterdir() if one.name[0] != "." and (one / CARD).is_file())
    except OSError:
        return []
    found = [one.name for one in folders if one.name == MODEL or _head(one) == HEAD]
    return sorted(found, key=lambda name: name != MODEL)


def _head(folder: Path) -> str:
    try:
        return str(_held(folder).get("head", ""))
    except (OSError, ValueError):
        return ""


def _classes(folder: Path) -> tuple[ObjectClass, ...]:
    told = _held(folder).get("classes")
    known = {one.value: one for one in ObjectClass}
    named = tuple(known[one] for one in told if one in known) if isinstance(told, list) else ()
    return named or (ObjectClass.PERSON,)


def _held(folder: Path) -> dict[str, object]:
    held = json.loads((folder / CARD).read_text(encoding="utf-8"))
    return held if isinstance(held, dict) else {}
