"""What people say of cameras' views: that what is shown now is right, or that it was mended and is to be compared.

It is written beside the references, so that it is done with the camera's next picture whatever happens until then.
Owns a pool of one thread in which that is written.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from ronda.base.errors import NotFound
from ronda.base.identity import camera_id
from ronda.base.pools import Pool
from ronda.bus.contract import REQUEST_NAMES, Bus, CompareView, Done, ViewAccepted, request_subject
from ronda.vision.own_eyes.memory import Asked, Memory

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

    async def _ask(self, camera: str, what: Asked) -> Done:
        path = self._path
        if path is None:
            raise NotFound("this node does not look at its cameras' views", "set vision.workers to 1 or more")
        await self.pool.run(self._write, path, camera_id(camera), what)
        self._look_now(camera)
        return Done()

    def _write(self, path: Path, camera: str, what: Asked) -> None:
        if self._memory is None:
            self._memory = Memory(path)
        self._memory.ask(camera, what)
