"""Last night, for the demonstration: made once by the simulator, then taken into the archive."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from ronda.archive.archive import Archive
from ronda.base.causes import GapCause
from ronda.base.errors import RondaError
from ronda.base.logging import get_logger
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Hold
from ronda.cli.composition import Composition
from ronda.config.models import Settings
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.libav.film import film_units
from ronda.simulate.past import PastOfCamera, last_night, make_past

_log = get_logger("demo")
_BATCH: Final = 250
_ENOUGH: Final = 0.95
_TELL_EVERY_S: Final = 5.0
_HOLD: Final = "demo"


async def tell_the_past(composition: Composition, settings: Settings, many: int, say: Callable[[str], None]) -> None:
    """Make last night's footage of the city's first `many` cameras and take it in, unless it is there.

    The demonstration runs meanwhile.
    """
    told_at = time.monotonic()

    def progress(camera: str, share: float) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > _TELL_EVERY_S:
            told_at = time.monotonic()
            say(f"  last night is being written: {share:.0%} ({camera})")

    try:
        made = make_past(last_night(datetime.now(UTC)), settings.data / "simulation", many, progress)
        async with aclosing(made) as past:
            async for camera in past:
                await take_in(composition.node.archive, camera, SystemClock().utc_90k())
                say(f"  last night is in the archive of {camera.camera}")
    except RondaError as error:
        _log.error("no past", problem=str(error))
        say(f"  last night could not be written: {error}")
    else:
        say("  last night, 02:00 to 02:30, is in the archive of all cameras of RT 3 RW 4 Krapyak")


async def take_in(archive: Archive, past: PastOfCamera, now_90k: int) -> None:
    """Bring one camera's past into the archive, causes and holds first; what is there already stays."""
    await _keep(archive, past, now_90k)
    for number, stretch in enumerate(past.stretches):
        # The camera that was dead came back; after the last stretch nothing was recorded until this start.
        dead = number + 1 < len(past.stretches)
        cause = GapCause.UNREACHABLE if dead else GapCause.NODE_STOPPED
        end_90k = stretch.start_utc_90k + stretch.duration_90k
        await archive.note_gap(past.camera, "main", end_90k, cause)
        there = await archive.timeline(past.camera, "main", stretch.start_utc_90k, end_90k)
        if sum(span.to_90k - span.from_90k for span in there.coverage) > stretch.duration_90k * _ENOUGH:
            continue
        units = _read(archive, film_units(stretch.path))
        await archive.import_footage(past.camera, "main", units, stretch.start_utc_90k, cause)


async def _keep(archive: Archive, past: PastOfCamera, now_90k: int) -> None:
    """Hold this night, which is the oldest footage and would go first, and no earlier one."""
    wanted = {
        f"{_HOLD}-{past.camera}-{stretch.start_utc_90k // HZ_90K}": Hold(
            id=f"{_HOLD}-{past.camera}-{stretch.start_utc_90k // HZ_90K}",
            camera=past.camera,
            from_90k=stretch.start_utc_90k,
            to_90k=stretch.start_utc_90k + stretch.duration_90k,
            reason="simulasi: malam pencurian",
            by="demo",
            at=now_90k,
        )
        for stretch in past.stretches
    }
    there = {hold.id for hold in await archive.holds(past.camera)}
    for id in sorted(there - wanted.keys()):
        if id.startswith(f"{_HOLD}-{past.camera}-"):
            await archive.remove_hold(id)
    for id in sorted(wanted.keys() - there):
        await archive.add_hold(wanted[id])


async def _read(archive: Archive, units: Iterator[AccessUnit]) -> AsyncIterator[AccessUnit]:
    """Yield what is read in the disk pool, some pictures at a time."""
    while batch := await archive.in_pool(lambda: list(islice(units, _BATCH))):
        for unit in batch:
            yield unit
