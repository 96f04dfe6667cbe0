"""Who may come in: Basic (RFC 7617) and Digest (RFC 7616, as RTSP uses it) authentication."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from ronda.base.errors import NotFound, NotSignedIn

_PARAMETER: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_HASHES: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Challenged(NotSignedIn):
    """Credentials are missing or wrong.

    Attributes:
        challenges: Values for `WWW-Authenticate`, the preferred one first.
    """

    def __init__(self, challenges: tuple[str, ...]) -> None:
        super().__init__("credentials are missing or wrong")
        self.challenges = challenges


@dataclass(frozen=True, slots=True)
class Knock:
    """One request at the gate.

    Attributes:
        path: The presentation's path.
        method: The request's method; Digest signs it.
        authorization: The header, or None.
        remote: The address that it comes from; empty where that is not known.
    """

    path: str
    method: str
    authorization: str | None
    remote: str = ""


class Pass(Protocol):
    """Leave to watch; see `ronda.media.delivery.permission.Permit`."""

    @property
    def revoked(self) -> bool:
        """Whether it has been withdrawn; asked before each picture."""
        ...

    def close(self) -> None:
        """The view is over."""
        ...


class Gate(Protocol):
    """Decides about each request."""

    async def admit(self, knock: Knock) -> Pass:
        """Return a pass; it is closed by whoever asked.

        Raises:
            Challenged: Credentials are missing or wrong.
            NotAllowed: They are right and do not suffice.
        """
        ...


class OpenPass:
    """A pass that is never withdrawn."""

    revoked: bool = False

    def close(self) -> None:
        """Nothing to do."""


class OpenGate:
    """Lets everybody in."""

    async def admit(self, knock: Knock) -> Pass:
        """Return a pass."""
        return OpenPass()


def basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    """Return user and password of a Basic header, or None."""
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user, password


@dataclass(slots=True)
class TokenGate:
    """Basic, with an API token as password (or as user, where a client offers only that).

    Attributes:
        admit_token: Answers for (knock, token); raises NotSignedIn for an unknown token (None when
            none was sent) and NotAllowed where it does not suffice.
        realm: Shown by some clients when they ask.
    """

    admit_token: Callable[[Knock, str | None], Awaitable[Pass]]
    realm: str = "Ronda"

    async def admit(self, knock: Knock) -> Pass:
        """Ask `admit_token`; see `Gate.admit`."""
        found = basic_credentials(knock.authorization)
        try:
            return await self.admit_token(knock, (found[1] or found[0]) if found else None)
        except (NotSignedIn, NotFound) as error:
            # Who has shown nothing yet is asked, whatever there is: clients send their token only then.
            if found and isinstance(error, NotFound):
                raise
            raise Challenged((f'Basic realm="{self.realm}"',)) from error


@dataclass(slots=True)
class PasswordGate:
    """Accounts with known passwords, by Digest and, where allowed, Basic: what a camera does.

    Attributes:
        accounts: Password by user.
        algorithms: Digest algorithms offered, the preferred one first.
        basic: Whether Basic is offered too.
        nonce_life_s: How long a nonce is good for; afterwards the client is told `stale=true`.
    """

    accounts: Mapping[str, str]
    algorithms: tuple[str, ...] = ("MD5",)
    basic: bool = False
    realm: str = "Ronda"
    nonce_life_s: float = 300.0
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    async def admit(self, knock: Knock) -> Pass:
        """Check the header; see `Gate.admit`."""
        found = basic_credentials(knock.authorization)
        if found and self.basic and found[0] in self.accounts:
            if hmac.compare_digest(self.accounts[found[0]].encode(), found[1].encode()):
                return OpenPass()
        elif knock.authorization and knock.authorization[:7].lower() == "digest ":
            right, stale = self._digest(knock)
            if right and not stale:
                return OpenPass()
            raise Challenged(self._challenges(stale=right and stale))
        raise Challenged(self._challenges(stale=False))

    def _challenges(self, *, stale: bool) -> tuple[str, ...]:
        tail = ', stale="true"' if stale else ""
        digests = [
            f'Digest realm="{self.realm}", nonce="{self._nonce()}"'
            + ("" if name == "MD5" else f", algorithm={name}")
            + tail
            for name in self.algorithms
        ]
        return (*digests, f'Basic realm="{self.realm}"') if self.basic else tuple(digests)

    def _nonce(self, at: str | None = None) -> str:
        at = at or f"{int(time.monotonic() * 1000):x}"
        return f"{at}-{hmac.new(self._key, at.encode(), 'sha256').hexdigest()[:24]}"

    def _digest(self, knock: Knock) -> tuple[bool, bool]:
        """Return whether the answer is right, and whether its nonce is too old."""
        sent = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(knock.authorization or "")}
        algorithm, nonce = sent.get("algorithm", "MD5").upper(), sent.get("nonce", "")
        at = nonce.partition("-")[0]
        password = self.accounts.get(sent.get("username", ""))
        if password is None or algorithm not in self.algorithms or not hmac.compare_digest(nonce, self._nonce(at)):
            return False, False

        def digest(text: str) -> str:
            return _HASHES[algorithm](text.encode()).hexdigest()

        one = digest(f"{sent['username']}:{self.realm}:{password}")
        two = digest(f"{knock.method}:{sent.get('uri', '')}")
        middle = f"{nonce}:{sent.get('nc', '')}:{sent.get('cnonce', '')}:auth" if sent.get("qop") == "auth" else nonce
        right = hmac.compare_digest(digest(f"{one}:{middle}:{two}"), sent.get("response", "").lower())
        return right, time.monotonic() - int(at, 16) / 1000 > self.nonce_life_s
