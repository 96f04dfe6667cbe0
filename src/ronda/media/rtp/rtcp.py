"""Sender reports (RFC 3550 section 6.4.1): what the camera thinks the time is.

They only measure the camera's offset; no picture's time is ever taken from them.
"""

from struct import Struct
from typing import Final

from ronda.base.time import HZ_90K

_SENDER_REPORT: Final = 200
_HEADER: Final = Struct(">BBHIII")
_NTP_TO_UNIX_S: Final = 2_208_988_800
_ERA_S: Final = 1 << 32
_FARTHEST_S: Final = 366 * 86_400


def sender_utc_90k(packet: bytes | memoryview, our_utc_90k: int) -> int | None:
    """Return the camera's UTC in a compound RTCP packet, or None where it tells none.

    A camera without a clock sends zero or counts from its start; neither is a time.

    Args:
        packet: The RTCP packet as received.
        our_utc_90k: Our UTC now, to tell the era of NTP time (it wraps in 2036).
    """
    at = 0
    while at + _HEADER.size <= len(packet):
        version, kind, words, _, seconds, fraction = _HEADER.unpack_from(packet, at)
        if version & 0xC0 != 0x80:
            return None
        if kind == _SENDER_REPORT:
            return _utc_90k(seconds, fraction, our_utc_90k)
        at += 4 + 4 * words
    return None


def _utc_90k(seconds: int, fraction: int, our_utc_90k: int) -> int | None:
    if not seconds & 0x8000_0000:
        # Before 1968: a camera that counts from its start, unless 2036 has come.
        seconds += _ERA_S
        if abs(seconds - _NTP_TO_UNIX_S - our_utc_90k // HZ_90K) > _FARTHEST_S:
            return None
    return (seconds - _NTP_TO_UNIX_S) * HZ_90K + (fraction * HZ_90K >> 32)
