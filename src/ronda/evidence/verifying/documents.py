"""The manifest and the time stamp beside a file: whether they can be believed, and what they tell."""

import hashlib
from collections.abc import Sequence

from cryptography import x509

from ronda.base.errors import BadInput
from ronda.evidence.seal import certificates
from ronda.evidence.seal.manifest import Manifest, read
from ronda.evidence.seal.signing import verify_digest
from ronda.evidence.seal.timestamp import parse, trusted
from ronda.evidence.verifying.beside import Beside
from ronda.evidence.verifying.verdict import Finding, Kind


def believed(
    beside: Beside, first_der: bytes | None, others: list[x509.Certificate], findings: list[Finding]
) -> Manifest | None:
    """Return the manifest, if its signature is that of who sealed the file; else `findings` say why not.

    Where the file's own certificate does not fit it, that of the `.pem` beside it is tried, to tell where the file was
    altered; this cannot make an altered file authentic.
    """
    if beside.manifest is None:
        findings.append(Finding("manifest-missing"))
        return None
    if beside.signature is None:
        findings.append(Finding("manifest-unsigned"))
        return None
    digest = hashlib.sha256(beside.manifest).digest()
    ders = [first_der, *(certificates.der(one) for one in others[:1])]
    fitting = [der for der in ders if der is not None and verify_digest(der, digest, beside.signature)]
    if not fitting:
        nobody = all(der is None for der in ders)
        findings.append(Finding("manifest-unknown") if nobody else Finding("manifest-altered", {}, Kind.ALTERED))
        return None
    if first_der is not None and first_der not in fitting:
        findings.append(Finding("manifest-other-signer", {}, Kind.ALTERED))
    try:
        return read(beside.manifest)
    except BadInput as error:
        findings.append(Finding("manifest-unreadable", {"problem": error.message}))
        return None


def told(manifest: Manifest) -> list[Finding]:
    """Return what a manifest that is believed tells besides hashes: gaps first."""
    found = [
        Finding("gap", {"from": gap.start, "to": gap.end, "cause": gap.cause or "unknown"}, Kind.WITH_GAPS)
        for gap in manifest.gaps
    ]
    if manifest.signed_video:
        found.append(Finding("signed-video"))
    offset = manifest.clock.offset_s
    if offset is None:
        found.append(Finding("clock-unmeasured"))
    elif abs(offset) >= 1:
        found.append(Finding("clock-offset", {"seconds": f"{offset:+.1f}"}))
    return found


def time_stamp(
    beside: Beside, manifest: Manifest | None, exported: bytes, stampers: Sequence[x509.Certificate]
) -> list[Finding]:
    """Judge the time stamp: whether it is over this file, and whether somebody trusted made it."""
    said = manifest.time_stamp if manifest is not None else None
    if beside.time_stamp is None:
        if said is None or said.state == "not-asked":
            return []
        if said.state == "failed":
            return [Finding("time-stamp-failed", {"server": said.server or "?", "reason": said.reason or "?"})]
        return [Finding("time-stamp-missing", {"server": said.server or "?"})]
    try:
        stamp = parse(beside.time_stamp)
    except BadInput as error:
        return [Finding("time-stamp-unreadable", {"problem": error.message}, Kind.ALTERED)]
    if stamp.digest != exported:
        return [Finding("time-stamp-other", {"at": stamp.time}, Kind.ALTERED)]
    if not stampers:
        return [Finding("time-stamp-not-compared", {"at": stamp.time})]
    if not trusted(stamp, stampers):
        return [Finding("time-stamp-untrusted", {"at": stamp.time}, Kind.UNKNOWN_SIGNER)]
    return [Finding("time-stamp", {"at": stamp.time})]
