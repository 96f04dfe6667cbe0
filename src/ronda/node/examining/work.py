"""Makes one examination: a clip out of the archive, a process that looks through it, what it found read back.

On the event loop; files are read and written in the disk pool. The clip is deleted as soon as it was looked through.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from ronda.archive.archive import Archive
from ronda.archive.sealing.master import Master
from ronda.archive.sealing.writing import MasterWriter
from ronda.base.errors import Conflict, StorageFailed
from ronda.base.time import HZ_90K
from ronda.bus.examining import MOST_FOUND, FoundThing, StartExamination
from ronda.node.examining.process import Examiner

FOUND: Final = "found.json"
_CLIP: Final = "clip.mp4"
_OUT: Final = "out"
_RESERVE_BYTES: Final = 256 << 20
_LARGEST_FOUND: Final = 32 << 20
_RATE: Final = 8.0
_COPIED: Final = 0.05
"""Which share of the work it is to make the clip."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExamTools:
    """What examinations are made with.

    Attributes:
        archive: The recordings.
        profile: Names the profile that is recorded of a camera.
        eye: Names the eye that looks at a camera.
        models: The folder of models.
        examiner: How the process runs.
    """

    archive: Archive
    profile: Callable[[str], str]
    eye: Callable[[str], str]
    models: Path
    examiner: Examiner


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to: how many things were found, how much is not recorded, what was left out."""

    found: int
    gaps_s: float
    note: str


async def examine(
    tools: ExamTools, order: StartExamination, folder: Path, progress: Callable[[float], None]
) -> Examined:
    """Look through what an order asks for; pictures and `found.json` are left in the folder.

    Raises:
        NoFootage: Nothing of it is recorded (any more).
        StorageFailed: The disk has no room, or refuses.
        Conflict: The process failed, and says why.
    """
    archive = tools.archive
    master = await archive.master(order.camera, tools.profile(order.camera), order.from_90k, order.to_90k)
    try:
        await archive.in_pool(partial(_check_room, folder, master.payload_bytes))
        await _copy(archive, master, folder / _CLIP, lambda done: progress(done * _COPIED))
        gaps_s = _gaps_s(master.spans, order)
        start_90k = master.start_90k
    finally:
        await archive.in_pool(master.close)
    asked = {
        "clip": str(folder / _CLIP),
        "out": str(folder / _OUT),
        "start_90k": start_90k,
        "plates": order.plates,
        "likeness": order.likeness,
        "eye": tools.eye(order.camera),
        "models": str(tools.models),
        "rate": _RATE,
        "most": MOST_FOUND,
        "masks": order.masks,
    }
    said = await tools.examiner.run(asked, lambda done: progress(_COPIED + done * (1 - _COPIED)))
    found = await archive.in_pool(partial(_translated, lambda: _take_over(folder, order)))
    return Examined(found, gaps_s, _note(said))


async def _copy(archive: Archive, master: Master, path: Path, progress: Callable[[float], None]) -> None:
    writer = await archive.in_pool(partial(_translated, lambda: MasterWriter(master, path, b"")))
    try:
        while await archive.in_pool(partial(_translated, writer.step)):
            progress(writer.progress)
        await archive.in_pool(partial(_translated, lambda: writer.finish(b"")))
    finally:
        await archive.in_pool(writer.close)


def _translated(work: Callable[[], T]) -> T:
    try:
        return work()
    except OSError as error:
        problem = f"the examination's files cannot be written or read ({error.strerror or error})"
        raise StorageFailed(problem, "look at the node's disk") from error


def _check_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + _RESERVE_BYTES:
        raise StorageFailed(
            f"the examination needs {size / 1e6:.0f} MB and its disk is nearly full",
            "make room, or ask for fewer minutes",
        )


def _gaps_s(spans: Iterable[tuple[int, int]], order: StartExamination) -> float:
    shown = sum(max(0, min(end, order.to_90k) - max(begin, order.from_90k)) for begin, end in spans)
    return round(max(0, order.to_90k - order.from_90k - shown) / HZ_90K, 1)


def _take_over(folder: Path, order: StartExamination) -> int:
    """Keep what was found within the stretch, with its pictures; return how many."""
    out = folder / _OUT
    things = [one for one in _read(out / FOUND) if one.ended_90k >= order.from_90k and one.begun_90k < order.to_90k]
    kept = [one for one in things if (out / picture_name(one.n)).is_file()][:MOST_FOUND]
    for one in kept:
        (out / picture_name(one.n)).rename(folder / picture_name(one.n))
        plate = out / picture_name(one.n, plate=True)
        if one.plate is not None and plate.is_file():
            plate.rename(folder / plate.name)
    (folder / FOUND).write_text(json.dumps([one.model_dump() for one in kept]))
    shutil.rmtree(out)
    (folder / _CLIP).unlink()
    return len(kept)


def picture_name(n: int, *, plate: bool = False) -> str:
    """Return the name of the picture of what was found, or of its plate."""
    return f"{n}-plate.jpg" if plate else f"{n}.jpg"


def _read(path: Path) -> list[FoundThing]:
    try:
        if path.stat().st_size > _LARGEST_FOUND:
            raise ValueError
        listed = json.loads(path.read_bytes())
        things = [FoundThing.model_validate(one) for one in listed]
    except (FileNotFoundError, ValueError, TypeError, ValidationError) as error:
        raise Conflict("what the examination found cannot be read", "examine again") from error
    return sorted({one.n: one for one in things}.values(), key=lambda one: one.n)


def read_found(folder: Path) -> list[FoundThing]:
    """Return what an examination found, by its numbers; blocks.

    Raises:
        Conflict: It cannot be read.
        OSError: The disk refuses.
    """
    return _read(folder / FOUND)


def _note(said: dict[str, Any]) -> str:
    """Return what was left out, in words; empty for nothing."""
    notes = []
    if isinstance(more := said.get("left_out"), int) and more > 0:
        notes.append(f"{more} more things passed than are kept of one examination")
    if isinstance(bad := said.get("bad"), int) and bad > 0:
        notes.append(f"{bad} pictures of the footage are damaged and were left out")
    return "; ".join(notes)
