"""The simulated cameras as an RTSP server sees them: paths, pictures, faults."""

import asyncio
import re
from pathlib import Path
from typing import Final

from ronda.base.errors import NotFound
from ronda.base.time import Clock
from ronda.media.delivery.rtsp.gate import Challenged, Knock, OpenPass, Pass
from ronda.media.delivery.rtsp.presentation import HungUp, NoBandwidth, Presentation
from ronda.simulate import stills
from ronda.simulate.city import SimulatedCamera
from ronda.simulate.clock import ClockPresentation
from ronda.simulate.faults import WITH_PICTURES, Fault, FaultKind, FaultyPresentation
from ronda.simulate.library import LoopLibrary
from ronda.simulate.loops import Loop

CLOCK_PATH: Final = "/clock"
PROFILES: Final = ("main", "sub")
AT_ONCE: Final = 64
"""So many pictures are sent at once: as a recorder has a bound, so has the machine that draws a whole city."""
_PATH: Final = re.compile(r"/nvr-(\d{4,6})/ch(\d{1,3})/([a-z.]{1,20})")


class SimulatedCameras:
    """Provider and gate of the simulator's RTSP server; holds the faults. Lives on the event loop.

    Attributes:
        cameras: The cameras, by id.
        at_once: How many presentations are played at once; one more is refused.
        turned_away: How many were refused.
    """

    def __init__(
        self,
        cameras: tuple[SimulatedCamera, ...],
        library: LoopLibrary,
        cache: Path,
        clock: Clock,
        at_once: int = AT_ONCE,
    ) -> None:
        self.cameras = {camera.id: camera for camera in cameras}
        self.at_once = at_once
        self.turned_away = 0
        self._channels = {(camera.recorder, camera.channel): camera for camera in cameras}
        self._library, self._cache, self._clock = library, cache, clock
        self._faults = {camera.id: Fault(FaultKind.DROP) for camera in cameras if camera.broken}
        self._open: dict[str, tuple[FaultyPresentation, int]] = {}
        self._clock_face: ClockPresentation | None = None

    async def open(self, path: str) -> Presentation:
        """Return the pictures at a path; see `Provider`.

        Raises:
            NotFound: There is no such camera.
            NoBandwidth: As many others are watched already as may be.
            Busy: Its pictures are being drawn.
        """
        if path == CLOCK_PATH:
            self._clock_face = self._clock_face or ClockPresentation(self._clock)
            return self._clock_face
        camera, profile = self._at(path)
        if profile not in PROFILES:
            raise NotFound(f"no camera at {path[:80]}")
        fault = self.fault(camera.id)
        if fault and fault.kind is FaultKind.DROP:
            raise HungUp(f"{camera.id} drops connections")
        self._make_room(path)
        loop = await self._library.loop(camera, profile)
        instead = await self._instead(camera, profile, fault)
        presentation, users = self._open.get(path, (None, 0))
        if presentation is None:
            self._make_room(path)
            presentation = FaultyPresentation(loop, camera.phase_s, self._clock)
            presentation.inflict(fault, instead)
        self._open[path] = (presentation, users + 1)
        return presentation

    async def close(self, presentation: Presentation) -> None:
        """Take back one `open`."""
        for path, (held, users) in self._open.items():
            if held is presentation:
                if users == 1:
                    del self._open[path]
                else:
                    self._open[path] = (held, users - 1)
                return

    async def admit(self, knock: Knock) -> Pass:
        """Let everybody in, but where a camera's fault is that it does not; see `Gate`."""
        try:
            fault = self.fault(self.at(knock.path).id)
        except NotFound:
            fault = None
        if fault and fault.kind is FaultKind.UNAUTHORISED:
            raise Challenged(('Digest realm="Ronda simulation", nonce="0"', 'Basic realm="Ronda simulation"'))
        return OpenPass()

    def at(self, path: str) -> SimulatedCamera:
        """Return the camera below whose channel a path lies.

        Raises:
            NotFound: There is none.
        """
        return self._at(path)[0]

    def _at(self, path: str) -> tuple[SimulatedCamera, str]:
        found = _PATH.fullmatch(path)
        camera = self._channels.get((int(found[1]), int(found[2]))) if found else None
        if found is None or camera is None or path != camera.path(found[3]):
            raise NotFound(f"no camera at {path[:80]}")
        return camera, found[3]

    def _make_room(self, path: str) -> None:
        if path not in self._open and len(self._open) >= self.at_once:
            self.turned_away += 1
            raise NoBandwidth(f"{self.at_once} pictures are sent already", "look at stills, or try again later")

    def fault(self, camera: str) -> Fault | None:
        """Return what is wrong with a camera now."""
        fault = self._faults.get(camera)
        if fault and fault.until is not None and self._clock.monotonic() >= fault.until:
            del self._faults[camera]
            return None
        return fault

    def faults(self) -> dict[str, Fault]:
        """Return what is wrong now, by camera id."""
        return {camera: fault for camera in list(self._faults) if (fault := self.fault(camera))}

    async def inflict(self, camera_id: str, kind: FaultKind, duration_s: float | None = None) -> None:
        """Let something go wrong with a camera; replaces the fault that it has.

        Raises:
            NotFound: There is no such camera.
            Busy: The pictures that the fault needs are being drawn; ask again.
        """
        camera = self._camera(camera_id)
        until = None if duration_s is None else self._clock.monotonic() + duration_s
        fault = Fault(kind, until)
        instead = {profile: await self._instead(camera, profile, fault) for profile in PROFILES}
        self._faults[camera_id] = fault
        self._tell(camera, fault, instead)

    def clear(self, camera_id: str) -> None:
        """End a camera's fault; harmless when it has none.

        Raises:
            NotFound: There is no such camera.
        """
        camera = self._camera(camera_id)
        if self._faults.pop(camera_id, None):
            self._tell(camera, None, {})

    def _camera(self, camera_id: str) -> SimulatedCamera:
        try:
            return self.cameras[camera_id]
        except KeyError:
            raise NotFound(f"no simulated camera {camera_id[:80]!r}") from None

    def _tell(self, camera: SimulatedCamera, fault: Fault | None, instead: dict[str, Loop | None]) -> None:
        for profile in PROFILES:
            presentation, _ = self._open.get(camera.path(profile), (None, 0))
            if presentation is None:
                continue
            presentation.inflict(fault, instead.get(profile))
            if fault and fault.kind in {FaultKind.DROP, FaultKind.UNAUTHORISED}:
                presentation.end()

    async def film(self, camera: SimulatedCamera, profile: str, fault: Fault | None) -> Path:
        """Return the file of what a camera shows under a fault, drawn where it is missing.

        Raises:
            Busy: It is being drawn.
        """
        if fault is not None and fault.kind is FaultKind.TURNED:
            return await self._library.film(camera, profile, turned_view=True)
        film = await self._library.film(camera, profile)
        if fault is None or fault.kind not in WITH_PICTURES:
            return film
        make = stills.black_like if fault.kind is FaultKind.BLACK else stills.frozen_like
        return await asyncio.to_thread(make, film, self._cache)

    async def _instead(self, camera: SimulatedCamera, profile: str, fault: Fault | None) -> Loop | None:
        """Return the pictures that a fault shows in place of the usual ones."""
        if fault is None or fault.kind not in WITH_PICTURES:
            return None
        return await self._library.load(await self.film(camera, profile, fault))
