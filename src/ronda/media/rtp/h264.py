"""H.264 over RTP (RFC 6184): single NAL units, STAP-A and FU-A."""

from typing import Final

from ronda.media.parameter_sets import BadParameterSets
from ronda.media.parameter_sets.bits import BitReader
from ronda.media.rtp.depacketiser import DROPPED, KEY, PARAMETERS, PICTURE, PLAIN, SEI, Depacketiser, Position

_STAP_A: Final = 24
_FU_A: Final = 28
_RECOVERY_POINT: Final = 6
_BYTES: Final = [bytes((value,)) for value in range(256)]

_ROLES: Final = [PLAIN] * 32
for _kind in (1, 2, 3, 4):
    _ROLES[_kind] = PICTURE
_ROLES[5] = KEY
_ROLES[6] = SEI
_ROLES[7] = _ROLES[8] = PARAMETERS
_ROLES[9] = _ROLES[12] = DROPPED  # delimiter, filler


class H264Depacketiser(Depacketiser):
    """Collects access units of H.264 (packetization modes 0 and 1)."""

    __slots__ = ()

    middle_mask = 0xFFFF_0000
    end_bit = 0x0040_0000
    start_mask, start = 0x1FC0_0000, _FU_A << 24 | 0x0080_0000
    fragment_header_bytes = 2

    def payload(self, view: memoryview, start: int, end: int) -> None:
        """Take the payload of the next packet; interleaved mode (never seen in cameras) is bad."""
        if end - start < 2:
            return  # keeps a hole in a firewall open
        indicator = view[start]
        kind = indicator & 0x1F
        if kind == _FU_A:
            header = view[start + 1]
            if header & 0x80:
                self.open(_BYTES[indicator & 0xE0 | header & 0x1F], view, start + 2, end)
                self.middle = indicator << 24 | (header & 0x1F) << 16
            elif self.fragment_open:
                self.data += view[start + 2 : end]
            else:
                self.damaged = True
            if header & 0x40:
                self.finish()
        elif kind < _STAP_A:
            self.unit(view, start, end)
        elif kind == _STAP_A:
            self._aggregate(view, start + 1, end)
        else:
            self.bad += 1

    def role(self, first: int) -> int:
        """Return the role of a NAL unit by the first byte of its header."""
        return _ROLES[first & 0x1F]

    def inspect(self, role: int, data: memoryview | bytearray, start: int, end: int) -> None:
        """Notice slices, and the recovery points that stand in for IDR pictures."""
        if role == PICTURE:
            if not self.picture and (self.recovery >= 0 or self.parameter_sets):
                self.intra = self.open_gop = _is_intra_slice(bytes(data[start + 1 : start + 9]))
            self.picture = True
        elif role == KEY:
            self.picture = self.idr = True
            self.open_gop = False
        elif role == SEI:
            count = _recovery_point(bytes(data[start:end]))
            if count is not None:
                self.recovery = count

    def position(self, view: memoryview, start: int, end: int) -> Position:
        """Return where the payload stands in its access unit."""
        if end - start < 3:
            return Position.OTHER
        kind = view[start] & 0x1F
        if kind == _FU_A:
            if not view[start + 1] & 0x80:
                return Position.LATER
            kind, body = view[start + 1] & 0x1F, view[start + 2]
        elif kind == _STAP_A:
            if end - start < 5:
                return Position.OTHER
            kind, body = view[start + 3] & 0x1F, view[start + 4]
        else:
            body = view[start + 1]
        if 6 <= kind <= 9:
            return Position.BEGINS
        if kind not in (1, 5):
            return Position.OTHER
        # first_mb_in_slice is 0 exactly when its first bit is set.
        return Position.BEGINS if body & 0x80 else Position.LATER

    def _aggregate(self, view: memoryview, at: int, end: int) -> None:
        while at + 2 < end:
            start = at + 2
            at = start + (view[at] << 8 | view[at + 1])
            if at > end:
                self.bad += 1
                self.damaged = True
                return
            if at > start:
                self.unit(view, start, at)


def _is_intra_slice(header: bytes) -> bool:
    try:
        bits = BitReader(header)
        bits.ue()
        return bits.ue() % 5 == 2
    except BadParameterSets:
        return False


def _recovery_point(nal: bytes) -> int | None:
    """Return recovery_frame_cnt of a recovery point in an SEI NAL unit (H.264 7.3.2.3, D.1.8)."""
    at, end = 1, len(nal)
    while at + 2 < end:
        kind = size = 0
        while at < end and nal[at] == 0xFF:
            kind, at = kind + 255, at + 1
        if at >= end:
            break
        kind, at = kind + nal[at], at + 1
        while at < end and nal[at] == 0xFF:
            size, at = size + 255, at + 1
        if at >= end:
            break
        size, at = size + nal[at], at + 1
        if kind == _RECOVERY_POINT:
            try:
                return BitReader(nal[at : at + min(size, 8)]).ue()
            except BadParameterSets:
                return None
        at += size
    return None
