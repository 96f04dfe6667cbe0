"""uvicorn's HTTP protocol with an end to its patience: a connection that does not get on is cut.

Whoever opens connections and says half a word in each, or asks for much and reads nothing of it, would otherwise hold
as many as the machine has, for ever. A request's body has bounds of its own (`ronda.web.boundary`).
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 20.0
"""How long a connection may take to say what it wants."""
STUCK_S: Final = 30.0
"""How often a client that does not keep up is looked at; one that has read almost nothing meanwhile is cut."""
LEAST_BYTES: Final = 16 * 1024
"""What such a client must have read since it was last looked at."""


class PatientHttp(H11Protocol):
    """Give it to uvicorn as `http=PatientHttp`.

    Attributes:
        head_s: See `HEAD_S`; `stuck_s` likewise.
    """

    head_s = HEAD_S
    stuck_s = STUCK_S

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take data; as long as no request is whole, the wait goes on from where it began."""
        super().data_received(data)
        if self.transport.get_protocol() is not self or (self.cycle and not self.cycle.response_complete):
            self._wait_no_more()
        elif self._waiting is None and self.timeout_keep_alive_task is None:
            self._wait()

    def pause_writing(self) -> None:
        """The client does not keep up: look now and then whether it reads at all."""
        super().pause_writing()
        if self._stuck is None:
            self._look(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It does."""
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.head_s, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _look(self, unsent: int) -> None:
        self._stuck = self.loop.call_later(self.stuck_s, self._cut_stuck, unsent)

    def _cut_stuck(self, before: int) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent > before - LEAST_BYTES:
            self.transport.abort()
            return
        self._look(unsent)
