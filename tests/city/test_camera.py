"""Addresses: credentials apart, masked when shown, kept when a masked one comes back."""

import pytest

from ronda.base.errors import BadInput
from ronda.city.camera import parse_address
from ronda.media.sources.address import StreamAddress


@pytest.mark.parametrize(
    ("text", "username", "password", "shown"),
    [
        ("rtsp://10.0.0.5/1", None, None, "rtsp://10.0.0.5/1"),
        ("rtsp://user:pw@10.0.0.5:8554/1?x=2", "user", "pw", "rtsp://***@10.0.0.5:8554/1?x=2"),
        ("rtsp://user@10.0.0.5/1", "user", None, "rtsp://***@10.0.0.5/1"),
        ("rtsp://us%40er:p%3Aw@[fe80::1]/1", "us@er", "p:w", "rtsp://***@[fe80::1]/1"),
        ("rtsp://user:p@ss@10.0.0.5/1", "user", "p@ss", "rtsp://***@10.0.0.5/1"),
        ("http://10.0.0.5/snap?user=a&password=b", None, None, "http://10.0.0.5/snap?user=***&password=***"),
        ("srt://10.0.0.5:9000", None, None, "srt://10.0.0.5:9000"),
    ],
)
def test_credentials_are_kept_apart(text: str, username: str | None, password: str | None, shown: str) -> None:
    address = parse_address(text)
    assert (address.username, address.password) == (username, password)
    assert address.redacted == shown
    assert password is None or password not in address.without_credentials
    assert password is None or password not in repr(address)
    assert parse_address(address.with_credentials) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camera",
        "gopher://x/1",
        "rtsp://",
        "rtsp:///1",
        "rtsp://a:99999/1",
        "rtsp://a/ b",
        "rtsp://a/\r\nX: y",
        "x" * 3000,
        "javascript:alert(1)",
        "rtsp://***@10.0.0.5/1",
        "http://h/s?password=***",
    ],
)
def test_what_is_not_an_address_is_refused_without_its_secret(text: str) -> None:
    with pytest.raises(BadInput):
        parse_address(text)


def test_a_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(BadInput) as caught:
        parse_address("gopher://user:hunter2@h/1")
    assert "hunter2" not in str(caught.value)


def test_a_masked_address_keeps_the_stored_credentials() -> None:
    stored = StreamAddress.parse("rtsp://user:pw@10.0.0.5/1")
    assert parse_address("rtsp://***@10.0.0.5/1", stored) is stored
    assert parse_address("rtsp://***@10.0.0.5/2", stored) == StreamAddress.parse("rtsp://user:pw@10.0.0.5/2")
    assert parse_address("rtsp://10.0.0.5/2", stored) == StreamAddress.parse("rtsp://10.0.0.5/2")
    secret_query = StreamAddress.parse("http://h/s?password=b")
    assert parse_address("http://h/s?password=***", secret_query) is secret_query


def test_stored_credentials_never_go_to_another_host() -> None:
    with pytest.raises(BadInput, match=r"belong to 10\.0\.0\.5"):
        parse_address("rtsp://***@evil.example/1", StreamAddress.parse("rtsp://user:pw@10.0.0.5/1"))
