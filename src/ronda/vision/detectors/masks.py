"""The eye of the masks analytic: a model that finds faces and one that judges them, shared by all cameras of a process.

Nothing of a face is kept: boxes and three words come out, pixels stay where they came from.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput, NotFound
from ronda.vision.detectors.contract import EyeName
from ronda.vision.detectors.onnx import faces, mask_judge
from ronda.vision.detectors.onnx.card import CARD, ModelCard, read_card
from ronda.vision.detectors.onnx.faces import FaceFinder, enlarged
from ronda.vision.detectors.onnx.mask_judge import MaskJudge, verdict
from ronda.vision.detectors.onnx.runtime import Network, RuntimeSettings
from ronda.vision.objects import MASK_LABELS, FaceClass
from ronda.vision.picture import Rgb

Floats = NDArray[np.float32]

HEADS: Final = (faces.HEAD, mask_judge.HEAD)
"""The heads, by their names on cards, that are of faces: such a model is no eye for a camera."""
Model = FaceFinder | MaskJudge
M = TypeVar("M", FaceFinder, MaskJudge)

_DOES: Final[Mapping[type[Model], str]] = {FaceFinder: "finds faces", MaskJudge: "judges masks"}
_open: Final[WeakValueDictionary[tuple[str, str], Model]] = WeakValueDictionary()


class MaskEyes:
    """A pair of models.

    Args:
        finder: Finds faces.
        judge: Says whether a mask is worn.
    """

    def __init__(self, finder: FaceFinder, judge: MaskJudge) -> None:
        self._finder, self._judge = finder, judge
        one, other = finder.card, judge.card
        title = f"{one.name} and {other.name}".replace("_", " ")
        self._name = EyeName(f"{one.name}+{other.name}", title, f"{one.version}+{other.version}", MASK_LABELS)

    @property
    def name(self) -> EyeName:
        """Which pair it is."""
        return self._name

    def find(self, rgb: Rgb, scale: float = 1.0) -> tuple[Floats, Floats]:
        """Return the faces in a picture that is looked at so many times as large: boxes in its pixels, how sure."""
        boxes, scores = self._finder.find(enlarged(rgb, scale))
        return boxes / np.float32(scale), scores

    def judge(self, rgb: Rgb, faces: Floats) -> list[FaceClass]:
        """Say of faces in a picture, boxes in its pixels (N, 4): masked, unmasked or unknown."""
        return [verdict(*one, self._judge.threshold) for one in self._judge.likely(rgb, faces)]


def open_masks(models: Path, finder: str, judge: str, settings: RuntimeSettings | None = None) -> MaskEyes:
    """Open a pair of models.

    Args:
        models: The folder of models.
        finder: Name of the one that finds faces.
        judge: Name of the one that judges masks.
        settings: How they are run.

    Raises:
        NotFound: One is not there: says how it is added.
        BadInput: One is not as it should be, or another kind of model.
    """
    return MaskEyes(_opened(models, finder, FaceFinder, settings), _opened(models, judge, MaskJudge, settings))


def open_model(card: ModelCard, settings: RuntimeSettings | None = None) -> Model | None:
    """Open a model of faces by its card; None where it is another kind of model."""
    head = card.head or _told_by_outputs(card)
    if head == faces.HEAD:
        return FaceFinder(card, settings)
    return MaskJudge(card, settings) if head == mask_judge.HEAD else None


def _opened(models: Path, name: str, kind: type[M], settings: RuntimeSettings | None) -> M:
    folder = models / name
    if "/" in name or name[:1] in ("", ".") or not (folder / CARD).is_file():
        raise NotFound(
            f"masks need a model: {name!r}, which {_DOES[kind]}, is not here",
            f"`ronda models pull {name}` adds it; without internet, or where nobody publishes it, "
            "`ronda models add FILE`",
        )
    card = read_card(folder)
    key = (str(card.file), card.sha256)
    held = _open.get(key) or open_model(card, settings)
    if not isinstance(held, kind):
        does = "is a detector of things" if held is None else _DOES[type(held)]
        raise BadInput(f"{name} {does}, where masks need one that {_DOES[kind]}", "name that as finder or judge")
    _open[key] = held
    return held


def _told_by_outputs(card: ModelCard) -> str | None:
    names = set(Network(card.file, RuntimeSettings(threads=1)).outputs)
    if {"cls_8", "obj_8", "bbox_8"} <= names:
        return faces.HEAD
    return mask_judge.HEAD if names == {"loc", "conf"} else None
