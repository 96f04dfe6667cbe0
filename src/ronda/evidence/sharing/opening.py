"""What a receiver asks of a link: to be let in with the code, and what it gives; wrong codes lock it."""

import asyncio
import secrets
from typing import Any, Protocol

from ronda.base.errors import NotFound
from ronda.base.time import Clock
from ronda.evidence.cases.case import SYSTEM, What
from ronda.evidence.sharing.share import (
    MOST_TRIES,
    OPEN,
    RECEIVER,
    CodeNeeded,
    CodeWrong,
    Share,
    ShareOver,
    ShareState,
    hashed,
    look_of_share,
)
from ronda.people.access_log import AccessLog
from ronda.people.passwords import Passwords
from ronda.people.throttle import Throttle


class Links(Protocol):
    """The shares, as far as opening one needs them; see `ronda.evidence.sharing.shares.Shares`."""

    async def found(self, token_sha256: str) -> Share | None:
        """Return the share whose link has a token of that hash; None where there is none."""
        ...

    async def change(self, share: Share, **values: Any) -> Share:
        """Change a share."""
        ...

    async def end(self, share: Share, state: ShareState, by: str) -> Share:
        """End a share."""
        ...

    async def write(self, share: Share, by: str, what: What, note: str) -> None:
        """Write a row into the chain of custody of a share's case."""
        ...


class Opening:
    """See the module.

    Args:
        shares: The shares.
        passwords: Hashes codes.
        log: The access log.
        clock: Where time comes from.

    Owned state: from where codes are being tried.
    """

    def __init__(self, shares: Links, passwords: Passwords, log: AccessLog, clock: Clock) -> None:
        self._shares = shares
        self._passwords = passwords
        self._log = log
        self._clock = clock
        self._trying = asyncio.Lock()
        self._throttle = Throttle()

    async def unlock(self, token: str, code: str, remote: str) -> tuple[Share, str]:
        """Take a code in, and return the share and what the browser is to keep; that of before holds no more.

        Raises:
            NotFound: There is no such link.
            ShareOver: It has ended.
            CodeWrong: The code is another.
            TooOften: Codes are being tried from there.
        """
        now_s = self._clock.monotonic()
        self._throttle.check(remote, hashed(token), now_s)
        async with self._trying:
            share = await self._shares.found(hashed(token))
            if share is None:
                self._throttle.failed(remote, hashed(token), now_s)
                raise _no_such()
            self._check_open(share)
            given = "".join(code.split())
            if not await self._passwords.check(share.code_hash, given):
                await self._wrong(share, remote)
        kept = secrets.token_urlsafe(24)
        now = self._clock.utc_90k()
        share = await self._shares.change(share, pass_sha256=hashed(kept), opened_90k=now, tries=0)
        self._log.start(look_of_share(share, "share-opened", remote))
        await self._shares.write(share, RECEIVER, What.OPENED, share.kind.value)
        return share, kept

    async def seen(self, token: str, kept: str) -> Share:
        """Return the share that a browser has opened with its code.

        Raises:
            NotFound: There is no such link.
            ShareOver: It has ended.
            CodeNeeded: This browser has not given the code.
        """
        share = await self._shares.found(hashed(token))
        if share is None:
            raise _no_such()
        self._check_open(share)
        if not kept or not secrets.compare_digest(share.pass_sha256, hashed(kept)):
            raise CodeNeeded("the code is needed", "type the eight digits that you were told")
        return share

    def _check_open(self, share: Share) -> None:
        if share.state is ShareState.LOCKED:
            raise ShareOver("the link is locked: wrong codes were given", "ask whoever sent it for another one")
        if share.state not in OPEN or share.until_90k <= self._clock.utc_90k():
            raise ShareOver("the link has ended", "ask whoever sent it for another one")

    async def _wrong(self, share: Share, remote: str) -> None:
        """Count a wrong code; the last one that is borne locks the link.

        Raises:
            CodeWrong: Always, as long as the link is not locked.
            ShareOver: It is now.
        """
        share = await self._shares.change(share, tries=share.tries + 1)
        self._log.refuse(look_of_share(share, "share-opened", remote), "the code is wrong")
        if share.tries >= MOST_TRIES:
            self._check_open(await self._shares.end(share, ShareState.LOCKED, SYSTEM))
        left = MOST_TRIES - share.tries
        raise CodeWrong("the code is wrong", f"look at it again: {left} more tries, then the link is locked")


def _no_such() -> NotFound:
    return NotFound("there is no such link", "look whether all of it was copied")
