"""What a sealed file says of itself, as plain values."""

from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K

_SECONDS_1904_TO_1970: Final = 2_082_844_800
_HUNDRED_NS_1601_TO_1970: Final = 11_644_473_600 * 10_000_000


@dataclass(frozen=True, slots=True)
class ExportUnit:
    """Who exports (`suep`).

    Attributes:
        name: Of the unit, such as the city's Ronda.
        at_utc_90k: When the export was begun; kept to the second.
        operator: Who did it.
        url: Where the unit is reached.
        mac: Its hardware address; usually empty.
    """

    name: str
    at_utc_90k: int
    operator: str = ""
    url: str = ""
    mac: str = ""


@dataclass(frozen=True, slots=True)
class TrackSource:
    """Where a track comes from (`suep`).

    Attributes:
        name: The camera's.
        url: Its address, without credentials.
        mac: Its hardware address, where known.
        line: Its channel at a recorder.
        track_id: Of the track in this file.
    """

    name: str
    url: str = ""
    mac: str = ""
    line: str = ""
    track_id: int = 1


@dataclass(frozen=True, slots=True)
class Signature:
    """One `sinf` of a file.

    Attributes:
        offset: Where the `sinf` begins in the file.
        size: Its bytes.
        value_offset: Where the signature's bytes begin in the file.
        value: The signature.
        certificate_der: Of whoever signed.
        note: What they said (`auib`).
        start_utc_90k: The start of the first track by this signature, where it says one.
        usual: Signed by the scheme of the specification; false where a `sigC` or another scheme stands there.
    """

    offset: int
    size: int
    value_offset: int
    value: bytes
    certificate_der: bytes
    note: str
    start_utc_90k: int | None
    usual: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file's outline.

    Attributes:
        size: Bytes of the file.
        meta_offset: Where `meta` begins; it is a box of 32 bit size.
        meta_size: Its bytes.
        ipro_offset: Where `ipro` begins in the file; the first `sinf` follows in it.
        unit: Who exported, when.
        sources: By track.
        start_utc_90k: Time of day of the first track's zero, as the export says.
        signatures: In the order in which they were made.
    """

    size: int
    meta_offset: int
    meta_size: int
    ipro_offset: int
    unit: ExportUnit
    sources: tuple[TrackSource, ...]
    start_utc_90k: int | None
    signatures: tuple[Signature, ...]


def seconds_1904(utc_90k: int) -> int:
    """Return seconds since 1904 (ISO/IEC 14496-12), rounded down."""
    return max(0, utc_90k // HZ_90K + _SECONDS_1904_TO_1970)


def utc_90k_of_seconds_1904(seconds: int) -> int:
    """Return the `utc_90k` of whole seconds since 1904."""
    return (seconds - _SECONDS_1904_TO_1970) * HZ_90K


def hundred_ns_1601(utc_90k: int) -> int:
    """Return intervals of 100 ns since 1601 (`cstb`)."""
    return max(0, utc_90k * 1_000 // 9 + _HUNDRED_NS_1601_TO_1970)


def utc_90k_of_hundred_ns_1601(intervals: int) -> int:
    """Return the `utc_90k` that `hundred_ns_1601` was made of."""
    return -((_HUNDRED_NS_1601_TO_1970 - intervals) * 9 // 1_000)
