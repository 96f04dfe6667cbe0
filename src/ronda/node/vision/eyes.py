"""Says which eyes a node has, and notices when one is added or removed.

Owns a pool of one thread in which the folder of models is read, and what it read last: files are read whole for their
checksums, so only when something in the folder has changed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ronda.base.pools import Pool
from ronda.bus.contract import Bus, request_subject
from ronda.bus.eyes import EYES, MOST_EYES, AskEyes, EyesThere, EyeThere
from ronda.vision.models.card import catalogue
from ronda.vision.models.shelf import Entry, Shelf

_MOST_JOBS = 20
_LOOK_S = 5.0
_Stamp = dict[str, tuple[tuple[str, int, int], ...]]
"""By model, or file beside them: what is different when it is another one."""


class Eyes:
    """Answers `AskEyes`.

    Args:
        models: The folder of models; need not be there.
        changed: Called with the names of those that came, went or are others now.
        look_s: So often that is looked for.

    Attributes:
        pool: Where it is read.
    """

    def __init__(
        self, models: Path, changed: Callable[[set[str]], None] = lambda _: None, look_s: float = _LOOK_S
    ) -> None:
        self.pool = Pool("eyes", 1, _MOST_JOBS)
        self._models = models
        self._changed = changed
        self._look_s = look_s
        self._stamp: _Stamp | None = None
        self._last = EyesThere(eyes=())

    @asynccontextmanager
    async def serving(self, node: str, bus: Bus) -> AsyncIterator[None]:
        """Answer while the context is open."""
        try:
            async with bus.serve(request_subject(node, EYES), AskEyes, self.answer):
                yield
        finally:
            self.pool.close()

    async def run(self) -> None:
        """Look now and then whether something has changed, for ever."""
        before = await self.pool.run(_stamp, self._models)
        while True:
            await asyncio.sleep(self._look_s)
            now = await self.pool.run(_stamp, self._models)
            if now != before:
                names = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
                before = now
                self._changed(names)

    async def answer(self, _: AskEyes) -> EyesThere:
        """Return which eyes there are.

        Raises:
            BadInput: The folder's own catalogue is not as it should be.
        """
        return await self.pool.run(self._read)

    def _read(self) -> EyesThere:
        stamp = _stamp(self._models)
        if stamp != self._stamp:
            entries = Shelf(self._models, catalogue(self._models)).entries()
            self._last = EyesThere(eyes=tuple(_told(one) for one in entries[:MOST_EYES]))
            self._stamp = stamp
        return self._last


def _stamp(models: Path) -> _Stamp:
    """Return names, sizes and times of change of what is there; what is being put there begins with a dot."""
    found: _Stamp = {}
    try:
        for path in models.glob("[!.]*"):
            files = sorted([path, *path.glob("*")])
            found[path.name] = tuple((file.name, (stat := file.stat()).st_size, stat.st_mtime_ns) for file in files)
    except OSError:  # it is changing right now
        found[""] = ()
    return found


def _told(entry: Entry) -> EyeThere:
    measured = (entry.measured or {}).get("ms")
    return EyeThere(
        name=entry.name[:300],
        state=entry.state.value,
        title=entry.title[:300],
        source=entry.source[:300],
        licence=entry.licence[:300],
        classes=tuple(one[:300] for one in entry.classes[:100]),
        version=entry.version,
        accuracy=entry.accuracy[:300],
        problem=entry.problem[:2000],
        ms=float(measured) if isinstance(measured, int | float) else None,
        published=entry.fetched,
    )
