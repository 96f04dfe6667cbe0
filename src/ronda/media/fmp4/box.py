"""The one thing every MP4 structure is made of: a box (ISO/IEC 14496-12, 4.2)."""

import struct
from typing import Final

MAX_U32: Final = 0xFFFF_FFFF


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box of the four-letter `kind` that holds `parts` one after the other."""
    size = 8 + sum(map(len, parts))
    return b"".join((struct.pack(">I4s", size, kind), *parts))


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """Return a full box: one with a version and flags before its content."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)
