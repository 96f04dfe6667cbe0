"""The masked copies of a node: a film each, and the pictures beside it."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ronda.base.errors import NotFound
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.bus.copies import CopyStanding, CopyState, MakeCopy
from ronda.node.ordered.copying import FILM, still_name
from ronda.node.ordered.orders import Kind, Orders, Progress, Words

Make = Callable[[MakeCopy, Path, Progress], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy that is whole.

    Attributes:
        id: Its id.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        until_90k: When it is deleted.
        bytes: How large the film is.
        stills: How many pictures lie beside it.
        sha256: Of the film, taken when it was made; empty for one of an earlier version.
    """

    id: str
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    bytes: int
    stills: int
    sha256: str = ""


_KIND: Final[Kind[CopyStanding, Kept]] = Kind(
    Words("copy", "copies"),
    waiting=lambda: CopyStanding(state=CopyState.WAITING),
    making=lambda progress: CopyStanding(state=CopyState.MAKING, progress=progress),
    ready=lambda kept: CopyStanding(
        state=CopyState.READY, progress=1.0, bytes=kept.bytes, stills=kept.stills, sha256=kept.sha256
    ),
    failed=lambda problem, mend: CopyStanding(state=CopyState.FAILED, problem=problem, mend=mend),
    read=lambda fields: Kept(**fields),
)


class Copies(Orders[MakeCopy, CopyStanding, Kept]):
    """See `ronda.node.ordered.orders`.

    Args:
        folder: Where the copies lie; made when it is first needed.
        make: Makes one into a folder, and returns the film's size; see `ronda.node.ordered.copying.make_copy`.
        pool: Where files are worked on.
        clock: Where time comes from.
    """

    def __init__(self, folder: Path, make: Make, pool: Pool, clock: Clock) -> None:
        async def made(order: MakeCopy, part: Path, progress: Progress) -> Kept:
            size = await make(order, part, progress)
            stills = await pool.run(lambda: len(list(part.glob("still-*.jpg"))))
            sha256 = await pool.run(partial(_sha256, part / FILM))
            return Kept(order.id, order.camera, order.from_90k, order.to_90k, order.until_90k, size, stills, sha256)

        super().__init__(folder, _KIND, made, pool, clock)

    def path(self, kept: Kept, name: str) -> Path:
        """Return the file of that name.

        Raises:
            NotFound: A copy has none of that name.
        """
        if name != FILM and name not in {still_name(number) for number in range(1, kept.stills + 1)}:
            raise NotFound("there is no such copy (any more)")
        return self._folder / kept.id / name


def _sha256(film: Path) -> str:
    with film.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
