"""RSASSA-PSS over a SHA-256 digest: MGF1 with SHA-256, salt of 20 bytes (ONVIF Export File Format, 5.7.2; RFC 8017)."""

import hashlib
from typing import Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

SALT_BYTES: Final = 20
LEAST_BITS: Final = 2_048
ALGORITHM: Final = "RSASSA-PSS, SHA-256, MGF1-SHA-256, salt 20"
_PADDING: Final = padding.PSS(padding.MGF1(SHA256()), SALT_BYTES)
_PREHASHED: Final = Prehashed(SHA256())


class Signer(Protocol):
    """Who signs: a key in a file, or one in a token that never leaves it."""

    @property
    def certificate_der(self) -> bytes:
        """The certificate of the key."""
        ...

    @property
    def chain_pem(self) -> bytes:
        """The certificate, then those above it, as PEM: what lies beside a sealed file as `NAME.pem`."""
        ...

    @property
    def signature_bytes(self) -> int:
        """How long a signature is: the bytes of the modulus."""
        ...

    def sign_digest(self, sha256: bytes) -> bytes:
        """Return the signature over a digest of 32 bytes. Blocking: some milliseconds, more with a token.

        Raises:
            StorageFailed: The key cannot be used, such as a token that is not plugged in.
        """
        ...


class KeySigner:
    """Signs with a private key that is in memory."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate_der: bytes, chain_pem: bytes) -> None:
        self._key = key
        self.certificate_der: Final = certificate_der
        self.chain_pem: Final = chain_pem
        self.signature_bytes: Final = (key.key_size + 7) // 8

    def sign_digest(self, sha256: bytes) -> bytes:
        """Return the signature over a digest of 32 bytes."""
        return self._key.sign(sha256, _PADDING, _PREHASHED)


def sign_message(signer: Signer, message: bytes) -> bytes:
    """Return the signature over a message in memory, such as a manifest."""
    return signer.sign_digest(hashlib.sha256(message).digest())


def verify_digest(certificate_der: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the certificate's key over a SHA-256 digest; no opinion on the certificate."""
    key = public_key(certificate_der)
    if key is None or len(digest) != 32:
        return False
    try:
        key.verify(signature, digest, _PADDING, _PREHASHED)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(certificate_der: bytes) -> rsa.RSAPublicKey | None:
    """Return a certificate's RSA key; None where it is no certificate, or its key is too short or of another kind."""
    try:
        key = x509.load_der_x509_certificate(certificate_der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_BITS else None
