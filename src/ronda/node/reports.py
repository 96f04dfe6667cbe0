"""What a node tells: the status of its cameras, and events in a numbered row."""

import asyncio
from collections.abc import Callable
from itertools import islice
from math import inf
from typing import Final

from ronda.base.time import Clock
from ronda.bus.contract import (
    Bus,
    CameraStatus,
    EventKind,
    NodeEvent,
    event_subject,
    status_subject,
)

_GATHER_S: Final = 0.25
_LEAST_S: Final = 1.0
_REFRESH_S: Final = 10.0
_EVENTS: Final = 1000
_BREATH: Final = 20
_AT_ONCE: Final = 1000


class Reports:
    """Publishes statuses and events, off the picture's path.

    A status goes out within a quarter of a second after a change, at most one a second of a camera, so that
    a flapping one does not flood the bus, and every ten seconds for its counters, spread over that time.
    Events wait in a row bounded to 1,000; the oldest is dropped and counted.

    Attributes:
        dropped: Events dropped.
        limit: How many may wait.
    """

    limit: Final = _EVENTS

    def __init__(self, node: str, bus: Bus, clock: Clock, status_of: Callable[[str], CameraStatus | None]) -> None:
        self.dropped = 0
        self._node = node
        self._bus = bus
        self._clock = clock
        self._status_of = status_of
        self._changed: set[str] = set()
        self._sequence = 0
        self._events: list[NodeEvent] = []
        self._refreshed_at: dict[str, float] = {}

    @property
    def waiting(self) -> int:
        """How many events are not told yet."""
        return len(self._events)

    def camera_changed(self, camera: str) -> None:
        """Note that the camera's status is to be told."""
        self._changed.add(camera)

    def event(self, kind: EventKind, camera: str | None, detail: dict[str, str | int | float | None]) -> None:
        """Note an event."""
        self._sequence += 1
        if len(self._events) >= self.limit:
            self._events.pop(0)
            self.dropped += 1
        at = self._clock.utc_90k()
        self._events.append(
            NodeEvent(node=self._node, sequence=self._sequence, at=at, kind=kind, camera=camera, detail=detail)
        )

    def forget(self, camera: str) -> None:
        """The camera is no longer here."""
        self._changed.discard(camera)
        self._refreshed_at.pop(camera, None)

    async def run(self, cameras: Callable[[], list[str]]) -> None:
        """Publish until cancelled; `cameras` names all that are here."""
        while True:
            await asyncio.sleep(_GATHER_S)
            events, self._events = self._events, []
            for event in events:
                await self._bus.publish(event_subject(self._node), event)
            for number, camera in enumerate(self._due(cameras())):
                if number % _BREATH == 0:
                    await asyncio.sleep(0)  # others have something to do too
                status = self._status_of(camera)
                if status is not None:
                    await self._bus.publish(status_subject(self._node), status)

    def _due(self, cameras: list[str]) -> list[str]:
        now = self._clock.monotonic()
        ready = (camera for camera in self._changed if now - self._refreshed_at.get(camera, -inf) >= _LEAST_S)
        due = set(islice(ready, _AT_ONCE))
        stale = [camera for camera in cameras if now - self._refreshed_at.get(camera, now - _REFRESH_S) >= _REFRESH_S]
        due.update(stale[: max(1, round(len(cameras) * 2 * _GATHER_S / _REFRESH_S))])
        self._refreshed_at.update(dict.fromkeys(due, now))
        self._changed -= due
        return sorted(due)
