"""One picture of every camera in some minutes, evenly spread: for the eyes that every camera has.

A keyframe that passes anyway, the camera's snapshot address, or a short pull, few at a time and after those who watch.
A camera that sleeps is laid down again at once. Lives on the event loop.
"""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from math import ceil, inf
from typing import Final
from zlib import crc32

from ronda.base.errors import Busy, NotFound
from ronda.base.logging import Repeated, get_logger
from ronda.base.time import Clock
from ronda.media.codec.keyframe import Keyframe
from ronda.media.codec.newest import NewestPictures, PullSettings, Snapshot
from ronda.media.leases import Purpose
from ronda.media.sources.contract import SourceFailed
from ronda.media.streams import Streams
from ronda.node.vision.process import Offer
from ronda.node.vision.settings import VisionSettings
from ronda.vision.worker.messages import Coding, ImageTold, UnitTold

_log = get_logger("node.vision")
_TICK_S: Final = 0.25
_HASTEN_S: Final = 10.0
_AGAIN_S: Final = 5.0
"""A worker that does not run yet gets the picture after so long."""
_APART_S: Final = 0.1
"""Looks that only teach a new camera its view come so far apart: of a whole city's cameras most wait for their turn."""
_PATIENCE_S: Final = 30.0
"""Such a look that could not be sooner than so waits for the camera's turn."""


