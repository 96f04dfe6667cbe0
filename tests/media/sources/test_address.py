"""Addresses that people write, and what is shown of them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ronda.base.errors import BadInput
from ronda.media.sources.address import StreamAddress


def test_a_whole_rtsp_address() -> None:
    address = StreamAddress.parse("rtsp://admin:p%40ss@Cam-1.Semarang.go.id:8554/Streaming/Channels/101?x=1")
    assert (address.scheme, address.host, address.port) == ("rtsp", "cam-1.semarang.go.id", 8554)
    assert address.path == "/Streaming/Channels/101?x=1"
    assert (address.username, address.password) == ("admin", "p@ss")
    assert address.redacted == "rtsp://***@cam-1.semarang.go.id:8554/Streaming/Channels/101?x=1"
    assert address.without_credentials == "rtsp://cam-1.semarang.go.id:8554/Streaming/Channels/101?x=1"
    assert address.with_credentials == "rtsp://admin:p%40ss@cam-1.semarang.go.id:8554/Streaming/Channels/101?x=1"


@pytest.mark.parametrize(
    ("text", "host", "port", "path"),
    [
        ("rtsp://10.0.0.7", "10.0.0.7", 554, ""),
        ("RTSPS://nvr/1", "nvr", 322, "/1"),
        ("rtmp://h/live/key", "h", 1935, "/live/key"),
        ("rtmps://h/live", "h", 443, "/live"),
        ("http://h:81/x.m3u8", "h", 81, "/x.m3u8"),
        ("https://h", "h", 443, ""),
        ("srt://h:9000?latency=200", "h", 9000, "?latency=200"),
        ("rtsp://[fd00::1]:8554/a", "fd00::1", 8554, "/a"),
        ("rtsp://[FD00::1]/a", "fd00::1", 554, "/a"),
        ("file:///srv/a%20b.mp4", "", 0, "/srv/a b.mp4"),
        ("file:/srv/a.mp4", "", 0, "/srv/a.mp4"),
    ],
)
def test_schemes_and_ports(text: str, host: str, port: int, path: str) -> None:
    address = StreamAddress.parse(text)
    assert (address.host, address.port, address.path) == (host, port, path)
    assert StreamAddress.parse(address.with_credentials) == address


def test_passwords_as_people_type_them() -> None:
    address = StreamAddress.parse("rtsp://admin:p@ss?w#rd:1@10.0.0.7/ch1")
    assert (address.host, address.password, address.path) == ("10.0.0.7", "p@ss?w#rd:1", "/ch1")
    assert "p@ss" not in repr(address) + str(address) + address.redacted


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://10.0.0.7/user=admin_password=S3cr3tW0rd_channel=1_stream=0.sdp",
        "rtsp://10.0.0.7/user=admin&password=S3cr3tW0rd&channel=1",
        "http://h/video.cgi?user=admin&pwd=S3cr3tW0rd",
        "srt://h:9000?passphrase=S3cr3tW0rd",
        "rtsp://admin:S3cr3tW0rd@h/x",
    ],
)
def test_secrets_are_not_shown(text: str) -> None:
    address = StreamAddress.parse(text)
    assert "S3cr3tW0rd" not in address.redacted
    assert "S3cr3tW0rd" not in repr(address)
    assert "S3cr3tW0rd" in address.with_credentials


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gopher://h/x", "no scheme that is known"),
        ("10.0.0.7/stream", "no scheme that is known"),
        ("", "no scheme that is known"),
        ("rtsp:///stream", "names no host"),
        ("rtsp://", "names no host"),
        ("rtsp:h", "names no host"),
        ("rtsp://admin:secret@/stream", "names no host"),
        ("rtsp://h:0/", "wrong port"),
        ("rtsp://h:65536/", "wrong port"),
        ("rtsp://h:x/", "wrong port"),
        ("srt://h", "names no port"),
        ("rtsp://1.2.3.400/", "cannot be read"),
        ("rtsp://[::1/", "cannot be read"),
        ("rtsp://ho st/", "is not an address"),
        ("rtsp://-h/", "cannot be read"),
        ("rtsp://h/\r\nX: y", "is not an address"),
        ("file:clip.mp4", "absolute path"),
        ("file://server/clip.mp4", "absolute path"),
        ("rtsp://h/" + "x" * 3000, "is not an address"),
    ],
)
def test_bad_addresses_say_what_and_how(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as raised:
        StreamAddress.parse(text)
    assert raised.value.mend
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_channels_of_a_recorder_share_their_keys() -> None:
    one = StreamAddress.parse("rtsp://admin:x@nvr:554/1")
    two = StreamAddress.parse("rtsp://admin:x@NVR/2")
    other = StreamAddress.parse("rtsp://admin:y@nvr/2")
    assert one.host_key == two.host_key == other.host_key
    assert one.account_key == two.account_key != other.account_key


@given(st.one_of(st.text(), st.builds("{}://{}".format, st.sampled_from(["rtsp", "srt", "file", "http"]), st.text())))
@example("rtsp://²")
def test_any_text_parses_or_is_bad_input(text: str) -> None:
    try:
        address = StreamAddress.parse(text)
    except BadInput:
        return
    assert StreamAddress.parse(address.with_credentials) == address
