"""The register of cameras: the database is the truth, a copy in memory answers every question.

Owned state: the copy. One process writes; changes run one after another.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.identity import camera_id
from ronda.base.time import Clock
from ronda.bus.contract import Recording
from ronda.city import rows
from ronda.city.camera import AddressPart, Camera, Papers, Spot, Trouble, parse_address
from ronda.city.history import Change, change_of, history, note
from ronda.city.sealing import seal_paths
from ronda.city.values import check_values
from ronda.media.sources.address import StreamAddress
from ronda.store.database import Store

_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class NewCamera:
    """What somebody says of a camera to be added; addresses as they wrote them, `url` None where there is none yet."""

    id: str
    url: str | None = field(repr=False)
    name: str = ""
    sub_url: str | None = field(default=None, repr=False)
    snapshot_url: str | None = field(default=None, repr=False)
    recording: Recording = field(default_factory=Recording)
    simulated: bool = False
    spot: Spot = field(default_factory=Spot)
    papers: Papers = field(default_factory=Papers)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class CameraChange:
    """What shall be different; None leaves a thing as it is, an empty address removes it."""

    url: str | None = field(default=None, repr=False)
    name: str | None = None
    sub_url: str | None = field(default=None, repr=False)
    snapshot_url: str | None = field(default=None, repr=False)
    recording: Recording | None = None
    spot: Spot | None = None
    papers: Papers | None = None


class CameraRegistry:
    """Every camera of the city; made by `CameraRegistry.open`.

    Attributes:
        version: Grows with each change of any camera.
        writing: Held while anything of the city is written, so that changes run one after another.
    """

    def __init__(self, store: Store, clock: Clock, node: str) -> None:
        self._store = store
        self._clock = clock
        self._node = node
        self._cameras: dict[str, Camera] = {}
        self.version = 0
        self.writing = asyncio.Lock()

    @classmethod
    async def open(cls, store: Store, clock: Clock, node: str = "local") -> "CameraRegistry":
        """Read the register; new cameras go to `node`."""
        registry = cls(store, clock, node)
        await seal_paths(store)
        registry._cameras = await store.read(lambda connection: rows.read_all(connection, store.secrets))
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

    def find(self, id: str) -> Camera | None:
        """Return the camera `id`; None when there is none."""
        return self._cameras.get(id)

    def __contains__(self, id: str) -> bool:
        return id in self._cameras

    async def add(self, new: NewCamera, by: str, *, local_files: bool = False) -> Camera:
        """Add a camera on behalf of `by`; an address of the machine's own files needs `local_files`.

        Raises:
            BadInput: The id, the name or an address is not acceptable.
            Conflict: The id is taken.
        """
        camera = self.made(new, local_files=local_files)
        async with self.writing:
            check_values(camera, None, f"camera {camera.id}")
            if camera.id in self._cameras:
                raise Conflict(f"there is a camera {camera.id!r} already", "choose another id, or change that one")
            await self._write(by, None, camera)
        return camera

    def made(self, new: NewCamera, *, local_files: bool = False) -> Camera:
        """Return the camera that `new` describes, without adding it.

        Raises:
            BadInput: The id, the name or an address is not acceptable.
        """
        now = self._clock.utc_90k()
        id = camera_id(new.id)
        texts = {AddressPart.MAIN: new.url, AddressPart.SUB: new.sub_url, AddressPart.SNAPSHOT: new.snapshot_url}
        return Camera(
            id=id,
            name=_name(new.name or new.id),
            addresses=_addresses(id, texts, {}, local_files=local_files),
            recording=new.recording,
            simulated=new.simulated,
            node=self._node,
            created_90k=now,
            changed_90k=now,
            spot=new.spot,
            papers=new.papers,
            trouble=new.trouble,
        )

    async def change(self, id: str, change: CameraChange, by: str, *, local_files: bool = False) -> Camera:
        """Change a camera on behalf of `by`; a masked address keeps its stored credentials.

        Raises:
            BadInput: A new value is not acceptable; nothing is changed.
            NotFound: There is no such camera.
        """
        return await self.alter(id, lambda before: changed(before, change, local_files=local_files), by)

    async def alter(self, id: str, alteration: Callable[[Camera], Camera], by: str) -> Camera:
        """Make of a camera what `alteration` returns, on behalf of `by`.

        Raises:
            BadInput: A value of it is not acceptable.
            NotFound: There is no such camera.
        """
        async with self.writing:
            before = self.get(id)
            after = alteration(before)
            if after == before:
                return before
            check_values(after, before, f"camera {id}")
            after = replace(after, changed_90k=self._clock.utc_90k())
            await self._write(by, before, after)
        return after

    async def remove(self, id: str, by: str) -> Camera:
        """Remove a camera on behalf of `by`; its footage stays until it is due. Returns what it was.

        Raises:
            NotFound: There is no such camera.
        """
        async with self.writing:
            camera = self.get(id)
            await self._write(by, camera, None)
        return camera

    async def history(self, id: str) -> tuple[Change, ...]:
        """Return every change to the camera `id`, oldest first, also of one that is gone."""
        return await self._store.read(lambda connection: history(connection, "camera", id))

    def take(self, put: Iterable[Camera], removed: Iterable[str] = ()) -> None:
        """Follow what was written; for this register and `ronda.city.city` alone."""
        self.version += 1
        added = False
        for camera in put:
            added = added or camera.id not in self._cameras
            self._cameras[camera.id] = camera
        for id in removed:
            self._cameras.pop(id, None)
        if added:
            self._cameras = dict(sorted(self._cameras.items()))

    async def _write(self, by: str, before: Camera | None, after: Camera | None) -> None:
        one = after or before
        assert one is not None  # noqa: S101 - one of the two is always given
        entry = change_of(
            self._clock.utc_90k(),
            by,
            "camera",
            one.id,
            before.shown() if before else None,
            after.shown() if after else None,
        )

        def work(connection: sa.Connection) -> None:
            if after is None:
                rows.delete(connection, [one.id])
            elif before is None:
                rows.insert(connection, self._store.secrets, [after])
            else:
                rows.update(connection, self._store.secrets, [after])
            note(connection, [entry])

        await self._store.run(work)
        self.take([after] if after else [], [] if after else [one.id])


def changed(before: Camera, change: CameraChange, *, local_files: bool = False) -> Camera:
    """Return what `change` makes of a camera; a masked address keeps its stored credentials.

    Raises:
        BadInput: A new value is not acceptable.
    """
    texts = {AddressPart.MAIN: change.url, AddressPart.SUB: change.sub_url, AddressPart.SNAPSHOT: change.snapshot_url}
    return replace(
        before,
        name=before.name if change.name is None else _name(change.name),
        addresses=_addresses(before.id, texts, before.addresses, local_files=local_files),
        recording=change.recording or before.recording,
        spot=change.spot or before.spot,
        papers=change.papers or before.papers,
    )


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
