"""`ronda demo`: the simulator and the server together, a whole city of cameras, and a past."""

import asyncio
import contextlib
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from datetime import time as datetime_time
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

from ronda.base.errors import BadInput, RondaError
from ronda.base.logging import get_logger
from ronda.base.loop import run as run_loop
from ronda.base.shutdown import Shutdown
from ronda.cli.composition import Composition
from ronda.cli.demo_city import bring_the_city
from ronda.cli.demo_past import tell_the_past
from ronda.cli.demo_people import DemoPerson, invite_all
from ronda.cli.serve import public_address, say, serve
from ronda.config.folder import locked
from ronda.config.models import Settings
from ronda.simulate.city_plan.sites import CAMERAS
from ronda.simulate.past import WIB, last_night

_log = get_logger("demo")
PASSWORD: Final = "ronda-demo"  # noqa: S105 - printed; the demonstration guards nothing
_MARK: Final = "demonstration"
_SIMULATION: Final = "simulation"
_RTSP_PORT: Final = 8555
_CONTROL_PORT: Final = 8556
_THEFT: Final = datetime_time(2, 13, 20)


def overrides(environ: Mapping[str, str]) -> dict[str, object]:
    """Return the settings by which the demonstration differs, where the environment does not say otherwise."""
    wanted: dict[str, object] = {"admin_password": PASSWORD, "archive.quota": "2 GB"}
    return {key: value for key, value in wanted.items() if "RONDA_" + key.upper().replace(".", "_") not in environ}


def run(settings: Settings, *, cameras: int | None, reset: bool) -> None:
    """Run the demonstration until it is told to stop.

    Args:
        settings: Of the server.
        cameras: How many cameras its city has; None: as many as it had, else all of them.
        reset: Forget what was recorded, and start over.

    Raises:
        BadInput: The data folder is somebody's real one, holds a city of another size, or a port cannot be used.
        Conflict: The demonstration runs already.
    """
    _claim(settings.data)
    if reset:
        _forget(settings.data)
    run_loop(_demonstrate(settings, _city_of(settings.data, cameras)))


def _claim(data: Path) -> None:
    """Make sure that the folder is a demonstration's: real footage must not get simulated neighbours."""
    mark = data / _MARK
    if (data / "ronda.db").exists() and not mark.exists():
        raise BadInput(f"{data} holds a real installation", "give the demonstration a folder of its own with --data")
    try:
        data.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise BadInput(
            f"the data folder {data} cannot be written ({error.strerror})", "choose another with --data"
        ) from error


def _city_of(data: Path, asked: int | None) -> int:
    """Return how many cameras the folder's city has, as its mark says; where there is none yet, as was asked."""
    mark = data / _MARK
    if not (data / "ronda.db").exists():
        many = asked or CAMERAS
        mark.write_text("" if many == CAMERAS else str(many))
        return many
    said = mark.read_text().strip()
    there = int(said) if said.isdecimal() else CAMERAS
    if asked not in (None, there):
        raise BadInput(f"this demonstration's city has {there} cameras", "start over with another number: --reset")
    return there


def _forget(data: Path) -> None:
    """Remove all but the simulator's loops, which would only be drawn again the same."""
    with locked(data):
        for entry in data.iterdir():
            if entry.name in (_MARK, _SIMULATION, "run"):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


async def _demonstrate(settings: Settings, many: int) -> None:
    port, control = _free_port(_RTSP_PORT), _free_port(_CONTROL_PORT)
    began = time.monotonic()
    async with Shutdown() as shutdown, _simulator(settings.data, port, control, many) as drawn:
        await _either(drawn.wait(), shutdown.wait())
        if shutdown.asked:
            return
        say(f"pictures ready after {time.monotonic() - began:.0f} s")

        async def beside(composition: Composition) -> None:
            if await bring_the_city(composition.parts, port, control, many):
                say(f"the city is there: {len(composition.centre.cameras.all())} cameras, made up and marked so")
            people = await invite_all(composition.people, composition.centre.city, PASSWORD)
            _introduce(settings, control, people)
            await tell_the_past(composition, settings, many, say)

        await serve(settings, shutdown, simulated=True, beside=beside)


async def _either(*waits: Coroutine[Any, Any, object]) -> None:
    """Return when the first of `waits` does."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(wait) for wait in waits]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()


@contextlib.asynccontextmanager
async def _simulator(data: Path, port: int, control: int, many: int) -> AsyncIterator[asyncio.Event]:
    """Run `ronda simulate` as a process of its own, as a city's cameras are machines of their own.

    Yields what is set when all its pictures are drawn.
    """
    command = [sys.executable, "-m", "ronda", "simulate", "--data", str(data), "--rtsp-port", str(port)]
    command += ["--control-port", str(control), "--cameras", str(many), "--with-parent"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        async with asyncio.TaskGroup() as group:
            drawn = asyncio.Event()
            reading = group.create_task(_repeat(process, drawn), name="simulator's words")
            try:
                yield drawn
            finally:
                reading.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _repeat(process: asyncio.subprocess.Process, drawn: asyncio.Event) -> None:
    """Say what the simulator says, until it ends; `drawn` is set when all loops are there."""
    if process.stdout is None:
        raise RuntimeError("the simulator has no output")
    while line := (await process.stdout.readline()).decode(errors="replace").rstrip():
        if not drawn.is_set():
            sys.stdout.write(f"\r  drawing the simulated city: {line:<60.60}")
            sys.stdout.flush()
        if line.startswith("100%"):
            sys.stdout.write("\r" + " " * 90 + "\r")
            drawn.set()
    raise RondaError("the simulator has stopped", "look above for what it said, and start the demonstration again")


def _introduce(settings: Settings, control: int, people: Sequence[DemoPerson]) -> None:
    elsewhere = "" if control == _CONTROL_PORT else f" --control http://127.0.0.1:{control}"
    address = public_address(settings)
    night = datetime.combine(last_night(datetime.now(UTC)), _THEFT, WIB).astimezone(UTC)
    say(f"""
  look at   {address}
            what residents see: a map and a list of what is published, live; no account needed
  sign in   {address}sign-in   as ketua.rt03, password {PASSWORD}: the head of RT 3 RW 4 Krapyak
  or as     {_together(people)}, or admin; each with the same password
  try       {address}cameras/krapyak-rt03-rw04-2?at={night:%Y-%m-%dT%H:%M:%SZ}
            signed in: last night, 02:13: who took the motorcycle? (written during the first minutes)
  break     ronda fault krapyak-rt03-rw04-1 drop --for 30s{elsewhere}
            one camera hangs up for half a minute; also silence, freeze, black, turned and more
  stop      Ctrl-C; everything is kept in {settings.data}; ronda demo --reset starts over
""")


def _together(people: Sequence[DemoPerson]) -> str:
    """Return who there is to sign in as, in lines that fit beside the rest."""
    lines = wrap(", ".join(f"{one.name} ({one.hint})" for one in people), 96, break_on_hyphens=False)
    return ("\n" + " " * 12).join(lines)


def _free_port(usual: int) -> int:
    """Return the usual port, or another where that one is taken."""
    for port in (usual, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise BadInput("no port is free for the simulator", "stop some other programs")
