"""H.265 over RTP (RFC 7798): single NAL units, aggregation packets and fragmentation units."""

from typing import Final

from ronda.media.rtp.depacketiser import DROPPED, KEY, PARAMETERS, PICTURE, PLAIN, Depacketiser, Position

_AGGREGATE: Final = 48
_FRAGMENT: Final = 49
_BLA_W_LP: Final = 16
_IDR_W_RADL: Final = 19
_IDR_N_LP: Final = 20
_LAST_IRAP: Final = 23
_PREFIX_SEI: Final = 39

_ROLES: Final = [PLAIN] * 64
for _kind in range(32):
    _ROLES[_kind] = KEY if _BLA_W_LP <= _kind <= _LAST_IRAP else PICTURE
_ROLES[32] = _ROLES[33] = _ROLES[34] = PARAMETERS
_ROLES[35] = _ROLES[38] = DROPPED  # delimiter, filler


class H265Depacketiser(Depacketiser):
    """Collects access units of H.265.

    Args:
        decoding_order_numbers: Payloads carry DONL and DOND fields. They are passed over: with one
            RTP stream, transmission order is decoding order for every camera known.
    """

    __slots__ = ("_don",)

    middle_mask = 0xFFFF_FF00
    end_bit = 0x0000_4000
    start_mask, start = 0x7E00_C000, _FRAGMENT << 25 | 0x0000_8000
    fragment_header_bytes = 3

    def __init__(self, decoding_order_numbers: bool = False) -> None:
        super().__init__()
        self._don = 2 if decoding_order_numbers else 0

    def payload(self, view: memoryview, start: int, end: int) -> None:
        """Take the payload of the next packet; PACI packets (RFC 7798 4.4.4) are bad."""
        if end - start < 3:
            if end > start:
                self.bad += 1
            return
        kind = view[start] >> 1 & 0x3F
        if kind == _FRAGMENT:
            self._fragment(view, start, end)
        elif kind == _AGGREGATE:
            self._aggregate(view, start + 2 + self._don, end)
        elif kind > _FRAGMENT:
            self.bad += 1
        elif self._don:
            nal = memoryview(bytes(view[start : start + 2]) + bytes(view[start + 2 + self._don : end]))
            self.unit(nal, 0, len(nal))
        else:
            self.unit(view, start, end)

    def role(self, first: int) -> int:
        """Return the role of a NAL unit by the first byte of its header."""
        return _ROLES[first >> 1 & 0x3F]

    def inspect(self, role: int, data: memoryview | bytearray, start: int, end: int) -> None:
        """Notice slices; every IRAP picture is a keyframe."""
        if role == KEY:
            self.picture = self.idr = True
            self.open_gop = data[start] >> 1 & 0x3F not in (_IDR_W_RADL, _IDR_N_LP)
        elif role == PICTURE:
            self.picture = True

    def position(self, view: memoryview, start: int, end: int) -> Position:
        """Return where the payload stands in its access unit."""
        if end - start < 7 + self._don:
            return Position.OTHER
        kind, body = view[start] >> 1 & 0x3F, view[start + 2 + self._don]
        if kind == _FRAGMENT:
            if not view[start + 2] & 0x80:
                return Position.LATER
            kind, body = view[start + 2] & 0x3F, view[start + 3 + self._don]
        elif kind == _AGGREGATE:
            kind, body = view[start + 4 + self._don] >> 1 & 0x3F, view[start + 6 + self._don]
        if 32 <= kind <= 35 or kind == _PREFIX_SEI:
            return Position.BEGINS
        if kind >= 32:
            return Position.OTHER
        # first_slice_segment_in_pic_flag is the first bit behind the header.
        return Position.BEGINS if body & 0x80 else Position.LATER

    def _aggregate(self, view: memoryview, at: int, end: int) -> None:
        difference = 1 if self._don else 0
        while at + 2 < end:
            start = at + 2
            at = start + (view[at] << 8 | view[at + 1])
            if at > end:
                self.bad += 1
                self.damaged = True
                return
            if at - start > 1:
                self.unit(view, start, at)
            at += difference

    def _fragment(self, view: memoryview, start: int, end: int) -> None:
        header = view[start + 2]
        body = start + 3
        if header & 0x80:
            body += self._don
            if body >= end:
                self.bad += 1
                self.damaged = True
                return
            first = view[start] & 0x81 | (header & 0x3F) << 1
            self.open(bytes((first, view[start + 1])), view, body, end)
            self.middle = view[start] << 24 | view[start + 1] << 16 | (header & 0x3F) << 8
        elif self.fragment_open:
            self.data += view[body:end]
        else:
            self.damaged = True
        if header & 0x40:
            self.finish()
