"""The two certificates of a city that makes its own: the authority's, and that of the key that seals."""

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

KEY_BITS: Final = 3_072
AUTHORITY_YEARS: Final = 20
SEALING_YEARS: Final = 3
_CLOCKS_DIFFER: Final = timedelta(hours=1)
_MOST_IN_FILE: Final = 16
_LONGEST_NAME: Final = 64


def make_key() -> rsa.RSAPrivateKey:
    """Return a new RSA key; about half a second of computing."""
    return rsa.generate_private_key(65_537, KEY_BITS)


def make_authority(name: str, key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    """Return the authority's certificate, signed by itself."""
    subject = _name(name, "otoritas bukti")
    end = now + timedelta(days=365 * AUTHORITY_YEARS + AUTHORITY_YEARS // 4)
    builder = _builder(subject, subject, key.public_key(), now, end)
    builder = builder.add_extension(x509.BasicConstraints(True, 0), True)
    builder = builder.add_extension(_usage(certificates=True), True)
    return builder.sign(key, SHA256())


def make_sealing(
    name: str, key: rsa.RSAPublicKey, authority: x509.Certificate, authority_key: rsa.RSAPrivateKey, now: datetime
) -> x509.Certificate:
    """Return a certificate for the key that seals; it ends with the authority's at the latest."""
    end = min(now + timedelta(days=365 * SEALING_YEARS), authority.not_valid_after_utc)
    subject = _name(name, f"segel bukti {now:%Y-%m-%d}")
    builder = _builder(subject, authority.subject, key, now, end)
    builder = builder.add_extension(x509.BasicConstraints(False, None), True)
    builder = builder.add_extension(_usage(certificates=False), True)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return builder.add_extension(above, False).sign(authority_key, SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    """Return certificates as PEM, one after the other."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def der(certificate: x509.Certificate) -> bytes:
    """Return a certificate as DER."""
    return certificate.public_bytes(Encoding.DER)


def read(data: bytes) -> list[x509.Certificate]:
    """Return the certificates in a PEM or DER file.

    Raises:
        ValueError: There is none, or too many.
    """
    try:
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
    except UnsupportedAlgorithm as error:
        raise ValueError("a certificate of an unknown kind") from error
    if not 0 < len(found) <= _MOST_IN_FILE:
        raise ValueError("not a handful of certificates")
    return found


def issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether `by` signed `certificate`, and is one that may sign certificates."""
    try:
        if not by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        certificate.verify_directly_issued_by(by)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def chain(leaf: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """Return `leaf` and those above it out of `others`, as far as they lead."""
    found = [leaf]
    while len(found) <= len(others):
        above = next((one for one in others if one not in found and issued(found[-1], one)), None)
        if above is None:
            break
        found.append(above)
    return found


def common_name(certificate: x509.Certificate) -> str:
    """Return whose certificate it is, as a person reads it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start.astimezone(UTC) - _CLOCKS_DIFFER)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
    )


def _name(city: str, what: str) -> x509.Name:
    city = city.strip() or "Ronda"
    short = city[: _LONGEST_NAME - len(what) - 2]
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, city[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{short}: {what}"),
        ]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
