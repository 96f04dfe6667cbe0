"""The examinations of a node: what each found, and its pictures, until the case's footage is released."""

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ronda.base.errors import NotFound
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.bus.examining import (
    ExaminationStanding,
    ExamState,
    FoundPage,
    FoundWanted,
    KeepExamination,
    StartExamination,
)
from ronda.node.examining.work import Examined, picture_name, read_found
from ronda.node.ordered.orders import Kind, Orders, Progress, Words

_PAGE: Final = 100
_ABOUT: Final = "about.json"
Examine = Callable[[StartExamination, Path, Progress], Awaitable[Examined]]


@dataclass(frozen=True, slots=True)
class KeptExamination:
    """An examination that is done.

    Attributes:
        id: Its id.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        until_90k: When it is deleted.
        found: How many things were found.
        gaps_s: How many seconds of the stretch are not recorded.
        note: What was left out; empty for nothing.
    """

    id: str
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    found: int
    gaps_s: float
    note: str


def _ready(kept: KeptExamination) -> ExaminationStanding:
    return ExaminationStanding(
        state=ExamState.READY, progress=1.0, found=kept.found, gaps_s=kept.gaps_s, problem=kept.note
    )


_KIND: Final[Kind[ExaminationStanding, KeptExamination]] = Kind(
    Words("examination", "examinations"),
    waiting=lambda: ExaminationStanding(state=ExamState.WAITING),
    making=lambda progress: ExaminationStanding(state=ExamState.LOOKING, progress=progress),
    ready=_ready,
    failed=lambda problem, mend: ExaminationStanding(state=ExamState.FAILED, problem=problem, mend=mend),
    read=lambda fields: KeptExamination(**fields),
    most_waiting=16,
)


class Examinations(Orders[StartExamination, ExaminationStanding, KeptExamination]):
    """See `ronda.node.ordered.orders`.

    Args:
        folder: Where they lie; made when it is first needed.
        examine: Does one into a folder; see `ronda.node.examining.work.examine`.
        pool: Where files are worked on.
        clock: Where time comes from.
    """

    def __init__(self, folder: Path, examine: Examine, pool: Pool, clock: Clock) -> None:
        async def made(order: StartExamination, part: Path, progress: Progress) -> KeptExamination:
            done = await examine(order, part, progress)
            stretch = (order.id, order.camera, order.from_90k, order.to_90k, order.until_90k)
            return KeptExamination(*stretch, done.found, done.gaps_s, done.note)

        super().__init__(folder, _KIND, made, pool, clock)

    async def found(self, asked: FoundWanted) -> FoundPage:
        """Return some of what was found.

        Raises:
            NotFound: It is not done, or not here any more.
            Conflict: It cannot be read.
            StorageFailed: The disk refuses.
        """
        folder = self._folder / self.kept(asked.id).id
        rest = [one for one in await self._run(partial(read_found, folder)) if one.n > asked.after]
        return FoundPage(found=tuple(rest[:_PAGE]), more=len(rest) > _PAGE)

    async def keep(self, asked: KeepExamination) -> ExaminationStanding:
        """Let what was found be deleted at another moment.

        Raises:
            NotFound: It is not done, or not here any more.
            StorageFailed: The disk refuses.
        """
        kept = replace(self.kept(asked.id), until_90k=asked.until_90k)
        await self._run(partial(_rewrite, self._folder / kept.id, kept))
        if kept.id in self._kept:
            self._kept[kept.id] = kept
        return _ready(kept)

    async def picture(self, id: str, camera: str, n: int, *, plate: bool = False) -> bytes:
        """Return the picture of what was found, or of its plate.

        Raises:
            NotFound: There is none.
        """
        return await self._run(partial(self._picture, self.kept(id), camera, picture_name(n, plate=plate)))

    def _picture(self, kept: KeptExamination, camera: str, name: str) -> bytes:
        try:
            if kept.camera != camera:
                raise FileNotFoundError
            return (self._folder / kept.id / name).read_bytes()
        except FileNotFoundError:
            raise NotFound("there is no such picture (any more)") from None


def _rewrite(folder: Path, kept: KeptExamination) -> None:
    beside = folder / f".{_ABOUT}"
    with beside.open("w") as file:
        file.write(json.dumps(asdict(kept)))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / _ABOUT)
