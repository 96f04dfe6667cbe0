"""The city: every register, changed together in one transaction, and what follows from them for each camera.

The database is the truth; the copies in memory answer every question. One process writes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.bites import Bites
from ronda.base.time import Clock
from ronda.city import registers, rows
from ronda.city.area import Area
from ronda.city.camera import Camera
from ronda.city.edit import After, Edit, check
from ronda.city.history import Change, change_of, history, note
from ronda.city.owner import Agency, Partner
from ronda.city.place import Place
from ronda.city.places import Places
from ronda.city.publication import UNPUBLISHED, Publication, PublicationDecision
from ronda.city.recorder import Recorder
from ronda.city.registers import Entity, Register, Shape
from ronda.city.registry import CameraRegistry
from ronda.city.sealing import tell_lost
from ronda.city.site import Site
from ronda.city.values import check_values
from ronda.city.writing import write_rows
from ronda.store.database import Store

_ORDER: Final = ("area", "agency", "partner", "site", "recorder", "publication")
"""Kinds in the order in which they are written; cameras come between recorders and publication."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an edit has changed: ids by kind; what was the same already is not among them."""

    added: dict[str, list[str]]
    changed: dict[str, list[str]]
    removed: dict[str, list[str]]

    @property
    def nothing(self) -> bool:
        """Whether everything was the same already."""
        return not (any(self.added.values()) or any(self.changed.values()) or any(self.removed.values()))


class City:
    """Everything there is; made by `City.open`.

    Attributes:
        areas: Areas, by region code.
        sites: Sites.
        recorders: Recorders.
        agencies: Agencies.
        partners: Partners.
        decisions: Decisions on publication in force.
        cameras: Cameras.
        generation: Grows with each change of anything but cameras.
        secrets: Seals the credentials of cameras and recorders.
    """

    def __init__(self, store: Store, clock: Clock, cameras: CameraRegistry, places: Places) -> None:
        self.cameras = cameras
        self.areas: Register[Area] = Register(registers.AREA, {})
        self.sites: Register[Site] = Register(registers.SITE, {})
        self.recorders: Register[Recorder] = Register(registers.RECORDER, {})
        self.agencies: Register[Agency] = Register(registers.AGENCY, {})
        self.partners: Register[Partner] = Register(registers.PARTNER, {})
        self.decisions: Register[PublicationDecision] = Register(registers.DECISION, {})
        self.generation = 0
        self.secrets = store.secrets
        self._store = store
        self._clock = clock
        self._places = places

    @classmethod
    async def open(
        cls,
        store: Store,
        clock: Clock,
        zone: tzinfo = UTC,
        node: str = "local",
        default: Publication = UNPUBLISHED,
    ) -> "City":
        """Read every register.

        Args:
            store: The database.
            clock: Where time comes from.
            zone: The city's, in which agreements begin and end.
            node: The node that new cameras go to.
            default: How cameras are published on which nobody has decided.
        """
        city = cls(store, clock, await CameraRegistry.open(store, clock, node), Places(zone, default))
        for register in city._registers().values():
            read = partial(register.shape.read_all, secrets=store.secrets)
            register.take((await store.read(read)).values(), ())
        city._places.follow(city.decisions)
        tell_lost(store)
        return city

    def place(self, id: str) -> Place | None:
        """Return where the camera `id` stands; None when there is no such camera."""
        camera = self.cameras.find(id)
        return None if camera is None else self.place_of(camera)

    def place_of(self, camera: Camera) -> Place:
        """Return where a camera stands."""
        site = self.sites.find(camera.spot.site)
        partner = self.partners.find(site.partner) if site is not None else None
        return self._places.of(camera, site, partner)

    def decision_of(self, camera: Camera) -> PublicationDecision | None:
        """Return the decision on publication that counts for a camera; None where nobody has decided."""
        return self._places.decision(camera, self.sites.find(camera.spot.site))

    def supposing(self, decisions: Iterable[PublicationDecision]) -> Callable[[Camera], Place]:
        """Return what says where a camera would stand if these decisions were the ones in force."""
        places = self._places.supposing(decisions)

        def place_of(camera: Camera) -> Place:
            site = self.sites.find(camera.spot.site)
            return places.of(camera, site, self.partners.find(site.partner) if site is not None else None)

        return place_of

    async def history(self, kind: str, id: str) -> tuple[Change, ...]:
        """Return every change of one thing, oldest first, also of one that is gone."""
        return await self._store.read(lambda connection: history(connection, kind, id))

    async def apply(self, edit: Edit, by: str) -> Applied:
        """Carry out an edit on behalf of `by`: all of it, or nothing.

        Raises:
            BadInput: A value is not acceptable.
            Conflict: Something referred to is not there, or still in use.
        """
        async with self.cameras.writing:
            work = _Work(self, edit, by, self._clock.utc_90k())
            applied = await self._store.run(work.write)
            for kind, register in self._registers().items():
                register.take(work.put.get(kind, ()), applied.removed.get(kind, ()))
            self.cameras.take(work.put.get("camera", ()), applied.removed.get("camera", ()))
            if any(
                ids
                for found in (applied.added, applied.changed, applied.removed)
                for kind, ids in found.items()
                if kind != "camera"
            ):
                self.generation += 1
                self._places.follow(self.decisions)
        return applied

    def _registers(self) -> dict[str, Register[Any]]:
        every = (self.areas, self.agencies, self.partners, self.sites, self.recorders, self.decisions)
        return dict(zip(_ORDER, every, strict=True))


