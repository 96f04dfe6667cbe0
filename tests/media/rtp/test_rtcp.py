"""The camera's clock out of sender reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.media.rtp.packetise import RtpTrack
from ronda.media.rtp.rtcp import sender_utc_90k

NOW = parse_rfc3339("2026-11-21T19:00:00Z")


def report(utc_90k: int) -> bytes:
    return RtpTrack().sender_report(utc_90k, 0)[4:]


@pytest.mark.parametrize("off_s", [-3600, 0, 3600, -56 * 365 * 86_400])
def test_a_wrong_clock_is_measured(off_s: int) -> None:
    theirs = sender_utc_90k(report(NOW + off_s * HZ_90K), NOW)
    assert theirs is not None
    assert abs(theirs - NOW - off_s * HZ_90K) <= 1


def test_the_year_2036_is_survived() -> None:
    later = parse_rfc3339("2036-03-01T00:00:00Z")
    theirs = sender_utc_90k(report(later), later)
    assert theirs is not None
    assert abs(theirs - later) <= 1


@pytest.mark.parametrize("seconds", [0, 17, 86_400])
def test_a_camera_without_a_clock_tells_no_time(seconds: int) -> None:
    packet = bytearray(report(NOW))
    packet[8:12] = seconds.to_bytes(4, "big")
    assert sender_utc_90k(bytes(packet), NOW) is None


@given(st.binary(max_size=200))
def test_garbage_is_no_report(data: bytes) -> None:
    sender_utc_90k(data, NOW)
    sender_utc_90k(memoryview(b"\x80\xc9\0\0" + data), NOW)
