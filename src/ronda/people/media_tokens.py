"""Media tokens: leave to open one camera's pictures within a minute, carried in the path where no cookie goes.

`/media/t/{token}/{camera}/...`. A token is signed (HMAC-SHA-256) and says camera, action, purpose, end, and whose
session or API token it stands for; checking one asks no database. Once opened, a view lasts as long as the session: a
socket by itself, and a playlist as long as it is asked for again within a minute.

Owned state: which tokens were opened lately, bounded.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import NotSignedIn
from ronda.base.time import HZ_90K, Clock
from ronda.people.action import Action
from ronda.people.known_browsers import KnownBrowsers
from ronda.people.tables import KEYS
from ronda.store.database import Store

LIFE_S: Final = 60
"""For how long a token opens what it is for."""
TOKEN_MARK: Final = "ronda.media-token"  # noqa: S105 - a key of an ASGI scope
"""Key of an ASGI scope whose path held a media token."""
_KEY: Final = "media"
_LONGEST: Final = 2048
_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class MediaLeave:
    """What a token says.

    Attributes:
        camera: Which camera.
        action: What may be done to it.
        credential: Public id of the session or API token behind it.
        purpose: What it is for, as they said.
        until_90k: Until when it can be opened, `utc_90k`.
    """

    camera: str
    action: Action
    credential: str
    purpose: str
    until_90k: int


class MediaTokens:
    """Signs and checks media tokens; made by `MediaTokens.open`."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self._opened: OrderedDict[str, int] = OrderedDict()

    @classmethod
    async def open(cls, store: Store, clock: Clock) -> "MediaTokens":
        """Read the key that is sealed in `store`; make one where there is none, or where it cannot be opened."""
        fresh = store.secrets.seal(secrets.token_urlsafe(32))

        def work(connection: sa.Connection) -> str:
            found = connection.execute(sa.select(KEYS.c.value).where(KEYS.c.name == _KEY)).scalar()
            if found is not None and store.secrets.can_open(found):
                return str(found)
            # A key that is sealed under a lost one costs the tokens of a minute.
            connection.execute(KEYS.delete().where(KEYS.c.name == _KEY))
            connection.execute(KEYS.insert().values(name=_KEY, value=fresh))
            return fresh

        return cls(store.secrets.open(await store.run(work)).encode(), clock)

    def known_browsers(self) -> KnownBrowsers:
        """Return what marks browsers, with a key that follows from this one."""
        return KnownBrowsers(self._key)

    def sign(self, camera: str, action: Action, credential: str, purpose: str = "") -> tuple[str, int]:
        """Return a token, and until when it can be opened, `utc_90k`."""
        until = self._clock.utc_90k() + LIFE_S * HZ_90K
        document = json.dumps([camera, action.value, credential, purpose, until], ensure_ascii=False)
        payload = _encoded(document.encode())
        return f"{payload}.{_encoded(self._signature(payload))}", until

    def check(self, token: str, camera: str, action: Action) -> MediaLeave:
        """Return what a token says, when it is ours, in time, and for this.

        Raises:
            NotSignedIn: It is not.
        """
        payload, _, signature = token[:_LONGEST].partition(".")
        if not hmac.compare_digest(_encoded(self._signature(payload)).encode(), signature.encode("utf-8", "replace")):
            raise _refused("is not valid")
        try:
            fields = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            leave = MediaLeave(fields[0], Action(fields[1]), fields[2], fields[3], int(fields[4]))
        except (binascii.Error, ValueError, LookupError, TypeError) as error:
            raise _refused("is not valid") from error
        if leave.camera != camera or leave.action is not action:
            raise _refused("is for something else")
        now = self._clock.utc_90k()
        if now >= max(leave.until_90k, self._opened.get(signature, 0) + LIFE_S * HZ_90K):
            raise _refused("has expired")
        self._opened[signature] = now
        self._opened.move_to_end(signature)
        while len(self._opened) > _REMEMBERED:
            self._opened.popitem(last=False)
        return leave

    def _signature(self, payload: str) -> bytes:
        return hmac.digest(self._key, payload.encode("utf-8", "replace"), hashlib.sha256)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _refused(why: str) -> NotSignedIn:
    return NotSignedIn(f"the media token {why}", "get a new one: POST /api/v1/cameras/{camera}/media-token")
