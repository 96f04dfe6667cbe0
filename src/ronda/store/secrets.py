"""Secrets that the database keeps sealed: a copy of it alone gives no camera's or recorder's password away.

AES-256-GCM (NIST SP 800-38D) under a key that lies in a file of its own. The file holds one key a line, base64url of
32 bytes: the first seals, all open, so that a key is replaced by writing a new one above it.
"""

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ronda.base.errors import BadInput, StorageFailed

_log = structlog.get_logger(__name__)
KEY_FILE: Final = "secret.key"
"""Name of the key file in the data folder."""
PREFIX: Final = "sealed:"
_SEALED: Final = re.compile(r"sealed:([0-9a-f]{8}):([A-Za-z0-9_-]+)")
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_LARGEST_FILE: Final = 64 * 1024


class KeyLost(StorageFailed):
    """A sealed value whose key is not in the key file, or that was tampered with."""


class Secrets:
    """Seals and opens short texts, in microseconds.

    Attributes:
        key_id: Which key seals: eight hex digits, no secret.
        lost: How many texts could not be opened since the start, see `open_or_keep`.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the keys of 32 bytes each; the first one seals."""
        named = [(hashlib.sha256(b"ronda key " + key).hexdigest()[:8], key) for key in keys]
        self.key_id = named[0][0]
        self.lost = 0
        self._ciphers = {name: AESGCM(key) for name, key in named}

    @classmethod
    def at(cls, path: Path) -> "Secrets":
        """Read the keys in the file `path`; where there is none, make one. Blocking.

        Raises:
            BadInput: The file holds no keys.
            StorageFailed: It cannot be read or made.
        """
        try:
            if not path.exists():
                _make(path)
            _warn_of_readers(path)
            text = path.read_bytes()[:_LARGEST_FILE].decode("ascii", "replace")
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageFailed(f"cannot use the key file {path}: {reason}", "look at its permissions") from error
        return cls(_keys(text, path))

    def seal(self, text: str) -> str:
        """Return `text` sealed under the first key; twice the same text looks different.

        What is sealed already, under a key that is lost, stays as it is: its key may come back.
        """
        if (found := _SEALED.fullmatch(text)) is not None and found[1] not in self._ciphers:
            return text
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._ciphers[self.key_id].encrypt(nonce, text.encode(), None)
        return f"{PREFIX}{self.key_id}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open(self, text: str) -> str:
        """Return what was sealed; a text that is not sealed, as older versions wrote them, as it is.

        Raises:
            KeyLost: The key is not there, or the sealed text was changed.
        """
        if (found := _SEALED.fullmatch(text)) is None:
            return text
        cipher = self._ciphers.get(found[1])
        if cipher is None:
            raise KeyLost(
                f"a password is sealed under the key {found[1]}, which is not in the key file",
                "put that key back as a further line of the file, or give the password again",
            )
        try:
            sealed = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise KeyLost("a sealed password in the database was changed", "give it again") from error

    def open_or_keep(self, text: str) -> str:
        """Return what was sealed; where it cannot be opened, the sealed text itself, and count it.

        So one lost key costs no more than what was sealed under it: everything else is read, and nothing is
        overwritten. A camera that is given such a text as its password refuses it.
        """
        try:
            return self.open(text)
        except KeyLost:
            self.lost += 1
            return text

    def can_open(self, text: str) -> bool:
        """Whether `open` would return something."""
        try:
            self.open(text)
        except KeyLost:
            return False
        return True

    def is_stale(self, text: str) -> bool:
        """Whether `text` should be sealed (again): it is plain, or sealed under a known key that is not the first."""
        found = _SEALED.fullmatch(text)
        return found is None or (found[1] != self.key_id and found[1] in self._ciphers)


def is_sealed(text: str) -> bool:
    """Whether `text` is what `Secrets.seal` returns."""
    return _SEALED.fullmatch(text) is not None


def add_key(path: Path) -> str:
    """Write a new key above those in the file `path`, and return its id. Blocking.

    Raises:
        BadInput: The file holds something else than keys.
        StorageFailed: It cannot be written.
    """
    held = Secrets.at(path)
    try:
        text = path.read_text("ascii")
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        _write(fresh, _new_line() + text)
        fresh.replace(path)
    except OSError as error:
        raise StorageFailed(f"cannot write the key file {path}: {error.strerror}", "look at its folder") from error
    _log.info("new key", path=str(path), before=held.key_id)
    return Secrets.at(path).key_id


def _make(path: Path) -> None:
    _write(
        path, "# Ronda's key: keep a copy apart from the database's; the first line seals, all open.\n" + _new_line()
    )


def _new_line() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode() + "\n"


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _warn_of_readers(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        _log.warning("the key file can be read by others", path=str(path), mend=f"chmod 600 {path}")


def _keys(text: str, path: Path) -> list[bytes]:
    lines = [line.strip() for line in text.splitlines()]
    keys: list[bytes] = []
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        try:
            key = base64.urlsafe_b64decode(line)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            raise BadInput(f"line {number} of the key file {path} is no key", "it must be base64url of 32 bytes")
        keys.append(key)
    if not keys:
        raise BadInput(f"the key file {path} holds no key", "put it back from its copy, or remove it to get a new one")
    return keys
