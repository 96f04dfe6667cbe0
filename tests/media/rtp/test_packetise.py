import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.media.access_unit import Codec
from ronda.media.rtp.packetise import PAYLOAD_BYTES, RtpTrack, nal_units, on_channels, payloads

SIZES = st.lists(st.integers(3, 5000), min_size=1, max_size=6)


def unit(codec: Codec, size: int, kind: int = 1) -> bytes:
    head = bytes([0x60 | kind]) if codec is Codec.H264 else bytes([kind << 1, 1])
    return (head + bytes(at * 7 % 251 for at in range(size)))[:size]


def prefixed(units: list[bytes]) -> bytes:
    return b"".join(struct.pack(">I", len(one)) + one for one in units)


def joined(codec: Codec, parts: tuple[bytes, ...]) -> list[bytes]:
    """Undo RFC 6184 and RFC 7798, as plainly as possible."""
    units: list[bytes] = []
    for part in parts:
        kind = part[0] & 0x1F if codec is Codec.H264 else part[0] >> 1 & 0x3F
        if (codec, kind) in {(Codec.H264, 24), (Codec.H265, 48)}:
            at = 1 if codec is Codec.H264 else 2
            while at < len(part):
                size = int.from_bytes(part[at : at + 2])
                units.append(part[at + 2 : at + 2 + size])
                at += 2 + size
        elif codec is Codec.H264 and kind == 28:
            if part[1] & 0x80:
                units.append(bytes([part[0] & 0xE0 | part[1] & 0x1F]))
            units[-1] += part[2:]
        elif codec is Codec.H265 and kind == 49:
            if part[2] & 0x80:
                units.append(bytes([part[0] & 0x81 | (part[2] & 0x3F) << 1, part[1]]))
            units[-1] += part[3:]
        else:
            units.append(part)
    return units


@pytest.mark.parametrize("codec", list(Codec))
@given(sizes=SIZES)
def test_whatever_is_split_joins_again(codec: Codec, sizes: list[int]) -> None:
    units = [unit(codec, size) for size in sizes]
    parts = payloads(codec, prefixed(units))
    assert joined(codec, parts) == units == list(nal_units(prefixed(units)))
    assert all(len(part) <= PAYLOAD_BYTES for part in parts)


@pytest.mark.parametrize("codec", list(Codec))
def test_parameter_sets_go_ahead_in_one_packet(codec: Codec) -> None:
    kinds = (7, 8) if codec is Codec.H264 else (32, 33, 34)
    sets = [unit(codec, 20 + kind, kind) for kind in kinds]
    picture = unit(codec, 3000, 5 if codec is Codec.H264 else 19)
    parts = payloads(codec, prefixed([picture]), sets)
    assert joined(codec, parts) == [*sets, picture]
    assert len(parts) == 1 + 3
    assert joined(codec, payloads(codec, prefixed([picture]), [*sets, unit(codec, 2000, kinds[-1])]))[-1] == picture


def packets(framed: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(framed):
        assert framed[at] == 0x24
        size = int.from_bytes(framed[at + 2 : at + 4])
        found.append((framed[at + 1], framed[at + 4 : at + 4 + size]))
        at += 4 + size
    return found


def test_headers_count_on_across_both_wraps() -> None:
    track = RtpTrack(ssrc=7, sequence=0xFFFF, timestamp_offset=0xFFFFFFFF)
    first, second = packets(track.picture([b"a", b"bc"], 0)), packets(track.picture([b"d"], 3600))
    heads = [struct.unpack(">BBHII", packet[:12]) for _, packet in first + second]
    assert heads == [
        (0x80, 96, 0xFFFF, 0xFFFFFFFF, 7),
        (0x80, 96 | 0x80, 0, 0xFFFFFFFF, 7),
        (0x80, 96 | 0x80, 1, 3599, 7),
    ]
    assert [packet[12:] for _, packet in first + second] == [b"a", b"bc", b"d"]


def test_sender_report_ties_rtp_to_utc_and_counts() -> None:
    track = RtpTrack(ssrc=7, sequence=0, timestamp_offset=100)
    track.picture([b"abc", b"de"], 0)
    ((channel, report),) = packets(track.sender_report(90_000 * 1_700_000_000 + 45_000, 9000))
    head, kind, words, ssrc, seconds, share, stamp, count, octets = struct.unpack(">BBHIIIIII", report[:28])
    assert (channel, head, kind, words, ssrc) == (1, 0x80, 200, 6, 7)
    assert (seconds, share, stamp) == (1_700_000_000 + 2_208_988_800, 1 << 31, 9100)
    assert (count, octets) == (2, 5)
    assert report[28:30] == b"\x81\xca" and len(report) % 4 == 0


def test_channels_are_renumbered() -> None:
    track = RtpTrack(ssrc=7)
    framed = track.sender_report(0, 0) + track.picture([b"abc", b"$$"], 0)
    assert on_channels(framed, 0) == framed
    assert [channel for channel, _ in packets(on_channels(framed, 6))] == [7, 6, 6]
