"""A camera's RTP for tests: real packets, with the faults that cameras have on demand."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.rtp import packetise
from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters


def rtp(payload: bytes, sequence: int, timestamp: int, *, marker: bool = False, kind: int = 96, ssrc: int = 7) -> bytes:
    """Return one RTP packet."""
    second = kind | (0x80 if marker else 0)
    return struct.pack(">BBHII", 0x80, second, sequence & 0xFFFF, timestamp & 0xFFFF_FFFF, ssrc) + payload


def framed(packet: bytes, channel: int = 0) -> bytes:
    """Return a packet as it travels interleaved."""
    return struct.pack(">BBH", 0x24, channel, len(packet)) + packet


@dataclass
class Packet:
    """One packet before it is written, so that tests can spoil it."""

    payload: bytes
    timestamp: int
    marker: bool
    sequence: int = 0


def packets(
    units: Sequence[AccessUnit], codec: Codec, sets: Sequence[bytes] = (), *, offset: int = 0, sequence: int = 0
) -> list[Packet]:
    """Return the packets of a film, parameter sets before each keyframe where `sets` are given.

    They are small, so that most pictures take several.
    """
    found: list[Packet] = []
    for unit in units:
        with patch.object(packetise, "PAYLOAD_BYTES", 100):
            parts = packetise.payloads(codec, unit.data, sets if unit.keyframe else ())
        for index, part in enumerate(parts):
            found.append(Packet(part, unit.pts_90k + offset, index == len(parts) - 1, sequence + len(found)))
    return found


@dataclass
class Bench:
    """A receiver and what comes out of it."""

    video: VideoFormat
    delivered: list[AccessUnit] = field(default_factory=list)
    counters: SourceCounters = field(default_factory=SourceCounters)

    def __post_init__(self) -> None:
        self.receiver = VideoReceiver(self.video, self.delivered.append, self.counters)

    def feed(self, sent: Iterable[Packet], per_packet_s: float = 0.005) -> list[AccessUnit]:
        """Send packets; return everything delivered so far."""
        for packet in sent:
            self.take(rtp(packet.payload, packet.sequence, packet.timestamp, marker=packet.marker))
            self.receiver.arrival += per_packet_s
        return self.delivered

    def take(self, packet: bytes) -> None:
        """Send the bytes of one packet."""
        self.receiver.packet(memoryview(packet), 0, len(packet))
