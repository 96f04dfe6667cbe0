"""Which addresses are tried for a track."""

import pytest

from ronda.media.rtp.sdp import MediaDescription
from ronda.media.sources.rtsp.control import base_url, resolve, track_urls, urljoin_rtsp
from ronda.media.sources.rtsp.message import Headers

URL = "rtsp://cam:5540/cam/realmonitor?channel=1&subtype=0"


@pytest.mark.parametrize(
    ("base", "control", "first"),
    [
        ("rtsp://cam/live/", "trackID=1", "rtsp://cam/live/trackID=1"),
        ("rtsp://cam/live", "trackID=1", "rtsp://cam/live/trackID=1"),
        ("rtsp://cam/live/", "*", "rtsp://cam/live/"),
        ("rtsp://cam/live", "rtsp://cam/live/1", "rtsp://cam/live/1"),
        (URL, "trackID=0", URL + "/trackID=0"),
        ("rtsp://cam/live", "bad\x01control", "rtsp://cam/live"),
    ],
)
def test_the_likeliest_first(base: str, control: str, first: str) -> None:
    assert resolve(base, control) == first


def test_alternatives_to_a_wrong_base() -> None:
    urls = track_urls("rtsp://10.0.0.1/wrong/", "rtsp://cam/live", MediaDescription("video", 96, control="track1"))
    assert urls == [
        "rtsp://10.0.0.1/wrong/track1",
        "rtsp://cam/live/track1",
        "rtsp://cam/live",
    ]


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("", "rtsp://cam/live"),
        ("/other/", "rtsp://cam/other/"),
        ("rtsp://10.0.0.1/x/", "rtsp://10.0.0.1/x/"),
        ("rtsp://10.0.0.1/a b", "rtsp://cam/live"),
    ],
)
def test_bases(value: str, base: str) -> None:
    assert base_url(Headers([("content-base", value)]), "rtsp://cam/live") == base


def test_joining_keeps_the_scheme() -> None:
    assert urljoin_rtsp("rtsps://cam:1/a/b", "c") == "rtsps://cam:1/a/c"
    assert urljoin_rtsp("rtsps://cam:1/a/b", "rtsp://x/") == "rtsp://x/"
