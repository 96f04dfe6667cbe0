"""Heads: how pictures are laid out for a detector, and how its outputs become detections. One class each."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar, Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.detectors.boxes import distinct
from ronda.vision.objects import CLASSES, Detections, ObjectClass
from ronda.vision.picture import Rgb

Floats = NDArray[np.float32]

COCO: Final[Mapping[int, ObjectClass]] = {
    0: ObjectClass.PERSON,
    1: ObjectClass.BICYCLE,
    2: ObjectClass.CAR,
    3: ObjectClass.MOTORCYCLE,
    5: ObjectClass.BUS,
    7: ObjectClass.TRUCK,
}
_BORDER: Final = 0.012
_COLUMNS: Final = np.array(list(COCO))
_VOTED: Final = np.array([CLASSES.index(one) for one in COCO.values()])


class Head(Protocol):
    """What a kind of detector wants and gives."""

    classes: ClassVar[tuple[ObjectClass, ...]]
    threshold: ClassVar[float]

    def check(self, shapes: list[tuple[int, ...]], size_wh: tuple[int, int]) -> None:
        """Raise BadInput, with expected and actual shapes, unless the outputs for one picture are such."""
        ...

    def lay(self, rgb: Rgb, into: Floats) -> None:
        """Write a picture into (3, H, W) as the network wants it."""
        ...

    def read(
        self, outputs: list[Floats], size_wh: tuple[int, int], picture_wh: tuple[int, int], least: float
    ) -> Detections:
        """Return what the outputs for one picture (without the batch's axis) say."""
        ...


class PicoDet:
    """PicoDet (Yu et al. 2021): eight outputs, class scores and box distributions of the strides 8, 16, 32, 64.

    RGB, resized without keeping proportions, normalised by ImageNet's mean and deviation.
    """

    classes: ClassVar[tuple[ObjectClass, ...]] = tuple(COCO.values())
    threshold: ClassVar[float] = 0.35
    _STRIDES: Final = (8, 16, 32, 64)
    _BINS: Final = 8
    _MEAN: Final = (123.675, 116.28, 103.53)
    _STD: Final = (58.395, 57.12, 57.375)

    def check(self, shapes: list[tuple[int, ...]], size_wh: tuple[int, int]) -> None:
        """Raise BadInput unless the outputs are those of a PicoDet."""
        cells = [len(_cells(size_wh, stride)) for stride in self._STRIDES]
        _agree("PicoDet", shapes, [(n, 80) for n in cells] + [(n, 4 * self._BINS) for n in cells])

    def lay(self, rgb: Rgb, into: Floats) -> None:
        """Write a picture into (3, H, W) as the network wants it."""
        small = _resized(rgb, into.shape[2], into.shape[1])
        for channel, (mean, deviation) in enumerate(zip(self._MEAN, self._STD, strict=True)):
            np.multiply(small[..., channel], np.float32(1 / deviation), out=into[channel], dtype=np.float32)
            into[channel] -= np.float32(mean / deviation)

    def read(
        self, outputs: list[Floats], size_wh: tuple[int, int], picture_wh: tuple[int, int], least: float
    ) -> Detections:
        """Return what the outputs for one picture say."""
        boxes, votes = [], []
        for scores, sides, stride in zip(outputs[:4], outputs[4:], self._STRIDES, strict=True):
            wanted = scores[:, _COLUMNS]
            likely = np.flatnonzero(wanted.max(1) >= least)
            if not len(likely):
                continue
            bins = sides[likely].reshape(-1, 4, self._BINS)
            shares = np.exp(bins - bins.max(2, keepdims=True))
            reach = (shares @ np.arange(self._BINS, dtype=np.float32)) / shares.sum(2) * stride
            middle = _cells(size_wh, stride)[likely] * stride + stride / 2
            boxes.append(np.concatenate((middle - reach[:, :2], middle + reach[:, 2:]), 1))
            votes.append(wanted[likely])
        # Of a close vehicle parts are found too: they lie inside it.
        return _detections(boxes, votes, size_wh, (0.55, 0.75))


class Yolox:
    """YOLOX (Ge et al. 2021): one output, centre, size, objectness and class scores of the strides 8, 16, 32.

    BGR as it is, proportions kept, at the top left of a grey canvas.
    """

    classes: ClassVar[tuple[ObjectClass, ...]] = tuple(COCO.values())
    threshold: ClassVar[float] = 0.35
    _STRIDES: Final = (8, 16, 32)
    _GREY: Final = 114

    def check(self, shapes: list[tuple[int, ...]], size_wh: tuple[int, int]) -> None:
        """Raise BadInput unless the output is that of a YOLOX."""
        _agree("YOLOX", shapes, [(sum(len(_cells(size_wh, stride)) for stride in self._STRIDES), 85)])

    def lay(self, rgb: Rgb, into: Floats) -> None:
        """Write a picture into (3, H, W) as the network wants it."""
        scale = _scale(rgb.shape[1], rgb.shape[0], into.shape[2], into.shape[1])
        small = _resized(rgb, round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
        high, wide = small.shape[:2]
        into[:, high:], into[:, :high, wide:] = self._GREY, self._GREY
        for channel in range(3):
            into[channel, :high, :wide] = small[..., 2 - channel]

    def read(
        self, outputs: list[Floats], size_wh: tuple[int, int], picture_wh: tuple[int, int], least: float
    ) -> Detections:
        """Return what the output for one picture says."""
        found = outputs[0]
        wanted = found[:, 5 + _COLUMNS] * found[:, 4:5]
        likely = np.flatnonzero(wanted.max(1) >= least)
        if not len(likely):
            return Detections.none()
        cells, strides = _grid(size_wh, self._STRIDES)
        middle = (found[likely, :2] + cells[likely]) * strides[likely, None]
        half = np.exp(np.minimum(found[likely, 2:4], 10)) * strides[likely, None] / 2
        scale = _scale(*picture_wh, *size_wh)
        covered = (picture_wh[0] * scale, picture_wh[1] * scale)
        return _detections([np.concatenate((middle - half, middle + half), 1)], [wanted[likely]], covered, (0.5, 0.8))


class OpenVinoSsd:
    """Detectors of the Open Model Zoo with their boxes decoded in the graph: vehicle, person, bike, background.

    BGR as it is, resized without keeping proportions.
    """

    classes: ClassVar[tuple[ObjectClass, ...]] = (ObjectClass.CAR, ObjectClass.PERSON, ObjectClass.TWO_WHEELER)
    threshold: ClassVar[float] = 0.4
    _VOTED: Final = np.array([CLASSES.index(one) for one in classes])

    def check(self, shapes: list[tuple[int, ...]], size_wh: tuple[int, int]) -> None:
        """Raise BadInput unless the outputs are boxes and scores."""
        many = shapes[0][0] if shapes and shapes[0] else 0
        _agree("person-vehicle-bike detector", shapes, [(many, 4), (many, 4)])

    def lay(self, rgb: Rgb, into: Floats) -> None:
        """Write a picture into (3, H, W) as the network wants it."""
        small = _resized(rgb, into.shape[2], into.shape[1])
        for channel in range(3):
            into[channel] = small[..., 2 - channel]

    def read(
        self, outputs: list[Floats], size_wh: tuple[int, int], picture_wh: tuple[int, int], least: float
    ) -> Detections:
        """Return what the outputs for one picture say."""
        boxes, scores = outputs
        likely = np.flatnonzero(scores[:, :3].max(1) >= least)
        return _detections([boxes[likely]], [scores[likely, :3]], (1, 1), (0.45, 0.75), self._VOTED)


HEADS: Final[Mapping[str, type[PicoDet] | type[Yolox] | type[OpenVinoSsd]]] = {
    "picodet": PicoDet,
    "yolox": Yolox,
    "openvino-ssd": OpenVinoSsd,
}
"""By the name that a card uses."""


def head_for(outputs: Mapping[str, tuple[int | str | None, ...]], named: str | None, file: str) -> Head:
    """Return the head that a card names, else the one that the outputs look like.

    Raises:
        BadInput: No head of that name, or none for such outputs.
    """
    if named is not None:
        if named not in HEADS:
            raise BadInput(f"{file}: there is no head {named!r}", f"there are {', '.join(HEADS)}")
        return HEADS[named]()
    last = [shape[-1] for shape in outputs.values()]
    for name, widths in (("picodet", [80] * 4 + [32] * 4), ("yolox", [85]), ("openvino-ssd", [4, 4])):
        if last == widths:
            return HEADS[name]()
    shown = "; ".join(f"{name} {list(shape)}" for name, shape in outputs.items())
    raise BadInput(
        f"{file} has the outputs {shown}, which are of no detector known here",
        f"known are {', '.join(HEADS)}: PicoDet 4 x [1, n, 80] and 4 x [1, n, 32], YOLOX [1, n, 85], "
        "boxes and scores [1, n, 4]",
    )


def _agree(what: str, actual: Sequence[tuple[int, ...]], expected: Sequence[tuple[int, ...]]) -> None:
    if list(actual) != list(expected):
        raise BadInput(
            f"the model's outputs for one picture have the shapes {actual}, those of a {what} are {expected}"
        )


def _detections(
    boxes: list[Floats],
    votes: list[Floats],
    covered_wh: tuple[float, float],
    same: tuple[float, float],
    voted: NDArray[np.intp] = _VOTED,
) -> Detections:
    """Return detections out of boxes in pixels of a canvas of which the picture covers so much."""
    if not boxes:
        return Detections.none()
    found = np.concatenate(boxes).astype(np.float32)
    found[:, 0::2] /= covered_wh[0]
    found[:, 1::2] /= covered_wh[1]
    scores = np.concatenate(votes).astype(np.float32)
    columns = np.zeros((len(found), len(CLASSES)), np.float32)
    columns[:, voted] = scores
    sure = scores.max(1, initial=0)
    whole = np.isfinite(found).all(1) & np.isfinite(sure)
    found = np.clip(found, 0, 1)
    whole &= (found[:, 2] > found[:, 0]) & (found[:, 3] > found[:, 1])
    # What touches three borders of the picture is everything and nothing; no thing fills a camera's view.
    whole &= (np.concatenate((found[:, :2] < _BORDER, found[:, 2:] > 1 - _BORDER), 1)).sum(1) < 3
    return distinct(Detections(found, sure, columns)[whole], *same)


def _resized(rgb: Rgb, width: int, height: int) -> Rgb:
    if rgb.shape[:2] == (height, width):
        return rgb
    way = cv2.INTER_AREA if rgb.shape[1] > 2 * width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=way), np.uint8)


def _scale(wide: int, high: int, most_wide: int, most_high: int) -> float:
    return min(most_wide / wide, most_high / high)


@lru_cache(maxsize=64)
def _cells(size_wh: tuple[int, int], stride: int) -> NDArray[np.float32]:
    """Return the columns and rows of a stride's cells, row by row; (n, 2)."""
    wide, high = -(-size_wh[0] // stride), -(-size_wh[1] // stride)
    rows, columns = np.mgrid[:high, :wide]
    return np.stack((columns.ravel(), rows.ravel()), 1).astype(np.float32)


@lru_cache(maxsize=16)
def _grid(size_wh: tuple[int, int], strides: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    cells = [_cells(size_wh, stride) for stride in strides]
    many = [np.full(len(one), stride, np.float32) for one, stride in zip(cells, strides, strict=True)]
    return np.concatenate(cells), np.concatenate(many)
