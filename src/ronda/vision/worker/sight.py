"""One camera in a worker: its decoder, which of its pictures are looked at, and what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from ronda.media.access_unit import Encoding
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import rgb_of_image
from ronda.media.codec.sparse import Decoded, SparseDecoder, Sparseness
from ronda.vision.analytics.contract import Findings
from ronda.vision.detectors.contract import EyeName, Seen
from ronda.vision.geometry.zone import Zone
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Track
from ronda.vision.worker.album import Album
from ronda.vision.worker.messages import SeenTold, WatchCamera
from ronda.vision.worker.pace import Pace
from ronda.vision.worker.pictures import Kept
from ronda.vision.worker.queue import Waiting
from ronda.vision.worker.telling import boxes_told, counts_told, eye_told, measures_told, signs_told


class Watching(Protocol):
    """Tracker and analytics of one camera: see `ronda.vision.watching`."""

    @property
    def width(self) -> int:
        """How wide pictures should be for it, at least; 0 as the eye needs."""
        ...

    @property
    def keeps_pictures(self) -> bool:
        """Whether a picture of each thing that passes may be kept."""
        ...

    @property
    def zones(self) -> Sequence[Zone]:
        """The zones that are drawn."""
        ...

    @property
    def tracks(self) -> Sequence[Track]:
        """The things that are followed and confirmed."""
        ...

    @property
    def ended(self) -> Sequence[Track]:
        """Those that ended with the picture taken last."""
        ...

    def take(self, picture: Picture, seen: Seen) -> Findings:
        """Take in what an eye saw on a picture."""
        ...

    def close(self, at_90k: int) -> Findings:
        """Say what is still open."""
        ...


@dataclass(slots=True)
class Tally:
    """What has been counted; see `Numbers`."""

    decoded: int = 0
    looked: int = 0
    swept: int = 0
    bad: int = 0
    failures: int = 0
    decode_s: float = 0.0
    look_s: float = 0.0


class Swept:
    """One camera of which one picture is looked at in some minutes, each by itself: nothing is kept between them.

    Args:
        asked: What is wanted of it.
        wanted: How it is decoded.
        tally: Where is counted.

    Attributes:
        asked: What is wanted of it.
        bad: Its pictures that could not be decoded since that was last told.
    """

    __slots__ = ("_tally", "_wanted", "asked", "bad")

    def __init__(self, asked: WatchCamera, wanted: Sparseness, tally: Tally) -> None:
        self.asked = asked
        self.bad = 0
        self._wanted = wanted
        self._tally = tally

    def decode(self, waiting: Waiting) -> Picture | None:
        """Decode one picture and return it, when it can be."""
        began = perf_counter()
        try:
            return self._decoded(waiting)
        except CannotDecode:
            self.bad += 1
            self._tally.bad += 1
            return None
        finally:
            self._tally.decode_s += perf_counter() - began

    def _decoded(self, waiting: Waiting) -> Picture | None:
        if waiting.image:
            self._tally.decoded += 1
            return _of_image(waiting, self._wanted.width)
        if waiting.encoding is None:
            raise CannotDecode("a picture came without what a decoder must know")
        decoder = SparseDecoder(waiting.encoding, self._wanted)
        frames = [*decoder.feed(waiting.data, waiting.at_90k), *decoder.finish()]
        self._tally.decoded += len(frames)
        return _picture(frames[0]) if frames else None


class Sight:
    """One camera.

    Args:
        asked: What is wanted of it.
        watching: Its tracker and analytics.
        wanted: How it is decoded.
        tally: Where is counted.

    Attributes:
        asked: What is wanted of it.
        watching: Its tracker and analytics.
        bad: Its pictures that could not be decoded since that was last told.
        last_90k: When the picture was taken that was looked at last; 0 before the first.
    """

    def __init__(self, asked: WatchCamera, watching: Watching, wanted: Sparseness, tally: Tally) -> None:
        self.asked = asked
        self.watching = watching
        self.bad = 0
        self._wanted = wanted
        self._tally = tally
        self._pace = Pace(asked.rate)
        self._decoder: SparseDecoder | None = None
        self._encoding: Encoding | None = None
        self._album = Album(watching.zones, pictures=watching.keeps_pictures)
        self.last_90k = 0
        self._ready: list[Picture] = []

    def decode(self, waiting: Waiting) -> Picture | None:
        """Decode one picture; return one that is to be looked at, when there is one."""
        began = perf_counter()
        try:
            self._ready += self._decoded(waiting)
        except CannotDecode:
            self.bad += 1
            self._tally.bad += 1
        self._tally.decode_s += perf_counter() - began
        return self._ready.pop(0) if self._ready else None

    def tell(self, picture: Picture, seen: Seen, eye: EyeName) -> tuple[SeenTold, list[Kept]]:
        """Take in what the eye saw on a picture; return what is to be told, and the pictures to send before."""
        findings = self.watching.take(picture, seen)
        tracks = self.watching.tracks
        self._album.take(picture, tracks, findings.counts)
        passed = self._album.ended(self.watching.ended)
        signs, pictures = signs_told(findings)
        told = SeenTold(
            camera=self.asked.camera,
            at_90k=picture.at_90k,
            eye=eye_told(eye),
            boxes=boxes_told(tracks, picture.at_90k),
            counts=counts_told(findings.counts),
            measures=measures_told(findings.measures),
            signs=signs,
            passed=tuple(one for one, _ in passed),
        )
        self.last_90k = picture.at_90k
        return told, [*pictures, *(best for _, best in passed if best is not None)]

    def close(self, eye: EyeName | None) -> tuple[SeenTold, list[Kept]] | None:
        """Return what is still open, when there is something."""
        if not self.last_90k:
            return None
        findings = self.watching.close(self.last_90k)
        signs, pictures = signs_told(findings)
        passed = self._album.ended(self.watching.ended)
        told = SeenTold(
            camera=self.asked.camera,
            at_90k=self.last_90k,
            eye=eye_told(eye) if eye else None,
            counts=counts_told(findings.counts),
            measures=measures_told(findings.measures),
            signs=signs,
            passed=tuple(one for one, _ in passed),
        )
        if not (signs or passed or told.counts or told.measures):
            return None
        return told, [*pictures, *(best for _, best in passed if best is not None)]

    def _decoded(self, waiting: Waiting) -> list[Picture]:
        if waiting.image:
            self._tally.decoded += 1
            return [_of_image(waiting, self._wanted.width)]
        decoder = self._decoder_for(waiting)
        if decoder is None:
            raise CannotDecode("a picture came before what a decoder must know")
        frames = decoder.feed(waiting.data, waiting.at_90k, waiting.dts_90k)
        if waiting.alone:
            frames += decoder.finish()
            decoder.restart()
        self._tally.decoded += len(frames)
        return [_picture(frame) for frame in frames if self._pace.takes(frame.pts_90k)]

    def _decoder_for(self, waiting: Waiting) -> SparseDecoder | None:
        encoding = waiting.encoding
        if encoding is None:
            return self._decoder
        if self._decoder is not None and encoding == self._encoding:
            self._decoder.restart()
        else:
            self._decoder = None
            self._decoder = SparseDecoder(encoding, self._wanted)
            self._encoding = encoding
        return self._decoder


def _of_image(waiting: Waiting, width: int) -> Picture:
    rgb = rgb_of_image(waiting.data, width)
    return Picture(rgb, waiting.at_90k, (rgb.shape[1], rgb.shape[0]), keyframe=True)


def _picture(frame: Decoded) -> Picture:
    return Picture(frame.rgb(), frame.pts_90k, (frame.width, frame.height), frame.keyframe)
