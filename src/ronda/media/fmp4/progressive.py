"""The head of a progressive MP4, `moov` first, written before its payload is read from anywhere.

The payload follows the head as it is: chunk after chunk without a gap, of the lengths that the
chunks' samples say. So the length of the whole is known, and any byte range of it can be served.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from ronda.media.access_unit import Encoding
from ronda.media.fmp4.box import MAX_U32, box, full_box
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.track import media, movie_header, sample_description, track_header


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pictures that lie one after the other, all of one encoding.

    Attributes:
        samples: At least one.
        encoding: Index into the encodings given to `progressive`.
    """

    samples: Sequence[Sample]
    encoding: int = 0


def progressive(encodings: Sequence[Encoding], chunks: Sequence[Chunk], *, udta: bytes = b"") -> bytes:
    """Return everything before the payload: `ftyp`, `moov` and the header of `mdat`.

    The whole file is this plus the payload, whose length is the sum of the samples' sizes.

    Args:
        encodings: At least one; the first one's size is the track's.
        chunks: At least one; the first picture should be a keyframe.
        udta: Boxes to put into `moov/udta`; nothing is written when empty.
    """
    samples = [sample for chunk in chunks for sample in chunk.samples]
    payload_bytes = sum(sample.size for sample in samples)
    duration_90k = sum(sample.duration_90k for sample in samples)
    sizes = [sum(sample.size for sample in chunk.samples) for chunk in chunks]
    starts = [0, *accumulate(sizes[:-1])]
    mdat_head = _mdat_head(payload_bytes)
    ftyp = box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2avc1mp41")

    def moov(first_byte: int) -> bytes:
        table = (
            sample_description(encodings),
            _durations(samples),
            _composition_offsets(samples),
            _sync_samples(samples),
            _chunk_runs(chunks),
            _sizes(samples),
            _offsets([first_byte + start for start in starts]),
        )
        head = encodings[0]
        trak = box(
            b"trak",
            track_header(head.width, head.height, duration_90k),
            _edit_list(samples, duration_90k),
            media(duration_90k, *table),
        )
        return box(b"moov", movie_header(duration_90k), trak, box(b"udta", udta) if udta else b"")

    before_payload = len(ftyp) + len(mdat_head)
    # The offsets' own width depends on the offsets: two rounds settle it.
    first_byte = before_payload + len(moov(before_payload))
    first_byte = before_payload + len(moov(first_byte))
    return ftyp + moov(first_byte) + mdat_head


def _mdat_head(payload_bytes: int) -> bytes:
    if payload_bytes + 8 <= MAX_U32:
        return struct.pack(">I4s", payload_bytes + 8, b"mdat")
    return struct.pack(">I4sQ", 1, b"mdat", payload_bytes + 16)


def _run_lengths(values: Iterable[int]) -> list[tuple[int, int]]:
    return [(sum(1 for _ in same), value) for value, same in groupby(values)]


def _table(kind: bytes, version: int, rows: list[bytes]) -> bytes:
    return full_box(kind, version, 0, struct.pack(">I", len(rows)), *rows)


def _durations(samples: Sequence[Sample]) -> bytes:
    runs = _run_lengths(sample.duration_90k for sample in samples)
    return _table(b"stts", 0, [struct.pack(">II", *run) for run in runs])


def _composition_offsets(samples: Sequence[Sample]) -> bytes:
    runs = _run_lengths(sample.composition_offset_90k for sample in samples)
    if runs == [(len(samples), 0)]:
        return b""
    version = 1 if any(offset < 0 for _, offset in runs) else 0
    return _table(b"ctts", version, [struct.pack(">Ii", *run) for run in runs])


def _sync_samples(samples: Sequence[Sample]) -> bytes:
    return _table(
        b"stss", 0, [struct.pack(">I", number) for number, sample in enumerate(samples, 1) if sample.keyframe]
    )


def _chunk_runs(chunks: Sequence[Chunk]) -> bytes:
    rows: list[bytes] = []
    before = None
    for number, chunk in enumerate(chunks, 1):
        now = (len(chunk.samples), chunk.encoding + 1)
        if now != before:
            rows.append(struct.pack(">III", number, *now))
            before = now
    return _table(b"stsc", 0, rows)


def _sizes(samples: Sequence[Sample]) -> bytes:
    sizes = struct.pack(f">{len(samples)}I", *(sample.size for sample in samples))
    return full_box(b"stsz", 0, 0, struct.pack(">II", 0, len(samples)), sizes)


def _offsets(offsets: list[int]) -> bytes:
    wide = offsets[-1] > MAX_U32
    packed = struct.pack(f">{len(offsets)}{'Q' if wide else 'I'}", *offsets)
    return full_box(b"co64" if wide else b"stco", 0, 0, struct.pack(">I", len(offsets)), packed)


def first_shown_90k(samples: Sequence[Sample]) -> int:
    """Return when, counted from the first picture's decoding, a film begins to be shown: not at zero with B-frames."""
    decoding_90k = 0
    first_shown = samples[0].composition_offset_90k
    for sample in samples[:32]:
        first_shown = min(first_shown, decoding_90k + sample.composition_offset_90k)
        decoding_90k += sample.duration_90k
    return max(0, first_shown)


def _edit_list(samples: Sequence[Sample], duration_90k: int) -> bytes:
    """Start the film at its first picture to be shown."""
    first_90k = first_shown_90k(samples)
    if not first_90k:
        return b""
    edit = struct.pack(">IQqI", 1, duration_90k, first_90k, 0x10000)
    return box(b"edts", full_box(b"elst", 1, 0, edit))
