"""The simulator as a whole: loops, cameras, RTSP, control."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from ronda.base.errors import BadInput
from ronda.base.time import Clock, SystemClock
from ronda.media.delivery.rtsp.server import RtspOptions, RtspServer
from ronda.simulate.cameras import AT_ONCE, SimulatedCameras
from ronda.simulate.city import cameras
from ronda.simulate.control import Control
from ronda.simulate.library import LoopLibrary, Progress
from ronda.simulate.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """How the simulator runs.

    Attributes:
        cache: Folder of the loops.
        cameras: How many cameras.
        host: Address to listen on.
        rtsp_port: Port; 0 takes a free one.
        control_port: Port of the HTTP control on loopback; 0 takes a free one, None has none.
        seed: The same seed makes the same pictures.
        workers: How many processes draw loops.
        at_once: How many pictures are sent at once over RTSP; more are refused, and stills remain.
    """

    cache: Path
    cameras: int = 24
    host: str = "127.0.0.1"
    rtsp_port: int = 8555
    control_port: int | None = None
    seed: int = 1
    workers: int = 2
    at_once: int = AT_ONCE


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Simulator:
    """Use as `async with simulator.running():`; inside, `rtsp_port` and `control_port` are known.

    Attributes:
        cameras: The cameras and their faults.
        library: The loops.
        snapshots: Their stills.
        rtsp: The server, with its counters.
        control_port: The control's port, None where there is none.
    """

    def __init__(self, options: SimulatorOptions, progress: Progress | None = None, clock: Clock | None = None) -> None:
        self._options = options
        self._known = cameras(options.cameras, options.seed)
        self.library = LoopLibrary(options.cache, progress, options.workers, options.seed)
        clock = clock or SystemClock()
        self.cameras = SimulatedCameras(self._known, self.library, options.cache, clock, options.at_once)
        self.snapshots = Snapshots(self.cameras, self.library, clock)
        self.rtsp = RtspServer(self.cameras, RtspOptions(options.host, options.rtsp_port), gate=self.cameras)
        self.control_port = options.control_port

    @property
    def rtsp_port(self) -> int:
        """The port that RTSP is served on."""
        return self.rtsp.port

    def address(self) -> str:
        """Return `rtsp://HOST:PORT`."""
        return f"rtsp://{self._options.host}:{self.rtsp_port}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve while the context is open; loops that are missing are drawn meanwhile.

        Raises:
            BadInput: A port cannot be listened on.
        """
        async with self.rtsp.listen(), self._controlled(), asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.library.run(list(self._known)))]
            if self._options.control_port is not None:
                tasks.append(group.create_task(self.snapshots.run()))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    @contextlib.asynccontextmanager
    async def _controlled(self) -> AsyncIterator[None]:
        if self._options.control_port is None:
            yield
            return
        try:
            listener = socket.create_server(("127.0.0.1", self._options.control_port))
        except OSError as error:
            where = f"127.0.0.1:{self._options.control_port}"
            raise BadInput(f"cannot listen for control on {where}", error.strerror or "choose another port") from error
        self.control_port = listener.getsockname()[1]
        application = Control(self.cameras, self.library, self.snapshots, self.address).application
        config = uvicorn.Config(
            application, log_level="warning", lifespan="off", access_log=False, timeout_graceful_shutdown=1
        )
        server = _Server(config)
        with listener:
            async with asyncio.TaskGroup() as group:
                group.create_task(server.serve([listener]))
                try:
                    yield
                finally:
                    server.should_exit = True
