"""What taking an RTSP byte stream apart costs: interleaved frames in, access units out, no sockets.

    python -m bench.parse_rtp [VIDEO.mp4] [--read-kb 64] [--seconds 3]

Prints microseconds per packet and per picture, and the share of a core that one camera of that film
takes. Without a video it encodes a noisy one of 2 Mbps.
"""

import argparse
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.parameter_sets import from_decoder_configuration
from ronda.media.rtp.packetise import RtpTrack, payloads
from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.rtsp.client import Channels
from ronda.media.sources.rtsp.interleaved import BUFFER_BYTES, InterleavedReader


def encode_noise(path: Path, fps: int = 25, seconds: int = 4) -> None:
    """Write a noisy H.264 film of about 2 Mbps with a GOP of 2 s."""
    chance = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "g": str(2 * fps)})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.bit_rate, stream.time_base = 2_000_000, Fraction(1, fps)
        for _ in range(fps * seconds):
            noise = chance.integers(0, 255, (45, 80, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
        container.mux(stream.encode(None))


def interleaved(path: Path) -> tuple[VideoFormat, bytes, int, float]:
    """Return how to read a film, its bytes as RTSP sends them, its pictures and its seconds."""
    track = RtpTrack(ssrc=1, sequence=0, timestamp_offset=0)
    parts: list[bytes] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        encoding = from_decoder_configuration(Codec.H264, bytes(stream.codec_context.extradata or b""))
        for packet in container.demux(stream):
            if packet.pts is not None:
                sets = encoding.parameter_sets if packet.is_keyframe else ()
                parts.append(
                    track.picture(
                        payloads(Codec.H264, bytes(packet), sets), int(packet.pts * stream.time_base * 90_000)
                    )
                )
        seconds = len(parts) / float(stream.average_rate or 25)
    return VideoFormat(Codec.H264, 96, parameter_sets=encoding.parameter_sets), b"".join(parts), len(parts), seconds


def reads(data: bytes, size: int) -> Iterator[bytes]:
    """Cut `data` as a socket would."""
    for at in range(0, len(data), size):
        yield data[at : at + size]


def parse_once(video: VideoFormat, data: bytes, size: int) -> tuple[SourceCounters, float]:
    """Parse the film once; return what was counted and the seconds of CPU."""
    counters, delivered = SourceCounters(), 0

    def deliver(unit: AccessUnit) -> None:
        nonlocal delivered
        delivered += len(unit.data)

    reader = InterleavedReader(lambda _: None, lambda _: None, counters)
    reader.attach(VideoReceiver(video, deliver, counters), Channels(0, 1))
    view, rest = memoryview(bytearray(BUFFER_BYTES)), b""
    began = time.process_time()
    for piece in reads(data, size):
        end = len(rest) + len(piece)
        view[: len(rest)] = rest
        view[len(rest) : end] = piece
        taken = reader.feed(view, end)
        rest = bytes(view[taken:end])
    return counters, time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", nargs="?", type=Path)
    parser.add_argument("--read-kb", type=float, default=40.0, help="bytes per read; 150 ms of 2 Mbps are 37 KB")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    path = options.video
    if path is None:
        path = Path("/tmp") / "ronda-parse-rtp.mp4"
        if not path.exists():
            encode_noise(path)
    video, data, pictures, film_s = interleaved(path)
    best, until = 1e9, time.monotonic() + options.seconds
    counters = SourceCounters()
    while time.monotonic() < until:
        counters, spent = parse_once(video, data, int(options.read_kb * 1024))
        best = min(best, spent)
    print(f"{path.name}: {len(data) * 8 / film_s / 1e6:.2f} Mbps, {pictures} pictures, {counters.packets} packets")
    print(f"{best / counters.packets * 1e6:.2f} us a packet, {best / pictures * 1e6:.1f} us a picture")
    print(f"{best / film_s * 100:.4f} % of a core for one camera; {len(data) / best / 1e6:.0f} MB/s")
    print(f"delivered {counters.pictures}, lost {counters.lost_packets}, bad {counters.bad_packets}")


if __name__ == "__main__":
    main()
