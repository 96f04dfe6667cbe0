"""A key that never leaves its token: a smart card, a USB token, an HSM, over PKCS#11 (`pip install ronda[pkcs11]`)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from ronda.base.errors import BadInput, StorageFailed
from ronda.evidence.seal import certificates
from ronda.evidence.seal.signing import SALT_BYTES, Signer, verify_digest


@dataclass(frozen=True, slots=True)
class Pkcs11Token:
    """Where the key is.

    Attributes:
        module: The maker's library, such as `/usr/lib/softhsm/libsofthsm2.so`.
        label: The token's label.
        key_label: The private key's label in it; empty for the only one that there is.
        pin: Opens it.
    """

    module: Path
    label: str
    key_label: str
    pin: str

    def signer(self, certificate: x509.Certificate, chain_pem: bytes) -> Signer:
        """Return what signs with the token's key, tried once.

        Raises:
            StorageFailed: The token or its key is not there, or the key is not the certificate's.
        """
        signer = TokenSigner(self, certificate, chain_pem)
        digest = bytes(32)
        if not verify_digest(signer.certificate_der, digest, signer.sign_digest(digest)):
            raise StorageFailed(
                f"the key in the token {self.label!r} is not that of {certificates.common_name(certificate)!r}",
                "set evidence.pkcs11_key to the right key's label",
            )
        return signer


class TokenSigner:
    """Signs in a token; a session is opened for each signature, so a token may be taken out and put back."""

    def __init__(self, token: Pkcs11Token, certificate: x509.Certificate, chain_pem: bytes) -> None:
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise BadInput("the token's certificate has no RSA key", "the Export File Format signs with RSA")
        self._token = token
        self.certificate_der: Final = certificates.der(certificate)
        self.chain_pem: Final = chain_pem
        self.signature_bytes: Final = (key.key_size + 7) // 8

    def sign_digest(self, sha256: bytes) -> bytes:
        """Return the signature over a digest of 32 bytes."""
        try:
            import pkcs11  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise StorageFailed("signing with a token needs a package", "pip install 'ronda[pkcs11]'") from error
        wanted: dict[pkcs11.Attribute, Any] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
        if self._token.key_label:
            wanted[pkcs11.Attribute.LABEL] = self._token.key_label
        try:
            token = pkcs11.lib(str(self._token.module)).get_token(token_label=self._token.label)
            with token.open(user_pin=self._token.pin) as session:
                key = next(iter(session.get_objects(wanted)), None)
                if not isinstance(key, pkcs11.SignMixin):
                    raise StorageFailed(
                        f"the token {self._token.label!r} has no such private key",
                        "set evidence.pkcs11_key to its label",
                    )
                parameters = (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, SALT_BYTES)
                return bytes(key.sign(sha256, mechanism=pkcs11.Mechanism.RSA_PKCS_PSS, mechanism_param=parameters))
        except (RuntimeError, OSError) as error:  # of which pkcs11.PKCS11Error is one
            reason = str(error) or type(error).__name__
            raise StorageFailed(
                f"the token {self._token.label!r} cannot sign: {reason}", "look whether it is plugged in, and its PIN"
            ) from error
