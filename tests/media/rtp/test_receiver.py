"""Access units out of RTP packets, and everything cameras do wrong on the way."""

import itertools
from dataclasses import replace
from fractions import Fraction

import av
import pytest
from tests.media.pictures import Film, encode, encoding, picture
from tests.media.rtp.camera import Bench, Packet, framed, packets, rtp

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.parameter_sets import is_parameter_set, join_length_prefixed, split_annex_b, split_length_prefixed
from ronda.media.rtp import receiver
from ronda.media.rtp.video_format import VideoFormat

FILMS = {
    Codec.H264: Film(gop=10, pictures=30),
    Codec.H265: Film(gop=10, pictures=30, codec=Codec.H265),
}


def bench(codec: Codec = Codec.H264, *, described: bool = True) -> Bench:
    sets = encoding(FILMS[codec]).parameter_sets if described else ()
    return Bench(VideoFormat(codec, 96, parameter_sets=sets))


def sent(codec: Codec = Codec.H264, *, in_band: bool = False, **more: int) -> list[Packet]:
    film = FILMS[codec]
    return packets(encode(film), codec, encoding(film).parameter_sets if in_band else (), **more)


def same_pictures(delivered: list[AccessUnit], codec: Codec = Codec.H264) -> None:
    units = encode(FILMS[codec])
    assert [unit.data for unit in delivered] == [unit.data for unit in units]
    assert [unit.keyframe for unit in delivered] == [unit.keyframe for unit in units]
    assert [unit.pts_90k for unit in delivered] == [unit.pts_90k - units[0].pts_90k for unit in units]


def first_of(sent: list[Packet], picture: int) -> int:
    """Index of the first packet of a picture."""
    stamps = list(dict.fromkeys(packet.timestamp for packet in sent))
    return next(index for index, packet in enumerate(sent) if packet.timestamp == stamps[picture])


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("in_band", [False, True])
def test_what_was_packetised_comes_out_as_it_was(codec: Codec, in_band: bool) -> None:
    camera = bench(codec, described=not in_band)
    same_pictures(camera.feed(sent(codec, in_band=in_band)), codec)
    assert camera.delivered[0].encoding == encoding(FILMS[codec])
    assert all(unit.encoding is None and not unit.discontinuity for unit in camera.delivered[1:])
    assert camera.counters.lost_packets == camera.counters.bad_packets == 0
    assert camera.counters.pictures == 30


@pytest.mark.parametrize("codec", list(Codec))
def test_the_fast_way_through_fragments_gives_the_same(codec: Codec) -> None:
    camera = bench(codec)
    stream = b"".join(framed(rtp(p.payload, p.sequence, p.timestamp, marker=p.marker)) for p in sent(codec))
    view, at, taken_fast = memoryview(stream), 0, 0
    while at < len(view):
        if camera.receiver.fragment_open:
            behind = camera.receiver.fragments(view, at, len(view))
            taken_fast += behind > at
            at = behind
        length = int.from_bytes(view[at + 2 : at + 4], "big")
        camera.receiver.packet(view, at + 4, at + 4 + length)
        at += 4 + length
    same_pictures(camera.delivered, codec)
    assert taken_fast
    assert camera.counters.packets == len(sent(codec))


def test_missing_marker_bits_cost_one_picture_of_delay() -> None:
    camera = bench()
    camera.feed(replace(packet, marker=False) for packet in sent())
    assert len(camera.delivered) == 29
    assert [unit.data for unit in camera.delivered] == [unit.data for unit in encode(FILMS[Codec.H264])[:29]]


def test_markers_on_every_packet_are_found_out() -> None:
    film = Film(width=640, height=360, gop=10, pictures=30, bitrate=2_000_000)
    units = encode(film)
    camera = Bench(VideoFormat(Codec.H264, 96, parameter_sets=encoding(film).parameter_sets))
    camera.feed(replace(packet, marker=True) for packet in packets(units, Codec.H264))
    # The first picture was cut in two before that was known; from the next keyframe on all are whole.
    assert [unit.data for unit in camera.delivered][-19:] == [unit.data for unit in units[-20:-1]]


