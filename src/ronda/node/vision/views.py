"""What people say of cameras' views: that what is shown now is right, or that it was mended and is to be compared.

It is written beside the references, so that it is done with the camera's next picture whatever happens until then.
What is known of cameras that there are no longer is forgotten here too.
Owns a pool of one thread in which that is written.
"""

from collections.abc import AsyncIterator, Callable, Container, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from ronda.base.errors import Busy, NotFound, StorageFailed
from ronda.base.identity import camera_id
from ronda.base.logging import get_logger
from ronda.base.pools import Pool
from ronda.bus.contract import REQUEST_NAMES, Bus, CompareView, Done, ViewAccepted, request_subject
from ronda.vision.own_eyes.memory import Asked, Memory

_log = get_logger("node.vision")
_MOST_JOBS = 200


class Views:
    """Answers `ViewAccepted` and `CompareView`.

    Args:
        path: The file of what cameras look like; None where nobody looks.
        look_now: Called with a camera that is to be looked at as soon as may be.

    Attributes:
        pool: Where it is written.
    """

    def __init__(self, path: Path | None, look_now: Callable[[str], None]) -> None:
        self.pool = Pool("views", 1, _MOST_JOBS)
        self._path = path
        self._look_now = look_now
        self._memory: Memory | None = None

    @asynccontextmanager
    async def serving(self, node: str, bus: Bus) -> AsyncIterator[None]:
        """Answer while the context is open."""
        async with AsyncExitStack() as stack:
            stack.callback(self.pool.close)
            accepted, compared = (request_subject(node, REQUEST_NAMES[kind]) for kind in (ViewAccepted, CompareView))
            await stack.enter_async_context(bus.serve(accepted, ViewAccepted, self.accept))
            await stack.enter_async_context(bus.serve(compared, CompareView, self.compare))
            yield

    async def accept(self, asked: ViewAccepted) -> Done:
        """What the camera shows next is right.

        Raises:
            NotFound: This node looks at no views.
        """
        return await self._ask(asked.camera, Asked.ACCEPT)

    async def compare(self, asked: CompareView) -> Done:
        """Say whether what the camera shows next is right.

        Raises:
            NotFound: This node looks at no views.
        """
        return await self._ask(asked.camera, Asked.COMPARE)

    async def forget(self, cameras: Iterable[str]) -> None:
        """Forget the views of cameras that are no longer this node's; where the disk fails that is logged."""
        gone = list(cameras)
        await self._tidy(lambda memory: memory.forget(gone))

    async def keep_only(self, cameras: Container[str]) -> None:
        """Forget the views of all but these cameras: others went while the node was away."""
        await self._tidy(lambda memory: memory.forget(one for one in memory.cameras() if one not in cameras))

    async def _tidy(self, work: Callable[[Memory], None]) -> None:
        path = self._path
        if path is None:
            return
        try:
            await self.pool.run(lambda: work(self._opened(path)))
        except (StorageFailed, Busy) as error:
            _log.warning("views of cameras that are gone are not forgotten yet", problem=error.message)

    async def _ask(self, camera: str, what: Asked) -> Done:
        path = self._path
        if path is None:
            raise NotFound("this node does not look at its cameras' views", "set vision.workers to 1 or more")
        await self.pool.run(self._write, path, camera_id(camera), what)
        self._look_now(camera)
        return Done()

    def _write(self, path: Path, camera: str, what: Asked) -> None:
        self._opened(path).ask(camera, what)

    def _opened(self, path: Path) -> Memory:
        if self._memory is None:
            self._memory = Memory(path)
        return self._memory
