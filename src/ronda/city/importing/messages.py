"""What the process that reads a file is told and tells: pickles, one after another, of a hundred things each.

So few at a time, because whoever makes or reads one holds the interpreter meanwhile.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, Final

from ronda.base.errors import RondaError
from ronda.city.area import Area
from ronda.city.camera import Camera, Papers, Spot, Trouble
from ronda.city.edit import Edit
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.plan import Difference, Item, Plan
from ronda.city.recorder import Recorder
from ronda.city.site import Site
from ronda.media.sources.address import StreamAddress

_BATCH: Final = 100
_EDITED: Final = ("areas", "sites", "recorders", "cameras")
"""What of an edit an import makes."""


@dataclass(frozen=True, slots=True)
class Task:
    """What shall be read.

    Attributes:
        path: The file.
        areas: Whether it holds areas rather than cameras.
        rights: What whoever imports may change.
        node: The node that takes new cameras.
        now_90k: The time, `utc_90k`.
    """

    path: Path
    areas: bool
    rights: Rights
    node: str
    now_90k: int


@dataclass(frozen=True, slots=True)
class Lines:
    """How many lines have been read."""

    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """A few things of one kind: of the register, or of the plan."""

    kind: str
    things: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file cannot be read at all."""

    kind: type[RondaError]
    message: str
    mend: str


def tell(sink: IO[bytes], what: object) -> None:
    """Write one message. Blocking."""
    pickler = pickle.Pickler(sink, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCED
    pickler.dump(what)


def hear(source: IO[bytes]) -> Any:
    """Return the next message of a process of ours. Blocking.

    Raises:
        EOFError: There is none any more.
        pickle.UnpicklingError: It breaks off.
    """
    return pickle.load(source)  # noqa: S301 - nobody else writes to it


def register_parts(known: Known) -> Iterator[Part]:
    """Yield the register, a few things at a time."""
    for one in fields(known):
        if one.name != "node":
            yield from _parts(one.name, getattr(known, one.name).values())


def plan_parts(plan: Plan) -> Iterator[Part | Plan]:
    """Yield a plan: its lists a few things at a time, then what is left of it."""
    for name in _EDITED:
        yield from _parts(name, getattr(plan.edit, name))
    yield from _parts("new", plan.new)
    yield from _parts("changed", plan.changed)
    yield replace(plan, edit=Edit(), new=[], changed=[])


def joined(parts: dict[str, list[Any]], rest: Plan) -> Plan:
    """Return the plan that `plan_parts` has taken apart."""
    edited: dict[str, Any] = {name: parts.get(name, []) for name in _EDITED}
    return replace(rest, edit=replace(Edit(), **edited), new=parts.get("new", []), changed=parts.get("changed", []))


def _reduced(kind: type) -> Callable[[Any], tuple[Callable[..., Any], tuple[Any, ...]]]:
    """Return what takes a dataclass apart to be made again from its values: three times as fast as its own way."""
    values = attrgetter(*(one.name for one in fields(kind)))
    return lambda thing: (kind, values(thing))


_REDUCED: Final[dict[type, Callable[[Any], Any]]] = {
    kind: _reduced(kind)
    for kind in (Camera, Spot, Papers, Trouble, StreamAddress, Site, Recorder, Area, Item, Difference)
}


def _parts(kind: str, things: Iterable[Any]) -> Iterator[Part]:
    every = iter(things)
    while some := tuple(islice(every, _BATCH)):
        yield Part(kind, some)
