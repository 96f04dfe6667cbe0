"""The pictures of one thing that are worth a longer look: large, sharp, whole, and not all of one moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from ronda.base.time import HZ_90K
from ronda.vision.colour import Colour, colour_of
from ronda.vision.picture import Picture, Rgb
from ronda.vision.worker.pictures import Box, cut

MOST: Final = 8
"""Pictures of one thing that are kept."""
_MOMENT_90K: Final = round(0.25 * HZ_90K)
"""Of each stretch so long one picture is kept at most."""
_LARGEST: Final = 640
"""Pixels of a kept crop's longer side: of a car as wide as that the plate has 160."""
_MARGIN: Final = 0.06
_AROUND: Final = 0.5
_WIDEST_SHOWN: Final = 1280
_EDGE: Final = 0.006
_CUT_OFF: Final = 0.35
_BETTER: Final = 1.1


@dataclass(frozen=True, slots=True)
class View:
    """One picture of a thing.

    Attributes:
        at_90k: When it was.
        merit: How much it is worth a look.
        crop: The thing with hardly anything around, (H, W, 3), red first.
    """

    at_90k: int
    merit: float
    crop: Rgb


@dataclass(slots=True)
class Views:
    """What is kept of how one thing looked; bounded.

    Attributes:
        best_90k: When its best picture was.
        shown: That picture, with what is around it.
        xyxy: Where on that picture the thing is, in 0..1 of it.
        area: The largest share of the camera's view that it took.
        since: The number of the picture on which it was first looked at; set by who counts them.
        until: That of the last one.
    """

    best_90k: int = 0
    shown: Rgb | None = None
    xyxy: Box = (0.0, 0.0, 1.0, 1.0)
    area: float = 0.0
    since: int = 0
    until: int = 0
    _merit: float = 0.0
    _kept: list[View] = field(default_factory=list)
    _colours: dict[Colour, float] = field(default_factory=dict)

    def take(self, picture: Picture, xyxy: Box) -> None:
        """Look at the thing on a picture, where its box is `xyxy`."""
        high, wide = picture.rgb.shape[:2]
        side = min((xyxy[2] - xyxy[0]) * wide, (xyxy[3] - xyxy[1]) * high)
        if side < 4:
            return
        self.area = max(self.area, (xyxy[2] - xyxy[0]) * (xyxy[3] - xyxy[1]))
        whole = min(xyxy[0], xyxy[1]) > _EDGE and max(xyxy[2], xyxy[3]) < 1 - _EDGE
        most = min(side, _LARGEST) * (1 if whole else _CUT_OFF)
        if most * 1.5 < self._least():  # even the sharpest of that size would not be kept
            return
        crop = _smaller(cut(picture, xyxy, _MARGIN)[0], _LARGEST)
        merit = most * (0.5 + _sharpness(crop))
        self._keep(View(picture.at_90k, merit, crop))
        if merit > self._merit * _BETTER:
            self._show(picture, xyxy, merit)

    @property
    def colour(self) -> str:
        """Its colour by all its best pictures; empty where none can be told."""
        return max(self._colours, key=lambda name: self._colours[name]).value if self._colours else ""

    @property
    def held_bytes(self) -> int:
        """How much memory its pictures take."""
        return sum(one.crop.nbytes for one in self._kept) + (0 if self.shown is None else self.shown.nbytes)

    def thin(self) -> None:
        """Keep the better half of its pictures."""
        self._kept = list(self.best())[: max(len(self._kept) // 2, 1)]

    def best(self) -> Iterator[View]:
        """Yield the kept pictures, the best first."""
        yield from sorted(self._kept, key=lambda one: -one.merit)

    def _least(self) -> float:
        return min(one.merit for one in self._kept) if len(self._kept) >= MOST else 0.0

    def _keep(self, view: View) -> None:
        """Keep a picture in place of a worse one of its moment, or of the worst of all."""
        moment = view.at_90k // _MOMENT_90K
        same = next((at for at, one in enumerate(self._kept) if one.at_90k // _MOMENT_90K == moment), None)
        if same is not None:
            if view.merit > self._kept[same].merit:
                self._kept[same] = view
            return
        self._kept.append(view)
        if len(self._kept) > MOST:
            self._kept.remove(min(self._kept, key=lambda one: one.merit))

    def _show(self, picture: Picture, xyxy: Box, merit: float) -> None:
        self._merit, self.best_90k = merit, picture.at_90k
        shown, (left, top, right, low) = cut(picture, xyxy, _AROUND)
        wide, high = right - left, low - top
        inside = (xyxy[0] - left) / wide, (xyxy[1] - top) / high, (xyxy[2] - left) / wide, (xyxy[3] - top) / high
        x1, y1, x2, y2 = (min(max(side, 0.0), 1.0) for side in inside)
        self.shown, self.xyxy = _smaller(shown, _WIDEST_SHOWN), (x1, y1, x2, y2)
        colour = colour_of(cut(picture, xyxy, 0)[0])
        if colour is not None:
            self._colours[colour] = self._colours.get(colour, 0.0) + merit


def _sharpness(crop: Rgb) -> float:
    """Return how fine the edges of the lower part are, 0 to 1: where a plate is."""
    low = crop[crop.shape[0] // 3 :]
    grey = np.asarray(cv2.cvtColor(low, cv2.COLOR_RGB2GRAY), np.float32)
    fine = float(np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean())
    return min(fine / max(2.0 * float(grey.std()), 4.0), 1.0)


def _smaller(rgb: Rgb, most: int) -> Rgb:
    scale = most / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
