"""From RTP payloads to the NAL units of one access unit; what both codings share.

Owns the access unit that is being put together: one growing byte string, each NAL unit behind its
4-byte length, and what was noticed on the way. `receiver` decides where a unit begins and ends.
"""

from abc import ABC, abstractmethod
from enum import IntEnum
from struct import Struct
from typing import Final

LARGEST_UNIT_BYTES: Final = 8 << 20
_LARGEST_SET_BYTES: Final = 4096
_MOST_SETS: Final = 32
_LENGTH: Final = Struct(">I")
_NO_LENGTH: Final = b"\0\0\0\0"
_START_CODE: Final = b"\0\0\1"


# What a NAL unit is to an access unit. Plain numbers in this order, as they are compared for each unit.
PICTURE: Final = 0
KEY: Final = 1
PLAIN: Final = 2
SEI: Final = 3
PARAMETERS: Final = 4
DROPPED: Final = 5


class Position(IntEnum):
    """Where in an access unit a payload stands, as far as its first bytes tell."""

    OTHER = 0
    BEGINS = 1
    LATER = 2


class Depacketiser(ABC):
    """Collects one access unit after the other.

    Attributes:
        data: The unit so far.
        fragment_open: A fragmented NAL unit has begun and not ended.
        middle: First payload bytes (as a 32-bit number under `middle_mask`) that a further fragment
            of the open NAL unit has; lets the receiver take those without asking. The last fragment
            has `end_bit` as well; the first one of any unit has `start` under `start_mask`.
        damaged: Something of the unit is missing.
        picture: A slice is in it.
        idr: A slice that starts decoding cleanly (H.264 IDR; H.265 IRAP) is in it.
        open_gop: It is a keyframe whose leading pictures need what came before it.
        recovery: Pictures that a recovery point SEI asks to wait for; -1 where there is none.
        intra: Its first slice that was looked at is an I slice.
        parameter_sets: Those that came with it.
        bad: Payloads that could not be read, since the start.
    """

    middle_mask: int
    end_bit: int
    start_mask: int
    start: int
    fragment_header_bytes: int

    __slots__ = (
        "_open_at",
        "_open_role",
        "bad",
        "damaged",
        "data",
        "fragment_open",
        "idr",
        "intra",
        "middle",
        "open_gop",
        "parameter_sets",
        "picture",
        "recovery",
    )

    def __init__(self) -> None:
        self.bad = 0
        self.middle = self._open_at = self._open_role = 0
        self.recovery = -1
        self.parameter_sets: list[bytes] = []
        self.intra = self.open_gop = False
        self.clear()

    def clear(self) -> None:
        """Begin an empty access unit."""
        self.data = bytearray()
        self.fragment_open = self.damaged = self.picture = self.idr = False
        if self.parameter_sets or self.recovery >= 0 or self.open_gop:
            self.intra = self.open_gop = False
            self.recovery = -1
            self.parameter_sets = []

    @abstractmethod
    def payload(self, view: memoryview, start: int, end: int) -> None:
        """Take the payload of the next packet, `view[start:end]`; never raises."""

    @abstractmethod
    def role(self, first: int) -> int:
        """Return the role of a NAL unit, `PICTURE` to `DROPPED`, by the first byte of its header."""

    @abstractmethod
    def inspect(self, role: int, data: memoryview | bytearray, start: int, end: int) -> None:
        """Notice what matters in the NAL unit `data[start:end]`, of which the end may yet be missing."""

    @abstractmethod
    def position(self, view: memoryview, start: int, end: int) -> Position:
        """Return where the payload stands: at a unit's beginning, or in a picture that has begun."""

    @property
    def keyframe(self) -> bool:
        """Whether a decoder can start here."""
        return self.idr or (self.intra and (self.recovery == 0 or bool(self.parameter_sets)))

    def unit(self, view: memoryview, start: int, end: int) -> None:
        """Take a whole NAL unit."""
        if self.fragment_open:
            self.finish()
        if end <= start:
            self.bad += 1
            return
        if view[start] == 0 and end - start > 3:
            start = _past_start_code(view, start, end)
            if end <= start:
                self.bad += 1
                return
        role = self.role(view[start])
        if role == PARAMETERS:
            self._parameters(bytes(view[start:end]))
        elif role != DROPPED:
            if role != PLAIN:
                self.inspect(role, view, start, end)
            self.data += _LENGTH.pack(end - start)
            self.data += view[start:end]

    def open(self, header: bytes, view: memoryview, start: int, end: int) -> None:
        """Take the first fragment of a NAL unit whose header is `header`."""
        if self.fragment_open:
            self.finish()
        self.fragment_open = True
        data = self.data
        at = self._open_at = len(data)
        data += _NO_LENGTH
        data += header
        data += view[start:end]
        role = self._open_role = self.role(header[0])
        if role <= KEY:
            self.inspect(role, data, at + 4, len(data))

    def finish(self) -> None:
        """Close the open NAL unit: its last fragment has been taken.

        Some cameras never mark the last fragment; what follows without a gap closes it as well.
        """
        if not self.fragment_open:
            return
        self.fragment_open = False
        data, at, role = self.data, self._open_at, self._open_role
        if role < SEI:
            _LENGTH.pack_into(data, at, len(data) - at - 4)
            return
        nal = bytes(data[at + 4 :])
        if role == SEI:
            self.inspect(role, data, at + 4, len(data))
            _LENGTH.pack_into(data, at, len(nal))
            return
        del data[at:]
        if role == PARAMETERS:
            self._parameters(nal)

    def abandon(self) -> None:
        """Give the open NAL unit up: the rest of it never came."""
        self.fragment_open = False
        del self.data[self._open_at :]
        self.damaged = True

    def _parameters(self, nal: bytes) -> None:
        if _START_CODE in nal:
            self._byte_stream(nal)
        elif len(nal) > _LARGEST_SET_BYTES or len(self.parameter_sets) == _MOST_SETS:
            self.bad += 1
        else:
            self.parameter_sets.append(nal.rstrip(b"\0"))

    def _byte_stream(self, stream: bytes) -> None:
        """Take what a camera sends as one unit though it is several with start codes between."""
        for piece in stream.split(_START_CODE):
            nal = piece.rstrip(b"\0")
            if nal:
                self.unit(memoryview(nal), 0, len(nal))


def _past_start_code(view: memoryview, start: int, end: int) -> int:
    at = start
    while at < end and view[at] == 0:
        at += 1
    return at + 1 if at < end and view[at] == 1 and at - start >= 2 else start
