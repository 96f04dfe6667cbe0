"""Taking apart what comes over an RTSP connection: messages, interleaved packets, and stray bytes.

Sans-I/O. Owns the place in the byte stream; what is not whole yet is left to the caller, who brings
it again with more behind it. A frame is "$", channel, 16-bit length, packet (RFC 2326 section 10.12).
"""

from collections.abc import Callable
from typing import Final

from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.rtsp.client import Channels
from ronda.media.sources.rtsp.message import LONGEST_HEAD_BYTES, BadRtsp, Message, parse_head

BUFFER_BYTES: Final = 131_072
"""What a caller must be able to hold: the longest message or frame, and room to read on."""

_DOLLAR: Final = 0x24
_STATUS: Final = b"RTSP/"
_METHODS: Final = (b"OPTIONS ", b"ANNOUNCE ", b"REDIRECT ", b"GET_PARAMETER ", b"SET_PARAMETER ", b"TEARDOWN ")
_STARTS: Final = (_STATUS, *_METHODS)
_PROBE_BYTES: Final = 16
_PLAUSIBLE_BYTES: Final = 8
_LARGEST_FOREIGN_BYTES: Final = 4096
_BLANKS: Final = b"\r\n\0 "


class InterleavedReader:
    """Hands on what it finds.

    Args:
        on_message: Called with each RTSP message; may raise, which ends `feed`.
        on_control: Called with each RTCP packet of the track.
        counters: Where stray stretches are counted, as bad packets.
    """

    def __init__(
        self,
        on_message: Callable[[Message], None],
        on_control: Callable[[memoryview], None],
        counters: SourceCounters,
    ) -> None:
        self._on_message = on_message
        self._on_control = on_control
        self._counters = counters
        self._receiver: VideoReceiver | None = None
        self._rtp = self._rtcp = -1
        self._heard = False

    def attach(self, receiver: VideoReceiver, channels: Channels) -> None:
        """Give the packets of `channels` to `receiver` from now on."""
        self._receiver = receiver
        self._rtp, self._rtcp = channels.rtp, channels.rtcp

    def feed(self, view: memoryview, end: int) -> int:
        """Take what is whole in `view[:end]`.

        Returns:
            How much was taken; the rest must be brought again.

        Raises:
            BadRtsp: The other side does not speak RTSP.
            SourceFailed: As `on_message` raises it.
        """
        at = 0
        receiver = self._receiver
        while True:
            if receiver is not None and receiver.fragment_open:
                at = receiver.fragments(view, at, end)
            body = at + 4
            if body >= end:
                break
            if view[at] != _DOLLAR:
                taken = self._text(view, at, end)
                receiver = self._receiver
            elif view[body] & 0xC0 != 0x80 and (view[at + 2] or view[at + 3]):
                taken = self._stray(view, at, end)
            else:
                taken = 4 + (view[at + 2] << 8 | view[at + 3])
                if at + taken > end:
                    taken = self._unfinished(view, at, end, taken)
                elif view[at + 1] == self._rtp and receiver is not None:
                    receiver.packet(view, body, at + taken)
                elif view[at + 1] == self._rtcp:
                    self._on_control(view[body : at + taken])
            if not taken:
                break
            at += taken
        return at

    def _unfinished(self, view: memoryview, at: int, end: int, size: int) -> int:
        """Wait for the rest of a frame, unless that would mean losing pictures over a bogus header."""
        if view[at + 1] in (self._rtp, self._rtcp) or size <= _LARGEST_FOREIGN_BYTES:
            return 0
        return self._stray(view, at, end)

    def _text(self, view: memoryview, at: int, end: int) -> int:
        """Take a message, or what should be one; 0 where more is needed."""
        start = bytes(view[at : min(end, at + _PROBE_BYTES)])
        if start[0] in _BLANKS:
            return len(start) - len(start.lstrip(_BLANKS))
        if not start.startswith(_STARTS):
            if any(known.startswith(start) for known in _STARTS):
                return 0
            if not self._heard and self._receiver is None:
                raise BadRtsp(f"it answers {start!r}, which is not RTSP", "check the port")
            return self._stray(view, at, end)
        return self._message(view, at, end)

    def _message(self, view: memoryview, at: int, end: int) -> int:
        head = bytes(view[at : min(end, at + LONGEST_HEAD_BYTES)])
        length, gap = _head_length(head)
        if length < 0:
            return 0 if len(head) < LONGEST_HEAD_BYTES else self._unreadable(view, at, end)
        try:
            message, body_length = parse_head(head[:length])
        except BadRtsp:
            return self._unreadable(view, at, end)
        body = at + length + gap
        if body + body_length > end:
            return 0
        message.body = bytes(view[body : body + body_length])
        self._heard = True
        self._on_message(message)
        return length + gap + body_length

    def _unreadable(self, view: memoryview, at: int, end: int) -> int:
        if self._receiver is None:
            raise BadRtsp("its answer cannot be read as RTSP")
        return self._stray(view, at, end)

    def _stray(self, view: memoryview, at: int, end: int) -> int:
        """Pass over bytes that belong to nothing, up to the next plausible frame or message."""
        self._counters.bad_packets += 1
        data = bytes(view[at:end])
        found = 1
        while True:
            frame = data.find(b"$", found)
            if frame < 0 or self._plausible(data, frame):
                break
            found = frame + 1
        message = data.find(_STATUS, 1)
        places = [place for place in (frame, message) if place > 0]
        return min(places) if places else max(1, len(data) - len(_STATUS) + 1)

    def _plausible(self, data: bytes, at: int) -> bool:
        """Return whether a frame may begin at `at`; what is cut off gets the benefit of the doubt."""
        if len(data) - at < _PLAUSIBLE_BYTES:
            return len(data) - at < 2 or data[at + 1] in (self._rtp, self._rtcp)
        if data[at + 4] & 0xC0 != 0x80:
            return False
        if data[at + 1] == self._rtp:
            return self._receiver is not None and data[at + 5] & 0x7F == self._receiver.payload_type
        return data[at + 1] == self._rtcp and 200 <= data[at + 5] <= 207


def _head_length(head: bytes) -> tuple[int, int]:
    """Return the length of a message's head and of the empty line behind it; (-1, 0) if not there."""
    strict, loose = head.find(b"\r\n\r\n"), head.find(b"\n\n")
    if strict >= 0 and (loose < 0 or strict < loose):
        return strict, 4
    return (loose, 2) if loose >= 0 else (-1, 0)
