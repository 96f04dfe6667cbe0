"""Coded pictures as RTP packets: H.264 (RFC 6184), H.265 (RFC 7798), RTCP sender reports (RFC 3550).

Sans-I/O. A picture's payloads are made once; a track only puts headers before them, so that many
tracks (cameras that share a loop, clients that share a camera) cost little more than one.
"""

import secrets
import struct
from collections.abc import Iterator, Sequence
from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.access_unit import Codec

PAYLOAD_BYTES: Final = 1400
PAYLOAD_TYPE: Final = 96
# From 1900 (NTP) to 1970 (Unix).
_NTP_EPOCH_S: Final = 2_208_988_800
_RTP_IN_RTSP: Final = struct.Struct(">BBHBBHII")


def nal_units(data: bytes) -> Iterator[bytes]:
    """Yield the NAL units of `data`, each behind a 4-byte big-endian length there."""
    at, end = 0, len(data)
    while at + 4 <= end:
        start = at + 4
        at = start + int.from_bytes(data[at:start], "big")
        if at > start:
            yield data[start:at]


def payloads(codec: Codec, data: bytes, parameter_sets: Sequence[bytes] = ()) -> tuple[bytes, ...]:
    """Return the RTP payloads of one access unit; the marker belongs to the last one.

    Args:
        codec: The coding.
        data: NAL units behind 4-byte lengths, as in `AccessUnit.data`.
        parameter_sets: Sent before them as one aggregate (give them with each keyframe).
    """
    split = _h264 if codec is Codec.H264 else _h265
    found = _aggregate(codec, parameter_sets) if parameter_sets else []
    for unit in nal_units(data):
        if len(unit) <= PAYLOAD_BYTES:
            found.append(unit)
        else:
            found.extend(split(unit))
    return tuple(found)


def _aggregate(codec: Codec, units: Sequence[bytes]) -> list[bytes]:
    """STAP-A (RFC 6184, 5.7.1) or AP (RFC 7798, 4.4.2); apart where one packet cannot hold them."""
    body = b"".join(struct.pack(">H", len(unit)) + unit for unit in units)
    if len(units) < 2 or len(body) + 2 > PAYLOAD_BYTES:
        split = _h264 if codec is Codec.H264 else _h265
        return [part for unit in units for part in ([unit] if len(unit) <= PAYLOAD_BYTES else split(unit))]
    if codec is Codec.H264:
        return [bytes((max(unit[0] & 0x60 for unit in units) | 24,)) + body]
    # Layer 0, the lowest temporal id of those within (parameter sets always have 0).
    return [bytes((48 << 1, 1)) + body]


def _h264(unit: bytes) -> Iterator[bytes]:
    """FU-A, RFC 6184, 5.8."""
    indicator, kind, step = unit[0] & 0xE0 | 28, unit[0] & 0x1F, PAYLOAD_BYTES - 2
    for at in range(1, len(unit), step):
        flags = (0x80 if at == 1 else 0) | (0x40 if at + step >= len(unit) else 0)
        yield bytes((indicator, flags | kind)) + unit[at : at + step]


def _h265(unit: bytes) -> Iterator[bytes]:
    """FU, RFC 7798, 4.4.3."""
    kind, step = unit[0] >> 1 & 0x3F, PAYLOAD_BYTES - 3
    head = bytes((unit[0] & 0x81 | 49 << 1, unit[1]))
    for at in range(2, len(unit), step):
        flags = (0x80 if at == 2 else 0) | (0x40 if at + step >= len(unit) else 0)
        yield head + bytes((flags | kind,)) + unit[at : at + step]


class RtpTrack:
    """One RTP sender, framed for RTSP's interleaving (RFC 2326, 10.12) on channels 0 and 1.

    Args:
        ssrc: Synchronisation source; random when None.
        sequence: First sequence number; random when None.
        timestamp_offset: RTP timestamp of `pts_90k` 0; random when None.
    """

    def __init__(
        self, ssrc: int | None = None, sequence: int | None = None, timestamp_offset: int | None = None
    ) -> None:
        self.ssrc = secrets.randbits(32) if ssrc is None else ssrc
        self._sequence = secrets.randbits(16) if sequence is None else sequence
        self._offset = secrets.randbits(32) if timestamp_offset is None else timestamp_offset
        self._packets = 0
        self._octets = 0

    def timestamp(self, pts_90k: int) -> int:
        """Return the RTP timestamp of a presentation time."""
        return (pts_90k + self._offset) & 0xFFFFFFFF

    def picture(self, payloads: Sequence[bytes], pts_90k: int) -> bytes:
        """Return the interleaved packets of one picture."""
        stamp, sequence, ssrc = self.timestamp(pts_90k), self._sequence, self.ssrc
        head, last = _RTP_IN_RTSP.pack, len(payloads) - 1
        parts: list[bytes] = []
        for index, payload in enumerate(payloads):
            marked = PAYLOAD_TYPE | 0x80 if index == last else PAYLOAD_TYPE
            parts.append(head(36, 0, len(payload) + 12, 0x80, marked, sequence & 0xFFFF, stamp, ssrc))
            parts.append(payload)
            sequence += 1
        self._sequence = sequence & 0xFFFF
        self._packets += last + 1
        framed = b"".join(parts)
        self._octets += len(framed) - 16 * (last + 1)
        return framed

    def sender_report(self, utc_90k: int, pts_90k: int) -> bytes:
        """Return an interleaved RTCP packet: `pts_90k` was captured at `utc_90k` (RFC 3550, 6.4.1, 6.5)."""
        seconds, ticks = divmod(utc_90k, HZ_90K)
        report = struct.pack(
            ">BBHIIIIII",
            *(0x80, 200, 6, self.ssrc),
            *((seconds + _NTP_EPOCH_S) & 0xFFFFFFFF, (ticks << 32) // HZ_90K, self.timestamp(pts_90k)),
            *(self._packets & 0xFFFFFFFF, self._octets & 0xFFFFFFFF),
        )
        name = b"ronda\0"
        chunk = struct.pack(">IBB", self.ssrc, 1, len(name) - 1) + name
        chunk += bytes(-len(chunk) % 4)
        report += struct.pack(">BBH", 0x81, 202, len(chunk) // 4) + chunk
        return struct.pack(">BBH", 36, 1, len(report)) + report


def on_channels(framed: bytes, rtp_channel: int) -> bytes:
    """Return `framed` with channels 0 and 1 renumbered to `rtp_channel` and the one after it."""
    if rtp_channel == 0:
        return framed
    changed, at = bytearray(framed), 0
    while at < len(changed):
        changed[at + 1] += rtp_channel
        at += 4 + int.from_bytes(changed[at + 2 : at + 4], "big")
    return bytes(changed)
