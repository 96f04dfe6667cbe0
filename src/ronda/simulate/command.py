"""`ronda simulate`, apart from its arguments."""

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import Final

from ronda.base import loop
from ronda.base.shutdown import Shutdown
from ronda.simulate.server import Simulator, SimulatorOptions

_CONTROL_PORT: Final = 8556
_PARENT_S: Final = 1.0


def usual_control_port() -> int:
    """Return the port that `ronda fault` looks at, or 0 (any) where it is taken."""
    try:
        socket.create_server(("127.0.0.1", _CONTROL_PORT)).close()
    except OSError:
        return 0
    return _CONTROL_PORT


def run(
    data: Path,
    *,
    cameras: int,
    host: str,
    rtsp_port: int,
    control_port: int | None,
    seed: int,
    with_parent: bool = False,
) -> None:
    """Run the simulator until it is told to stop (SIGINT or SIGTERM).

    Args:
        data: The data folder; loops are kept in `simulation` below it.
        cameras: How many cameras.
        host: Address to listen on.
        rtsp_port: Port; 0 takes a free one.
        control_port: Port of the HTTP control; 0 takes a free one, None has none.
        seed: The same seed makes the same pictures.
        with_parent: Stop also when the process that started it is gone.

    Raises:
        BadInput: A port cannot be listened on.
    """
    options = SimulatorOptions(
        data / "simulation", cameras=cameras, host=host, rtsp_port=rtsp_port, control_port=control_port, seed=seed
    )
    parent = os.getppid() if with_parent else None
    simulator = Simulator(options, progress=_say)  # a city takes a moment to lay out, which no loop should wait for
    loop.run(_serve(simulator, parent))


async def _serve(simulator: Simulator, parent: int | None) -> None:
    async with Shutdown() as stop, simulator.running():
        many = len(simulator.cameras.cameras)
        _print(f"{many} simulated cameras: {simulator.address()}/nvr-0001/ch1/main (or sub), …")
        _print(f"clock: {simulator.address()}/clock")
        if simulator.control_port is not None:
            _print(f"control: http://127.0.0.1:{simulator.control_port}/")
        async with asyncio.TaskGroup() as group:
            following = group.create_task(_follow(parent, stop)) if parent is not None else None
            await stop.wait()
            if following is not None:
                following.cancel()


async def _follow(parent: int, stop: Shutdown) -> None:
    """Ask for the stop when the parent is gone, however it ended."""
    while os.getppid() == parent:  # noqa: ASYNC110 - the kernel wakes nobody for it
        await asyncio.sleep(_PARENT_S)
    stop.ask("the process that started it is gone")


def _say(step: str, share: float) -> None:
    _print(f"{share:4.0%} {step}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
