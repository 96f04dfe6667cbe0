"""Footage with masks burnt in: decoded, painted over, encoded anew; nothing of the original bytes is in it.

The one place where pictures that leave the city lose what others must not see. What is painted over is any `Cover`: by
hand from key moments (`moving_masks`), or from tracks. A picture is painted before it is encoded, by filling: what was
there cannot be made out of what is left. There is no sound. Used by one thread at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol

import av
from av.error import FFmpegError

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import StillFormat, open_decoder, still_of_frame
from ronda.media.codec.masks import filled
from ronda.media.codec.moving_masks import Cover
from ronda.media.codec.notice import notice
from ronda.media.codec.transcoder import Transcoder
from ronda.media.fmp4.sample import Sample

MOST_WIDTH: Final = 1920
_TICK: Final = Fraction(1, HZ_90K)
_LONGEST_STEP_90K: Final = HZ_90K
_USUAL_STEP_90K: Final = HZ_90K // 25
_LIGHT_STEP_90K: Final = HZ_90K // 8
_HOLE_STEP_90K: Final = HZ_90K


class Mark(Protocol):
    """Writes something on pictures: see `watermark` and `caption`."""

    def on(self, frame: av.VideoFrame, /) -> av.VideoFrame:
        """Return a copy of a yuv420p frame, of even width and height, without its times, written on."""
        ...


@dataclass(frozen=True, slots=True)
class Burnt:
    """A coded picture of the result.

    Attributes:
        data: Its NAL units.
        at_90k: When it is shown, counted from the start of the stretch.
        keyframe: A player can start here.
    """

    data: bytes
    at_90k: int
    keyframe: bool


class Burner:
    """Makes the masked footage of one stretch; see the module.

    Args:
        cover: What is painted over; its moments are on the axis of the access units.
        from_90k: The first moment that is shown, on that axis: earlier pictures only help to decode.
        to_90k: The moment that is not shown any more.
        stills: Moments of which a JPEG is made too, of the first picture at or after each.
        mark: Writes on each picture; None for nothing.
        light: Whether there are few pictures a second: for hours of footage.
        size: What every picture is fitted into; None for its own size.
    """

    def __init__(
        self,
        cover: Cover,
        from_90k: int,
        to_90k: int,
        stills: Sequence[int] = (),
        mark: Mark | None = None,
        *,
        light: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        self.encoding: Encoding | None = None
        self.stills: list[bytes] = []
        self._cover = cover
        self._mark = mark
        self._from_90k = from_90k
        self._to_90k = to_90k
        self._wanted = sorted(min(moment, to_90k) for moment in stills)
        self._last: av.VideoFrame | None = None
        self._size = size
        self._step_90k = _LIGHT_STEP_90K if light else 0
        self._due_90k = from_90k
        self._transcoder = Transcoder(MOST_WIDTH, paint=self._paint, size=size, wanted=self._wants)

    @property
    def bad_pictures(self) -> int:
        """How many pictures could not be decoded, and are missing."""
        return self._transcoder.bad_pictures

    def feed(self, units: list[AccessUnit]) -> list[Burnt]:
        """Return the pictures that come out of some more footage; the first unit has its encoding.

        Raises:
            CannotDecode: The decoder or encoder cannot be opened.
        """
        return self._burnt(self._transcoder.feed(units))

    def hole(self, from_90k: int, to_90k: int, lines: Sequence[str]) -> list[Burnt]:
        """Return the pictures that stand where nothing is recorded: black, with words, one a second, marked too.

        Only where a `size` was given, since nothing else says how large they are.
        """
        if self._size is None:
            raise ValueError("a hole has the size of no picture")
        blank = notice(lines, *self._size)
        begin, end = max(from_90k, self._from_90k), min(to_90k, self._to_90k)
        units: list[AccessUnit] = []
        for at_90k in range(begin, end, _HOLE_STEP_90K):
            frame = blank if self._mark is None else self._mark.on(blank)
            self._keep_stills(frame, at_90k)
            self._last = frame
            units += self._transcoder.show(frame, at_90k)
        self._due_90k = end
        return self._burnt(units)

    def finish(self) -> list[Burnt]:
        """Return what is left at the end; stills of moments after the last picture are of that."""
        burnt = self._burnt(self._transcoder.finish())
        if self._last is not None:
            self._keep_stills(self._last, self._to_90k)
        return burnt

    def _wants(self, at_90k: int) -> bool:
        if not self._from_90k <= at_90k < self._to_90k or at_90k < self._due_90k:
            return False
        if self._step_90k:  # evenly, however pictures fall: never more often, and not ever later
            self._due_90k = max(self._due_90k + self._step_90k, at_90k + self._step_90k // 2)
        return True

    def _paint(self, frame: av.VideoFrame, at_90k: int) -> av.VideoFrame:
        shown = filled(frame, self._cover(at_90k, frame.width, frame.height))
        if self._mark is not None:
            shown = self._mark.on(shown)
        self._keep_stills(shown, at_90k)
        self._last = shown
        return shown

    def _keep_stills(self, shown: av.VideoFrame, at_90k: int) -> None:
        while self._wanted and self._wanted[0] <= at_90k:
            self._wanted.pop(0)
            self.stills.append(still_of_frame(shown, MOST_WIDTH, StillFormat.JPEG))

    def _burnt(self, units: list[AccessUnit]) -> list[Burnt]:
        for unit in units:
            self.encoding = self.encoding or unit.encoding
        return [Burnt(unit.data, unit.pts_90k - self._from_90k, unit.keyframe) for unit in units]


def samples_of(burnt: Sequence[tuple[int, int, bool]], length_90k: int) -> list[Sample]:
    """Return what an MP4 says of pictures without reordering.

    Args:
        burnt: Size, moment and whether it is a keyframe, of each picture in order.
        length_90k: Where the stretch ends: how long the last picture stands, within reason.
    """
    samples = []
    for number, (size, at_90k, keyframe) in enumerate(burnt):
        last = number + 1 == len(burnt)
        step = length_90k - at_90k if last else burnt[number + 1][1] - at_90k
        if last and not 0 < step < _LONGEST_STEP_90K:
            step = _USUAL_STEP_90K
        samples.append(Sample(size, max(1, step), 0, keyframe))
    return samples


def picture_at(units: Sequence[AccessUnit], at_90k: int) -> tuple[av.VideoFrame, int]:
    """Return the picture that is shown at a moment, and since when: the last one not later, else the first there is.

    Args:
        units: From a keyframe, with its encoding, on.
        at_90k: The moment, on their axis.

    Raises:
        CannotDecode: No picture comes out.
    """
    if not units or units[0].encoding is None:
        raise CannotDecode("there is no picture at that moment")
    found: av.VideoFrame | None = None
    for frame in _decoded(units[0].encoding, units):
        if found is not None and (frame.pts or 0) > at_90k:
            break
        found = frame
    if found is None or found.pts is None:
        raise CannotDecode("no picture of that moment can be decoded")
    return found, found.pts


def _decoded(encoding: Encoding, units: Sequence[AccessUnit]) -> Iterator[av.VideoFrame]:
    """Yield the frames in the order in which they are shown; what is damaged is left out."""
    try:
        decoder = open_decoder(encoding)
    except (FFmpegError, ValueError) as error:
        raise CannotDecode(f"{encoding.codec.value} cannot be decoded: {error}") from error
    for unit in [*units, None]:
        packet = None
        if unit is not None:
            packet = av.Packet(unit.data)
            packet.pts, packet.dts, packet.time_base = unit.pts_90k, unit.dts_90k, _TICK
        try:
            frames = decoder.decode(packet)
        except FFmpegError:
            continue
        yield from (frame for frame in frames if frame.pts is not None)
