"""Whether a model is what its card says and works here: opens, has its shapes, runs on a drawn picture; how fast.

Nothing of a model's accuracy is told by this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime

from ronda.base.errors import BadInput
from ronda.vision.detectors.contract import EyeName, Look
from ronda.vision.detectors.masks import Model, open_model
from ronda.vision.detectors.onnx.card import ModelCard, read_card
from ronda.vision.detectors.onnx.eye import OnnxEye
from ronda.vision.detectors.onnx.faces import FaceFinder
from ronda.vision.detectors.onnx.runtime import Network, RuntimeSettings
from ronda.vision.likeness.embedder import Embedder, is_likeness
from ronda.vision.objects import MASK_LABELS, FaceClass
from ronda.vision.picture import Picture, Rgb

_TIMES: Final = 7
_LONGEST_S: Final = 6.0
"""A slow model is measured fewer times."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to.

    Attributes:
        card: What it is.
        name: As an eye.
        size_wh: Width and height at which it was run.
        any_size: Whether it takes others too.
        ms: How long one picture took: the median, one thread.
        provider: What computed it.
        things: How many things it saw on the drawn picture; none is no fault.
    """

    card: ModelCard
    name: EyeName
    size_wh: tuple[int, int]
    any_size: bool
    ms: float
    provider: str
    things: int

    def measured(self, today: str) -> dict[str, Any]:
        """Return what the card keeps of it."""
        return {
            "ms": round(self.ms, 1),
            "size": f"{self.size_wh[0]}x{self.size_wh[1]}",
            "threads": 1,
            "provider": self.provider,
            "onnxruntime": onnxruntime.__version__,
            "on": today,
        }


def check(folder: Path) -> Checked:
    """Check the model in a folder.

    Raises:
        NotFound: There is no card.
        BadInput: It is not what its card says, or does not work; names expected and actual.
    """
    card = read_card(folder)
    settings = RuntimeSettings(threads=1)
    eye = _opened(card, settings)
    _check_finite(eye.network, eye.size_wh, card)
    look = _look(eye)
    things = look()
    took: list[float] = []
    began = perf_counter()
    while len(took) < _TIMES and (not took or perf_counter() - began < _LONGEST_S):
        start = perf_counter()
        look()
        took.append(perf_counter() - start)
    any_size, provider = eye.network.size_wh is None, eye.network.provider.value
    return Checked(card, _name(eye), eye.size_wh, any_size, median(took) * 1e3, provider, things)


def _opened(card: ModelCard, settings: RuntimeSettings) -> OnnxEye | Model | Embedder:
    faces = open_model(card, settings)
    if faces is not None:
        return faces
    return Embedder(card, settings=settings) if is_likeness(card) else OnnxEye(card, settings)


def _look(eye: OnnxEye | Model | Embedder) -> Callable[[], int]:
    """Return what lets it look at a drawn street, and says how many things it saw."""
    picture = drawn_street()
    if isinstance(eye, OnnxEye):
        return lambda: len(eye.look([Look("check", picture)])[0].detections)
    wide, high = eye.size_wh
    small = np.asarray(cv2.resize(picture.rgb, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    if isinstance(eye, Embedder):
        return lambda: len(eye.embed([small]))
    if isinstance(eye, FaceFinder):
        return lambda: len(eye.find(small)[0])
    middle = np.array([[wide / 4, high / 4, wide * 3 / 4, high * 3 / 4]], np.float32)
    return lambda: sum(max(one) > 0 for one in eye.likely(small, middle))


def _name(eye: OnnxEye | Model | Embedder) -> EyeName:
    if isinstance(eye, OnnxEye | Embedder):
        return eye.name
    classes = (FaceClass.FACE,) if isinstance(eye, FaceFinder) else MASK_LABELS
    return EyeName(eye.card.name, eye.card.name.replace("_", " "), eye.card.version, classes)


def drawn_street(width: int = 960, height: int = 540) -> Picture:
    """Return a drawn street with a car, a bus and a person on it."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = np.linspace((150, 175, 205), (105, 105, 108), height)[:, None]
    grain = np.random.default_rng(1).integers(-6, 7, (height, width, 1))
    road = np.array([(0.42, 0.3), (0.58, 0.3), (1.0, 1.0), (0.0, 1.0)]) * (width, height)
    cv2.fillPoly(picture, [road.astype(np.int32)], (74, 74, 78))
    for left, top, right, bottom, colour in (
        (0.30, 0.62, 0.46, 0.82, (170, 30, 30)),
        (0.34, 0.54, 0.42, 0.63, (60, 70, 85)),
        (0.54, 0.36, 0.64, 0.58, (230, 200, 60)),
        (0.82, 0.52, 0.845, 0.72, (40, 60, 120)),
        (0.82, 0.47, 0.845, 0.52, (190, 150, 120)),
    ):
        corners = (round(left * width), round(top * height)), (round(right * width), round(bottom * height))
        cv2.rectangle(picture, *corners, colour, -1)
    for x in (0.335, 0.425):
        cv2.circle(picture, (round(x * width), round(0.82 * height)), round(0.03 * height), (20, 20, 20), -1)
    rgb: Rgb = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return Picture(rgb, 0, (width, height))


def _check_finite(network: Network, size_wh: tuple[int, int], card: ModelCard) -> None:
    """Refuse a network whose numbers are none: its detections would be dropped, and a street look empty."""
    wide, high = size_wh
    noise = np.random.default_rng(2).random((1, 3, high, wide), np.float32)
    for name, output in zip(network.outputs, network.run(noise), strict=True):
        if not np.isfinite(output).all():
            raise BadInput(
                f"{card.file.name} gives numbers that are none (NaN) in its output {name!r}",
                "it was converted in a way that this ONNX Runtime does not compute; convert it again",
            )