def test_sequence_and_timestamp_wrap() -> None:
    camera = bench()
    same_pictures(camera.feed(sent(offset=0xFFFF_FFFF - 40_000, sequence=0xFFFF - 20)))
    assert camera.counters.lost_packets == 0


def test_a_lost_picture_is_counted_and_nothing_else_is_dropped() -> None:
    camera, stream = bench(), sent()
    gone = [packet for packet in stream if packet.timestamp != stream[first_of(stream, 5)].timestamp]
    camera.feed(gone)
    assert camera.counters.lost_packets == len(stream) - len(gone)
    assert len(camera.delivered) == 29
    assert not any(unit.discontinuity for unit in camera.delivered)


def test_a_damaged_picture_is_dropped_alone() -> None:
    film = Film(width=640, height=360, gop=30, pictures=20, bitrate=3_000_000)
    stream = packets(encode(film), Codec.H264)
    camera = Bench(VideoFormat(Codec.H264, 96, parameter_sets=encoding(film).parameter_sets))
    victim = first_of(stream, 7) + 1
    assert stream[victim].timestamp == stream[victim - 1].timestamp
    camera.feed(stream[:victim] + stream[victim + 1 :])
    assert camera.counters.lost_packets == 1
    assert camera.receiver.damaged_units == 1
    expected = [unit.data for number, unit in enumerate(encode(film)) if number != 7]
    assert [unit.data for unit in camera.delivered] == expected


def test_behind_a_damaged_keyframe_nothing_is_shown_until_the_next() -> None:
    camera, stream = bench(), sent()
    victim = first_of(stream, 10) + 1
    assert stream[victim].timestamp == stream[victim - 1].timestamp
    camera.feed(stream[:victim] + stream[victim + 1 :])
    units = encode(FILMS[Codec.H264])
    assert [unit.data for unit in camera.delivered] == [unit.data for unit in (*units[:10], *units[20:])]
    assert not any(unit.discontinuity for unit in camera.delivered)


def test_joining_in_the_middle_waits_for_a_keyframe() -> None:
    camera, stream = bench(), sent()
    camera.feed(stream[first_of(stream, 3) :])
    assert camera.delivered[0].keyframe
    assert camera.delivered[0].encoding is not None
    assert len(camera.delivered) == 20


def test_a_clock_that_jumps_starts_a_new_run_at_the_next_keyframe() -> None:
    camera, stream = bench(), sent()
    cut = first_of(stream, 15)
    camera.feed(stream[:cut])
    before = camera.delivered[-1].pts_90k
    camera.feed(replace(packet, timestamp=packet.timestamp + 149 * 3600 * 90_000) for packet in stream[cut:])
    assert len(camera.delivered) == 30
    assert [number for number, unit in enumerate(camera.delivered) if unit.discontinuity] == [20]
    assert 0 < camera.delivered[15].pts_90k - before < 90_000
    assert all(a.dts_90k < b.dts_90k for a, b in itertools.pairwise(camera.delivered[:20]))


def test_a_clock_that_stands_still_is_replaced_by_arrival() -> None:
    camera = bench()
    camera.feed((replace(packet, timestamp=5) for packet in sent()), per_packet_s=0.1)
    assert len(camera.delivered) == 30
    span = camera.delivered[-1].pts_90k - camera.delivered[0].pts_90k
    assert span > 90_000


def test_parameter_sets_that_change_come_with_the_next_keyframe() -> None:
    camera = bench()
    other = Film(width=640, height=360, gop=10, pictures=10)
    camera.feed(sent(in_band=True))
    last = sent(in_band=True)[-1]
    camera.feed(
        packets(
            encode(other), Codec.H264, encoding(other).parameter_sets, offset=last.timestamp, sequence=last.sequence + 1
        )
    )
    changes = [(number, unit.encoding.width) for number, unit in enumerate(camera.delivered) if unit.encoding]
    assert changes == [(0, 320), (30, 640)]


