"""Garbage and truncated RTP: nothing is raised, and memory stays bounded."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.pictures import Film, encode, encoding
from tests.media.rtp.camera import Bench, packets, rtp

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.parameter_sets import split_length_prefixed
from ronda.media.rtp.depacketiser import LARGEST_UNIT_BYTES
from ronda.media.rtp.video_format import VideoFormat

FILMS = {codec: Film(gop=5, pictures=10, codec=codec) for codec in Codec}
SENT = {codec: packets(encode(film), codec, encoding(film).parameter_sets) for codec, film in FILMS.items()}


def well_formed(units: list[AccessUnit]) -> None:
    """What comes out is always whole NAL units, starting with a keyframe of a known encoding."""
    for unit in units:
        assert split_length_prefixed(unit.data)
    if units:
        assert units[0].keyframe
        assert units[0].encoding is not None
    for before, after in itertools.pairwise(units):
        assert after.dts_90k > before.dts_90k or after.discontinuity


@given(
    codec=st.sampled_from(list(Codec)),
    numbers=st.booleans(),
    payloads=st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3), st.booleans()), max_size=40),
)
def test_garbage_payloads(codec: Codec, numbers: bool, payloads: list[tuple[bytes, int, bool]]) -> None:
    sets = encoding(FILMS[codec]).parameter_sets
    camera = Bench(VideoFormat(codec, 96, parameter_sets=sets, decoding_order_numbers=numbers))
    for number, (payload, stamp, marker) in enumerate(payloads):
        camera.take(rtp(payload, number, stamp, marker=marker))
    well_formed(camera.delivered)


@given(codec=st.sampled_from(list(Codec)), data=st.lists(st.binary(max_size=30), max_size=20))
def test_garbage_packets(codec: Codec, data: list[bytes]) -> None:
    camera = Bench(VideoFormat(codec, 96))
    for packet in data:
        camera.take(packet)
        camera.take(b"\x80\x60" + packet)
        camera.take(b"\xbf\xe0" + packet)
    assert camera.delivered == []


@settings(max_examples=60)
@given(codec=st.sampled_from(list(Codec)), spoil=st.data())
def test_a_spoiled_film(codec: Codec, spoil: st.DataObject) -> None:
    camera = Bench(VideoFormat(codec, 96))
    raw = [bytearray(rtp(p.payload, p.sequence, p.timestamp, marker=p.marker)) for p in SENT[codec]]
    for _ in range(spoil.draw(st.integers(1, 12))):
        victim = spoil.draw(st.integers(0, len(raw) - 1))
        match spoil.draw(st.sampled_from(["lose", "cut", "bit", "swap"])):
            case "lose":
                raw[victim] = bytearray()
            case "cut":
                del raw[victim][spoil.draw(st.integers(0, 40)) :]
            case "bit" if raw[victim]:
                at = spoil.draw(st.integers(0, min(20, len(raw[victim]) - 1)))
                raw[victim][at] ^= 1 << spoil.draw(st.integers(0, 7))
            case _:
                other = spoil.draw(st.integers(0, len(raw) - 1))
                raw[victim], raw[other] = raw[other], raw[victim]
    for packet in raw:
        camera.take(bytes(packet))
        camera.receiver.arrival += 0.01
    well_formed(camera.delivered)


def test_memory_is_bounded_when_no_picture_ever_begins() -> None:
    camera = Bench(VideoFormat(Codec.H264, 96))
    sei = b"\x06\x05" + bytes(60_000)
    for number in range(400):
        camera.take(rtp(sei, number, number))
        assert len(camera.receiver._unit.data) <= LARGEST_UNIT_BYTES + 70_000
    for number in range(400, 3000):
        camera.take(rtp(b"\x67" + number.to_bytes(4, "big"), number, number))
    assert len(camera.receiver._unit.parameter_sets) <= 32
