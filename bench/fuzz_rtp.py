"""Coverage-guided fuzzing of everything that a camera's bytes reach first (needs `pip install atheris`).

    python -m bench.fuzz_rtp [CORPUS] [-max_total_time=60] [other libFuzzer options]

The first byte of an input chooses what it is fed to: a session description, an RTSP conversation
with interleaved packets of H.264 or H.265, challenges, or sender reports. Only the errors that are
promised may come out, and what comes out must be whole.
"""

import sys

import atheris

with atheris.instrument_imports(include=["ronda.media"]):
    from ronda.media.access_unit import AccessUnit, Codec
    from ronda.media.parameter_sets import split_length_prefixed
    from ronda.media.rtp.receiver import VideoReceiver
    from ronda.media.rtp.rtcp import sender_utc_90k
    from ronda.media.rtp.sdp import BadSessionDescription, parse_sdp
    from ronda.media.rtp.video_format import VideoFormat, video_format
    from ronda.media.sources.address import StreamAddress
    from ronda.media.sources.contract import SourceCounters, SourceFailed
    from ronda.media.sources.rtsp.authentication import Authenticator, Credentials, parse_challenges
    from ronda.media.sources.rtsp.client import Channels, RtspClient
    from ronda.media.sources.rtsp.interleaved import BUFFER_BYTES, InterleavedReader

SETS = {
    Codec.H264: (bytes.fromhex("6742c00dda05076c0440000003004000000c83c50aa8"), bytes.fromhex("68ce0fc8")),
    Codec.H265: (),
}
BUFFER = memoryview(bytearray(BUFFER_BYTES))


def whole(unit: AccessUnit) -> None:
    """Check one access unit."""
    split_length_prefixed(unit.data)


def feed(reader: InterleavedReader, data: bytes, cut: int) -> None:
    """Feed `data` in two reads, as a connection would."""
    rest = b""
    for piece in (data[:cut], data[cut:]):
        end = len(rest) + len(piece)
        BUFFER[:end] = rest + piece
        rest = bytes(BUFFER[reader.feed(BUFFER, end) : end])


def fuzz_description(data: bytes) -> None:
    """A session description."""
    try:
        session = parse_sdp(data)
    except BadSessionDescription:
        return
    for media in session.media:
        video_format(media)


def fuzz_packets(data: bytes) -> None:
    """A playing connection."""
    codec = Codec.H265 if data[:1] > b"\x7f" else Codec.H264
    counters = SourceCounters()
    reader = InterleavedReader(lambda _: None, lambda packet: fuzz_report(bytes(packet)), counters)
    video = VideoFormat(codec, 96, parameter_sets=SETS[codec], decoding_order_numbers=data[1:2] > b"\xf0")
    reader.attach(VideoReceiver(video, whole, counters), Channels(0, 1))
    feed(reader, data[2:], len(data) // 2)


def fuzz_conversation(data: bytes) -> None:
    """A handshake."""
    client = RtspClient(StreamAddress.parse("rtsp://a:b@h/x"))
    client.start()

    def answer(message: object) -> None:
        client.receive(message)  # type: ignore[arg-type]

    try:
        feed(InterleavedReader(answer, lambda _: None, SourceCounters()), data, len(data) // 2)
    except SourceFailed:
        return


def fuzz_challenge(data: bytes) -> None:
    """A way of signing in."""
    authenticator = Authenticator(Credentials("a", "b"), lambda: "c")
    if authenticator.choose(parse_challenges([data.decode("utf-8", "replace")])):
        authenticator.header("DESCRIBE", "rtsp://h/x")


def fuzz_report(data: bytes) -> None:
    """An RTCP packet."""
    sender_utc_90k(data, 160_000_000_000_000)


TARGETS = (fuzz_packets, fuzz_packets, fuzz_conversation, fuzz_description, fuzz_challenge, fuzz_report)


def one(data: bytes) -> None:
    """Try one input."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:100_000])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
