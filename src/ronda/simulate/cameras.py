"""The simulated cameras as an RTSP server sees them: paths, pictures, faults."""

import asyncio
from pathlib import Path
from typing import Final

from ronda.base.errors import NotFound
from ronda.base.time import Clock
from ronda.media.delivery.rtsp.gate import Challenged, Knock, OpenPass, Pass
from ronda.media.delivery.rtsp.presentation import HungUp, Presentation
from ronda.simulate import stills
from ronda.simulate.city import SimulatedCamera
from ronda.simulate.clock import ClockPresentation
from ronda.simulate.faults import WITH_PICTURES, Fault, FaultKind, FaultyPresentation
from ronda.simulate.library import LoopLibrary
from ronda.simulate.loops import Loop

CLOCK_PATH: Final = "/clock"
PROFILES: Final = ("main", "sub")


class SimulatedCameras:
    """Provider and gate of the simulator's RTSP server; holds the faults. Lives on the event loop."""

    def __init__(self, cameras: tuple[SimulatedCamera, ...], library: LoopLibrary, cache: Path, clock: Clock) -> None:
        self.cameras = {camera.id: camera for camera in cameras}
        self._paths = {camera.path(profile): (camera, profile) for camera in cameras for profile in PROFILES}
        self._library, self._cache, self._clock = library, cache, clock
        self._faults: dict[str, Fault] = {}
        self._open: dict[str, tuple[FaultyPresentation, int]] = {}
        self._clock_face: ClockPresentation | None = None

    async def open(self, path: str) -> Presentation:
        """Return the pictures at a path; see `Provider`."""
        if path == CLOCK_PATH:
            self._clock_face = self._clock_face or ClockPresentation(self._clock)
            return self._clock_face
        if path not in self._paths:
            raise NotFound(f"no camera at {path}")
        camera, profile = self._paths[path]
        fault = self.fault(camera.id)
        if fault and fault.kind is FaultKind.DROP:
            raise HungUp(f"{camera.id} drops connections")
        loop = await self._library.loop(camera, profile)
        instead = await self._instead(camera, profile, fault)
        presentation, users = self._open.get(path, (None, 0))
        if presentation is None:
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
        camera, _ = self._paths.get(knock.path, (None, ""))
        fault = self.fault(camera.id) if camera else None
        if fault and fault.kind is FaultKind.UNAUTHORISED:
            raise Challenged(('Digest realm="Ronda simulation", nonce="0"', 'Basic realm="Ronda simulation"'))
        return OpenPass()

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

    async def _instead(self, camera: SimulatedCamera, profile: str, fault: Fault | None) -> Loop | None:
        """Return the pictures that a fault shows in place of the usual ones."""
        if fault is None or fault.kind not in WITH_PICTURES:
            return None
        if fault.kind is FaultKind.TURNED:
            return await self._library.loop(camera, profile, turned_view=True)
        film = await self._library.film(camera, profile)
        make = stills.black_like if fault.kind is FaultKind.BLACK else stills.frozen_like
        return await self._library.load(await asyncio.to_thread(make, film, self._cache))
