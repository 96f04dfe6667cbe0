"""Sending each new head to an address outside, so that the city's own administrator cannot take it back.

Owned state: which head was taken last. Nothing waits for it: what the other side misses is made good by the next
head, which covers everything before it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog

from ronda.base.errors import RondaError
from ronda.people.access_log.head import Head
from ronda.people.access_log.heads import Heads

_log = structlog.get_logger(__name__)
_PATIENCE_S: Final = 10.0
_FIRST_WAIT_S: Final = 5.0
_LONGEST_WAIT_S: Final = 600.0


class Webhook:
    """Posts the newest head of `heads` to `url` until it is taken: answered with a status of 200 to 299.

    Attributes:
        taken: The newest head that the other side has taken.
        refusals: Attempts that failed since the start.
    """

    def __init__(self, heads: Heads, url: str, first_wait_s: float = _FIRST_WAIT_S) -> None:
        self._heads = heads
        self._url = url
        self._host = urlsplit(url).hostname  # the rest of an address may be a secret
        self._first_wait_s = first_wait_s
        self.taken: Head | None = None
        self.refusals = 0

    async def run(self) -> None:
        """Post each new head; after a failure the newest one again, later and later up to ten minutes."""
        async with httpx.AsyncClient(timeout=_PATIENCE_S, follow_redirects=False) as client:
            wait_s = self._first_wait_s
            while True:
                if await self._post(client):
                    wait_s = self._first_wait_s
                    await self._heads.after(self.taken)
                else:
                    await asyncio.sleep(wait_s)
                    wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    async def _post(self, client: httpx.AsyncClient) -> bool:
        try:
            head = await self._heads.newest()
            if head == self.taken:
                return True
            async with client.stream("POST", self._url, json=head.document()) as response:
                status = response.status_code  # what else it says is not read: it may be endless
        except (httpx.HTTPError, httpx.InvalidURL, RondaError, OSError) as error:
            self._refused(type(error).__name__)
            return False
        if not 200 <= status < 300:
            self._refused(f"status {status}")
            return False
        self.taken = head
        return True

    def _refused(self, problem: str) -> None:
        self.refusals += 1
        if self.refusals & (self.refusals - 1) == 0:  # 1, 2, 4, 8: not a flood
            _log.warning("access log: the webhook does not take heads", host=self._host, problem=problem)


@asynccontextmanager
async def leaving(heads: Heads, every_s: float, url: str | None) -> AsyncIterator[None]:
    """Make heads each `every_s` seconds, and post them to `url` where there is one, while the context is open."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(heads.run(every_s), name="tree heads")]
        if url is not None:
            tasks.append(group.create_task(Webhook(heads, url).run(), name="webhook of tree heads"))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
