"""The registers of the city: areas, sites, recorders, agencies, partners; each read, put, removed, with its history."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import APIRouter, Depends, Path, Query
from pydantic import create_model

from ronda.base.errors import BadInput, NotAllowed, NotFound
from ronda.base.time import format_rfc3339
from ronda.city import registers as shapes
from ronda.city.area import Area
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.owner import Agency, Partner
from ronda.city.recorder import Recorder
from ronda.city.region import parse_region, within
from ronda.city.registers import Entity, Register, Shape
from ronda.city.site import Site
from ronda.people.action import Action
from ronda.people.policy import Reach
from ronda.web.documents import ChangeShown, HistoryShown
from ronda.web.documents_city import RegisterAsked
from ronda.web.fields import Count, Cursor
from ronda.web.gate import Asks, Caller
from ronda.web.routes.consent import may_consent

router = APIRouter(prefix="/api/v1", tags=["registry"])
E = TypeVar("E", bound=Entity)
_Works = Annotated[Caller, Depends(Asks(Action.REGISTRY, somewhere=True))]
_Changes = Annotated[Caller, Depends(Asks(Action.REGISTRY, somewhere=True, noted=False))]
_Id = Annotated[str, Path(max_length=63)]


@dataclass(frozen=True)
class _Kind(Generic[E]):
    """One register as routes: where it is found, what area an entity lies in (None: the whole city's business).

    `guard` refuses changes for which more is needed than to work with the registry there.
    """

    plural: str
    shape: Shape[E]
    register: Callable[[City], Register[E]]
    area: Callable[[City, E], str | None]
    edit: Callable[[E], Edit]
    keep: Callable[[E, E], E] = lambda _, given: given
    words: Callable[[City, E], str] = lambda _, one: f"{one.id} {getattr(one, 'name', '')}"
    guard: Callable[[Caller, E | None, E], None] = lambda *_: None

    def reached(self, city: City, reach: Reach, entity: E) -> bool:
        """Whether an entity lies in what somebody works with."""
        area = self.area(city, entity)
        return reach.everywhere or (area is not None and any(within(area, one) for one in reach.areas))


def _same_credentials(before: Recorder, given: Recorder) -> Recorder:
    """Keep what is stored where nothing else was said: it is never shown, so nobody could send it back."""
    return replace(
        given,
        username=before.username if given.username is None else given.username,
        password=before.password if given.password is None else given.password,
    )


def _guard_site(caller: Caller, before: Site | None, wanted: Site) -> None:
    """Whose a place is decides under which agreement its cameras are looked at: that is the whole city's business."""
    if wanted.partner != (before.partner if before is not None else None):
        caller.require(Action.REGISTRY, subject=f"site:{wanted.id}")


def _guard_partner(caller: Caller, before: Partner | None, wanted: Partner) -> None:
    if before is not None and before.revoked and not wanted.revoked:
        with caller.noting(Action.CONSENT, subject=f"partner:{wanted.id}"):
            if not may_consent(caller, wanted.id):
                raise NotAllowed(
                    "this partner has withdrawn its consent, and nobody else gives that back", "ask the partner"
                )


def _recorder_words(city: City, one: Recorder) -> str:
    site = city.sites.find(one.site)
    return f"{one.id} {one.brand} {one.model} {one.serial} {one.address} {site.name if site else one.site}"


def _site_area(city: City, id: str) -> str | None:
    site = city.sites.find(id)
    return site.area if site else None


_KINDS: Final[tuple[_Kind[Any], ...]] = (
    _Kind("areas", shapes.AREA, lambda city: city.areas, lambda _, one: one.id, lambda one: Edit(areas=[one])),
    _Kind(
        "sites",
        shapes.SITE,
        lambda city: city.sites,
        lambda _, one: one.area,
        lambda one: Edit(sites=[one]),
        guard=_guard_site,
    ),
    _Kind(
        "recorders",
        shapes.RECORDER,
        lambda city: city.recorders,
        lambda city, one: _site_area(city, one.site),
        lambda one: Edit(recorders=[one]),
        _same_credentials,
        _recorder_words,
    ),
    _Kind("agencies", shapes.AGENCY, lambda city: city.agencies, lambda *_: None, lambda one: Edit(agencies=[one])),
    _Kind(
        "partners",
        shapes.PARTNER,
        lambda city: city.partners,
        lambda *_: None,
        lambda one: Edit(partners=[one]),
        guard=_guard_partner,
    ),
)


def _add_reading(kind: _Kind[E], cls: type[E]) -> None:
    shape, one = kind.shape, kind.shape.kind
    fields: dict[str, Any] = {kind.plural: list[cls], "total": Count, "next": Cursor | None}  # type: ignore[valid-type]
    page = create_model(
        f"{kind.plural.capitalize()}Shown",
        __doc__="Entries of a register; `next` is what to ask for as `after` to go on.",
        **fields,
    )

    @router.get(
        f"/{kind.plural}",
        summary=f"The register of {kind.plural}",
        operation_id=f"list_{kind.plural}",
        responses={200: {"model": page}},
    )
    async def list_all(caller: _Works, asked: Annotated[RegisterAsked, Query()]) -> dict[str, Any]:
        """Return what lies in the areas that the caller works with, by id, or best first for `q`."""
        city, reach = caller.parts.centre.city, caller.reach(Action.REGISTRY)
        found = [e for e in await _asked(caller, kind, asked) if kind.reached(city, reach, e)]
        last = asked.after + asked.limit
        return {
            kind.plural: [_document(shape, entity, outline=asked.outline) for entity in found[asked.after : last]],
            "total": len(found),
            "next": str(last) if last < len(found) else None,
        }

    @router.get(
        f"/{kind.plural}/{{id}}", summary=f"One {one}", operation_id=f"get_{one}", responses={200: {"model": cls}}
    )
    async def get(caller: _Works, id: _Id) -> dict[str, Any]:
        """Return one entry, without anything secret."""
        return _document(shape, _reached(caller, kind, id), outline=True)

    @router.get(f"/{kind.plural}/{{id}}/history", summary=f"Who changed a {one}", operation_id=f"history_of_{one}")
    async def get_history(caller: _Works, id: _Id) -> HistoryShown:
        """Return every change, oldest first, also of an entry that is gone."""
        city = caller.parts.centre.city
        changes = await city.history(one, id)
        if not changes:
            raise NotFound(f"there was never a {one} {id[:80]!r}")
        if id in kind.register(city):
            _reached(caller, kind, id)
        else:
            caller.require(Action.REGISTRY)
        return HistoryShown(
            changes=[
                ChangeShown(at=format_rfc3339(c.at_90k), by=c.by, action=c.action, before=c.before, after=c.after)
                for c in changes
            ]
        )


def _add_writing(kind: _Kind[E], cls: type[E]) -> None:
    shape, one = kind.shape, kind.shape.kind

    @router.put(
        f"/{kind.plural}/{{id}}",
        summary=f"Add or replace a {one}",
        operation_id=f"put_{one}",
        responses={200: {"model": cls}},
    )
    async def put(caller: _Changes, id: _Id, given: cls) -> dict[str, Any]:  # type: ignore[valid-type]
        """Add an entry, or replace it as a whole; what it refers to must be there."""
        city = caller.parts.centre.city
        wanted: E = given
        if wanted.id != id:
            raise BadInput(f"the address says {id[:63]!r} and the document {wanted.id[:63]!r}", "let them agree")
        before = kind.register(city).find(id)
        for entity in (wanted, *([before] if before is not None else [])):
            caller.require(Action.REGISTRY, area=kind.area(city, entity), subject=f"{one}:{id}")
        kind.guard(caller, before, wanted)
        if before is not None:
            wanted = kind.keep(before, wanted)
        await caller.parts.centre.apply(kind.edit(wanted), caller.label)
        return _document(shape, wanted, outline=True)

    @router.delete(f"/{kind.plural}/{{id}}", status_code=204, summary=f"Remove a {one}", operation_id=f"remove_{one}")
    async def remove(caller: _Changes, id: _Id) -> None:
        """Remove an entry to which nothing refers any more."""
        _reached(caller, kind, id)
        await caller.parts.centre.apply(Edit(removed={one: [id]}), caller.label)


async def _asked(caller: Caller, kind: _Kind[E], asked: RegisterAsked) -> Iterable[E]:
    city = caller.parts.centre.city
    register = kind.register(city)
    caller.note_search(asked.q)
    found: Iterable[E] = register
    if asked.q.strip() and kind.plural == "sites":
        ids = await caller.parts.finder.sites(asked.q)
        found = [entity for id in ids if (entity := register.find(id)) is not None]
    elif asked.q.strip():
        words = asked.q.casefold().split()
        found = [e for e in found if all(word in kind.words(city, e).casefold() for word in words)]
    if asked.area:
        area = parse_region(asked.area)
        found = [e for e in found if (lies := kind.area(city, e)) is not None and within(lies, area)]
    if asked.kind:
        found = [e for e in found if getattr(e, "kind", None) == asked.kind]
    if asked.level:
        found = [e for e in found if getattr(e, "level", None) is asked.level]
    if asked.having:
        found = [e for e in found if getattr(e, asked.having, None) is not None]
    if asked.site:
        found = [e for e in found if getattr(e, "site", None) == asked.site]
    return found


def _reached(caller: Caller, kind: _Kind[E], id: str) -> E:
    """Return an entity that the caller works with.

    Raises:
        NotFound: There is none.
        NotAllowed: It is not theirs.
    """
    city = caller.parts.centre.city
    entity = kind.register(city).get(id)
    caller.require(Action.REGISTRY, area=kind.area(city, entity), subject=f"{kind.shape.kind}:{id}")
    return entity


def _document(shape: Shape[E], entity: E, *, outline: bool) -> dict[str, Any]:
    document = shape.shown(entity)
    if not outline and "outline" in document:
        document["outline"] = None if document["outline"] is None else "known"
    return document


for _kind, _cls in zip(_KINDS, (Area, Site, Recorder, Agency, Partner), strict=True):
    _add_reading(_kind, _cls)
    _add_writing(_kind, _cls)