class Sweep:
    """Goes round all cameras.

    Args:
        streams: Where pictures are found.
        snapshot_url: Returns a camera's snapshot address, with credentials, or None.
        settings: How often, and how many at once.
        offer: Gives a camera's picture to its worker.
        lay_down: Called when a camera was asked that slept before.

    Attributes:
        swept: Pictures that were had.
        failed: Times that a camera showed nothing.
    """

    def __init__(
        self,
        streams: Streams,
        snapshot_url: Callable[[str], str | None],
        settings: VisionSettings,
        offer: Callable[[str], Offer],
        lay_down: Callable[[str], None],
    ) -> None:
        self.swept = 0
        self.failed = 0
        self._streams = streams
        self._clock: Clock = streams.clock
        self._settings = settings
        self._offer = offer
        self._lay_down = lay_down
        pulls = PullSettings(
            most_pulls=settings.sweeps_at_once,
            most_slow=settings.sweeps_at_once * 2,
            turn_s=30.0,
            purpose=Purpose.SWEEP,
        )
        self._newest = NewestPictures(streams, snapshot_url, pulls)
        self._due: list[tuple[float, str]] = []
        self._cameras: dict[str, float] = {}
        self._shown: dict[str, str] = {}
        self._at_work: set[str] = set()
        self._woken: set[str] = set()
        self._trouble = Repeated(_log, "a camera cannot be swept", self._clock)
        self._begins = self._early = self._clock.monotonic() + settings.first_sweep_s

    @property
    def cameras(self) -> int:
        """How many are swept."""
        return len(self._cameras)

    @property
    def late_s(self) -> float:
        """How long the camera that has waited longest is overdue."""
        return max(self._clock.monotonic() - self._due[0][0], 0.0) if self._due else 0.0

    def due_s(self, camera: str) -> float:
        """Return in how long a camera is looked at; infinite for one that is not swept."""
        return max(self._cameras.get(camera, inf) - self._clock.monotonic(), 0.0)

    def put(self, camera: str) -> None:
        """Sweep a camera from now on."""
        if self._settings.sweep_s is None or camera in self._cameras:
            return
        begins = max(self._begins, self._clock.monotonic())
        own = self._moment(camera, begins)
        # One whose pictures come here anyway may wait longer for its early look: it takes no pull.
        early = self._early_look(begins, own - begins if self._streams.awake(camera) else _PATIENCE_S)
        self._schedule(camera, own if early is None else min(early, own))

    def _moment(self, camera: str, after: float) -> float:
        """Return when a camera's own turn comes next: by its name, at each start alike: cameras do not bunch."""
        every_s = self._settings.sweep_s or 300.0
        first = self._begins + crc32(camera.encode()) / 0xFFFFFFFF * every_s
        return first + max(ceil((after - first) / every_s), 0) * every_s

    def _early_look(self, wanted: float, patience_s: float) -> float | None:
        """Return when there is room for a look that only teaches, and take it; None where that would be too late."""
        free = max(self._early, wanted)
        if free - wanted > patience_s:
            return None
        self._early = free + _APART_S
        return free

    def again(self, camera: str, seconds: float, *, learning: bool = False) -> None:
        """Look at a camera once more, so soon; a camera that is not swept is left alone.

        Args:
            camera: Which one.
            seconds: How soon.
            learning: It only teaches the camera its view; one that sleeps is not woken for it where many are.
        """
        soon: float | None = self._clock.monotonic() + max(seconds, 0.0)
        if learning and soon is not None and camera in self._woken:
            soon = self._early_look(soon, _PATIENCE_S)
        if soon is not None and soon < self._cameras.get(camera, 0.0):
            self._schedule(camera, soon)

    def _hasten(self) -> None:
        """Look soon at cameras that people have begun to watch: what must not be shown must not be shown for long."""
        by = self._settings.watched_sweep_s
        latest = self._clock.monotonic() + by
        for stream in self._streams:
            if stream.viewers and self._cameras.get(stream.camera, 0.0) > latest:
                self.again(stream.camera, by)

    def remove(self, camera: str) -> None:
        """Sweep a camera no more."""
        self._cameras.pop(camera, None)
        self._shown.pop(camera, None)
        self._woken.discard(camera)

    async def run(self) -> None:
        """Sweep until cancelled."""
        async with asyncio.TaskGroup() as group:
            hastened = self._clock.monotonic()
            while True:
                await asyncio.sleep(_TICK_S)
                if self._clock.monotonic() - hastened > _HASTEN_S:
                    self._hasten()
                    hastened = self._clock.monotonic()
                # Three times as many may be under way as are pulled: the slow ones hold no place.
                while len(self._at_work) < self._settings.sweeps_at_once * 3 and (camera := self._next()):
                    self._at_work.add(camera)
                    group.create_task(self._look(camera), name=f"sweep {camera}")

    def _next(self) -> str | None:
        now = self._clock.monotonic()
        while self._due and self._due[0][0] <= now:
            due, camera = heappop(self._due)
            if self._cameras.get(camera) != due:
                continue  # it is gone, or was put in anew
            every_s = self._settings.sweep_s or 300.0
            late = now - due > every_s / 2
            self._schedule(camera, max(self._moment(camera, due + every_s / 20), now + every_s / 2 if late else now))
            if camera not in self._at_work:
                return camera
        return None

    def _schedule(self, camera: str, due: float) -> None:
        self._cameras[camera] = due
        heappush(self._due, (due, camera))

    async def _look(self, camera: str) -> None:
        slept = not self._streams.awake(camera)
        (self._woken.add if slept else self._woken.discard)(camera)
        offer = self._offer(camera)
        try:
            picture: Keyframe | Snapshot | None = self._newest.passing(camera, self._settings.width)
            if picture is None or picture.key == self._shown.get(camera):
                picture = await asyncio.shield(self._newest.fetch(camera))
            if camera in self._cameras:
                if self._send(offer, camera, picture):
                    self._shown[camera] = picture.key
                    self.swept += 1
                else:
                    self._schedule(camera, self._clock.monotonic() + _AGAIN_S)
        except (SourceFailed, NotFound, Busy):
            self.failed += 1
        except Exception as error:  # noqa: BLE001  # the task's root: one camera must not end the others
            self.failed += 1
            self._trouble.happened(camera=camera, problem=f"{type(error).__name__}: {error}")
        finally:
            self._at_work.discard(camera)
            if slept:
                self._lay_down(camera)

    def _send(self, offer: Offer, camera: str, picture: Keyframe | Snapshot) -> bool:
        if isinstance(picture, Snapshot):
            return offer(ImageTold(camera=camera, at_90k=picture.utc_90k), picture.data)
        told = UnitTold(
            camera=camera,
            at_90k=picture.utc_90k,
            dts_90k=picture.utc_90k,
            keyframe=True,
            alone=True,
            coding=Coding.of(picture.encoding),
        )
        return offer(told, picture.encoding.decoder_configuration + picture.data)
