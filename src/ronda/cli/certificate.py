"""A certificate of this machine's own, for `--https` without one from an authority."""

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ronda.cli.hosting import Certificate

_DAYS: Final = 397  # browsers refuse longer ones
_RENEW_DAYS: Final = 30


def local_certificate(folder: Path, host: str) -> Certificate:
    """Return the certificate in `folder`; one that is missing, nearly over or for another host is made anew.

    It is self-signed: a browser warns once, and the person accepts it. It names this machine, `localhost`, the loopback
    addresses and `host`.
    """
    chain, key = folder / "certificate.pem", folder / "key.pem"
    if chain.exists() and key.exists() and _serves(chain, host):
        return Certificate(chain, key)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as sink:
        sink.write(secret)
    chain.write_bytes(_signed(private, host).public_bytes(serialization.Encoding.PEM))
    return Certificate(chain, key)


def _signed(private: ec.EllipticCurvePrivateKey, host: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ronda on " + socket.gethostname()[:50])])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(each) for each in _names(host)]), critical=False)
    )
    return builder.sign(private, hashes.SHA256())


def _names(host: str) -> list[str]:
    own = [socket.gethostname(), "localhost", "127.0.0.1", "::1"]
    return own + ([host] if host not in (*own, "0.0.0.0", "::") else [])  # noqa: S104 - compared, not bound


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _serves(chain: Path, host: str) -> bool:
    try:
        found = x509.load_pem_x509_certificate(chain.read_bytes())
    except ValueError:
        return False
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    fresh = found.not_valid_after_utc > datetime.now(UTC) + timedelta(days=_RENEW_DAYS)
    return fresh and all(_general_name(each) in names for each in _names(host))
