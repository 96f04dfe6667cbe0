"""Where a file differs from what its manifest says of it."""

from typing import Final

from ronda.evidence.seal.digest import Digests
from ronda.evidence.seal.manifest import FilePart, Manifest
from ronda.evidence.seal.sealed import Sealed
from ronda.evidence.verifying.verdict import Finding, Judged, Kind

_MOST_TOLD: Final = 20


def compare(
    manifest: Manifest, found: Digests, sealed: Sealed | None, judged: tuple[Judged, ...], cut: bool
) -> list[Finding]:
    """Return what differs, by time of day where pictures do; nothing where all is as the manifest says.

    Args:
        manifest: One whose signature fits.
        found: The file's hashes; its spans are the manifest's parts, then its head.
        sealed: The file's outline, where its boxes hold.
        judged: Its signatures.
        cut: It ends too early.
    """
    differing = _segments(manifest)
    if found.exported.hex() == manifest.file.sha256:
        return differing
    if sealed is not None and judged and judged[0].fits:
        return [*differing, Finding("manifest-of-another", {"name": manifest.file.name}, Kind.ALTERED)]
    parts = list(zip(manifest.parts, found.spans, strict=False))
    missing = [part for part, digest in parts if digest is None]
    wrong = [part for part, digest in parts if digest is not None and digest.hex() != part.sha256]
    result = [*differing, *_altered(manifest, wrong)]
    if cut or missing:
        result.append(_size(manifest, found))
        if missing and not wrong:
            result.append(Finding("whole-until", {"time": missing[0].start}))
        return result
    if found.exported_bytes != manifest.file.size:
        result.append(_size(manifest, found))
    head = found.spans[len(manifest.parts)] if manifest.head else None
    if manifest.head and head is not None and head.hex() != manifest.head.sha256:
        result.append(Finding("head-altered", {}, Kind.ALTERED))
    elif manifest.parts and not wrong:
        result.append(Finding("rest-altered", {}, Kind.ALTERED))
    result.append(Finding("file-hash", {"said": manifest.file.sha256, "found": found.exported.hex()}, Kind.ALTERED))
    return result


def _segments(manifest: Manifest) -> list[Finding]:
    """Say which segments were no longer what they were at their closing when the export was made."""
    return [
        Finding("segment-differs", {"file": one.file, "from": one.start, "to": one.end}, Kind.ALTERED)
        for one in manifest.segments
        if one.kept_sha256 is not None and one.kept_sha256 != one.sha256
    ][:_MOST_TOLD]


def _joined(wrong: list[FilePart]) -> list[FilePart]:
    """Return parts with those that follow one another in the file, and are of one segment, made one."""
    joined: list[FilePart] = []
    for part in wrong:
        before = joined[-1] if joined else None
        if before is not None and before.segment == part.segment and before.offset + before.size == part.offset:
            joined[-1] = before.model_copy(update={"end": part.end, "size": before.size + part.size})
        else:
            joined.append(part)
    return joined


def _altered(manifest: Manifest, differing: list[FilePart]) -> list[Finding]:
    wrong = _joined(differing)
    told = [
        Finding(
            "part-altered",
            {
                "from": part.start,
                "to": part.end,
                "offset": part.offset,
                "bytes": part.size,
                "file": manifest.segments[part.segment].file if part.segment < len(manifest.segments) else "?",
            },
            Kind.ALTERED,
        )
        for part in wrong[:_MOST_TOLD]
    ]
    if len(wrong) > _MOST_TOLD:
        told.append(Finding("more-altered", {"count": len(wrong) - _MOST_TOLD}, Kind.ALTERED))
    return told


def _size(manifest: Manifest, found: Digests) -> Finding:
    shorter = found.exported_bytes < manifest.file.size
    kind = Kind.UNREADABLE if shorter else Kind.ALTERED
    return Finding("size", {"said": manifest.file.size, "found": found.exported_bytes}, kind)
