"""Looks through the pictures of one camera for vehicles and persons, and at each of them once it has gone.

Sans I/O: pictures in the order of time go in, findings come out. What it remembers of things that are still there is
bounded; plates are read and looks taken when a thing has gone, of few pictures.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ronda.base.time import HZ_90K
from ronda.vision.detectors.contract import Eye, Look
from ronda.vision.detectors.eyes import serving_width
from ronda.vision.examining.found import Found
from ronda.vision.examining.views import View, Views
from ronda.vision.likeness.looks import packed, together
from ronda.vision.objects import LARGE, TWO_WHEELERS, VEHICLES, ObjectClass
from ronda.vision.picture import Picture, Rgb
from ronda.vision.plates.reading import Reading
from ronda.vision.plates.votes import LEAST_SURE, Plate, vote
from ronda.vision.tracks.track import Track
from ronda.vision.tracks.tracker import Tracker
from ronda.vision.worker.pictures import Box, cut

MOST: Final = 500
CAMERA: Final = "examination"
"""By which name an eye knows the camera."""
MOST_BYTES: Final = 384 << 20
"""So much memory the pictures of all things take that are there at the same time; the largest are thinned out."""
_LEAST_SEEN: Final = 3
_STAYED_90K: Final = 10 * HZ_90K
_SMALLEST: Final = 0.001
"""What takes a smaller share of the view cannot be told by anybody."""
_WRITTEN: Final = 0.09
"""Share of the height, at top and bottom, in which cameras write clock and name: digits change there and go nowhere."""
_SEEN_SHARE: Final = 0.5
"""What is seen on fewer of the pictures between its first and its last comes and goes, as leaves do."""
_LOOKS: Final = 4
"""So many pictures say how a thing looks."""
_ENOUGH: Final = 0.92
_ENOUGH_READ: Final = 3
"""A plate that so many pictures agree on is not read on more."""
_GIVEN_UP: Final = 4
"""Where so many of a vehicle's best pictures show no plate, the others do not either."""
_PLATE_HIGH: Final = 96
_QUALITY: Final = 85


class ReadsPlates(Protocol):
    """See `ronda.vision.plates.reading`."""

    def read(self, crop: Rgb) -> Reading | None:
        """Return what the plate of a vehicle says."""
        ...


class SaysLikeness(Protocol):
    """See `ronda.vision.likeness.embedder`."""

    @property
    def id(self) -> str:
        """Which model's numbers these are."""
        ...

    def knows(self, label: ObjectClass) -> bool:
        """Whether it was trained on such things."""
        ...

    def embed(self, crops: Sequence[Rgb]) -> NDArray[np.float32]:
        """Return how things look, (N, n)."""
        ...


