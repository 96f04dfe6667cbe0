"""Registers: a table of the city and its copy in memory, which answers every question.

Owned state: the copy. Writing is `ronda.city.city`'s, in one transaction with the history.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final, Generic, Protocol, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter

from ronda.base.errors import NotFound
from ronda.bus.contract import Hours
from ronda.city.area import Area
from ronda.city.owner import Agency, Partner, PartnerScope
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.recorder import Recorder
from ronda.city.sealing import opened, sealed
from ronda.city.site import Link, Site, SiteKind, Tower
from ronda.city.tables import AGENCIES, AREAS, PARTNERS, PUBLICATION, RECORDERS, SITES
from ronda.store.secrets import Secrets


class Entity(Protocol):
    """What a register holds: a frozen dataclass with an id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


E = TypeVar("E", bound=Entity)


@dataclass(frozen=True)
class Shape(Generic[E]):
    """How one kind of entity is stored.

    Attributes:
        kind: Its name in the history and in messages.
        cls: Its dataclass.
        table: Its table; a column for each field.
        documents: Fields kept as JSON text, with what reads them.
        plain: Fields kept as text, with what reads them (an enumeration).
        sealed: Fields kept encrypted and masked in the history.
    """

    kind: str
    cls: type[E]
    table: sa.Table
    documents: Mapping[str, TypeAdapter[Any]] = field(default_factory=dict)
    plain: Mapping[str, type[str]] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()

    def read_all(self, connection: sa.Connection, secrets: Secrets) -> dict[str, E]:
        """Return every entity, by id."""
        rows = connection.execute(sa.select(self.table).order_by(self.table.c.id))
        return {row.id: self._entity(row, secrets) for row in rows}

    def _entity(self, row: sa.Row[Any], secrets: Secrets) -> E:
        values = dict(row._mapping)
        for name, adapter in self.documents.items():
            values[name] = None if values[name] is None else adapter.validate_json(values[name])
        for name, make in self.plain.items():
            values[name] = None if values[name] is None else make(values[name])
        for name in self.sealed:
            values[name] = opened(secrets, values[name])
        return self.cls(**values)

    def columns(self, entity: E, secrets: Secrets) -> dict[str, Any]:
        """Return the row of an entity."""
        values = {one.name: getattr(entity, one.name) for one in fields(self.cls)}  # type: ignore[arg-type]
        for name, adapter in self.documents.items():
            values[name] = None if values[name] is None else adapter.dump_json(values[name]).decode()
        for name in self.sealed:
            values[name] = sealed(secrets, values[name])
        return values

    def shown(self, entity: E) -> dict[str, Any]:
        """Return an entity's document without anything secret, as answers and the history tell it."""
        document: dict[str, Any] = _adapter(self.cls).dump_python(entity, mode="json")
        for name in self.sealed:
            document.pop(name, None)
        return document


class Register(Generic[E]):
    """Every entity of one kind, by id."""

    def __init__(self, shape: Shape[E], entities: dict[str, E]) -> None:
        self.shape = shape
        self._entities = entities

    def __contains__(self, id: object) -> bool:
        return id in self._entities

    def __len__(self) -> int:
        return len(self._entities)

    def __iter__(self) -> Iterator[E]:
        return iter(tuple(self._entities.values()))

    def find(self, id: str | None) -> E | None:
        """Return the entity `id`; None when there is none."""
        return None if id is None else self._entities.get(id)

    def get(self, id: str) -> E:
        """Return the entity `id`.

        Raises:
            NotFound: There is none.
        """
        if (entity := self._entities.get(id)) is None:
            raise NotFound(f"there is no {self.shape.kind} {id[:80]!r}")
        return entity

    def take(self, put: Iterable[E], removed: Iterable[str]) -> None:
        """Follow what was written; for `ronda.city.city` alone."""
        for entity in put:
            self._entities[entity.id] = entity
        for id in removed:
            self._entities.pop(id, None)


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(cls: type) -> TypeAdapter[Any]:
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


_HOURS: Final = TypeAdapter(tuple[Hours, ...])
_DAY: Final = TypeAdapter(date)

AREA: Final = Shape("area", Area, AREAS)
SITE: Final = Shape(
    "site", Site, SITES, documents={"link": TypeAdapter(Link), "tower": TypeAdapter(Tower)}, plain={"kind": SiteKind}
)
RECORDER: Final = Shape("recorder", Recorder, RECORDERS, sealed=frozenset({"username", "password"}))
AGENCY: Final = Shape("agency", Agency, AGENCIES)
PARTNER: Final = Shape(
    "partner",
    Partner,
    PARTNERS,
    documents={"hours": _HOURS, "start": _DAY, "end": _DAY, "revoked": _DAY},
    plain={"scope": PartnerScope},
)
DECISION: Final = Shape(
    "publication", PublicationDecision, PUBLICATION, documents={"hours": _HOURS}, plain={"mode": PublicationMode}
)
