"""Browsers in which somebody has signed in before: guesses of others in the same network do not make them wait.

Thousands may share one address (a mobile provider's, the hall's wifi). Whoever signs in leaves a mark in that browser,
which says nothing but that this name was signed in there once; with it, attempts at that name are counted for the
browser alone. It opens nothing: the password and the code are asked for as ever.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final

MARK_COOKIE: Final = "ronda_known"
MARK_S: Final = 180 * 86_400
"""For how long a browser keeps its mark."""
_NONCE_BYTES: Final = 13  # with the seal a multiple of three: no padding, which cookies quote
_LONGEST: Final = 100


class KnownBrowsers:
    """Makes and checks marks with `key`; keeps none."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"known browsers", hashlib.sha256)

    def mark(self, name: str) -> str:
        """Return a new mark for a browser in which `name` has signed in."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + self._seal(nonce, name)).decode()

    def where(self, mark: str, name: str, remote: str) -> str:
        """Return where an attempt at `name` is counted: in this browser where `mark` is its, else in its network."""
        try:
            raw = base64.urlsafe_b64decode(mark[:_LONGEST].encode("ascii"))
        except ValueError:
            return remote
        nonce, seal = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        return f"browser:{nonce.hex()}" if hmac.compare_digest(seal, self._seal(nonce, name)) else remote

    def _seal(self, nonce: bytes, name: str) -> bytes:
        return hmac.digest(self._key, nonce + name.encode("utf-8", "replace"), hashlib.sha256)
