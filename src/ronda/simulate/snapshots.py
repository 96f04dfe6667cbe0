"""A simulated camera's snapshot address: the keyframe that it shows at the moment, as JPEG.

A whole city is looked at this way without one stream: the keyframes of a loop are decoded once, whichever camera asks
first, and kept. Owned state: those JPEGs.
"""

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import structlog

from ronda.base.errors import NotFound, NotSignedIn, StorageFailed
from ronda.base.time import HZ_90K, Clock
from ronda.simulate.cameras import SimulatedCameras
from ronda.simulate.faults import SLOW_BPS, FaultKind
from ronda.simulate.library import LoopLibrary

_log = structlog.get_logger(__name__)
SNAPSHOT: Final = "snapshot.jpg"
"""Last part of a snapshot's path, behind recorder and channel."""
_QUALITY: Final = 80
_KEPT: Final = 512
_LOOK_S: Final = 1.0
_SILENCE_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class LoopStills:
    """The keyframes of a loop.

    Attributes:
        length_90k: How long the loop is.
        starts_90k: When each keyframe is shown, from the loop's beginning; the first is 0.
        jpegs: The keyframes.
    """

    length_90k: int
    starts_90k: tuple[int, ...]
    jpegs: tuple[bytes, ...]

    def at(self, moment_90k: int) -> bytes:
        """Return what is shown at a moment of the camera's own clock."""
        return self.jpegs[bisect_right(self.starts_90k, moment_90k % self.length_90k) - 1]


def read_stills(film: Path) -> LoopStills:
    """Return the keyframes of a film (blocking: call it on a thread).

    Raises:
        StorageFailed: The file cannot be read.
    """
    starts: list[int] = []
    jpegs: list[bytes] = []
    try:
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            stream.codec_context.skip_frame = "NONKEY"
            stream.codec_context.thread_count = 1
            length_90k = round(HZ_90K * stream.frames / (stream.average_rate or 25))
            for frame in container.decode(stream):
                _, jpeg = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
                starts.append(round((frame.time or 0) * HZ_90K))
                jpegs.append(jpeg.tobytes())
    except (av.FFmpegError, OSError, cv2.error) as error:
        raise StorageFailed(f"cannot read the loop {film}: {error}") from error
    if not jpegs or length_90k <= 0:
        raise StorageFailed(f"the loop {film} holds no picture")
    return LoopStills(length_90k, tuple(starts), tuple(jpegs))


class Snapshots:
    """Snapshots of every simulated camera. Lives on the event loop; films are read on threads."""

    def __init__(self, cameras: SimulatedCameras, library: LoopLibrary, clock: Clock) -> None:
        self._cameras, self._library, self._clock = cameras, library, clock
        self._kept: OrderedDict[Path, LoopStills] = OrderedDict()
        self._reading: dict[Path, asyncio.Task[LoopStills]] = {}

    async def run(self) -> None:
        """Read the films as they are drawn, so that nobody waits for one; runs until all are read."""
        waiting = {camera.loop: camera for camera in self._cameras.cameras.values()}
        while waiting:
            for loop, camera in list(waiting.items()):
                film = self._library.drawn(camera, "sub")
                if film is not None:
                    del waiting[loop]
                    try:
                        await self._stills(film)
                    except StorageFailed as error:
                        _log.warning("a loop has no stills", loop=loop, problem=str(error))
            await asyncio.sleep(_LOOK_S)

    async def of(self, path: str) -> bytes:
        """Return what the camera at an RTSP path shows now, as a JPEG of its sub profile.

        Raises:
            NotFound: There is no such camera, or it drops connections.
            NotSignedIn: It refuses everybody.
            Busy: Its pictures are being drawn.
        """
        camera = self._cameras.at(path)
        fault = self._cameras.fault(camera.id)
        kind = fault.kind if fault else None
        if kind is FaultKind.DROP:
            raise NotFound(f"{camera.id} drops connections")
        if kind is FaultKind.UNAUTHORISED:
            raise NotSignedIn(f"{camera.id} refuses everybody")
        if kind is FaultKind.SILENCE:
            await asyncio.sleep(_SILENCE_S)
        film = await self._cameras.film(camera, "sub", fault)
        stills = await self._stills(film)
        jpeg = stills.at(round((self._clock.monotonic() + camera.phase_s) * HZ_90K))
        if kind is FaultKind.SLOW:
            await asyncio.sleep(len(jpeg) * 8 / SLOW_BPS)
        return jpeg

    async def _stills(self, film: Path) -> LoopStills:
        if film not in self._kept:
            if film not in self._reading:
                self._reading[film] = task = asyncio.create_task(asyncio.to_thread(read_stills, film))
                task.add_done_callback(lambda _: self._reading.pop(film, None))
            self._kept[film] = await asyncio.shield(self._reading[film])
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(film)
        return self._kept[film]
