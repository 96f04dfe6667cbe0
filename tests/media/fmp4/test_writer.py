"""What the writers make is read by FFmpeg, and by our own reader."""

import io
import struct
from itertools import pairwise

import av
import pytest
from tests.media.pictures import Film, encode, encoding

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.fmp4.progressive import Chunk, progressive
from ronda.media.fmp4.reader import boxes, file_boxes, read_init, read_moof, read_prft
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes, init_segment, mfra, prft, restamp

FILMS = [Film(), Film(b_frames=2), Film(codec=Codec.H265, pictures=50), Film(fps=5, gop=10, pictures=20)]


def samples_of(units: tuple[AccessUnit, ...], last_90k: int) -> list[Sample]:
    durations = [after.dts_90k - unit.dts_90k for unit, after in pairwise(units)] + [last_90k]
    return [
        Sample(len(unit.data), duration, unit.pts_90k - unit.dts_90k, unit.keyframe)
        for unit, duration in zip(units, durations, strict=True)
    ]


def fragmented(film: Film, size: int = 5) -> list[tuple[bytes, bytes]]:
    units = encode(film)
    samples = samples_of(units, 90_000 // film.fps)
    return [
        fragment_boxes(
            samples[at : at + size],
            [unit.data for unit in units[at : at + size]],
            at // size,
            units[at].dts_90k - units[0].dts_90k,
        )
        for at in range(0, len(units), size)
    ]


def decode(data: bytes) -> tuple[list[int], int]:
    """Return the presentation times of every decoded picture, and how many packets there were."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        frames = list(container.decode(stream))
        return [int(frame.pts * stream.time_base * 90_000) for frame in frames if frame.pts is not None], len(frames)


@pytest.mark.parametrize("film", FILMS, ids=str)
def test_a_fragmented_file_plays_every_picture_in_order(film: Film) -> None:
    data = init_segment(encoding(film)) + b"".join(moof + mdat for moof, mdat in fragmented(film))
    times, count = decode(data)
    assert count == film.pictures
    assert times == sorted(times)
    assert {after - before for before, after in pairwise(times)} == {90_000 // film.fps}


@pytest.mark.parametrize("film", FILMS, ids=str)
def test_a_progressive_file_plays_and_starts_at_zero(film: Film) -> None:
    units = encode(film)
    samples = samples_of(units, 90_000 // film.fps)
    chunks = [Chunk(samples[at : at + 7]) for at in range(0, len(samples), 7)]
    payload = b"".join(unit.data for unit in units)
    head = progressive([encoding(film)], chunks)
    kinds = [box.kind for box in boxes(head + payload)]
    assert kinds == [b"ftyp", b"moov", b"mdat"]
    times, count = decode(head + payload)
    assert count == film.pictures
    assert times[0] == 0
    assert times == sorted(times)


def test_a_progressive_file_may_change_its_encoding() -> None:
    films = [Film(pictures=50), Film(width=480, height=270, pictures=50)]
    chunks = [Chunk(samples_of(encode(film), 3600), number) for number, film in enumerate(films)]
    payload = b"".join(unit.data for film in films for unit in encode(film))
    with av.open(io.BytesIO(progressive([encoding(film) for film in films], chunks) + payload), "r") as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert sizes.count((320, 180)) == 50
    assert sizes.count((480, 270)) == 50


def test_a_progressive_file_beyond_four_gigabytes_uses_wide_offsets() -> None:
    sample = Sample(1_000_000, 3600, 0, True)
    head = progressive([encoding()], [Chunk([sample] * 100)] * 50)
    kinds = [box.kind for box in boxes(head[: head.rindex(b"mdat") - 4])]
    assert kinds == [b"ftyp", b"moov"]
    assert b"co64" in head
    at = head.index(b"co64")
    count, first = struct.unpack_from(">IQ", head, at + 8)
    assert (count, first) == (50, len(head))
    assert struct.unpack_from(">Q", head, len(head) - 8)[0] == 16 + 5_000_000_000


def test_restamp_changes_number_and_time_alone() -> None:
    moof, _ = fragmented(Film(b_frames=2))[3]
    before = read_moof(moof)
    after = read_moof(restamp(moof, 7, 1 << 40))
    assert (after.sequence, after.base_90k) == (7, 1 << 40)
    assert after.samples == before.samples
    assert restamp(restamp(moof, 7, 1 << 40), before.sequence, before.base_90k) == moof


@pytest.mark.parametrize("film", FILMS, ids=str)
def test_the_reader_reads_back_what_was_written(film: Film) -> None:
    header = read_init(init_segment(encoding(film), udta=b"\0\0\0\x0cabcdwxyz"))
    assert header.encoding == encoding(film)
    assert header.timescale == 90_000
    assert header.udta == b"\0\0\0\x0cabcdwxyz"
    samples = samples_of(encode(film), 3600)
    moof, mdat = fragment_boxes(samples, [unit.data for unit in encode(film)], 3, 12345)
    read = read_moof(moof)
    assert read.samples == tuple(samples)
    assert (read.sequence, read.base_90k, read.data_offset) == (3, 12345, len(moof) + 8)
    assert read.data_bytes == len(mdat) - 8


def test_a_file_with_prft_and_mfra_still_plays() -> None:
    parts = [init_segment(encoding())]
    entries = []
    for number, (moof, mdat) in enumerate(fragmented(Film())):
        base = read_moof(moof).base_90k
        if number % 10 == 0:
            parts.append(prft(90_000 * 1_700_000_000 + base, base))
            entries.append((base, sum(map(len, parts))))
        parts += [moof, mdat]
    parts.append(mfra(entries))
    data = b"".join(parts)
    assert decode(data)[1] == 100
    found = list(file_boxes(io.BytesIO(data)))
    assert found[-1].kind == b"mfra"
    assert next(box.start for box in found if box.kind == b"moof") == entries[0][1]
    first = next(box for box in found if box.kind == b"prft")
    assert read_prft(data[first.start : first.end]) == (90_000 * 1_700_000_000, 0)


@pytest.mark.parametrize("utc", [0, 1, 89_999, 90_000 * 1_763_000_000 + 45_001])
def test_prft_keeps_every_tick(utc: int) -> None:
    assert read_prft(prft(utc, 99)) == (utc, 99)