class _Work:
    """One edit, in the store's thread: checked, compared, written, noted.

    The registers do not change meanwhile: the city's lock is held.
    """

    def __init__(self, city: City, edit: Edit, by: str, now_90k: int) -> None:
        self.put: dict[str, list[Any]] = {}
        self._city, self._edit, self._by, self._now = city, edit, by, now_90k
        self._changes: deque[Change] = deque()
        self._bites = Bites()
        self._applied = Applied({}, {}, {})

    def write(self, connection: sa.Connection) -> Applied:
        """Do all of it within the transaction; raises what `check` raises."""
        city, edit = self._city, self._edit
        check(edit, self._after())
        wanted: dict[str, Sequence[Any]] = dict(
            zip(
                _ORDER,
                (edit.areas, edit.agencies, edit.partners, edit.sites, edit.recorders, edit.decisions),
                strict=True,
            )
        )
        for kind, register in city._registers().items():
            if kind == "publication":
                self._write_cameras(connection)
            self._write(connection, register, wanted[kind])
        note(connection, self._noted())
        return self._applied

    def _noted(self) -> Iterator[Change]:
        """Yield the changes and let each of them go: thousands at once would hold the interpreter."""
        while self._changes:
            yield self._changes.popleft()

    def _after(self) -> After:
        city, edit, gone = self._city, self._edit, self._edit.removed

        def merged(now: Iterable[Any], put: Sequence[Any], kind: str) -> dict[str, Any]:
            found = {one.id: one for one in now} | {one.id: one for one in put}
            for id in gone.get(kind, ()):
                found.pop(id, None)
            return found

        return After(
            merged(city.areas, edit.areas, "area"),
            merged(city.agencies, edit.agencies, "agency"),
            merged(city.partners, edit.partners, "partner"),
            merged(city.sites, edit.sites, "site"),
            merged(city.recorders, edit.recorders, "recorder"),
            merged(city.cameras.all(), edit.cameras, "camera"),
        )

    def _write(self, connection: sa.Connection, register: Register[Any], wanted: Sequence[Entity]) -> None:
        shape: Shape[Any] = register.shape
        new, different = self._sorted(shape.kind, wanted, register.find, shape.shown)
        write_rows(connection, shape.table.insert(), (shape.columns(one, self._city.secrets) for one in new))
        mine = shape.table.c.id == sa.bindparam("mine")
        values = (shape.columns(one, self._city.secrets) for one in different)
        write_rows(connection, shape.table.update().where(mine), ({**v, "mine": v.pop("id")} for v in values))
        for one in self._removed(shape.kind, register.find, shape.shown):
            connection.execute(shape.table.delete().where(shape.table.c.id == one.id))

    def _write_cameras(self, connection: sa.Connection) -> None:
        cameras = self._city.cameras
        new, different = self._sorted("camera", self._edit.cameras, cameras.find, Camera.shown)
        rows.insert(connection, self._city.secrets, new)
        rows.update(connection, self._city.secrets, different)
        rows.delete(connection, [one.id for one in self._removed("camera", cameras.find, Camera.shown)])

    def _sorted(
        self,
        kind: str,
        wanted: Sequence[Any],
        find: Callable[[str], Any],
        shown: Callable[[Any], dict[str, Any]],
    ) -> tuple[list[Any], list[Any]]:
        """Return what is new and what differs, and note both."""
        new: list[Any] = []
        different: list[Any] = []
        for one in {entity.id: entity for entity in wanted}.values():
            self._bites.rest()
            before = find(one.id)
            if before == one:
                continue
            check_values(one, before, f"{kind} {one.id[:80]}")
            (new if before is None else different).append(one)
            after = shown(one) | ({"why": self._edit.why} if self._edit.why else {})
            self._changes.append(change_of(self._now, self._by, kind, one.id, shown(before) if before else None, after))
        self.put[kind] = [*new, *different]
        self._applied.added[kind] = [one.id for one in new]
        self._applied.changed[kind] = [one.id for one in different]
        return new, different

    def _removed(self, kind: str, find: Callable[[str], Any], shown: Callable[[Any], dict[str, Any]]) -> list[Any]:
        gone = [found for id in self._edit.removed.get(kind, ()) if (found := find(id)) is not None]
        for one in gone:
            self._changes.append(change_of(self._now, self._by, kind, one.id, shown(one), None))
        self._applied.removed[kind] = [one.id for one in gone]
        return gone