def test_described_sets_are_overruled_by_those_in_band() -> None:
    wrong = encoding(Film(width=640, height=360)).parameter_sets
    camera = Bench(VideoFormat(Codec.H264, 96, parameter_sets=wrong))
    camera.feed(sent(in_band=True))
    first = camera.delivered[0].encoding
    assert first is not None
    assert first.width == 320


def test_no_parameter_sets_at_all_is_told() -> None:
    camera = bench(described=False)
    assert camera.feed(sent()) == []
    assert camera.receiver.problem is not None
    assert camera.receiver.units == 30


def test_delimiters_and_filler_go_and_sei_stays() -> None:
    unit = encode(FILMS[Codec.H264])[0]
    signature = bytes((6, 5, 17)) + bytes.fromhex("005bc93f2d715e95ada4796f90877a6f") + b"\1\x80"
    nals = [b"\x09\xf0", signature, *split_length_prefixed(unit.data), b"\x0c\xff\xff\x80"]
    camera = bench()
    camera.feed(packets([replace(unit, data=join_length_prefixed(nals))], Codec.H264))
    assert camera.delivered[0].data == join_length_prefixed(nals[1:-1])


def test_late_and_doubled_packets_are_passed_over() -> None:
    camera, stream = bench(), sent()
    camera.feed(itertools.chain.from_iterable((packet, packet) for packet in stream))
    same_pictures(camera.delivered)
    assert camera.counters.bad_packets == len(stream)


def test_extension_padding_and_csrc_are_removed() -> None:
    camera = bench()
    for packet in sent():
        plain = rtp(packet.payload, packet.sequence, packet.timestamp, marker=packet.marker)
        dressed = bytes((0x80 | 0x20 | 0x10 | 1,)) + plain[1:12] + bytes(4) + b"\xab\xac\0\1" + bytes(4)
        camera.take(dressed + plain[12:] + b"\0\0\3")
    same_pictures(camera.delivered)


def test_another_payload_type_than_described_is_followed() -> None:
    camera = bench()
    for packet in sent():
        camera.take(rtp(packet.payload, packet.sequence, packet.timestamp, marker=packet.marker, kind=98))
    same_pictures(camera.delivered)


def test_start_codes_within_a_packet_are_understood() -> None:
    film = FILMS[Codec.H264]
    unit = encode(film)[0]
    sps, pps = encoding(film).parameter_sets
    stream = b"\0\0\0\1".join((sps, pps, *split_length_prefixed(unit.data)))
    camera = bench(described=False)
    camera.take(rtp(stream, 0, 0, marker=True))
    assert len(camera.delivered) == 1
    assert camera.delivered[0].encoding == encoding(film)


def test_recovery_points_stand_in_for_idr_pictures() -> None:
    camera, film = bench(), FILMS[Codec.H264]
    recovery = b"\x06\x06\x01\x84\x80"
    units = []
    for unit in encode(film):
        nals = [bytes((nal[0] & 0xE0 | 1,)) + nal[1:] if nal[0] & 31 == 5 else nal for nal in _slices(unit)]
        units.append(replace(unit, data=join_length_prefixed([recovery, *nals] if unit.keyframe else nals)))
    camera.feed(packets(units, Codec.H264))
    assert [number for number, unit in enumerate(camera.delivered) if unit.keyframe] == [0, 10, 20]


def _slices(unit: AccessUnit) -> list[bytes]:
    return [nal for nal in split_length_prefixed(unit.data) if nal[0] & 31 in (1, 5)]


