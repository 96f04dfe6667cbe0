"""Coverage-guided fuzzing of everything that is read back from disk (needs `pip install atheris`).

    python -m bench.fuzz_mp4 [CORPUS] [-max_total_time=60] [other libFuzzer options]

The first byte of an input chooses what it is fed to: an init segment, a `moof`, a whole file as the
archive reads and recovers it, or a journal. What is damaged may be left out; nothing else may happen
than what is promised, and a file that is read whole is read within bounds.
"""

import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ronda.media.fmp4", "ronda.media.parameter_sets", "ronda.archive.filing"]):
    from ronda.archive.filing.journal import journal_file, read_journal
    from ronda.archive.filing.record import decode, encode
    from ronda.archive.filing.recovery import scan
    from ronda.archive.filing.segment_reader import SegmentReader
    from ronda.media.fmp4.errors import BadMp4
    from ronda.media.fmp4.reader import MAX_SAMPLES, boxes, read_init, read_moof, read_prft

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-mp4-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
SEGMENT = FOLDER / "120000.000Z-0123456789ab.mp4"


def fuzz_init(data: bytes) -> None:
    """An init segment."""
    try:
        found = read_init(data)
    except BadMp4:
        return
    assert found.timescale > 0


def fuzz_moof(data: bytes) -> None:
    """A fragment's head."""
    try:
        found = read_moof(data)
    except BadMp4:
        return
    assert len(found.samples) <= MAX_SAMPLES
    assert found.data_bytes >= 0


def fuzz_boxes(data: bytes) -> None:
    """Boxes, and a `prft`."""
    try:
        for box in boxes(data):
            assert box.start <= box.content <= box.end <= len(data)
    except BadMp4:
        pass
    try:
        read_prft(data)
    except BadMp4:
        pass


def fuzz_file(data: bytes) -> None:
    """A file, as playback, clips and recovery read it."""
    SEGMENT.write_bytes(data)
    with SegmentReader(SEGMENT) as reader:
        try:
            start = len(reader.head().init)
        except BadMp4:
            start = 0
        reader.keyframes()
        for place in reader.fragments(start):
            assert place.offset >= start
            reader.read(place.payload, place.header.data_bytes)
        for _ in reader.skim(start):
            pass


def fuzz_recovery(data: bytes) -> None:
    """A file that a crash left."""
    SEGMENT.write_bytes(data)
    try:
        found = scan(SEGMENT)
    except BadMp4:
        return
    assert found.whole_bytes <= len(data)


def fuzz_journal(data: bytes) -> None:
    """A journal."""
    journal_file(FOLDER, 1).write_bytes(data)
    for line in read_journal(FOLDER):
        if line.record is not None:
            assert decode(encode(line.record)[:-1]) == line.record


TARGETS = (fuzz_init, fuzz_moof, fuzz_boxes, fuzz_file, fuzz_recovery, fuzz_journal)


def one(data: bytes) -> None:
    """Try one input."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:200_000])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
