"""Verifying one sealed file, without a server and without a network.

The file is read once, in pieces. What the manifest says is believed only when its signature fits; then it also tells
where a file was altered. The static page (`frontend/verify`) judges by the same rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from cryptography import x509

from ronda.base.errors import BadInput
from ronda.base.time import format_rfc3339
from ronda.evidence.seal.digest import Digests, Span, digests
from ronda.evidence.seal.manifest import Manifest
from ronda.evidence.seal.reading import BrokenFile, read_meta
from ronda.evidence.seal.sealed import Sealed
from ronda.evidence.verifying import documents, signers, where
from ronda.evidence.verifying.beside import Beside, Trust, find
from ronda.evidence.verifying.verdict import Facts, Finding, Judged, Kind, Verdict, worst


def verify(
    path: Path,
    beside: Beside | None = None,
    trust: Trust | None = None,
    *,
    stampers: Sequence[x509.Certificate] = (),
    progress: Callable[[int], object] | None = None,
) -> Verdict:
    """Judge a file. Blocking; some seconds a gigabyte.

    Args:
        path: The sealed file.
        beside: What came with it; found beside it when None.
        trust: The city's authority, where the verifier has its certificate or fingerprint from elsewhere.
        stampers: Authorities behind time stamp servers that the verifier trusts.
        progress: Called with the bytes read so far.

    Raises:
        BadInput: The file is not there or cannot be opened.
    """
    beside = find(path) if beside is None else beside
    try:
        with path.open("rb") as file:
            return _judge(path.name, file, beside, trust, stampers, progress)
    except OSError as error:
        raise BadInput(f"{path} cannot be read", (error.strerror or str(error)).lower()) from error


def _judge(
    name: str,
    file: IO[bytes],
    beside: Beside,
    trust: Trust | None,
    stampers: Sequence[x509.Certificate],
    progress: Callable[[int], object] | None,
) -> Verdict:
    findings: list[Finding] = []
    sealed, broken = _outline(file)
    others = signers.handed_over(beside, findings)
    first = sealed.signatures[0].certificate_der if sealed and sealed.signatures else None
    manifest = documents.believed(beside, first, others, findings)
    found: Digests | None = None
    judged: tuple[Judged, ...] = ()
    if manifest is not None or first is not None:
        found = digests(file, sealed, _spans(manifest), progress)
    if broken is not None:
        findings.append(_broken(broken, file.seek(0, 2), manifest))
    elif sealed is None or first is None:
        findings.append(_unsigned(manifest))
    elif found is not None:
        judged = signers.judge(sealed, found, others, trust, findings)
    if manifest is not None and found is not None:
        findings += where.compare(manifest, found, sealed, judged, broken is not None and broken.cut)
        findings += documents.told(manifest)
    if found is not None and broken is None:
        findings += documents.time_stamp(beside, manifest, found.exported, stampers)
    kind = worst([one.kind for one in findings if one.kind is not None])
    return Verdict(name, kind, tuple(findings), _facts(sealed, manifest, found), judged)


def _outline(file: IO[bytes]) -> tuple[Sealed | None, BrokenFile | None]:
    try:
        return read_meta(file), None
    except BrokenFile as error:
        return None, error


def _spans(manifest: Manifest | None) -> list[Span]:
    if manifest is None:
        return []
    head = [Span(0, manifest.head.size)] if manifest.head else []
    return [*(Span(part.offset, part.size) for part in manifest.parts), *head]


def _broken(broken: BrokenFile, size: int, manifest: Manifest | None) -> Finding:
    """Return what boxes that do not fit mean: a file that lacks nothing, and yet does not hold, was altered."""
    if manifest is not None and size >= manifest.file.size:
        return Finding("structure", {"problem": broken.message}, Kind.ALTERED)
    if broken.cut:
        return Finding("cut", {"problem": broken.message}, Kind.UNREADABLE)
    return Finding("unreadable", {"problem": broken.message}, Kind.UNREADABLE)


def _unsigned(manifest: Manifest | None) -> Finding:
    if manifest is not None:
        return Finding("seal-removed", {}, Kind.ALTERED)
    return Finding("no-signature", {}, Kind.NOT_SIGNED)


def _facts(sealed: Sealed | None, manifest: Manifest | None, found: Digests | None) -> Facts:
    facts = Facts(sha256=found.exported.hex() if found else "")
    if sealed is not None:
        facts = replace(
            facts,
            unit=sealed.unit.name,
            operator=sealed.unit.operator,
            camera=sealed.sources[0].name if sealed.sources else "",
            sealed_at=format_rfc3339(sealed.unit.at_utc_90k),
            start=format_rfc3339(sealed.start_utc_90k) if sealed.start_utc_90k is not None else "",
        )
    if manifest is None:
        return facts
    return replace(
        facts,
        unit=facts.unit or manifest.unit,
        operator=facts.operator or manifest.operator,
        camera=manifest.camera.name,
        place=manifest.camera.place,
        case=manifest.case.number if manifest.case else "",
        sealed_at=facts.sealed_at or manifest.made_at,
        start=manifest.delivered[0].start if manifest.delivered else facts.start,
        end=manifest.delivered[-1].end if manifest.delivered else "",
        signed_video=manifest.signed_video,
        clock_offset_s=manifest.clock.offset_s,
    )
