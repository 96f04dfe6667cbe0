"""The best picture of each thing that is followed, and what is said of it when it has gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Count
from ronda.vision.colour import Colour, colour_of
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import ObjectClass
from ronda.vision.picture import Picture, Rgb
from ronda.vision.tracks.track import Track
from ronda.vision.worker.messages import Passed, ShotTold
from ronda.vision.worker.pictures import Box, Kept, cut, kept

_MOST: Final = 150
"""Things of one camera whose best picture is kept; of more, those that came last have none."""
_BETTER: Final = 1.25
_MARGIN: Final = 0.25
_EDGE: Final = 0.01
_CUT_OFF: Final = 0.3
_MOST_LINES: Final = 20
_LEAST_SEEN: Final = 3
"""What was seen on fewer pictures is not told of: a leaf, a flash of light."""
_STAYED_90K: Final = 10 * HZ_90K
"""Nor is what neither went anywhere nor stayed so long."""
_SMALLEST: Final = 0.0006
"""Nor, where it crossed no line, what took a smaller share of the picture: nobody could tell what it is."""


@dataclass(slots=True)
class _Best:
    merit: float = 0.0
    rgb: Rgb | None = None
    view: Box = (0.0, 0.0, 1.0, 1.0)
    xyxy: Box = (0.0, 0.0, 1.0, 1.0)
    at_90k: int = 0
    colours: dict[Colour, float] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)


class Album:
    """What is known of the things of one camera beside their tracks; bounded.

    Args:
        zones: What is drawn on its picture.
        pictures: Whether pictures of them are kept; without, nothing of them is but where they went.
    """

    def __init__(self, zones: Sequence[Zone] = (), *, pictures: bool = True) -> None:
        self._zones = zones
        self._pictures = pictures
        self._best: dict[int, _Best] = {}

    def take(self, picture: Picture, tracks: Iterable[Track], counts: Iterable[Count]) -> None:
        """Look at everything that is followed now."""
        seen: list[tuple[_Best, tuple[float, float]]] = []
        for track in tracks:
            best = self._best.get(track.id)
            if best is None:
                if len(self._best) >= _MOST:
                    continue
                best = self._best[track.id] = _Best()
            if track.last_90k == picture.at_90k:
                _look(best, picture, _box(track.xyxy), self._pictures)
                seen.append((best, track.foot))
        self._stand(seen)
        for count in counts:
            passing = self._best.get(count.track)
            if passing is not None and len(passing.lines) < _MOST_LINES:
                passing.lines.append((count.line, count.direction))

    def _stand(self, seen: Sequence[tuple[_Best, tuple[float, float]]]) -> None:
        """Note in which zones things stand."""
        if not seen:
            return
        feet = np.array([foot for _, foot in seen])
        for zone in self._zones:
            for number in np.flatnonzero(zone.holds(feet)):
                best = seen[int(number)][0]
                if zone.name not in best.zones and len(best.zones) < _MOST_LINES:
                    best.zones.append(zone.name)

    def ended(self, tracks: Sequence[Track]) -> list[tuple[Passed, Kept | None]]:
        """Return what there is to say of things that have gone, each with its best picture."""
        found: list[tuple[Passed, Kept | None]] = []
        for track in tracks:
            best = self._best.pop(track.id, None) or _Best()
            if track.seen < _LEAST_SEEN or track.label is ObjectClass.OTHER or not _matters(track, best):
                continue
            picture = kept(best.rgb, best.at_90k, best.view, best.xyxy) if best.rgb is not None else None
            found.append((_passed(track, best, picture), picture))
        return found


def _matters(track: Track, best: _Best) -> bool:
    """Whether somebody could search for it: it crossed a line, or is large enough, and went somewhere or stayed."""
    if best.lines:
        return True
    left, top, right, bottom = best.xyxy
    large = best.merit > 0 and (right - left) * (bottom - top) >= _SMALLEST
    return large and bool(track.direction or track.last_90k - track.first_90k >= _STAYED_90K)


def _look(best: _Best, picture: Picture, xyxy: Box, keep: bool) -> None:
    """Keep the largest view of a thing that is not cut off by the picture's edge; its colour is voted on."""
    area = (xyxy[2] - xyxy[0]) * (xyxy[3] - xyxy[1])
    whole = min(xyxy[0], xyxy[1]) > _EDGE and max(xyxy[2], xyxy[3]) < 1 - _EDGE
    merit = area * (1.0 if whole else _CUT_OFF)
    if merit <= best.merit * _BETTER:
        return
    best.merit, best.at_90k, best.xyxy = merit, picture.at_90k, xyxy
    if keep:
        best.rgb, best.view = cut(picture, xyxy, _MARGIN)
    colour = colour_of(cut(picture, xyxy, 0)[0])
    if colour is not None:
        best.colours[colour] = best.colours.get(colour, 0.0) + merit


def _passed(track: Track, best: _Best, picture: Kept | None) -> Passed:
    colour = max(best.colours, key=lambda name: best.colours[name]).value if best.colours else ""
    return Passed(
        track=track.id,
        label=track.label,
        colour=colour,
        direction=track.direction,
        lines=tuple(best.lines),
        zones=tuple(best.zones),
        first_90k=track.first_90k,
        last_90k=track.last_90k,
        seen=track.seen,
        speed_kmh=track.speed_kmh,
        best=ShotTold(id=picture.id, at_90k=picture.at_90k, xyxy=picture.xyxy) if picture else None,
    )


def _box(xyxy: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Box:
    left, top, right, bottom = np.clip(xyxy, 0, 1).tolist()
    return left, top, right, bottom
