"""One video track: RTP packets in, access units out. Sans-I/O, and the hottest code there is.

Owns the sequence, the clock and the parameter sets of one track. An access unit ends at a marker bit
or where the timestamp changes, whichever comes first; a track whose markers prove wrong goes by the
timestamps alone.

What is lost: a unit with a part missing is dropped, and so is everything between a damaged keyframe
and the next one, which no decoder could show. Behind any other damaged unit pictures go on: decoders
conceal it until the next keyframe, and a smear is better evidence than a hole. None of this starts a
new run; a jump of the camera's clock does, at the next keyframe.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final

from ronda.media.access_unit import AccessUnit, Codec, Encoding
from ronda.media.parameter_sets import BadParameterSets, encoding_of, nal_type
from ronda.media.reorder import DecodingTimes
from ronda.media.rtp.depacketiser import LARGEST_UNIT_BYTES, Depacketiser, Position
from ronda.media.rtp.h264 import H264Depacketiser
from ronda.media.rtp.h265 import H265Depacketiser
from ronda.media.rtp.timestamps import TimestampClock
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters

_HEADER: Final = Struct(">BBHII")
_HEADER_BYTES: Final = 12
_FRAME_BYTES: Final = 4
# "$", channel; length; version to sequence; timestamp; SSRC; start of the payload.
_FRAMED: Final = Struct(">HHII4xI")
_FRAMED_BYTES: Final = _FRAMED.size
_MARKER: Final = 0x80_0000
_LATE_PACKETS: Final = 100
_MOST_LOST_PACKETS: Final = 3000  # RFC 3550 appendix A.1: beyond it the sender started over
_MOST_SETS: Final = 64
_REFRESH_WAIT_S: Final = 5.0
# Many cameras do not tell how deep they reorder. Decoding two pictures early costs nothing, and covers
# B-pictures that refer to each other; decoding late would break players.
_ASSUMED_DEPTH: Final = 2


class VideoReceiver:
    """Puts access units together and hands them on.

    Args:
        video: What the session description says of the track.
        deliver: Called with each access unit, in decoding order, within `packet` or `fragments`.
        counters: Where packets, losses and pictures are counted.
        channel: The interleaved channel that `fragments` recognises.

    Attributes:
        arrival: Monotonic seconds of the bytes that are being fed; set by the caller.
        fragment_open: Whether `fragments` may find something to take.
        payload_type: That of the track's packets.
        units: Access units put together, delivered or not.
        damaged_units: Access units dropped because a part was missing.
        problem: Why nothing can be delivered, as far as it is the parameter sets' fault.
        encoding: That of the last picture delivered, or None before the first.
    """

    def __init__(
        self,
        video: VideoFormat,
        deliver: Callable[[AccessUnit], None],
        counters: SourceCounters,
        channel: int = 0,
    ) -> None:
        self._codec = video.codec
        self.payload_type = video.payload_type
        self._deliver = deliver
        self._counters = counters
        self._frame_word = 0x2400 | channel
        self._plain_head = 0x8000 | (video.payload_type & 0x7F)
        self._unit: Depacketiser = (
            H264Depacketiser() if video.codec is Codec.H264 else H265Depacketiser(video.decoding_order_numbers)
        )
        self._body_at = _FRAME_BYTES + _HEADER_BYTES + self._unit.fragment_header_bytes
        self._clock = TimestampClock(video.clock_rate)
        self._times = DecodingTimes(None)
        self._sets: list[bytes] = list(video.parameter_sets)
        self._sets_changed = True

        self._began = False
        self._ssrc = 0
        self._sequence = 0
        self._timestamp = 0
        self._markers_hold = True

        self._waiting = True
        self._waiting_since: float | None = None
        self._jumped = False
        self._leading_before: int | None = None
        self._last_dts: int | None = None

        self.arrival = 0.0
        self.units = 0
        self.damaged_units = 0
        self.problem: str | None = None
        self.encoding: Encoding | None = None

    @property
    def fragment_open(self) -> bool:
        """Whether a fragmented NAL unit is open."""
        return self._unit.fragment_open

    def fragments(self, view: memoryview, at: int, end: int) -> int:
        """Take the interleaved packets from `at` on that simply go on with the open NAL unit.

        Nearly all are such: next in sequence, and either a fragment of the open unit with nothing
        unusual about it, or the last one, which ends the picture, or the first of the next picture.
        Anything else is left to the caller.

        Returns:
            Where the first packet not taken begins.
        """
        unit = self._unit
        data, mask = unit.data, unit.middle_mask
        middle, ending = unit.middle, unit.middle | unit.end_bit
        frame, timestamp = self._frame_word, self._timestamp
        head = self._plain_head << 16 | self._sequence
        body_at, unpack, last = self._body_at, _FRAMED.unpack_from, end - _FRAMED_BYTES
        taken = 0
        while at <= last:
            its_frame, length, its_head, its_timestamp, word = unpack(view, at)
            behind = at + _FRAME_BYTES + length
            if its_frame != frame or behind > end:
                break
            if its_head == head:
                if its_timestamp == timestamp:
                    if word & mask != middle:
                        break
                    data += view[at + body_at : behind]
                elif middle < 0 and word & unit.start_mask == unit.start:
                    timestamp = self._timestamp = its_timestamp
                    unit.payload(view, at + _FRAME_BYTES + _HEADER_BYTES, behind)
                    data, middle, ending = unit.data, unit.middle, unit.middle | unit.end_bit
                else:
                    break
            elif (
                its_head == head | _MARKER
                and word & mask == ending
                and its_timestamp == timestamp
                and unit.picture
                and self._markers_hold
            ):
                data += view[at + body_at : behind]
                self._end()
                data, middle, ending = unit.data, -1, -1
            else:
                break
            taken += 1
            head = head + 1 if head & 0xFFFF != 0xFFFF else head - 0xFFFF
            at = behind
        if taken:
            self._sequence = head & 0xFFFF
            self._counters.packets += taken
            if len(data) > LARGEST_UNIT_BYTES:
                self._too_large()
        return at

    def packet(self, view: memoryview, start: int, end: int) -> None:  # noqa: C901 - calls cost more than branches
        """Take the RTP packet `view[start:end]`; never raises."""
        if end - start < _HEADER_BYTES:
            self._counters.bad_packets += 1
            return
        first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(view, start)
        start += _HEADER_BYTES
        if first << 8 | (second & 0x7F) != self._plain_head:
            start, end = self._unusual(view, first, second & 0x7F, start, end)
            if start > end:
                self._counters.bad_packets += 1
                return
        self._counters.packets += 1
        gap = False
        if sequence != self._sequence or ssrc != self._ssrc or not self._began:
            if not self._in_order(sequence, ssrc):
                return
            gap = self._began
            self._began = True
        self._sequence = (sequence + 1) & 0xFFFF
        unit = self._unit
        if gap or timestamp != self._timestamp or not unit.picture:
            if unit.picture or unit.damaged:
                if gap:
                    unit.damaged = True
                if timestamp != self._timestamp:
                    self._end()
            if gap or timestamp == self._timestamp:
                self._doubt(unit.position(view, start, end), gap)
            self._timestamp = timestamp
        bad = unit.bad
        unit.payload(view, start, end)
        if unit.bad != bad:
            self._counters.bad_packets += unit.bad - bad
        if second & 0x80 and unit.picture and self._markers_hold:
            self._end()
        elif len(unit.data) > LARGEST_UNIT_BYTES:
            self._too_large()

    def _unusual(self, view: memoryview, first: int, kind: int, start: int, end: int) -> tuple[int, int]:
        """Return the payload's bounds in a packet with extras or another type; inverted if bad."""
        if kind != self.payload_type:
            # Some cameras describe another payload type than they send; theirs counts, from the start.
            if self._began or kind < 96:
                return 1, 0
            self.payload_type = kind
            self._plain_head = 0x8000 | kind
        return _payload_bounds(view, first, start, end)

    def _in_order(self, sequence: int, ssrc: int) -> bool:
        """Return whether a packet out of sequence is to be taken; count what is missing before it."""
        if not self._began:
            self._ssrc = ssrc
            return True
        missing = (sequence - self._sequence) & 0xFFFF
        if ssrc != self._ssrc:
            self._ssrc, missing = ssrc, 0  # another sender: nothing can be said about what is missing
        elif missing >= 0x1_0000 - _LATE_PACKETS:
            self._counters.bad_packets += 1
            return False
        elif missing > _MOST_LOST_PACKETS:
            missing = 1
        self._counters.lost_packets += missing
        if self._unit.fragment_open:
            self._unit.abandon()
        return True

    def _doubt(self, position: Position, gap: bool) -> None:
        """Look closer at a packet behind a gap, or one that should begin a unit and has an old timestamp."""
        unit = self._unit
        if unit.picture:
            return
        if gap:
            if position is not Position.BEGINS:
                unit.damaged = True
        elif position is Position.LATER and self.units and not unit.data and not unit.damaged:
            # The picture that a marker ended goes on: this camera's markers cannot be trusted.
            self._markers_hold = False
            unit.damaged = True

    def _too_large(self) -> None:
        self._counters.bad_packets += 1
        self._unit.clear()
        self._unit.damaged = True

    def _end(self) -> None:
        """The access unit is over: hand it on, or drop it."""
        unit = self._unit
        if unit.fragment_open:
            unit.finish()
        self.units += 1
        pts_90k, jumped = self._clock.pts_90k(self._timestamp, self.arrival)
        if jumped:
            self._jumped = True
        if unit.parameter_sets:
            self._note_sets(unit.parameter_sets)
        if unit.damaged:
            self._drop(unit)
        else:
            self._pass(unit, pts_90k)
        unit.clear()

    def _drop(self, unit: Depacketiser) -> None:
        self.damaged_units += 1
        if unit.keyframe:
            self._waiting = True

    def _pass(self, unit: Depacketiser, pts_90k: int) -> None:
        keyframe = unit.idr or (unit.intra and unit.keyframe) or (self._waiting and self._refreshes(unit))
        changed: Encoding | None = None
        discontinuity = False
        if keyframe:
            if self._sets_changed:
                changed = self._new_encoding()
            if self.encoding is None:
                return
            if self._waiting and unit.open_gop:
                self._leading_before = pts_90k
            if changed is not None or self._jumped:
                discontinuity = self._jumped and self._last_dts is not None
                depth = self.encoding.reorder_depth
                self._times.reset(_ASSUMED_DEPTH if depth is None else depth)
                self._jumped = False
            self._waiting = False
        elif self._waiting:
            return
        elif self._leading_before is not None:
            if pts_90k < self._leading_before:
                return
            self._leading_before = None
        self._counters.pictures += 1
        dts_90k = self._times.stamp(pts_90k)
        if self._last_dts is not None and dts_90k <= self._last_dts:
            discontinuity = True
        self._last_dts = dts_90k
        self._deliver(AccessUnit(bytes(unit.data), pts_90k, dts_90k, self.arrival, keyframe, changed, discontinuity))

    def _refreshes(self, unit: Depacketiser) -> bool:
        """Return whether to start at a gradual refresh, since no keyframe seems to come ever."""
        if self._waiting_since is None:
            self._waiting_since = self.arrival
        return unit.recovery >= 0 and self.arrival - self._waiting_since > _REFRESH_WAIT_S

    def _note_sets(self, sets: list[bytes]) -> None:
        if all(nal in self._sets for nal in sets):
            return
        kinds = {nal_type(self._codec, nal) for nal in sets}
        if len(kinds) < (2 if self._codec is Codec.H264 else 3):
            sets = [nal for nal in self._sets if nal not in sets] + sets
        self._sets = sets[-_MOST_SETS:]
        self._sets_changed = True

    def _new_encoding(self) -> Encoding | None:
        """Return the encoding if it differs from the one before; note it."""
        self._sets_changed = False
        try:
            encoding = encoding_of(self._codec, self._sets)
        except BadParameterSets as error:
            self.problem = str(error)
            if self._sets:
                self._counters.bad_packets += 1
            return None
        self.problem = None
        if encoding == self.encoding:
            return None
        self.encoding = encoding
        return encoding


def _payload_bounds(view: memoryview, first: int, start: int, end: int) -> tuple[int, int]:
    """Return the payload's bounds behind CSRCs and extension and before padding; inverted if bad."""
    if first & 0xC0 != 0x80:
        return 1, 0
    start += 4 * (first & 0x0F)
    if first & 0x10:
        if start + 4 > end:
            return 1, 0
        start += 4 + 4 * (view[start + 2] << 8 | view[start + 3])
    if first & 0x20 and end > start:
        end -= view[end - 1]
    return start, end
