"""Signing in with the city's account: there with the browser, and back.

What must be remembered between the two lies sealed in a cookie of that browser, so that nobody can fill a memory of
ours, and a sign-in that was begun elsewhere is not finished here. Owned state: which were finished already.
"""

import hmac
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Final

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from ronda.base.errors import NotFound, RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.people.access_log import AccessLog, Look
from ronda.people.credentials import Credentials
from ronda.people.remote import remote_kind
from ronda.people.sign_on import links
from ronda.people.sign_on.errors import SignOnAgain, SignOnRefused
from ronda.people.sign_on.provider import Provider
from ronda.store.database import Store

LIFE_S: Final = 600
"""How long a sign-in may take, from here to there and back."""
_REMEMBERED: Final = 50_000
_LONGEST: Final = 4_096
_AGAIN: Final = "begin again from the sign-in page"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that begins: where the browser goes, and the cookie that it keeps meanwhile."""

    url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A sign-in that worked: the session's secret, and the page to open."""

    secret: str
    next: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back from the provider."""

    state: str
    code: str
    error: str


class SignOn:
    """The city's sign-on, where one is set.

    Attributes:
        name: What it is called on the button.
        redirect: Our own address for answers where it cannot be told from the request; None otherwise.
    """

    def __init__(
        self,
        provider: Provider,
        store: Store,
        clock: Clock,
        credentials: Credentials,
        log: AccessLog,
        *,
        name: str,
        redirect: str | None = None,
    ) -> None:
        self.name = name
        self.redirect = redirect
        self._provider = provider
        self._store = store
        self._clock = clock
        self._credentials = credentials
        self._log = log
        self._done: OrderedDict[str, int] = OrderedDict()

    async def begin(self, redirect: str, next: str) -> Begun:
        """Begin a sign-in that comes back to `redirect` and ends at the page `next`.

        Raises:
            SignOnAway: The provider does not answer.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        url = await self._provider.authorization_url(redirect, state, nonce, create_s256_code_challenge(verifier))
        until = self._now_s() + LIFE_S
        kept = {"s": state, "n": nonce, "v": verifier, "r": redirect, "next": local_page(next), "until": until}
        return Begun(url, self._store.secrets.seal(json.dumps(kept)))

    async def finish(self, answer: Answer, cookie: str, remote: str, agent: str) -> Finished:
        """Finish a sign-in and begin a session; it is logged, and so is a failure of somebody known.

        Raises:
            SignOnAgain: It was not begun in this browser, comes too late, or a second time.
            SignOnAway: The provider does not answer.
            SignOnRefused: The provider, or the person there, said no.
            SignOnWrong: What the provider says cannot be trusted.
            NotSignedIn: They may not sign in (`Disabled`, `SignOnWeak`).
        """
        kept = self._kept(cookie, answer.state)
        if answer.error or not answer.code:
            raise SignOnRefused("the city's sign-on did not let you in", _AGAIN)
        identity = await self._provider.identity(answer.code[:_LONGEST], kept["v"], kept["n"], kept["r"])
        now = self._clock.utc_90k()
        try:
            person = await self._store.run(partial(links.person_of, identity=identity, now_90k=now))
        except RondaError as error:
            look = Look(identity.username or identity.subject[:60], "sign-in", None, "", remote_kind(remote))
            self._log.refuse(look, error.message)
            raise
        secret = await self._credentials.new_session(person, agent)
        self._log.start(Look(person, "sign-in", None, "", remote_kind(remote)))
        return Finished(secret, kept["next"])

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._provider.close()

    async def links_of(self, person: str) -> list[links.Link]:
        """Return the accounts that somebody signs in with."""
        return await self._store.read(lambda connection: links.links_of(connection, person))

    async def unlink(self, person: str, by: str) -> None:
        """Forget the accounts of somebody; who has no password then asks an officer for one.

        Raises:
            NotFound: There are none.
        """
        now = self._clock.utc_90k()
        if not await self._store.run(lambda connection: links.unlink(connection, person, now, by)):
            raise NotFound("no account of the city's sign-on belongs to this one")

    def _kept(self, cookie: str, state: str) -> dict[str, str]:
        """Return what the cookie keeps, once."""
        try:
            kept = json.loads(self._store.secrets.open(cookie[:_LONGEST])) if cookie.startswith("sealed:") else None
        except (RondaError, ValueError):
            kept = None
        if not isinstance(kept, dict) or not hmac.compare_digest(str(kept.get("s", "")).encode(), state.encode()):
            raise SignOnAgain("this sign-in was not begun in this browser", _AGAIN)
        now = self._now_s()
        while self._done and (next(iter(self._done.values())) < now or len(self._done) >= _REMEMBERED):
            self._done.popitem(last=False)  # when they are too many, the provider's own refusal of old codes remains
        if int(kept["until"]) < now or state in self._done:
            raise SignOnAgain("this sign-in is over", _AGAIN)
        self._done[state] = now + LIFE_S
        return kept

    def _now_s(self) -> int:
        return self._clock.utc_90k() // HZ_90K


def local_page(text: str) -> str:
    """Return `text` where it is a page of ours, else the page of pages; nobody is sent elsewhere after signing in."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text[:500] if ours else "/wall"
