"""Basic (RFC 7617) and Digest (RFC 7616, and RFC 2069 as old cameras speak it)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256", "SHA256": "sha256", "SHA-512-256": "sha512_256"}
_SCHEME: Final = re.compile(r"(?:^|,)\s*(Basic|Digest)(?=\s|,|$)", re.IGNORECASE)
_PARAMETER: Final = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')


@dataclass(frozen=True, slots=True)
class Credentials:
    """A camera's account."""

    user: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Challenge:
    """One way in which the server lets us in.

    Attributes:
        scheme: `basic` or `digest`.
        realm: Whose account it is.
        nonce: The server's nonce (Digest).
        algorithm: `MD5`, `SHA-256`, ..., perhaps with `-sess`; upper case.
        qop: `auth` is offered (RFC 7616); otherwise the digest is that of RFC 2069.
        opaque: To be sent back.
        stale: The nonce before was too old, the credentials may be right.
    """

    scheme: str
    realm: str = ""
    nonce: str = ""
    algorithm: str = "MD5"
    qop: bool = False
    opaque: str | None = None
    stale: bool = False

    @property
    def strength(self) -> int:
        """Higher is better; 0 where we cannot answer."""
        if self.scheme == "basic":
            return 1
        name = self.algorithm.removesuffix("-SESS")
        return 0 if name not in _HASHES or not self.nonce else (2 if name == "MD5" else 3)


def parse_challenges(values: list[str]) -> list[Challenge]:
    """Return the challenges in `WWW-Authenticate` values; what cannot be read is passed over."""
    found: list[Challenge] = []
    for value in values:
        marks = list(_SCHEME.finditer(value[:4096]))
        for index, mark in enumerate(marks):
            end = marks[index + 1].start() if index + 1 < len(marks) else len(value[:4096])
            found.append(_challenge(mark.group(1).lower(), value[mark.end() : end]))
    return found


def _challenge(scheme: str, text: str) -> Challenge:
    given = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else token
        for name, quoted, token in _PARAMETER.findall(text)
    }
    return Challenge(
        scheme=scheme,
        realm=given.get("realm", ""),
        nonce=given.get("nonce", ""),
        algorithm=given.get("algorithm", "").upper() or "MD5",
        qop="auth" in [part.strip().lower() for part in given.get("qop", "").split(",")],
        opaque=given.get("opaque"),
        stale=given.get("stale", "").lower() == "true",
    )


class Authenticator:
    """Answers challenges with one account.

    Args:
        credentials: The account.
        new_cnonce: Makes the client's nonce.

    Attributes:
        challenge: The one in use; None before the first.
    """

    def __init__(self, credentials: Credentials, new_cnonce: Callable[[], str] = lambda: secrets.token_hex(8)) -> None:
        self._credentials = credentials
        self._cnonce = new_cnonce()
        self._count = 0
        self.challenge: Challenge | None = None

    def choose(self, challenges: list[Challenge]) -> bool:
        """Take the strongest challenge that can be answered; False where there is none."""
        best = max(challenges, key=lambda challenge: challenge.strength, default=None)
        if best is None or best.strength == 0:
            return False
        self.challenge = best
        self._count = 0
        return True

    def header(self, method: str, url: str) -> str | None:
        """Return the `Authorization` value for a request, or None before any challenge."""
        challenge = self.challenge
        if challenge is None:
            return None
        if challenge.scheme == "basic":
            pair = f"{self._credentials.user}:{self._credentials.password}"
            return "Basic " + base64.b64encode(pair.encode()).decode()
        return self._digest(challenge, method, url)

    def _digest(self, challenge: Challenge, method: str, url: str) -> str:
        name = challenge.algorithm.removesuffix("-SESS")

        def digest(text: str) -> str:
            return hashlib.new(_HASHES[name], text.encode(), usedforsecurity=False).hexdigest()

        self._count += 1
        count, cnonce, nonce = f"{self._count:08x}", self._cnonce, challenge.nonce
        first = digest(f"{self._credentials.user}:{challenge.realm}:{self._credentials.password}")
        if challenge.algorithm.endswith("-SESS"):
            first = digest(f"{first}:{nonce}:{cnonce}")
        second = digest(f"{method}:{url}")
        middle = f"{nonce}:{count}:{cnonce}:auth" if challenge.qop else nonce
        parts = [
            f'username="{_quoted(self._credentials.user)}"',
            f'realm="{_quoted(challenge.realm)}"',
            f'nonce="{_quoted(nonce)}"',
            f'uri="{_quoted(url)}"',
            f'response="{digest(f"{first}:{middle}:{second}")}"',
        ]
        if challenge.algorithm != "MD5" or challenge.qop:
            parts.append(f"algorithm={challenge.algorithm}")
        if challenge.opaque is not None:
            parts.append(f'opaque="{_quoted(challenge.opaque)}"')
        if challenge.qop:
            parts.append(f'qop=auth, nc={count}, cnonce="{cnonce}"')
        elif challenge.algorithm.endswith("-SESS"):
            parts.append(f'cnonce="{cnonce}"')
        return "Digest " + ", ".join(parts)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
