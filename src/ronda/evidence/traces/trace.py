"""What a trace is: points and the links between them; pure. Moments in `utc_90k`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.city.geography.plane import distance_km

LONGEST_LINE: Final = 200
LONGEST_NOTE: Final = 500
_LEAST_S: Final = 1.0
"""A speed over less time than this says nothing."""


class TraceKind(StrEnum):
    """Whose way it is."""

    VEHICLE = "vehicle"
    PERSON = "person"


class TraceLinkState(StrEnum):
    """What is said of two successive points being of one and the same."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Point:
    """One picture of what is traced.

    Attributes:
        id: Its id; the picture that is kept with it is named by it.
        trace: Of which trace.
        camera: Whose picture it is.
        at_90k: Of when it is.
        lat: Where the camera hung; None where that was not known.
        lon: The same.
        label: The class of what is traced in it; empty where nobody has said.
        colour: Its colour, in the same way.
        plate: What was read of its plate; empty for nothing.
        xyxy: Where it is in the picture, 0..1; None where nobody has said.
        note: What somebody wrote about it.
        by: Who put it on the board.
        added_90k: When.
        examination: Id of the examination that found it; empty for none.
        n: Its number there.
    """

    id: str
    trace: str
    camera: str
    at_90k: int
    lat: float | None
    lon: float | None
    label: str
    colour: str
    plate: str
    xyxy: tuple[float, float, float, float] | None
    note: str
    by: str
    added_90k: int
    examination: str = ""
    n: int = 0

    @property
    def key(self) -> tuple[int, str]:
        """By what points are ordered."""
        return self.at_90k, self.id


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a link."""

    state: TraceLinkState
    note: str
    by: str
    at_90k: int


@dataclass(frozen=True, slots=True)
class Link:
    """From one point to the next.

    Attributes:
        begin: The earlier point's id.
        end: The later one's.
        said: What a person said of it; None as long as nobody has.
        distance_m: How far apart their cameras hang, as the crow flies; None where one's place is not known.
        seconds: The time between them.
        kmh: How fast that would be; None where it says nothing.
    """

    begin: str
    end: str
    said: Said | None
    distance_m: float | None
    seconds: float
    kmh: float | None

    @property
    def state(self) -> TraceLinkState:
        """What counts: what a person said, else it is proposed."""
        return self.said.state if self.said is not None else TraceLinkState.PROPOSED


@dataclass(frozen=True, slots=True)
class Trace:
    """A board.

    Attributes:
        id: Its id.
        case: Number of the case that it belongs to.
        title: What is traced, in some words.
        kind: A vehicle or a person.
        by: Who began it.
        at_90k: When.
        points: Its points, the earliest first.
        said: What persons said of links, by the two points' ids; also of such as are none any more.
    """

    id: str
    case: str
    title: str
    kind: TraceKind
    by: str
    at_90k: int
    points: tuple[Point, ...] = ()
    said: Mapping[tuple[str, str], Said] | None = None

    @property
    def links(self) -> list[Link]:
        """The links of each point with the next one."""
        said = self.said or {}
        return [_link(one, other, said.get((one.id, other.id))) for one, other in pairwise(self.points)]

    def with_points(self, points: Iterable[Point]) -> "Trace":
        """Return it with these points, in their order."""
        return replace(self, points=tuple(sorted(points, key=lambda point: point.key)))


def title_of(text: str) -> str:
    """Return a title as it is kept.

    Raises:
        BadInput: It is empty or too long.
    """
    kept = " ".join(text.split())
    if not kept or len(kept) > LONGEST_LINE or not kept.isprintable():
        raise BadInput("the trace has no title, or one too long", f"use 1 to {LONGEST_LINE} letters")
    return kept


def note_of(text: str) -> str:
    """Return a note as it is kept.

    Raises:
        BadInput: It is too long.
    """
    kept = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(kept) > LONGEST_NOTE:
        raise BadInput("the note is too long", f"use at most {LONGEST_NOTE} letters")
    return kept


def _link(one: Point, other: Point, said: Said | None) -> Link:
    seconds = (other.at_90k - one.at_90k) / HZ_90K
    metres = None
    if one.lat is not None and one.lon is not None and other.lat is not None and other.lon is not None:
        metres = distance_km((one.lon, one.lat), (other.lon, other.lat)) * 1000
    kmh = metres / seconds * 3.6 if metres is not None and metres > 0 and seconds >= _LEAST_S else None
    return Link(one.id, other.id, said, metres, seconds, kmh)