class Examiner:
    """Looks through one stretch of one camera.

    Args:
        eye: Sees things.
        reader: Reads plates; None where none are to be read.
        embedder: Says how things look; None where that is not wanted, or there is no model.
        most: So many things are found at most; those that go afterwards are counted in `left_out`.
        most_bytes: So much memory pictures of things take that are still there.

    Attributes:
        left_out: Things that were too many.
    """

    def __init__(
        self,
        eye: Eye,
        reader: ReadsPlates | None = None,
        embedder: SaysLikeness | None = None,
        most: int = MOST,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._eye = eye
        self._reader, self._embedder = reader, embedder
        self._most, self._most_bytes = most, most_bytes
        self._tracker = Tracker()
        self._width = serving_width(eye)
        self._views: dict[int, Views] = {}
        self._found: list[Found] = []
        self._taken = 0
        self.left_out = 0

    def take(self, picture: Picture) -> None:
        """Look at a picture, as wide as there is; pictures come in the order of time."""
        self._taken += 1
        seen = self._eye.look([Look(CAMERA, _narrowed(picture, self._width))])[0]
        followed = self._tracker.follow(seen.detections, picture.at_90k, picture.aspect)
        for track in followed.tracks:
            if track.last_90k == picture.at_90k:
                self._look(picture, track)
        self._go(followed.ended)
        self._thin()

    def finish(self) -> list[Found]:
        """End what is still there; return what was found, in the order in which things came."""
        self._go(self._tracker.close())
        self._views.clear()
        came = sorted(self._found, key=lambda one: one.begun_90k)
        return [replace(one, n=number) for number, one in enumerate(came, 1)]

    def _look(self, picture: Picture, track: Track) -> None:
        views = self._views.get(track.id)
        if views is None:
            views = self._views[track.id] = Views(since=self._taken)
        views.until = self._taken
        left, top, right, low = np.clip(track.xyxy, 0, 1).tolist()
        views.take(picture, (left, top, right, low))

    def _thin(self) -> None:
        """Let go of pictures of the things that take most memory, where all together take too much."""
        held = sum(one.held_bytes for one in self._views.values())
        if held <= self._most_bytes:
            return
        for views in sorted(self._views.values(), key=lambda one: -one.held_bytes):
            before = views.held_bytes
            views.thin()
            held += views.held_bytes - before
            if held <= self._most_bytes:
                return

    def _go(self, ended: Sequence[Track]) -> None:
        for track in ended:
            views = self._views.pop(track.id, None)
            if views is None or views.shown is None or not _matters(track, views):
                continue
            if len(self._found) >= self._most:
                self.left_out += 1
                continue
            self._found.append(self._finding(track, views, views.shown))

    def _finding(self, track: Track, views: Views, shown: Rgb) -> Found:
        best = list(views.best())
        plate, plate_picture = self._plate(track.label, best)
        likeness, model = self._likeness(track.label, best)
        return Found(
            n=0,
            label=track.label,
            begun_90k=track.first_90k,
            ended_90k=track.last_90k,
            best_90k=views.best_90k,
            xyxy=views.xyxy,
            colour=views.colour,
            direction=track.direction,
            picture=_jpeg(shown),
            plate=plate,
            plate_picture=plate_picture,
            likeness=likeness,
            likeness_model=model,
        )

    def _plate(self, label: ObjectClass, best: Sequence[View]) -> tuple[Plate | None, bytes | None]:
        if self._reader is None or label not in VEHICLES or label is ObjectClass.BICYCLE:
            return None, None
        readings: list[Reading] = []
        crops: list[Rgb] = []
        plate: Plate | None = None
        large = [view for view in best if view.crop.shape[1] >= _least_wide(label)]
        for number, view in enumerate(large, 1):
            if number > _GIVEN_UP and not readings:
                break
            if (reading := self._reader.read(view.crop)) is None:
                continue
            readings.append(reading)
            crops.append(view.crop)
            plate = vote(readings)
            if plate is not None and len(readings) >= _ENOUGH_READ and plate.confidence >= _ENOUGH:
                break
        if plate is None or plate.confidence < LEAST_SURE:
            return None, None
        return plate, _jpeg(_close(crops[plate.best], readings[plate.best].xyxy))

    def _likeness(self, label: ObjectClass, best: Sequence[View]) -> tuple[str | None, str]:
        if self._embedder is None or not self._embedder.knows(label):
            return None, ""
        crops = [view.crop for view in best[:_LOOKS] if min(view.crop.shape[:2]) >= 16]
        if not crops:
            return None, ""
        return packed(together(self._embedder.embed(crops))), self._embedder.id


def _least_wide(label: ObjectClass) -> int:
    """Return how wide a vehicle must be on a picture for a plate of 12 pixels height to be on it."""
    return 40 if label in TWO_WHEELERS else 150 if label in LARGE else 120


def _matters(track: Track, views: Views) -> bool:
    """Whether it is a thing that went somewhere or stayed: leaves in the wind and a flash of light are none."""
    if track.seen < _LEAST_SEEN or track.label is ObjectClass.OTHER or views.area < _SMALLEST:
        return False
    if track.xyxy[3] < _WRITTEN or track.xyxy[1] > 1 - _WRITTEN:
        return False
    if track.seen < _SEEN_SHARE * (views.until - views.since + 1):
        return False
    return bool(track.direction) or track.last_90k - track.first_90k >= _STAYED_90K


def _narrowed(picture: Picture, width: int) -> Picture:
    high, wide = picture.rgb.shape[:2]
    if wide <= width:
        return picture
    size = (width, max(round(high * width / wide), 2))
    small = np.asarray(cv2.resize(picture.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Picture(small, picture.at_90k, picture.full_wh, picture.keyframe)


def _close(crop: Rgb, box: Box) -> Rgb:
    """Return a plate with a little around it, large enough to be looked at."""
    high, wide = crop.shape[:2]
    inside = (box[0] / wide, box[1] / high, box[2] / wide, box[3] / high)
    left, top, right, low = (min(max(side, 0.0), 1.0) for side in inside)
    part = cut(Picture(crop, 0, (wide, high)), (left, top, right, low), 0.12)[0]
    scale = max(_PLATE_HIGH / part.shape[0], 1.0)
    size = (round(part.shape[1] * scale), round(part.shape[0] * scale))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _jpeg(rgb: Rgb) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb, "RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
