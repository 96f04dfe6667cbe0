"""`ronda simulate`, apart from its arguments."""

import socket
import sys
from pathlib import Path
from typing import Final

from ronda.base import loop
from ronda.base.shutdown import Shutdown
from ronda.simulate.server import Simulator, SimulatorOptions

_CONTROL_PORT: Final = 8556


def usual_control_port() -> int:
    """Return the port that `ronda fault` looks at, or 0 (any) where it is taken."""
    try:
        socket.create_server(("127.0.0.1", _CONTROL_PORT)).close()
    except OSError:
        return 0
    return _CONTROL_PORT


def run(data: Path, *, cameras: int, host: str, rtsp_port: int, control_port: int | None, seed: int) -> None:
    """Run the simulator until it is told to stop (SIGINT or SIGTERM).

    Args:
        data: The data folder; loops are kept in `simulation` below it.
        cameras: How many cameras.
        host: Address to listen on.
        rtsp_port: Port; 0 takes a free one.
        control_port: Port of the HTTP control; 0 takes a free one, None has none.
        seed: The same seed makes the same pictures.

    Raises:
        BadInput: A port cannot be listened on.
    """
    options = SimulatorOptions(
        data / "simulation", cameras=cameras, host=host, rtsp_port=rtsp_port, control_port=control_port, seed=seed
    )
    loop.run(_serve(options))


async def _serve(options: SimulatorOptions) -> None:
    simulator = Simulator(options, progress=_say)
    async with Shutdown() as stop, simulator.running():
        _print(f"{options.cameras} simulated cameras: {simulator.address()}/nvr-0001/ch1/main (or sub), …")
        _print(f"clock: {simulator.address()}/clock")
        if simulator.control_port is not None:
            _print(f"control: http://127.0.0.1:{simulator.control_port}/")
        await stop.wait()


def _say(step: str, share: float) -> None:
    _print(f"{share:4.0%} {step}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
