"""What lies beside a sealed file, and the authority that somebody trusts."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509

from ronda.base.errors import BadInput
from ronda.evidence.seal import certificates
from ronda.evidence.seal.manifest import LARGEST_BYTES

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
_LARGEST_SMALL: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Beside:
    """Files that belong to a sealed file; None for one that is not there."""

    manifest: bytes | None = None
    signature: bytes | None = None
    certificates: bytes | None = None
    time_stamp: bytes | None = None


def find(
    path: Path,
    *,
    manifest: Path | None = None,
    signature: Path | None = None,
    certificates_pem: Path | None = None,
    time_stamp: Path | None = None,
) -> Beside:
    """Read what lies beside `path` under its name, or where it is said to lie. Blocking.

    Raises:
        BadInput: A file that was named is not there, or one is far too large.
    """
    return Beside(
        _read(path, ".manifest.json", manifest, LARGEST_BYTES),
        _read(path, ".sig", signature, _LARGEST_SMALL),
        _read(path, ".pem", certificates_pem, _LARGEST_SMALL),
        _read(path, ".tsr", time_stamp, _LARGEST_SMALL),
    )


def _read(path: Path, ending: str, named: Path | None, most: int) -> bytes | None:
    wanted = named or path.with_suffix(ending)
    try:
        with wanted.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError as error:
        if named is None:
            return None
        raise BadInput(f"{wanted} is not there", "name the file that came with the sealed one") from error
    except OSError as error:
        raise BadInput(f"{wanted} cannot be read", (error.strerror or str(error)).lower()) from error
    if len(data) > most:
        raise BadInput(f"{wanted} is too large for what it should be", "name the file that came with the sealed one")
    return data


@dataclass(frozen=True, slots=True)
class Trust:
    """The authority that the verifier trusts, as a certificate or only by its fingerprint.

    Attributes:
        fingerprints: SHA-256 of certificates, hexadecimal.
        certificates: Those that are there themselves.
    """

    fingerprints: frozenset[str]
    certificates: tuple[x509.Certificate, ...] = ()

    @classmethod
    def parse(cls, given: Sequence[str]) -> "Trust | None":
        """Return the trust in fingerprints (64 hex digits, colons allowed) and files (PEM or DER). Blocking.

        Raises:
            BadInput: One is neither.
        """
        if not given:
            return None
        fingerprints: set[str] = set()
        found: list[x509.Certificate] = []
        for text in given:
            plain = text.replace(":", "").replace(" ", "").lower()
            if _FINGERPRINT.fullmatch(plain):
                fingerprints.add(plain)
                continue
            found += read_certificates(Path(text))
        fingerprints |= {fingerprint(one) for one in found}
        return cls(frozenset(fingerprints), tuple(found))


def read_certificates(path: Path) -> list[x509.Certificate]:
    """Return the certificates in a file. Blocking.

    Raises:
        BadInput: There are none.
    """
    try:
        with path.open("rb") as file:
            return certificates.read(file.read(_LARGEST_SMALL))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} is no certificate", "name a .pem file, or the authority's SHA-256 fingerprint (64 digits)"
        ) from error


def fingerprint(certificate: x509.Certificate) -> str:
    """Return a certificate's SHA-256, hexadecimal."""
    return hashlib.sha256(certificates.der(certificate)).hexdigest()
