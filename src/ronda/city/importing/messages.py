"""What the process that reads a file is told and tells: pickles, one after another, of a hundred things each.

So few at a time, because whoever makes or reads one holds the interpreter meanwhile.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ronda.base.errors import RondaError
from ronda.city.edit import Edit
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.plan import Plan

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
    edit = Edit(**{name: parts.get(name, []) for name in _EDITED})
    return replace(rest, edit=edit, new=parts.get("new", []), changed=parts.get("changed", []))


def _parts(kind: str, things: Iterable[Any]) -> Iterator[Part]:
    every = iter(things)
    while some := tuple(islice(every, _BATCH)):
        yield Part(kind, some)
