"""The desk as one part: requests, masked copies, breaches, and the removal of names that are no longer needed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from ronda.base.errors import RondaError
from ronda.base.kept import Kept
from ronda.base.time import Clock
from ronda.privacy.breaches import Breaches
from ronda.privacy.copies import AskNodeOf, MaskedCopies, no_node
from ronda.privacy.processing import Processing
from ronda.privacy.requests import DataRequests
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 3600.0
_REGISTER_S: Final = 10.0
_COPIES_S: Final = 10.0


class PrivacyDesk:
    """What the city owes the people in its pictures; `running` must be open for names to be removed in time."""

    def __init__(self, store: Store, clock: Clock, ask: AskNodeOf = no_node) -> None:
        self.requests = DataRequests(store, clock)
        self.copies = MaskedCopies(store, clock, ask)
        self.breaches = Breaches(store, clock)
        self._clock = clock
        self._register: Kept[list[Processing]] | None = None

    async def public_register(self, make: Callable[[], Awaitable[list[Processing]]]) -> list[Processing]:
        """Return the register of processing that everybody may read: counted by `make` once in some seconds.

        Raises:
            Busy: Too much is being counted.
        """
        self._register = self._register or Kept(make, self._clock, _REGISTER_S)
        return await self._register.get()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Remove old names each hour, follow the masked copies and end them in time, while the context is open."""
        await self.copies.open()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._forget(), name="privacy desk"),
                group.create_task(self._follow_copies(), name="masked copies"),
            ]
            yield
            for task in tasks:
                task.cancel()

    async def _forget(self) -> None:
        while True:
            try:
                if removed := await self.requests.forget_names():
                    _log.info("privacy: names of old requests removed", requests=removed)
            except RondaError as error:
                _log.error("privacy: names cannot be removed", problem=str(error))
            await asyncio.sleep(_EVERY_S)

    async def _follow_copies(self) -> None:
        while True:
            await asyncio.sleep(_COPIES_S)
            try:
                await self.copies.refresh()
                await self.copies.sweep()
            except RondaError as error:
                _log.error("privacy: masked copies cannot be followed", problem=str(error))
