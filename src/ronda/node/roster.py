"""Every camera that a node was given: those at work have their runtime, the others are a description and no more.

Most of a city's cameras are neither recorded nor watched at any moment. Such a camera sleeps: it has no stream, no
task and no timer, and tells nothing. Whoever asks for its pictures wakes it; some time after the last has left it is
laid down again.
"""

from collections.abc import Callable, Iterator
from typing import Final

from ronda.base.causes import GapCause
from ronda.bus.contract import CameraSpec, CameraStatus, Recording, RecordingMode, Watching
from ronda.media.sources.contract import SourceCounters
from ronda.media.streams import Streams
from ronda.node.camera import NodeCamera, recorded_profile

_BRIEF_S: Final = 1.0
_SWEPT: Final = Watching()


class Roster:
    """The cameras of a node; offers its sleeping ones to `Streams` (`Sleepers`). Lives on the event loop.

    Args:
        node: The node's id.
        open_camera: Makes the runtime of a camera, which offers its profiles.

    Attributes:
        gone: What the sources of cameras that have been laid down or taken away had counted: totals never fall.
        failures: Likewise the errors inside Ronda.
        rest_s: A camera that nobody needs is laid down after so long.
    """

    def __init__(self, node: str, open_camera: Callable[[CameraSpec], NodeCamera], rest_s: float = 30.0) -> None:
        self.rest_s = rest_s
        self.gone = SourceCounters()
        self.failures = 0
        self._node = node
        self._open = open_camera
        self._specs: dict[str, CameraSpec] = {}
        self._awake: dict[str, NodeCamera] = {}
        self._last_pictures: dict[str, int] = {}
        self._brief: set[str] = set()
        self._recordings: dict[Recording, Recording] = {}

    def __len__(self) -> int:
        return len(self._specs)

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __contains__(self, camera: str) -> bool:
        return camera in self._specs

    def spec(self, id: str) -> CameraSpec | None:
        """Return what the centre says of a camera; None when it is not here."""
        return self._specs.get(id)

    def recorded_profile(self, id: str) -> str:
        """Return the profile that is recorded of a camera; `main` of one that is not here."""
        spec = self._specs.get(id)
        return recorded_profile(spec) if spec else "main"

    def awake(self, id: str) -> NodeCamera | None:
        """Return a camera's runtime; None while it sleeps."""
        return self._awake.get(id)

    @property
    def all_awake(self) -> list[NodeCamera]:
        """Every camera that does not sleep."""
        return list(self._awake.values())

    def at_work(self) -> list[str]:
        """Return the ids of the cameras whose numbers change."""
        return [id for id, camera in self._awake.items() if camera.at_work]

    def wake(self, camera: str) -> None:
        """Give a camera of the roster its runtime; see `Sleepers`."""
        if camera in self._specs and camera not in self._awake:
            self._awake[camera] = woken = self._open(self._specs[camera])
            last = self._last_pictures.get(camera)
            if last is not None:
                woken.remember(last)

    async def put(self, spec: CameraSpec) -> None:
        """Take a camera in, or its new description: what did not change goes on undisturbed."""
        # Thousands of cameras are recorded and looked at alike.
        shared = self._recordings.setdefault(spec.recording, spec.recording)
        alike = {"recording": shared, **({"vision": _SWEPT} if spec.vision == _SWEPT else {})}
        spec = spec.model_copy(update=alike)
        self._specs[spec.id] = spec
        known = self._awake.get(spec.id)
        if known is not None:
            await known.change(spec)
        elif never_sleeps(spec):
            self.wake(spec.id)

    async def remove(self, id: str, cause: GapCause) -> None:
        """Close a camera that is no longer this node's; what was recorded stays."""
        self._specs.pop(id, None)
        self._brief.discard(id)
        camera = self._awake.pop(id, None)
        if camera is not None:
            await self._close(camera, cause)
        self._last_pictures.pop(id, None)

    async def close(self) -> None:
        """Close every camera: the node stops."""
        for camera in self.all_awake:
            await camera.close()

    def remember(self, id: str, end_90k: int) -> None:
        """The archive holds pictures of a camera until then, from before this start."""
        self._last_pictures[id] = end_90k
        camera = self._awake.get(id)
        if camera is not None:
            camera.remember(end_90k)

    def status(self, id: str) -> CameraStatus | None:
        """Return a camera's status: of one that sleeps, when there was a picture last."""
        camera = self._awake.get(id)
        if camera is not None:
            return camera.status()
        if id not in self._specs:
            return None
        last = self._last_pictures.get(id)
        return CameraStatus(node=self._node, camera=id, profiles={}, recording=False, last_picture=last)

    async def look_after(self, camera: NodeCamera, now: float) -> bool:
        """Let a camera start or stop recording; called about once a second.

        Returns:
            Whether it was laid down, because nobody has needed it for a while.
        """
        camera.tick()
        spec = camera.spec
        rest_s = _BRIEF_S if spec.id in self._brief else self.rest_s
        if camera.idle_for_s(now) < rest_s or never_sleeps(spec):
            return False
        last = camera.last_picture_90k
        if last is not None:
            self._last_pictures[spec.id] = last
        del self._awake[spec.id]
        self._brief.discard(spec.id)
        await self._close(camera, GapCause.SCHEDULE)
        return True

    def only_briefly(self, id: str) -> None:
        """A camera was woken for one picture: lay it down as soon as nobody holds it."""
        if id in self._awake:
            self._brief.add(id)

    async def _close(self, camera: NodeCamera, cause: GapCause) -> None:
        for stream in camera.streams:
            self.failures += stream.failures
            for name in COUNTED:
                setattr(self.gone, name, getattr(self.gone, name) + getattr(stream.counters, name))
        await camera.close(cause)


COUNTED: Final = ("pictures", "received_bytes", "packets", "lost_packets", "bad_packets", "reconnects")
"""The counters of a source that add up."""


def never_sleeps(spec: CameraSpec) -> bool:
    """Say whether a camera has work without being asked: it is recorded at times, or a device sends for it.

    One that is watched or counted is held by whoever looks.
    """
    return spec.recording.mode is not RecordingMode.OFF or spec.url.startswith("device:")


def totals(streams: Streams, roster: Roster) -> dict[str, int]:
    """Return what all sources have counted since the node's start, also those of cameras that sleep now or are gone."""
    return {
        name: getattr(roster.gone, name) + sum(getattr(stream.counters, name) for stream in streams) for name in COUNTED
    }
