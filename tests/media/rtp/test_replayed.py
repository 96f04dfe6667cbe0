"""When a recording's pictures were taken, out of RTP's header extension 0xABAC, and out of PLAY's range."""

import struct
from dataclasses import dataclass, field

import pytest
from tests.media.pictures import Film, encode, encoding
from tests.media.rtp.camera import packets

from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.rtp.replayed import ReplayReceiver
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.rtsp.stretch import Stretch, clock_text, range_start_90k

FILM = Film(width=160, height=96, gop=25, pictures=50, bitrate=60_000)
BEGIN_90K = parse_rfc3339("2026-11-21T19:00:00.250Z")
_NTP_S = 2_208_988_800


@dataclass
class Played:
    times: list[int | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        video = VideoFormat(Codec.H264, 96, 90_000, encoding(FILM).parameter_sets)
        self.receiver = ReplayReceiver(video, self.deliver, SourceCounters())

    def deliver(self, _: AccessUnit) -> None:
        self.times.append(self.receiver.unit_utc_90k)

    def play(self, begin_90k: int, kind: int = 0xABAC, words: int = 3) -> list[int | None]:
        first = encode(FILM)[0].pts_90k
        stamped = -1
        for packet in packets(encode(FILM), Codec.H264):
            head = struct.pack(
                ">BBHII",
                0x90 if packet.timestamp != stamped else 0x80,
                96 | (0x80 if packet.marker else 0),
                packet.sequence & 0xFFFF,
                packet.timestamp & 0xFFFFFFFF,
                7,
            )
            extension = b""
            if packet.timestamp != stamped:
                seconds, ticks = divmod(begin_90k + packet.timestamp - first, HZ_90K)
                ntp = struct.pack(">II", seconds + _NTP_S & 0xFFFFFFFF, (ticks << 32) // HZ_90K)
                extension = struct.pack(">HH", kind, words) + (ntp + bytes(4))[: 4 * words]
            stamped = packet.timestamp
            data = head + extension + packet.payload
            self.receiver.packet(memoryview(data), 0, len(data))
        return self.times


@pytest.mark.parametrize(
    "begin_90k", [BEGIN_90K, parse_rfc3339("2036-02-07T06:28:30Z")], ids=["now", "after NTP's era"]
)
def test_each_picture_has_its_time(begin_90k: int) -> None:
    times = Played().play(begin_90k)
    assert len(times) >= 49
    assert all(at is not None and abs(at - begin_90k - number * 3600) <= 1 for number, at in enumerate(times))


@pytest.mark.parametrize(("kind", "words"), [(0xBEDE, 3), (0xABAC, 1)])
def test_other_extensions_say_nothing(kind: int, words: int) -> None:
    times = Played().play(BEGIN_90K, kind, words)
    assert times
    assert set(times) == {None}


def test_a_stretch_is_asked_for_by_the_clock() -> None:
    headers = dict(Stretch(BEGIN_90K, BEGIN_90K + 10 * HZ_90K).headers())
    assert headers["Range"] == "clock=20261121T190000.250Z-20261121T190010.250Z"
    assert (headers["Require"], headers["Rate-Control"]) == ("onvif-replay", "no")
    assert range_start_90k(f"clock={clock_text(BEGIN_90K)}-") == BEGIN_90K
    for nonsense in ("", "npt=0-", "clock=20261399T990000Z-", "clock=now-"):
        assert range_start_90k(nonsense) is None
