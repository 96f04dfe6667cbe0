"""What a sealed file's signatures are over, and all its other hashes, in one pass over its bytes.

What a signature is over is the file as it was when it was made: its own bytes zero, later signatures taken out, and the
sizes of `ipro` and `meta` without them. All of these differ within `meta` only, so everything before is hashed once.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from ronda.evidence.seal.sealed import Sealed

if TYPE_CHECKING:
    from hashlib import _Hash

_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes of the file that has a hash of its own."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes of a file, SHA-256.

    Attributes:
        file: Of the file as it lies there.
        exported: Of the file as it was with its first signature only.
        exported_bytes: How long it was then.
        signed: What each signature is over.
        spans: Of each span that was asked for; None for one that goes past the end.
        appended: What a further signature would be over, where one was given; else empty.
    """

    file: bytes
    exported: bytes
    exported_bytes: int
    signed: tuple[bytes, ...]
    spans: tuple[bytes | None, ...]
    appended: bytes = b""


def digests(
    file: IO[bytes],
    sealed: Sealed | None,
    spans: Sequence[Span] = (),
    progress: Callable[[int], object] | None = None,
    appended: bytes = b"",
) -> Digests:
    """Read a file once and return its hashes; memory stays bounded. Blocking.

    Args:
        file: Open, seekable.
        sealed: Its outline; None for a file whose boxes are of no use.
        spans: In any order; they should not overlap.
        progress: Called with the bytes read so far, once a megabyte.
        appended: A further `sinf`, its signature zero, that is to be appended.
    """
    whole = hashlib.sha256()
    cutter = _Cutter(spans)
    at = 0

    def feed(end: int | None, hashes: Iterable["_Hash"]) -> None:
        nonlocal at
        while end is None or at < end:
            chunk = file.read(_CHUNK_BYTES if end is None else min(_CHUNK_BYTES, end - at))
            if not chunk:
                return
            for one in hashes:
                one.update(chunk)
            cutter.update(at, chunk)
            at += len(chunk)
            if progress is not None:
                progress(at)

    file.seek(0)
    if sealed is None or not sealed.signatures:
        feed(None, [whole])
        return Digests(whole.digest(), whole.digest(), at, (), cutter.results())
    feed(sealed.meta_offset, [whole])
    meta = file.read(sealed.meta_size)
    cutter.update(at, meta)
    at += len(meta)
    count = len(sealed.signatures)
    contents = [meta, _until(meta, sealed, 0), *(_zeroed(meta, sealed, number) for number in range(count))]
    if appended:
        contents.append(grown(meta, sealed, len(appended)) + appended)
    hashes = [whole.copy() for _ in contents]
    for one, content in zip(hashes, contents, strict=True):
        one.update(content)
    feed(None, hashes)
    exported_bytes = at - len(meta) + len(contents[1])
    found = [one.digest() for one in hashes]
    signed = tuple(found[2 : 2 + count])
    return Digests(found[0], found[1], exported_bytes, signed, cutter.results(), found[-1] if appended else b"")


def grown(meta: bytes, sealed: Sealed, more: int) -> bytes:
    """Return `meta` with `more` bytes added to its size and to that of `ipro`, which must be last in it."""
    result = bytearray(meta)
    for place in (0, sealed.ipro_offset - sealed.meta_offset):
        size = struct.unpack_from(">I", result, place)[0]
        if size:  # else it goes to the end of what holds it, and still does
            struct.pack_into(">I", result, place, size + more)
    return bytes(result)


def _until(meta: bytes, sealed: Sealed, last: int) -> bytes:
    """Return `meta` as it was when signature `last` was the last one."""
    kept, end = sealed.signatures[last], sealed.signatures[-1]
    cut_from = kept.offset + kept.size - sealed.meta_offset
    cut_to = end.offset + end.size - sealed.meta_offset
    return grown(meta[:cut_from] + meta[cut_to:], sealed, cut_from - cut_to)


def _zeroed(meta: bytes, sealed: Sealed, number: int) -> bytes:
    signature = sealed.signatures[number]
    result = bytearray(_until(meta, sealed, number))
    place = signature.value_offset - sealed.meta_offset
    result[place : place + len(signature.value)] = bytes(len(signature.value))
    return bytes(result)


class _Cutter:
    """Hashes spans out of bytes that pass in order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._order = sorted(range(len(spans)), key=lambda number: spans[number].offset)
        self._next = 0
        self._open: dict[int, _Hash] = {}
        self._found: dict[int, bytes] = {}

    def update(self, at: int, chunk: bytes) -> None:
        end = at + len(chunk)
        while self._next < len(self._order) and self._spans[self._order[self._next]].offset < end:
            self._open[self._order[self._next]] = hashlib.sha256()
            self._next += 1
        view = memoryview(chunk)
        for number, found in list(self._open.items()):
            span = self._spans[number]
            found.update(view[max(0, span.offset - at) : max(0, span.offset + span.size - at)])
            if span.offset + span.size <= end:
                self._found[number] = self._open.pop(number).digest()

    def results(self) -> tuple[bytes | None, ...]:
        return tuple(self._found.get(number) for number in range(len(self._spans)))
