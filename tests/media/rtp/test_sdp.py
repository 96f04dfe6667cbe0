"""Session descriptions as cameras write them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.media.access_unit import Codec
from ronda.media.rtp.sdp import BadSessionDescription, parse_sdp
from ronda.media.rtp.video_format import video_format

# As a Hikvision-like recorder writes it: bandwidth, session control, metadata track.
RECORDER = b"""v=0\r
o=- 1109162014219182 1109162014219192 IN IP4 0.0.0.0\r
s=Media Presentation\r
e=NONE\r
b=AS:5100\r
t=0 0\r
a=control:rtsp://10.0.0.8/Streaming/Channels/101/\r
m=video 0 RTP/AVP 96\r
c=IN IP4 0.0.0.0\r
b=AS:5000\r
a=recvonly\r
a=x-dimensions:1920,1080\r
a=control:rtsp://10.0.0.8/Streaming/Channels/101/trackID=1\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 profile-level-id=420029; packetization-mode=1; sprop-parameter-sets=Z00AKpY1QPAET8s3AQEBAg==,aO48gA\r
a=Media_header:MEDIAINFO=494D4B48;\r
m=application 0 RTP/AVP 107\r
a=control:trackID=3\r
a=rtpmap:107 vnd.onvif.metadata/90000\r
"""

HEVC = b"""v=0
m=video 0 RTP/AVP 98
a=rtpmap:98 H265/90000
a=fmtp:98 profile-id=1;sprop-sps=QgEB;sprop-pps=RAHA;sprop-vps=QAEM;sprop-max-don-diff=2
a=control:track1
"""


def test_a_recorder() -> None:
    session = parse_sdp(RECORDER)
    assert session.control == "rtsp://10.0.0.8/Streaming/Channels/101/"
    assert [media.kind for media in session.media] == ["video", "application"]
    video = video_format(session.media[0])
    assert video is not None
    assert (video.codec, video.payload_type, video.clock_rate) == (Codec.H264, 96, 90_000)
    assert [nal[0] & 31 for nal in video.parameter_sets] == [7, 8]
    assert video_format(session.media[1]) is None


def test_h265_with_decoding_order_numbers_and_bare_line_ends() -> None:
    video = video_format(parse_sdp(HEVC).media[0])
    assert video is not None
    assert video.codec is Codec.H265
    assert video.decoding_order_numbers
    assert video.parameter_sets == tuple(base64.b64decode(text) for text in ("QAEM", "QgEB", "RAHA"))


def test_start_codes_left_on_and_broken_base64_are_survived() -> None:
    text = base64.b64encode(b"\0\0\0\1\x67\x42").decode()
    sdp = f"m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 sprop-parameter-sets={text},!!!,a\n"
    video = video_format(parse_sdp(sdp.encode()).media[0])
    assert video is not None
    assert video.parameter_sets == (b"\x67\x42",)


@pytest.mark.parametrize("body", [b"", b"\0\xff", b"v=0\r\n", b"m=video 0 RTP/AVP 96\n" * 5000])
def test_what_describes_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(BadSessionDescription):
        parse_sdp(body)


def test_media_are_bounded() -> None:
    assert len(parse_sdp(b"m=video 0 RTP/AVP 96\n" * 2000).media) == 32


LINES = st.sampled_from(
    [b"m=video 0 RTP/AVP 96", b"a=rtpmap:96 H264/90000", b"a=rtpmap:96 H265/0", b"a=control:*", b"m=", b"m=video"]
)


def read(body: bytes) -> None:
    """Read all of it; nothing but the one error may come out."""
    try:
        session = parse_sdp(body)
    except BadSessionDescription:
        return
    for media in session.media:
        video_format(media)


@given(st.lists(LINES | st.binary(max_size=60) | st.binary(max_size=30).map(lambda x: b"a=fmtp:96 " + x), max_size=30))
def test_garbage_raises_nothing_else(lines: list[bytes]) -> None:
    read(b"\n".join(lines))


@given(st.integers(0, len(RECORDER)), st.binary(max_size=8))
def test_a_spoiled_description_raises_nothing_else(at: int, other: bytes) -> None:
    read(RECORDER[:at] + other + RECORDER[at + len(other) :])
