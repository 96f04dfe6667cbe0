"""Sealed exports as a city hands them over: real pictures, a real authority, all that lies beside the file."""

import functools
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.media.pictures import Film, encode, encoding

from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.evidence.seal import manifest as documents
from ronda.evidence.seal.authority import Authority
from ronda.evidence.seal.boxes import ExportUnit, SignatureSlot, TrackSource, loci_box, meta_box
from ronda.evidence.seal.manifest import (
    CameraSaid,
    CaseSaid,
    FilePart,
    FileSaid,
    Gap,
    HeadSaid,
    Manifest,
    SealSaid,
    Segment,
    Stretch,
    TimeStampSaid,
)
from ronda.evidence.seal.signing import ALGORITHM, Signer, sign_message
from ronda.media.fmp4.progressive import Chunk, progressive
from ronda.media.fmp4.sample import Sample
from ronda.store.secrets import Secrets

START_90K = 1_795_633_200 * HZ_90K
FILM = Film(width=320, height=180, gop=50, pictures=150, bitrate=280_000, noise=True)
SEGMENT_S = 2


@dataclass(frozen=True)
class Export:
    """One export's files in a folder."""

    path: Path

    @property
    def manifest(self) -> Path:
        return self.path.with_suffix(".manifest.json")

    @property
    def signature(self) -> Path:
        return self.path.with_suffix(".sig")

    @property
    def certificates(self) -> Path:
        return self.path.with_suffix(".pem")

    @property
    def files(self) -> list[Path]:
        return [self.path, self.manifest, self.signature, self.certificates]

    def copy(self, folder: Path) -> "Export":
        folder.mkdir(parents=True, exist_ok=True)
        for one in self.files:
            (folder / one.name).write_bytes(one.read_bytes())
        return Export(folder / self.path.name)


@functools.cache
def authority(name: str = "Kota Semarang") -> Authority:
    """Return a city's authority, made once a session."""
    folder = Path(tempfile.mkdtemp(prefix="ronda-authority-"))
    return Authority.at(folder / "evidence", Secrets.at(folder / "secret.key"), name)


@functools.cache
def head_and_payload() -> tuple[bytes, tuple[bytes, ...]]:
    """Return what stands before the pictures, and the pictures of each segment of two seconds."""
    units = encode(FILM)
    tick = HZ_90K // FILM.fps
    per_segment = SEGMENT_S * FILM.fps
    runs = [units[start : start + per_segment] for start in range(0, len(units), per_segment)]
    chunks = [
        Chunk([Sample(len(one.data), tick, one.pts_90k - one.dts_90k, one.keyframe) for one in run]) for run in runs
    ]
    place = loci_box("Jl. Krapyak Raya, Semarang", -6.9847, 110.3671, 12)
    head = progressive([encoding(FILM)], chunks, udta=place)
    return head, tuple(b"".join(one.data for one in run) for run in runs)


def export(
    folder: Path,
    signer: Signer | None = None,
    *,
    name: str = "krapyak",
    gaps: Sequence[Gap] = (),
    sealed_at: datetime | None = None,
    **changes: Any,
) -> Export:
    """Write a sealed export; `changes` are fields of the manifest."""
    signer = authority().signer() if signer is None else signer
    head, runs = head_and_payload()
    at_90k = round((sealed_at or datetime.now(UTC)).timestamp()) * HZ_90K
    unit = ExportUnit("Kota Semarang", at_90k, "Siti, operator", "https://cctv.example.go.id")
    source = TrackSource("Gapura RT 03", "rtsp://192.0.2.7/kanal/1", "", "1")
    meta = meta_box(unit, [source], START_90K, SignatureSlot(signer.certificate_der, signer.signature_bytes))
    before = head + b"".join(runs)
    digest = hashlib.sha256(before + meta.data).digest()
    whole = before + meta.signed(signer.sign_digest(digest))
    target = Export(folder / f"{name}.mp4")
    folder.mkdir(parents=True, exist_ok=True)
    target.path.write_bytes(whole)
    written = manifest(target.path.name, whole, digest, len(before) + meta.signature_offset, signer)
    data = documents.write(written.model_copy(update={"gaps": tuple(gaps), **changes}))
    target.manifest.write_bytes(data)
    target.signature.write_bytes(sign_message(signer, data))
    target.certificates.write_bytes(signer.chain_pem)
    return target


def _parts(number: int, run: bytes, offset: int, start: str) -> list[FilePart]:
    """Return the pictures of a segment in pieces of about a second, as a node hashes some ten seconds each."""
    half, start_90k = len(run) // SEGMENT_S, parse_rfc3339(start)
    pieces = [run[at * half : (at + 1) * half if at + 1 < SEGMENT_S else None] for at in range(SEGMENT_S)]
    return [
        FilePart(
            segment=number,
            start=format_rfc3339(start_90k + at * HZ_90K),
            end=format_rfc3339(start_90k + (at + 1) * HZ_90K),
            offset=offset + at * half,
            size=len(piece),
            sha256=hashlib.sha256(piece).hexdigest(),
        )
        for at, piece in enumerate(pieces)
    ]


def manifest(name: str, whole: bytes, digest: bytes, signature_offset: int, signer: Signer) -> Manifest:
    """Return the manifest of such a file."""
    head, runs = head_and_payload()
    offsets = [len(head) + sum(len(one) for one in runs[:number]) for number in range(len(runs))]
    times = [format_rfc3339(START_90K + number * SEGMENT_S * HZ_90K) for number in range(len(runs) + 1)]
    kept = [hashlib.sha256(b"segment" + run).hexdigest() for run in runs]
    return Manifest(
        file=FileSaid(name=name, size=len(whole), sha256=hashlib.sha256(whole).hexdigest()),
        head=HeadSaid(size=len(head), sha256=hashlib.sha256(head).hexdigest()),
        camera=CameraSaid(
            id="rt03-gapura", name="Gapura RT 03", place="Jl. Krapyak Raya", area="33.74.14.1005.rw04.rt03"
        ),
        asked=Stretch(start=times[0], end=times[-1]),
        delivered=(Stretch(start=times[0], end=times[-1]),),
        segments=tuple(
            Segment(
                file=f"rt03-gapura/main/2026-11-25/{number}.mp4",
                start=times[number],
                end=times[number + 1],
                size=len(run) + 700,
                sha256=kept[number],
                kept_sha256=kept[number],
                node="n1",
            )
            for number, run in enumerate(runs)
        ),
        parts=tuple(
            part for number, run in enumerate(runs) for part in _parts(number, run, offsets[number], times[number])
        ),
        case=CaseSaid(number="2026/0117", basis="LP/B/12/XI/2026", purpose="pencurian sepeda motor"),
        operator="Siti, operator",
        unit="Kota Semarang",
        software="ronda 0.1.0",
        made_at=format_rfc3339(START_90K + 3_600 * HZ_90K),
        seal=SealSaid(
            algorithm=ALGORITHM,
            certificate_sha256=hashlib.sha256(signer.certificate_der).hexdigest(),
            authority_sha256=authority().current.authority_fingerprint,
            signature_offset=signature_offset,
            signature_bytes=signer.signature_bytes,
            signed_sha256=digest.hex(),
        ),
        time_stamp=TimeStampSaid(),
    )


GAP = Gap(start=format_rfc3339(START_90K + 2 * HZ_90K), end=format_rfc3339(START_90K + 3 * HZ_90K), cause="silent")


def years(number: float) -> timedelta:
    return timedelta(days=365 * number)


__all__ = ["FILM", "GAP", "START_90K", "Export", "authority", "export", "replace", "years"]
