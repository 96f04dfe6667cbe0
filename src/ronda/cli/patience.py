"""uvicorn's HTTP protocol with an end to its patience: a connection that does not get on is cut.

Whoever opens connections and says half a word in each, or asks for much and reads nothing of it, would otherwise hold
as many as the machine has, for ever. A request's body has bounds of its own (`ronda.web.boundary`).

A connection that is idle between two requests is closed too, but never over a request that has come: uvloop, unlike
asyncio, runs timers before it reads, so after the loop was held the time would be up for a request that lay waiting.
What a client sends while the close is on its way is lost by HTTP's nature; it asks again (RFC 9112, 9.3.1).
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 20.0
"""How long a connection may take to say what it wants."""
IDLE_S: Final = 5.0
"""How long a connection may be idle between two requests."""
LAST_LOOK_S: Final = 0.05
"""How long an idle connection is still listened to once its time is up; long enough for the loop to read once."""
STUCK_S: Final = 30.0
"""How often a client that does not keep up is looked at; one that has read almost nothing meanwhile is cut."""
LEAST_BYTES: Final = 16 * 1024
"""What such a client must have read since it was last looked at."""


class PatientHttp(H11Protocol):
    """Give it to uvicorn as `http=PatientHttp`.

    Attributes:
        head_s: See `HEAD_S`; `idle_s` and `stuck_s` likewise.
    """

    head_s = HEAD_S
    idle_s = IDLE_S
    stuck_s = STUCK_S

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None
        self.timeout_keep_alive = self.idle_s  # type: ignore[assignment]  # it goes to call_later alone

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

    def timeout_keep_alive_handler(self) -> None:
        """The connection was idle for long enough: close it, unless a request turns out to have come meanwhile."""
        # Whatever is read first calls this off, as it would have called off the timer that brought us here.
        self.timeout_keep_alive_task = self.loop.call_later(LAST_LOOK_S, super().timeout_keep_alive_handler)

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
