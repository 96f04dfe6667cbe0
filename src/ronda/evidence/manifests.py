"""Fills in the manifest of a sealed export: what the node copied, what the city knows, who asked and why."""

from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K, format_rfc3339
from ronda.bus.contract import Gap, Span
from ronda.bus.evidence import ExportMade, PieceSealed, SegmentSealed
from ronda.city.camera import AddressPart, Camera
from ronda.city.city import City
from ronda.evidence.seal import manifest as said
from ronda.evidence.seal.signing import ALGORITHM
from ronda.evidence.sealer import Seal

_MEASURED: Final = "RTCP sender reports (RFC 3550) at the beginning of the run"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for.

    Attributes:
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        name: Of the files, without what follows the dot.
        case: Number of the case; empty for none.
        basis: The law it is asked for by.
        purpose: What for.
        letter: Number of a letter.
        by: Who exports.
    """

    camera: str
    from_90k: int
    to_90k: int
    name: str
    case: str
    basis: str
    purpose: str
    letter: str
    by: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds when a manifest is made.

    Attributes:
        unit: What the exporting unit is called.
        software: Name and version.
        at_90k: Now.
        log_size: Of the access log's tree.
        log_root: Its root.
        sha256: Of the signed file.
        seal: What it is signed with.
        time_stamp: What came of asking for one.
    """

    unit: str
    software: str
    at_90k: int
    log_size: int
    log_root: bytes
    sha256: str
    seal: Seal
    time_stamp: said.TimeStampSaid


def manifest_of(asked: Asked, made: ExportMade, camera: said.CameraSaid, now: Circumstances) -> said.Manifest:
    """Return the whole document."""
    first = said.Change(at=format_rfc3339(made.start_90k), codec=made.codec, width=made.width, height=made.height)
    changes = [
        said.Change(at=format_rfc3339(one.at_90k), codec=one.codec, width=one.width, height=one.height)
        for one in made.changes
    ]
    offset = made.clock_offset_90k
    return said.Manifest(
        file=said.FileSaid(name=f"{asked.name}.mp4", size=made.bytes, sha256=now.sha256),
        head=said.HeadSaid(size=made.head_bytes, sha256=made.head_sha256),
        camera=camera,
        asked=said.Stretch(start=format_rfc3339(asked.from_90k), end=format_rfc3339(asked.to_90k)),
        delivered=tuple(map(_stretch, made.delivered)),
        gaps=tuple(map(_gap, made.gaps)),
        changes=(first, *changes),
        segments=tuple(map(_segment, made.segments)),
        parts=tuple(_part(number, piece) for number, one in enumerate(made.segments) for piece in one.pieces),
        clock=said.ClockSaid() if offset is None else said.ClockSaid(offset_s=offset / HZ_90K, how=_MEASURED),
        signed_video=made.signed_video,
        case=_case(asked),
        operator=asked.by,
        unit=now.unit,
        software=now.software,
        made_at=format_rfc3339(now.at_90k),
        access_log=said.AccessLogSaid(size=now.log_size, root=now.log_root.hex()),
        seal=said.SealSaid(
            algorithm=ALGORITHM,
            certificate_sha256=now.seal.certificate_sha256,
            authority_sha256=now.seal.issued.authority_fingerprint,
            signature_offset=made.signature_offset,
            signature_bytes=now.seal.signer.signature_bytes,
            signed_sha256=made.digest,
        ),
        time_stamp=now.time_stamp,
    )


def camera_said(city: City, id: str) -> said.CameraSaid:
    """Return what the city knows of a camera; of one that was removed, its id."""
    camera = city.cameras.find(id)
    if camera is None:
        return said.CameraSaid(id=id, name=id)
    site, recorder = city.sites.find(camera.spot.site), city.recorders.find(camera.spot.recorder)
    latitude, longitude = position(city, camera)
    return said.CameraSaid(
        id=id,
        name=camera.name,
        place="" if site is None else ", ".join(filter(None, (site.name, site.address))),
        area="" if site is None else site.area,
        latitude=latitude,
        longitude=longitude,
        address=masked_address(camera),
        recorder="" if recorder is None else recorder.id,
        make="" if recorder is None else recorder.brand,
        model="" if recorder is None else recorder.model,
    )


def position(city: City, camera: Camera) -> tuple[float | None, float | None]:
    """Return where a camera hangs, degrees, else where its site is."""
    site, spot = city.sites.find(camera.spot.site), camera.spot
    if spot.lat is not None and spot.lon is not None:
        return spot.lat, spot.lon
    return (None, None) if site is None else (site.lat, site.lon)


def masked_address(camera: Camera) -> str:
    """Return where a camera's main profile comes from, without credentials; empty where it is not known."""
    address = camera.addresses.get(AddressPart.MAIN)
    return "" if address is None else address.redacted


def _stretch(span: Span) -> said.Stretch:
    return said.Stretch(start=format_rfc3339(span.from_90k), end=format_rfc3339(span.to_90k))


def _gap(gap: Gap) -> said.Gap:
    return said.Gap(start=format_rfc3339(gap.from_90k), end=format_rfc3339(gap.to_90k), cause=gap.cause.value)


def _segment(one: SegmentSealed) -> said.Segment:
    return said.Segment(
        file=one.file,
        start=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        size=one.bytes,
        sha256=one.sha256,
        kept_sha256=one.kept_sha256,
        origin=one.origin,
        node=one.node,
        closed=one.closed,
    )


def _part(segment: int, piece: PieceSealed) -> said.FilePart:
    return said.FilePart(
        segment=segment,
        start=format_rfc3339(piece.from_90k),
        end=format_rfc3339(piece.to_90k),
        offset=piece.offset,
        size=piece.bytes,
        sha256=piece.sha256,
    )


def _case(asked: Asked) -> said.CaseSaid | None:
    if not any((asked.case, asked.basis, asked.purpose, asked.letter)):
        return None
    return said.CaseSaid(number=asked.case, basis=asked.basis, purpose=asked.purpose, letter=asked.letter)
