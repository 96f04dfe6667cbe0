"""The register of cameras: the database is the truth, a copy in memory answers every question.

Owned state: the copy. One process writes; changes run one after another.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.identity import camera_id
from ronda.base.time import Clock
from ronda.bus.contract import Recording
from ronda.city import rows
from ronda.city.camera import AddressPart, Camera, parse_address
from ronda.city.rows import Change
from ronda.media.sources.address import StreamAddress
from ronda.store.database import Store

_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class NewCamera:
    """What somebody says of a camera to be added; addresses as they wrote them."""

    id: str
    url: str = field(repr=False)
    name: str = ""
    sub_url: str | None = field(default=None, repr=False)
    snapshot_url: str | None = field(default=None, repr=False)
    recording: Recording = field(default_factory=Recording)
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class CameraChange:
    """What shall be different; None leaves a thing as it is, an empty address removes it."""

    url: str | None = field(default=None, repr=False)
    name: str | None = None
    sub_url: str | None = field(default=None, repr=False)
    snapshot_url: str | None = field(default=None, repr=False)
    recording: Recording | None = None


class CameraRegistry:
    """Every camera of the city; made by `CameraRegistry.open`."""

    def __init__(self, store: Store, clock: Clock, node: str) -> None:
        self._store = store
        self._clock = clock
        self._node = node
        self._cameras: dict[str, Camera] = {}
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, store: Store, clock: Clock, node: str = "local") -> "CameraRegistry":
        """Read the register; new cameras go to `node`."""
        registry = cls(store, clock, node)
        registry._cameras = await store.read(rows.read_all)
        return registry

    def all(self) -> tuple[Camera, ...]:
        """Return every camera, by id."""
        return tuple(self._cameras.values())

    def get(self, id: str) -> Camera:
        """Return the camera `id`.

        Raises:
            NotFound: There is none.
        """
        if (camera := self._cameras.get(id)) is None:
            raise NotFound(f"there is no camera {id[:80]!r}")
        return camera

    def __contains__(self, id: str) -> bool:
        return id in self._cameras

    async def add(self, new: NewCamera, by: str, *, local_files: bool = False) -> Camera:
        """Add a camera on behalf of `by`; an address of the machine's own files needs `local_files`.

        Raises:
            BadInput: The id, the name or an address is not acceptable.
            Conflict: The id is taken.
        """
        now = self._clock.utc_90k()
        id = camera_id(new.id)
        camera = Camera(
            id=id,
            name=_name(new.name or new.id),
            addresses=_addresses(
                id,
                {AddressPart.MAIN: new.url, AddressPart.SUB: new.sub_url, AddressPart.SNAPSHOT: new.snapshot_url},
                {},
                local_files=local_files,
            ),
            recording=new.recording,
            simulated=new.simulated,
            node=self._node,
            created_90k=now,
            changed_90k=now,
        )
        async with self._writing:
            if camera.id in self._cameras:
                raise Conflict(f"there is a camera {camera.id!r} already", "choose another id, or change that one")
            change = Change(now, by, camera.id, "added", None, camera.shown())
            await self._store.run(lambda connection: rows.insert(connection, camera, change))
            self._put(camera)
        return camera

    async def change(self, id: str, change: CameraChange, by: str, *, local_files: bool = False) -> Camera:
        """Change a camera on behalf of `by`; a masked address keeps its stored credentials.

        Raises:
            BadInput: A new value is not acceptable; nothing is changed.
            NotFound: There is no such camera.
        """
        async with self._writing:
            before = self.get(id)
            texts = {
                AddressPart.MAIN: change.url,
                AddressPart.SUB: change.sub_url,
                AddressPart.SNAPSHOT: change.snapshot_url,
            }
            after = replace(
                before,
                name=before.name if change.name is None else _name(change.name),
                addresses=_addresses(id, texts, before.addresses, local_files=local_files),
                recording=change.recording or before.recording,
            )
            if after == before:
                return before
            after = replace(after, changed_90k=self._clock.utc_90k())
            entry = Change(after.changed_90k, by, id, "changed", before.shown(), after.shown())
            await self._store.run(lambda connection: rows.update(connection, after, entry))
            self._put(after)
        return after

    async def remove(self, id: str, by: str) -> Camera:
        """Remove a camera on behalf of `by`; its footage stays until it is due. Returns what it was.

        Raises:
            NotFound: There is no such camera.
        """
        async with self._writing:
            camera = self.get(id)
            entry = Change(self._clock.utc_90k(), by, id, "removed", camera.shown(), None)
            await self._store.run(lambda connection: rows.delete(connection, id, entry))
            del self._cameras[id]
        return camera

    async def history(self, id: str) -> tuple[Change, ...]:
        """Return every change to the camera `id`, oldest first, also of one that is gone."""
        return await self._store.read(lambda connection: rows.history(connection, id))

    def _put(self, camera: Camera) -> None:
        added = camera.id not in self._cameras
        self._cameras[camera.id] = camera
        if added:
            self._cameras = dict(sorted(self._cameras.items()))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadInput(f"{text[:80]!r} is not a name", f"use 1 to {_LONGEST_NAME} letters, without control characters")
    return name


def _addresses(
    id: str, texts: Mapping[AddressPart, str | None], stored: Mapping[AddressPart, StreamAddress], *, local_files: bool
) -> dict[AddressPart, StreamAddress]:
    addresses: dict[AddressPart, StreamAddress] = {}
    for part in AddressPart:
        text, before = texts.get(part), stored.get(part)
        if text is None:
            address = before
        elif text == "" and part is not AddressPart.MAIN:
            address = None
        else:
            address = parse_address(text, before)
            if address.scheme == "device" and (part is not AddressPart.MAIN or address.path != id):
                raise BadInput(
                    f"{address} is no address for the {part.value} profile of camera {id!r}",
                    f"a device sends the main profile of one camera: device:{id}",
                )
            if address != before and not local_files and address.scheme == "file":
                raise BadInput(
                    "a file of the server is not an address for everybody",
                    "upload the video, or add the camera with the ronda command on the server",
                )
        if address is not None:
            addresses[part] = address
    return addresses
