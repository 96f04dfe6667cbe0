"""The city's own authority and its sealing certificate: made at first use, or imported; keys sealed at rest.

State: a folder, `evidence` in the data folder:

| file | holds |
|---|---|
| `authority.pem`, `authority.key` | the city's own authority, where it has one: 20 years |
| `sealing-NNN.pem`, `sealing-NNN.key` | the certificate that seals and those above it, and its key; the last counts |

Keys are PEM, sealed as the database's passwords are: a copy of the folder alone cannot sign. A certificate without a
key is one whose key lies in a token (`seal.token`). Old ones are kept: files that they sealed name them.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from ronda.base.errors import BadInput, StorageFailed
from ronda.evidence.seal import certificates
from ronda.evidence.seal.signing import LEAST_BITS, KeySigner, Signer

FOLDER: Final = "evidence"
"""Name of the authority's folder in the data folder."""
RENEW_BEFORE: Final = timedelta(days=60)
_LARGEST: Final = 256 * 1024


class Sealing(Protocol):
    """What seals short texts; `ronda.store.secrets.Secrets` does."""

    def seal(self, text: str) -> str:
        """Return `text` sealed."""
        ...

    def open(self, text: str) -> str:
        """Return what was sealed."""
        ...


class Token(Protocol):
    """What finds the key of a certificate whose key lies in a token."""

    def signer(self, certificate: x509.Certificate, chain_pem: bytes) -> Signer:
        """Return the signer.

        Raises:
            StorageFailed: The token or its key is not there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Issued:
    """One sealing certificate, now or earlier.

    Attributes:
        chain: The certificate, then those above it; the last one is the authority.
    """

    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the sealing certificate, hexadecimal."""
        return hashlib.sha256(certificates.der(self.chain[0])).hexdigest()

    @property
    def authority_fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, hexadecimal: what trust begins with."""
        return hashlib.sha256(certificates.der(self.chain[-1])).hexdigest()

    @property
    def name(self) -> str:
        """Whose it is."""
        return certificates.common_name(self.chain[0])

    @property
    def start(self) -> datetime:
        """From when on it is valid."""
        return self.chain[0].not_valid_before_utc

    @property
    def end(self) -> datetime:
        """Until when it is valid."""
        return self.chain[0].not_valid_after_utc

    @property
    def pem(self) -> bytes:
        """The chain as PEM."""
        return certificates.pem(*self.chain)


class Authority:
    """The authority in one folder. All methods block: files, and at first use some seconds of computing."""

    def __init__(self, folder: Path, secrets: Sealing, name: str, token: Token | None = None) -> None:
        """Take the folder as it is; nothing is made yet. `name` is the city's, for new certificates."""
        self._folder = folder
        self._secrets = secrets
        self._name = name
        self._token = token

    @classmethod
    def at(
        cls, folder: Path, secrets: Sealing, name: str, *, now: datetime | None = None, token: Token | None = None
    ) -> "Authority":
        """Return the authority in `folder`, made where there is none yet, its certificate renewed near its end.

        Raises:
            StorageFailed: The folder cannot be used, or a key cannot be opened.
        """
        authority = cls(folder, secrets, name, token)
        authority.renew(now or datetime.now(UTC))
        return authority

    def renew(self, now: datetime) -> bool:
        """Make what is missing: the authority, the sealing certificate, a new one near the end; whether it did.

        An imported certificate is not replaced: the city has to bring the next one.

        Raises:
            StorageFailed: The folder cannot be used, or the authority's key cannot be opened.
        """
        if not self._due(now):
            return False
        with self._locked():
            if not self._due(now):
                return False
            try:
                root, root_key = self._root(now)
                key = certificates.make_key()
                certificate = certificates.make_sealing(self._name, key.public_key(), root, root_key, now)
                self._keep(key, [certificate, root])
            except OSError as error:
                raise StorageFailed(f"cannot write the authority in {self._folder}: {error.strerror}") from error
        return True

    def _due(self, now: datetime) -> bool:
        numbers = self._numbers()
        if not numbers:
            return True
        current = self._issued(numbers[-1])
        own = self._folder / "authority.pem"
        ours = own.exists() and certificates.der(self._read(own)[0]) == certificates.der(current.chain[-1])
        return ours and current.end - now < RENEW_BEFORE

    @property
    def current(self) -> Issued:
        """The certificate that seals now.

        Raises:
            StorageFailed: There is none, or it cannot be read.
        """
        numbers = self._numbers()
        if not numbers:
            raise StorageFailed(f"there is no sealing certificate in {self._folder}", "let the server make one")
        return self._issued(numbers[-1])

    @property
    def issued(self) -> list[Issued]:
        """Every sealing certificate there was, newest first."""
        return [self._issued(number) for number in reversed(self._numbers())]

    def signer(self) -> Signer:
        """Return what signs with the current certificate's key.

        Raises:
            StorageFailed: Its key cannot be opened, or lies in a token that is not there.
        """
        current = self.current
        path = self._path(self._numbers()[-1], "key")
        if not path.exists():
            if self._token is None:
                raise StorageFailed(
                    f"the key of {current.name!r} lies in a token, and none is configured",
                    "set evidence.pkcs11_module and its token",
                )
            return self._token.signer(current.chain[0], current.pem)
        return KeySigner(self._key(path), certificates.der(current.chain[0]), current.pem)

    def take(self, certificate_pem: bytes, key_pem: bytes | None, passphrase: bytes | None = None) -> Issued:
        """Seal with an imported certificate from now on.

        Args:
            certificate_pem: The certificate and those above it, in any order.
            key_pem: Its private key; None where it lies in a token.
            passphrase: Opens the key.

        Raises:
            BadInput: They do not fit, or cannot seal.
            StorageFailed: The folder cannot be written.
        """
        key = None if key_pem is None else _imported_key(key_pem, passphrase)
        chain = _imported_chain(certificate_pem, key)
        with self._locked():
            try:
                number = self._keep(key, chain)
            except OSError as error:
                raise StorageFailed(f"cannot write {self._folder}: {error.strerror}") from error
        return self._issued(number)

    def _root(self, now: datetime) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        path = self._folder / "authority.pem"
        if not path.exists():
            key = certificates.make_key()
            self._write_key(self._folder / "authority.key", key)
            _write(path, certificates.pem(certificates.make_authority(self._name, key, now)), 0o644)
        return self._read(path)[0], self._key(self._folder / "authority.key")

    def _keep(self, key: rsa.RSAPrivateKey | None, chain: list[x509.Certificate]) -> int:
        number = (self._numbers() or [0])[-1] + 1
        self._path(number, "key").unlink(missing_ok=True)  # of one that was never finished
        if key is not None:
            self._write_key(self._path(number, "key"), key)
        _write(self._path(number, "pem"), certificates.pem(*chain), 0o644)
        return number

    def _write_key(self, path: Path, key: rsa.RSAPrivateKey) -> None:
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        _write(path, self._secrets.seal(text).encode(), 0o600)

    def _key(self, path: Path) -> rsa.RSAPrivateKey:
        try:
            text = self._secrets.open(path.read_bytes()[:_LARGEST].decode("ascii", "replace").strip())
            key = load_pem_private_key(text.encode(), None)
        except (OSError, ValueError, TypeError) as error:
            raise StorageFailed(
                f"the sealing key {path} cannot be read", "restore it and secret.key from the backup"
            ) from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise StorageFailed(f"the sealing key {path} is no RSA key", "restore it from the backup")
        return key

    def _issued(self, number: int) -> Issued:
        return Issued(tuple(self._read(self._path(number, "pem"))))

    def _read(self, path: Path) -> list[x509.Certificate]:
        try:
            return certificates.read(path.read_bytes()[:_LARGEST])
        except (OSError, ValueError) as error:
            raise StorageFailed(f"the certificate {path} cannot be read", "restore it from the backup") from error

    def _numbers(self) -> list[int]:
        names = [path.stem.removeprefix("sealing-") for path in self._folder.glob("sealing-*.pem")]
        return sorted(int(name) for name in names if name.isascii() and name.isdigit())

    def _path(self, number: int, kind: str) -> Path:
        return self._folder / f"sealing-{number:03}.{kind}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes certificates here."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageFailed(f"cannot use the folder {self._folder}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def imported(certificate_pem: bytes, key_pem: bytes, passphrase: bytes | None = None) -> Signer:
    """Return a signer out of files that somebody brings, such as an agency's; nothing is kept.

    Raises:
        BadInput: They do not fit, or cannot sign.
    """
    key = _imported_key(key_pem, passphrase)
    chain = _imported_chain(certificate_pem, key)
    return KeySigner(key, certificates.der(chain[0]), certificates.pem(*chain))


def _imported_key(key_pem: bytes, passphrase: bytes | None) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(key_pem, passphrase)
    except TypeError as error:
        raise BadInput(
            "the key is encrypted, or is not and a passphrase was given", "give --passphrase-file, or none"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput("the key cannot be read", "give it as PEM, with its own passphrase") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise BadInput(f"the key is not RSA of at least {LEAST_BITS} bits", "the Export File Format signs with RSA")
    return key


def _imported_chain(certificate_pem: bytes, key: rsa.RSAPrivateKey | None) -> list[x509.Certificate]:
    try:
        found = certificates.read(certificate_pem)
    except ValueError as error:
        raise BadInput("the certificate cannot be read", "give it as PEM, followed by those above it") from error
    leaf = found[0] if key is None else next((one for one in found if one.public_key() == key.public_key()), None)
    if leaf is None:
        raise BadInput("no certificate in the file belongs to the key", "give the certificate that was issued for it")
    public = leaf.public_key()
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < LEAST_BITS:
        raise BadInput(f"the certificate's key is not RSA of at least {LEAST_BITS} bits", "ask for such a one")
    if leaf.not_valid_after_utc < datetime.now(UTC):
        raise BadInput(f"the certificate ended on {leaf.not_valid_after_utc:%Y-%m-%d}", "bring a new one")
    return certificates.chain(leaf, found)


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
