"""Whose signatures a file carries, whether they fit, and whether their certificates can be relied upon."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ronda.base.time import HZ_90K
from ronda.evidence.seal import certificates
from ronda.evidence.seal.digest import Digests
from ronda.evidence.seal.sealed import Sealed, Signature
from ronda.evidence.seal.signing import verify_digest
from ronda.evidence.verifying.beside import Beside, Trust, fingerprint
from ronda.evidence.verifying.verdict import Finding, Judged, Kind, rfc3339

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def handed_over(beside: Beside, findings: list[Finding]) -> list[x509.Certificate]:
    """Return the certificates that lie beside the file."""
    if beside.certificates is None:
        return []
    try:
        return certificates.read(beside.certificates)
    except ValueError:
        findings.append(Finding("certificates-unreadable"))
        return []


def judge(
    sealed: Sealed, found: Digests, others: list[x509.Certificate], trust: Trust | None, findings: list[Finding]
) -> tuple[Judged, ...]:
    """Return every signature judged, in order; what speaks against one goes into `findings`.

    The first is the city's; whoever signed later is named, and need not be of the city's authority.
    """
    known = [*others, *(trust.certificates if trust else ())]
    judged = tuple(
        _judge(number, signature, digest, known)
        for number, (signature, digest) in enumerate(zip(sealed.signatures, found.signed, strict=True), 1)
    )
    for one in judged:
        if one.fits is None:
            findings.append(Finding("scheme-unknown", {"number": one.number}, Kind.UNKNOWN_SIGNER))
        elif not one.fits:
            findings.append(Finding("signature-wrong", {"number": one.number, "name": one.name}, Kind.ALTERED))
        elif one.number > 1:
            findings.append(
                Finding("signed-again", {"number": one.number, "name": one.name, "note": one.note or "-"}, None)
            )
    leaf = _certificate(sealed.signatures[0].certificate_der)
    if leaf is not None:
        at = _EPOCH + timedelta(seconds=sealed.unit.at_utc_90k // HZ_90K)
        findings += _relied_upon(certificates.chain(leaf, known), trust, at)
        if others and fingerprint(others[0]) != fingerprint(leaf):
            findings.append(Finding("certificate-differs", {}, Kind.UNKNOWN_SIGNER))
    return judged


def _judge(number: int, signature: Signature, digest: bytes, known: list[x509.Certificate]) -> Judged:
    leaf = _certificate(signature.certificate_der)
    chain = certificates.chain(leaf, known) if leaf is not None else []
    return Judged(
        number,
        verify_digest(signature.certificate_der, digest, signature.value) if signature.usual else None,
        certificates.common_name(leaf) if leaf is not None else "?",
        hashlib.sha256(signature.certificate_der).hexdigest(),
        certificates.common_name(chain[-1]) if len(chain) > 1 else "",
        fingerprint(chain[-1]) if len(chain) > 1 else "",
        signature.note,
    )


def _certificate(der: bytes) -> x509.Certificate | None:
    try:
        found = x509.load_der_x509_certificate(der)
        found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return found


def _relied_upon(chain: list[x509.Certificate], trust: Trust | None, at: datetime) -> list[Finding]:
    """Say whether the certificates held when the file was sealed, and lead to the authority that is trusted."""
    found = [
        Finding(
            "certificate-expired",
            {
                "name": certificates.common_name(one),
                "from": rfc3339(one.not_valid_before_utc),
                "to": rfc3339(one.not_valid_after_utc),
                "at": rfc3339(at),
            },
            Kind.UNKNOWN_SIGNER,
        )
        for one in chain
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc
    ]
    top = chain[-1]
    values: dict[str, str | int] = {"name": certificates.common_name(top), "fingerprint": fingerprint(top)}
    if trust is None:
        alone = len(chain) == 1 and not certificates.issued(top, top)
        found.append(Finding("authority-missing" if alone else "authority-not-compared", values))
    elif not any(fingerprint(one) in trust.fingerprints for one in chain):
        found.append(Finding("authority-other", values, Kind.UNKNOWN_SIGNER))
    else:
        found.append(Finding("authority-trusted", values))
    return found
