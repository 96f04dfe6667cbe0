"""Every mismatch between a volume's files, its journal, its index and its coverage.

Blocking; runs in the disk pool beside a working writer. Repairs are handed to the writer as records and files to mend.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ronda.archive.filing.journal import Position, read_journal
from ronda.archive.filing.layout import place_of
from ronda.archive.filing.record import Closed, Deleted, Dropped, Opened, Record
from ronda.archive.filing.recovery import Scanned, scan, sha256_of
from ronda.archive.index.apply import CONTIGUOUS_90K
from ronda.archive.index.index import IndexReader, SegmentRow
from ronda.base.causes import GapCause
from ronda.bus.contract import Mismatch
from ronda.media.fmp4.errors import BadMp4

_LOST: Final = GapCause.DISK_FAILED
_EVIDENCE: Final = ("content", "file-elsewhere")  # told, never mended: the kept hash must not follow the change


@dataclass(frozen=True, slots=True)
class Finding:
    """A mismatch, and what would repair it.

    Attributes:
        mismatch: What a person reads.
        records: What to write into the journal.
        mend: A file that must be finished or taken in.
        reindex: The index must be made anew.
        remove: A file that should be gone.
    """

    mismatch: Mismatch
    records: tuple[Record, ...] = ()
    mend: str | None = None
    reindex: bool = False
    remove: str | None = None


@dataclass(slots=True)
class _Journal:
    """What the journal says is there."""

    closed: dict[str, Closed] = field(default_factory=dict)
    opened: dict[str, Opened] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    broken_lines: int = 0


def check_volume(
    folder: Path, reader: IndexReader, files: Iterable[str], growing: set[str], *, hashes: bool
) -> Iterator[Finding]:
    """Yield what does not agree on a volume.

    Args:
        folder: The volume.
        reader: Of its index.
        files: The segments that are there.
        growing: Those that are being written or waiting to be finished.
        hashes: Also read every byte and compare with the hash that was kept.

    Raises:
        OSError: The disk refuses.
    """
    present = set(files) - growing
    # Index and coverage of one moment, and the journal up to that moment: what happens meanwhile is no mismatch.
    with reader.snapshot() as position:
        rows = {row.file: row for row in reader.all_segments() if row.file not in growing}
        coverage = reader.all_coverage()
    journal = _read(folder, position)
    if journal.broken_lines:
        yield Finding(
            Mismatch(kind="journal-line", where=str(folder), detail=f"{journal.broken_lines} broken lines are skipped")
        )
    yield from _journal_against_index(journal, rows, growing)
    yield from _journal_against_files(folder, journal, rows, present)
    for file in sorted(present & rows.keys()):
        yield from _file(folder, rows[file], hashes=hashes)
    yield from _coverage(coverage, rows, growing)


def _read(folder: Path, until: Position) -> _Journal:
    found = _Journal()
    for line in read_journal(folder):
        if line.after > until:
            break
        match line.record:
            case None:
                found.broken_lines += 1
            case Opened():
                found.opened[line.record.file] = line.record
                found.deleted.discard(line.record.file)
            case Closed():
                found.opened.pop(line.record.file, None)
                found.closed[line.record.file] = line.record
                found.deleted.discard(line.record.file)
            case Dropped():
                found.opened.pop(line.record.file, None)
            case Deleted():
                for file in line.record.files:
                    found.closed.pop(file, None)
                    found.deleted.add(file)
            case _:
                pass
    return found


def _journal_against_index(journal: _Journal, rows: dict[str, SegmentRow], growing: set[str]) -> Iterator[Finding]:
    for file, closed in journal.closed.items():
        if file in growing:
            continue
        row = rows.get(file)
        if row is None:
            yield Finding(_mismatch("not-in-index", file, "the journal has it, the index does not"), reindex=True)
        elif (row.end_90k, row.bytes, row.sha256) != (closed.end_90k, closed.bytes, closed.sha256):
            yield Finding(_mismatch("index-differs", file, "the index says otherwise than the journal"), reindex=True)
    for file in rows.keys() - journal.closed.keys():
        yield Finding(
            _mismatch("not-in-journal", file, "the index has it, the journal does not"), mend=file, reindex=True
        )


def _journal_against_files(
    folder: Path, journal: _Journal, rows: dict[str, SegmentRow], present: set[str]
) -> Iterator[Finding]:
    for file in sorted(rows.keys() - present):
        if (folder / file).exists():
            continue  # it came while we looked
        gone = _mismatch("file-missing", file, "the index has it, the disk does not")
        yield Finding(gone, records=(Deleted((file,), _LOST),))
    for file in sorted(present - rows.keys()):
        if not (folder / file).exists():
            continue  # it was deleted while we looked
        if file in journal.deleted:
            yield Finding(_mismatch("file-deleted", file, "the journal says it is deleted"), remove=file)
        elif file in journal.opened:
            yield Finding(_mismatch("file-unfinished", file, "nobody finished it"), mend=file)
        else:
            yield _unknown(folder, file)


def _unknown(folder: Path, file: str) -> Finding:
    try:
        named = scan(folder / file).named
    except BadMp4 as error:
        return Finding(_mismatch("file-broken", file, error.message), mend=file)
    if named != file:
        return Finding(_mismatch("file-elsewhere", file, f"it says of itself that it is {named}"))
    return Finding(_mismatch("file-unknown", file, "neither journal nor index knows it"), mend=file)


def _file(folder: Path, row: SegmentRow, *, hashes: bool) -> Iterator[Finding]:
    path = folder / row.file
    try:
        found = scan(path)
        digest = sha256_of(path) if hashes else row.sha256
    except FileNotFoundError:
        return  # deleted since we looked
    except BadMp4 as error:
        broken = _mismatch("file-broken", row.file, error.message)
        yield Finding(broken, records=(Deleted((row.file,), _LOST), Opened(row.file, row.start_90k)), mend=row.file)
        return
    wrong = _wrong(row, found, digest)
    if wrong is not None and wrong[0] in _EVIDENCE:
        yield Finding(_mismatch(wrong[0], row.file, wrong[1]))
    elif wrong is not None:
        again = (Deleted((row.file,), _LOST), Opened(row.file, row.start_90k))
        yield Finding(_mismatch(wrong[0], row.file, wrong[1]), records=again, mend=row.file)


def _wrong(row: SegmentRow, found: Scanned, digest: str) -> tuple[str, str] | None:
    """Return kind and detail of what a file says otherwise than the index."""
    anchor = found.head.anchor
    if found.size != row.bytes:
        return "size", f"the file has {found.size} bytes, the index says {row.bytes}"
    if not found.finished:
        return "file-broken", f"whole up to byte {found.whole_bytes} of {found.size}"
    if (anchor.camera, anchor.profile, anchor.run) != (row.camera, row.profile, row.run):
        return "file-elsewhere", f"it says of itself {anchor.camera}/{anchor.profile}, run {anchor.run}"
    if (anchor.start_90k, found.end_90k) != (row.start_90k, row.end_90k):
        return "times", "the file holds other times than the index says"
    if digest != row.sha256:
        return "content", "its SHA-256 is not the one that was kept when it was closed"
    return None


def _coverage(
    coverage: list[tuple[str, str, str, int, int]], rows: dict[str, SegmentRow], growing: set[str]
) -> Iterator[Finding]:
    """Coverage must be what the finished segments of each run, joined, hold."""
    expected: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda one: one.start_90k):
        stretches = expected[row.camera, row.profile, row.run]
        if stretches and row.start_90k <= stretches[-1][1] + CONTIGUOUS_90K:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], row.end_90k))
        else:
            stretches.append((row.start_90k, row.end_90k))
    actual: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for camera, profile, run, start, end in coverage:
        actual[camera, profile, run].append((start, end))
    busy = {place.run for file in growing if (place := place_of(file)) is not None}
    for key in sorted(expected.keys() | actual.keys()):
        if key[2] not in busy and not _same(expected.get(key, []), actual.get(key, [])):
            where = f"{key[0]}/{key[1]} run {key[2]}"
            yield Finding(_mismatch("coverage", where, "it is not what the files hold"), reindex=True)


def _same(expected: list[tuple[int, int]], actual: list[tuple[int, int]]) -> bool:
    return len(expected) == len(actual) and all(
        abs(one[0] - other[0]) <= CONTIGUOUS_90K and abs(one[1] - other[1]) <= CONTIGUOUS_90K
        for one, other in zip(sorted(expected), sorted(actual), strict=True)
    )


def _mismatch(kind: str, where: str, detail: str) -> Mismatch:
    return Mismatch(kind=kind, where=where, detail=detail)
