"""All streams of a node, by camera and profile; owns their tasks."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Protocol, Self

from ronda.base.causes import GapCause
from ronda.base.errors import NotFound
from ronda.base.time import Clock
from ronda.media.stream import OpenSupervisor, Stream, StreamSettings

_PULSE_S: Final = 1.0


class Sleepers(Protocol):
    """Cameras whose profiles are offered only when somebody asks for them: most of a city's are never asked for."""

    def __contains__(self, camera: str, /) -> bool:
        """Say whether a camera sleeps here."""
        ...

    def wake(self, camera: str) -> None:
        """Offer the profiles of a camera that sleeps here."""
        ...


class Streams:
    """The streams of a node, used as an asynchronous context.

    Args:
        clock: The server's clocks.
        settings: How they behave.
        asleep: The cameras that are offered when somebody asks for them; without it, those that are offered are all.
    """

    def __init__(self, clock: Clock, settings: StreamSettings | None = None, asleep: Sleepers | None = None) -> None:
        self.clock = clock
        self._settings = settings or StreamSettings()
        self._asleep = asleep
        self._streams: dict[str, dict[str, Stream]] = {}
        self._derived: dict[tuple[str, str], Stream] = {}
        self._stack = AsyncExitStack()
        self._tasks: asyncio.TaskGroup | None = None
        self._pulse: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._tasks = await self._stack.enter_async_context(asyncio.TaskGroup())
        self._pulse = self._tasks.create_task(self._pulse_waiters(), name="streams-pulse")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pulse is not None:
            self._pulse.cancel()
        for stream in [*self._derived.values(), *self]:
            await stream.close()
        self._streams.clear()
        self._derived.clear()
        # All tasks are cancelled: the group has nothing to add to what is raised already.
        await self._stack.aclose()

    def __iter__(self) -> Iterator[Stream]:
        return iter([stream for profiles in self._streams.values() for stream in profiles.values()])

    def offer(self, camera: str, profile: str, open_supervisor: OpenSupervisor) -> Stream:
        """Make a profile available, or change where it comes from; who holds it keeps it."""
        profiles = self._streams.setdefault(camera, {})
        stream = profiles.get(profile)
        if stream is None:
            stream = profiles[profile] = Stream(camera, profile, self.clock, self._settings, self._spawn)
        stream.use(open_supervisor)
        return stream

    async def withdraw(self, camera: str, profile: str | None = None, cause: GapCause = GapCause.UNKNOWN) -> None:
        """Close a camera's streams, or one of them; who held them is told that they are over."""
        for key, stream in list(self._derived.items()):
            if key[0] == camera and (profile is None or key[1].startswith(f"{profile}-")):
                del self._derived[key]
                await stream.close(cause)
        profiles = self._streams.get(camera, {})
        for name in [name for name in profiles if profile in (None, name)]:
            stream = profiles.pop(name)
            if not profiles:
                self._streams.pop(camera, None)
            await stream.close(cause)

    def get(self, camera: str, profile: str) -> Stream:
        """Return the stream of a camera's profile, waking the camera where it sleeps.

        Raises:
            NotFound: There is none.
        """
        profiles = self._woken(camera)
        if not profiles:
            raise NotFound(f"there is no camera {camera!r}")
        if profile not in profiles:
            raise NotFound(f"camera {camera!r} has no profile {profile!r}")
        return profiles[profile]

    def profiles(self, camera: str) -> tuple[Stream, ...]:
        """Return a camera's streams, main first, waking it where it sleeps; empty when it is not here."""
        return tuple(self._woken(camera).values())

    def awake(self, camera: str) -> tuple[Stream, ...]:
        """Return a camera's streams without waking it: none of one that sleeps."""
        return tuple(self._streams.get(camera, {}).values())

    def __contains__(self, camera: str) -> bool:
        return camera in self._streams or (self._asleep is not None and camera in self._asleep)

    def _woken(self, camera: str) -> dict[str, Stream]:
        if camera not in self._streams and self._asleep is not None and camera in self._asleep:
            self._asleep.wake(camera)
        return self._streams.get(camera, {})

    def derive(self, parent: Stream, suffix: str, open_supervisor: OpenSupervisor) -> Stream:
        """Return the stream `<profile>-<suffix>` that is made of another one, the same for all who ask.

        It is no profile of the camera: `get`, `profiles` and iterating leave it out.
        """
        key = (parent.camera, f"{parent.profile}-{suffix}")
        stream = self._derived.get(key)
        if stream is None:
            stream = Stream(*key, self.clock, self._settings, self._spawn)
            stream.use(open_supervisor)
            self._derived[key] = stream
        return stream

    @property
    def derived(self) -> tuple[Stream, ...]:
        """All derived streams, also those that nobody holds now."""
        return tuple(self._derived.values())

    def _spawn(self, stream: Stream) -> asyncio.Task[None]:
        if self._tasks is None:
            raise RuntimeError("Streams is used outside its context")
        return self._tasks.create_task(stream.pull(), name=f"stream {stream.camera}/{stream.profile}")

    async def _pulse_waiters(self) -> None:
        """Wake those who wait at streams that bring nothing, so that they see what else has changed."""
        while True:
            await asyncio.sleep(_PULSE_S)
            late = self.clock.monotonic() - _PULSE_S
            for stream in (*self, *self.derived):
                newest = stream.newest
                if newest is None or newest.arrival < late:
                    stream.wake()
