"""Signed tree heads: what the log said of itself at one moment, in a form that anybody can keep and check.

A head is a small JSON document: `size`, `root` and `key` (hexadecimal), `time` (RFC 3339) and `signature`. It is
signed with Ed25519 over the line `ronda-access-head-1`, a line feed, and the JSON array `["KEY",SIZE,"ROOT","TIME"]`
without spaces. `key` is the public key itself, so that a head can be checked without asking anybody; whose key it is,
whoever keeps heads knows from the first that they got.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ronda.base.errors import BadInput, RondaError, StorageFailed
from ronda.base.time import format_rfc3339, parse_rfc3339

KEY_FILE: Final = "accesslog.key"
_SUBJECT: Final = b"ronda-access-head-1\n"
_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode
_LARGEST_SIZE: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Head:
    """The log's tree at one moment.

    Attributes:
        size: How many entries it had.
        root: The Merkle tree hash over them.
        at_90k: When it was signed, `utc_90k`.
        key: The public key of whoever signed it, 32 bytes.
        signature: Ed25519, 64 bytes.
    """

    size: int
    root: bytes
    at_90k: int
    key: bytes
    signature: bytes

    @property
    def time(self) -> str:
        """When it was signed, RFC 3339."""
        return format_rfc3339(self.at_90k)

    @property
    def genuine(self) -> bool:
        """Whether the signature is that of `key` over all the rest."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(
                self.signature, _signed(self.key, self.size, self.root, self.at_90k)
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def document(self) -> dict[str, Any]:
        """Return the head as it leaves the machine."""
        return {
            "size": self.size,
            "root": self.root.hex(),
            "time": self.time,
            "key": self.key.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def parse(cls, text: str, name: str = "the head") -> "Head":
        """Return the head that a document holds; whether it is genuine is another question.

        Raises:
            BadInput: It is no head; `name` says which.
        """
        try:
            found = json.loads(text)
            size, root, key, signature = (found[part] for part in ("size", "root", "key", "signature"))
            if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < _LARGEST_SIZE:
                raise ValueError("size")
            at_90k = parse_rfc3339(found["time"])
            head = cls(size, bytes.fromhex(root), at_90k, bytes.fromhex(key), bytes.fromhex(signature))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, RondaError) as error:
            raise BadInput(
                f"{name} holds no tree head", "give the file as it came from GET /api/v1/accesslog/head"
            ) from error
        if (len(head.root), len(head.key), len(head.signature)) != (32, 32, 64):
            raise BadInput(f"{name} holds no tree head", "a root and a key have 32 bytes, a signature 64")
        return head


class Signer:
    """The key that signs the heads of one log; it lies in the data folder, readable by its owner alone."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.key: Final = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def at(cls, path: Path) -> "Signer":
        """Return the signer whose key lies at `path`, made when it is missing. Blocking.

        Raises:
            StorageFailed: It cannot be read or made, or is no such key.
        """
        try:
            if not path.exists():
                _make(path)
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise StorageFailed(
                f"the access log's key {path} cannot be read: {error}", "restore it from the backup; see its guide"
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StorageFailed(f"{path} is no Ed25519 key", "restore it from the backup")
        return cls(key)

    @staticmethod
    def public_key(path: Path) -> bytes | None:
        """Return the public half of the key at `path`; None where there is none. Blocking; see `at`."""
        return Signer.at(path).key if path.exists() else None

    def sign(self, size: int, root: bytes, at_90k: int) -> Head:
        """Return the head of a tree."""
        return Head(size, root, at_90k, self.key, self._key.sign(_signed(self.key, size, root, at_90k)))


def _signed(key: bytes, size: int, root: bytes, at_90k: int) -> bytes:
    return _SUBJECT + _ENCODE((key.hex(), size, root.hex(), format_rfc3339(at_90k))).encode()


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_bytes(pem)
    beside.rename(path)
