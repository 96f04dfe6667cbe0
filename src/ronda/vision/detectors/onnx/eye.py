"""The eye that is a detector in an ONNX file. Remembers nothing of a camera; lives in one thread."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.detectors.boxes import mounted
from ronda.vision.detectors.contract import EyeName, Look, Seen
from ronda.vision.detectors.onnx.card import ModelCard
from ronda.vision.detectors.onnx.heads import head_for
from ronda.vision.detectors.onnx.runtime import Network, RuntimeSettings
from ronda.vision.objects import Detections

_STEP: Final = 32
_LEAST_SIDE: Final = 96
_DEFAULT_SIZE: Final = (640, 384)
_LOW: Final = 0.5
"""Things less sure than the threshold are seen too, down to this share of it: they continue tracks and begin none."""
_MOST_AT_ONCE: Final = 16


class OnnxEye:
    """A detector by its card.

    Args:
        card: What it is and where.
        settings: How it is run.
        size_wh: Width and height to run it at, where the file leaves that open; None as its card recommends.

    Raises:
        BadInput: The file is no detector known here, or takes another size.
    """

    def __init__(
        self, card: ModelCard, settings: RuntimeSettings | None = None, size_wh: tuple[int, int] | None = None
    ) -> None:
        self.network = Network(card.file, settings or RuntimeSettings())
        self._head = head_for(self.network.outputs, card.head, card.file.name)
        self._size_wh = self._chosen_size(card, size_wh)
        self.threshold = self._head.threshold if card.threshold is None else card.threshold
        self._canvas: NDArray[np.float32] = np.zeros((1, 3, self._size_wh[1], self._size_wh[0]), np.float32)
        sized = "" if size_wh is None else f"@{size_wh[0]}x{size_wh[1]}"
        self._name = EyeName(card.name + sized, card.name.replace("_", " "), card.version, self._head.classes)
        shapes = [tuple(one.shape[1:]) for one in self.network.run(self._canvas[:1])]
        self._head.check(shapes, self._size_wh)

    @property
    def name(self) -> EyeName:
        """Which one it is."""
        return self._name

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height that the network is run at, for pictures of about such proportions."""
        return self._size_wh

    @property
    def width(self) -> int:
        """How wide the pictures are that the network is given."""
        return self._size_wh[0]

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """Look at some pictures, all at once where the network lets."""
        seen: list[Seen | None] = [None] * len(looks)
        for size, group in self._by_size(looks).items():
            for start in range(0, len(group), _MOST_AT_ONCE):
                some = group[start : start + _MOST_AT_ONCE]
                for index, detections in zip(some, self._see([looks[at] for at in some], size), strict=True):
                    seen[index] = Seen(detections)
        return [one for one in seen if one is not None]

    def forget(self, camera: str) -> None:
        """Nothing is remembered of a camera."""

    def _see(self, looks: list[Look], size_wh: tuple[int, int]) -> list[Detections]:
        canvas = self._canvas_for(len(looks), size_wh)
        for look, into in zip(looks, canvas, strict=True):
            self._head.lay(look.picture.rgb, into)
        outputs = self.network.run(canvas)
        least = self.threshold * _LOW
        found = []
        for index, look in enumerate(looks):
            high, wide = look.picture.rgb.shape[:2]
            one = self._head.read([output[index] for output in outputs], size_wh, (wide, high), least)
            # What scores the threshold is as sure as 0.5 of any other eye.
            scores = np.interp(one.scores, (0, self.threshold, 1), (0, 0.5, 1)).astype(np.float32)
            found.append(mounted(Detections(one.xyxy, scores, one.votes)).surest())
        return found

    def _canvas_for(self, many: int, size_wh: tuple[int, int]) -> NDArray[np.float32]:
        wide, high = size_wh
        if self._canvas.shape[0] < many or self._canvas.shape[2:] != (high, wide):
            self._canvas = np.zeros((many, 3, high, wide), np.float32)
        return self._canvas[:many]

    def _by_size(self, looks: Sequence[Look]) -> dict[tuple[int, int], list[int]]:
        groups: dict[tuple[int, int], list[int]] = {}
        for index, look in enumerate(looks):
            groups.setdefault(self._size_for(look.picture.aspect), []).append(index)
        return groups

    def _size_for(self, aspect: float) -> tuple[int, int]:
        """Return the size for pictures of such proportions: as many pixels, nothing squeezed by more than a third."""
        if self.network.size_wh is not None:
            return self._size_wh
        wide, high = self._size_wh
        if 3 / 4 < aspect / (wide / high) < 4 / 3:
            return self._size_wh
        side = (wide * high / aspect) ** 0.5
        return _stepped(side * aspect), _stepped(side)

    def _chosen_size(self, card: ModelCard, wanted: tuple[int, int] | None) -> tuple[int, int]:
        fixed = self.network.size_wh
        if fixed is None:
            return wanted or card.size_wh or _DEFAULT_SIZE
        if card.input_wh is not None and card.input_wh != fixed:
            raise BadInput(
                f"{card.file.name} takes pictures of {fixed[0]}x{fixed[1]}, where its card says "
                f"{card.input_wh[0]}x{card.input_wh[1]}",
                "it is another file, or the card is of another one",
            )
        if wanted not in (None, fixed):
            raise BadInput(f"{card.name} takes pictures of {fixed[0]}x{fixed[1]} only, not {wanted[0]}x{wanted[1]}")
        return fixed


def _stepped(side: float) -> int:
    return max(round(side / _STEP) * _STEP, _LEAST_SIDE)
