"""What was found, drawn on the picture: lines, zones, boxes with class and number, counts so far."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.media.codec.video_file import FileWriter
from ronda.vision.analytics.contract import Findings, Turn
from ronda.vision.configuration import Configuration
from ronda.vision.objects import LARGE, TWO_WHEELERS, ObjectClass
from ronda.vision.picture import Picture, Rgb
from ronda.vision.tracks.track import Track

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_LINE: Final = (255, 208, 0)
_ZONE: Final = (90, 200, 250)
_HIDDEN: Final = (150, 150, 150)
_ALARM: Final = (255, 60, 60)
_PATH: Final = 24
Colour = tuple[int, int, int]


class Annotator:
    """Draws each picture that it is shown into a video; a `Viewer` of `analyse`."""

    def __init__(self, configuration: Configuration, writer: FileWriter) -> None:
        self._configuration, self._writer = configuration, writer
        self._counts: Counter[tuple[str, str]] = Counter()
        self._alarms: dict[str, tuple[float, float, float, float] | None] = {}

    def show(self, picture: Picture, tracks: Sequence[Track], findings: Findings) -> None:
        """Take in one picture."""
        self._counts.update((one.line, one.direction) for one in findings.counts)
        for sign in findings.signs:
            if sign.turn is Turn.OVER:
                self._alarms.pop(sign.key, None)
            else:
                box = next((shot.xyxy for shot in reversed(sign.shots) if shot.xyxy is not None), None)
                self._alarms[sign.key] = box
        canvas = picture.rgb.copy()
        self._draw_shapes(canvas)
        for track in tracks:
            _draw_track(canvas, track, picture.at_90k)
        for box in self._alarms.values():
            if box is not None:
                _draw_box(canvas, np.array(box, np.float32), _ALARM, 3)
        self._draw_counts(canvas)
        self._writer.write(canvas, picture.at_90k)

    def _draw_shapes(self, canvas: Rgb) -> None:
        for zone in self._configuration.zones:
            cv2.polylines(canvas, [_pixels(canvas, zone.points)], True, _ZONE, 1, cv2.LINE_AA)
            _write(canvas, zone.name, _pixels(canvas, zone.points[:1])[0], _ZONE)
        for line in self._configuration.lines:
            ends = _pixels(canvas, (line.start, line.end))
            cv2.polylines(canvas, [ends], False, _LINE, 2, cv2.LINE_AA)
            middle = ends.mean(0)
            along = (ends[1] - ends[0]) / max(float(np.hypot(*(ends[1] - ends[0]))), 1.0)
            tip = middle + np.array((-along[1], along[0])) * 18  # forward: to the right of who walks along it
            cv2.arrowedLine(canvas, _spot(middle), _spot(tip), _LINE, 2, cv2.LINE_AA, tipLength=0.4)

    def _draw_counts(self, canvas: Rgb) -> None:
        row = 0
        for line in self._configuration.lines:
            for way in line.directions:
                row += 1
                text = f"{line.name} {way}: {self._counts[line.name, way]}"
                _write(canvas, text, np.array((8, 4 + 16 * row)), _LINE)


def _draw_track(canvas: Rgb, track: Track, at_90k: int) -> None:
    colour = _colour(track.label) if track.last_90k == at_90k else _HIDDEN
    _draw_box(canvas, track.xyxy, colour, 2)
    way = [(step.x, step.y) for step in list(track.path)[-_PATH:]]
    if len(way) > 1:
        cv2.polylines(canvas, [_pixels(canvas, way)], False, colour, 1, cv2.LINE_AA)
    speed = "" if not track.speed_kmh else f" {track.speed_kmh:.0f} km/h"
    corner = _pixels(canvas, [(float(track.xyxy[0]), float(track.xyxy[1]))])[0]
    _write(canvas, f"{track.label} {track.id}{speed}", corner - (0, 3), colour)


def _draw_box(canvas: Rgb, xyxy: NDArray[np.float32], colour: Colour, thick: int) -> None:
    one, other = _pixels(canvas, xyxy.reshape(2, 2).tolist())
    cv2.rectangle(canvas, _spot(one), _spot(other), colour, thick)


def _write(canvas: Rgb, text: str, at: NDArray[np.int32], colour: Colour) -> None:
    shown = text.encode("ascii", "replace").decode()
    place = (int(at[0]), max(int(at[1]), 12))
    cv2.putText(canvas, shown, place, _FONT, 0.42, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(canvas, shown, place, _FONT, 0.42, colour, 1, cv2.LINE_AA)


def _colour(label: ObjectClass) -> Colour:
    if label is ObjectClass.PERSON:
        return (110, 230, 110)
    if label in TWO_WHEELERS:
        return (255, 150, 60)
    return (220, 110, 255) if label in LARGE else (80, 170, 255)


def _pixels(canvas: Rgb, points: Sequence[Sequence[float]]) -> NDArray[np.int32]:
    high, wide = canvas.shape[:2]
    return np.round(np.array(points, np.float64) * (wide, high)).astype(np.int32)


def _spot(at: NDArray[np.floating] | NDArray[np.int32]) -> tuple[int, int]:
    return int(at[0]), int(at[1])