def test_pictures_that_lead_an_open_gop_are_left_out_where_decoding_starts() -> None:
    units, sets = open_gop_film()
    starts = [number for number, unit in enumerate(units) if unit.keyframe]
    leading = [unit for unit in units[starts[1] :] if unit.pts_90k < units[starts[1]].pts_90k]
    assert leading, "the film has no open GOP"
    camera = Bench(VideoFormat(Codec.H265, 96, parameter_sets=sets))
    camera.feed(packets(units[starts[1] - 2 :], Codec.H265))
    kept = [unit for unit in units[starts[1] :] if unit not in leading]
    assert [unit.data for unit in camera.delivered] == [unit.data for unit in kept]
    # From the beginning nothing is left out: what they refer to is there.
    camera = Bench(VideoFormat(Codec.H265, 96, parameter_sets=sets))
    camera.feed(packets(units, Codec.H265))
    assert [unit.data for unit in camera.delivered] == [unit.data for unit in units]


def open_gop_film() -> tuple[list[AccessUnit], tuple[bytes, ...]]:
    context = av.CodecContext.create("libx265", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = 160, 96, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
    params = (
        "keyint=12:min-keyint=12:scenecut=0:bframes=2:b-adapt=0:open-gop=1:pools=none:frame-threads=1:log-level=none"
    )
    context.options = {"preset": "ultrafast", "x265-params": params}
    film = Film(width=160, height=96)
    encoded = []
    for number in range(36):
        frame = av.VideoFrame.from_ndarray(picture(film, number), format="rgb24")
        frame.pts = number
        encoded += context.encode(frame)
    encoded += context.encode(None)
    units, sets = [], {}
    for packet in encoded:
        nals = split_annex_b(bytes(packet))
        sets.update(dict.fromkeys(nal for nal in nals if is_parameter_set(Codec.H265, nal)))
        data = join_length_prefixed(nal for nal in nals if not is_parameter_set(Codec.H265, nal))
        assert packet.pts is not None
        units.append(AccessUnit(data, packet.pts * 3600, 0, 0.0, packet.is_keyframe))
    return units, tuple(sets)


@pytest.mark.parametrize("codec", list(Codec))
def test_b_pictures_keep_their_order(codec: Codec) -> None:
    film = Film(gop=20, pictures=40, b_frames=2, codec=codec)
    camera = Bench(VideoFormat(codec, 96, parameter_sets=encoding(film).parameter_sets))
    camera.feed(packets(encode(film), codec))
    units, zero = encode(film), encode(film)[0].pts_90k
    assert [unit.pts_90k for unit in camera.delivered] == [unit.pts_90k - zero for unit in units]
    assert all(a.dts_90k < b.dts_90k for a, b in itertools.pairwise(camera.delivered))
    assert all(unit.dts_90k <= unit.pts_90k for unit in camera.delivered)


def test_b_pictures_of_an_unknown_depth_are_decoded_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    film = Film(gop=20, pictures=40, b_frames=3)
    silent = replace(encoding(film), reorder_depth=None)
    monkeypatch.setattr(receiver, "encoding_of", lambda *_: silent)
    camera = Bench(VideoFormat(Codec.H264, 96, parameter_sets=encoding(film).parameter_sets))
    camera.feed(packets(encode(film), Codec.H264), per_packet_s=0.001)
    assert [unit.data for unit in camera.delivered] == [unit.data for unit in encode(film)]
    assert camera.delivered[0].encoding is silent
    assert all(a.dts_90k < b.dts_90k for a, b in itertools.pairwise(camera.delivered))
    assert all(unit.dts_90k <= unit.pts_90k for unit in camera.delivered)
    assert not any(unit.discontinuity for unit in camera.delivered)


def test_a_unit_that_never_ends_is_given_up() -> None:
    camera = bench()
    camera.take(rtp(b"\x7c\x85" + bytes(1000), 0, 0))
    for number in range(1, 7000):
        camera.take(rtp(b"\x7c\x05" + bytes(1400), number, 0))
    assert camera.counters.bad_packets == 1
    assert camera.delivered == []
