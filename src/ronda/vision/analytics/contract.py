"""What every analytic is: scenes in, counts, measures and alarms out. Knows no camera, no clock, no disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from ronda.vision.background import Backdrop
from ronda.vision.detectors.contract import EyeName
from ronda.vision.objects import FaceClass, ObjectClass
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Track


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of one camera at one moment.

    Attributes:
        picture: The picture; its `at_90k` is the time.
        tracks: The things that are followed and confirmed, hidden ones included (`last_90k` tells).
        ended: Those that ended since the scene before.
        backdrop: What stands still here; None until it has been learnt, and where nobody asks for it.
    """

    picture: Picture
    tracks: Sequence[Track]
    ended: Sequence[Track] = ()
    backdrop: Backdrop | None = None

    @property
    def at_90k(self) -> int:
        """When it is."""
        return self.picture.at_90k


@dataclass(frozen=True, slots=True)
class Count:
    """One thing has passed.

    Attributes:
        line: The line's or the movement's name; of masks the zone's.
        direction: The name of the direction; empty for a movement, and for masks.
        track: Which track it was; 0 for what is counted and belongs to none: masks.
        eye: Which eye told it, where that is not the camera's own.
    """

    line: str
    direction: str
    label: ObjectClass | FaceClass
    track: int
    at_90k: int
    speed_kmh: float | None = None
    eye: EyeName | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A number at a moment, such as `persons` of a zone or `level-cm` of a staff."""

    analytic: str
    zone: str
    name: str
    value: float
    unit: str
    at_90k: int


class Turn(StrEnum):
    """What became of an alarm's cause."""

    RAISED = "raised"
    CHANGED = "changed"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that shows why, and the place on it."""

    picture: Picture
    xyxy: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that a person should look at begins, changes or is over.

    Attributes:
        analytic: Which analytic says so.
        zone: Where.
        key: Names the cause among all of this analytic on this camera, the same from `RAISED` to `OVER`.
        turn: What became of it.
        at_90k: When this is said.
        since_90k: When it began.
        level: How grave, where there are levels (1 is the gravest of flood's siaga).
        shots: The pictures that show it.
        detail: Numbers and words for people and programs.
    """

    analytic: str
    zone: str
    key: str
    turn: Turn
    at_90k: int
    since_90k: int
    level: int | None = None
    label: ObjectClass | None = None
    shots: tuple[Shot, ...] = ()
    detail: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """What one scene, or many, came to."""

    counts: list[Count] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        """Take in what another analytic, or a later scene, came to."""
        self.counts += other.counts
        self.measures += other.measures
        self.signs += other.signs


class Analytic(Protocol):
    """One rule on one camera. Its configuration model and the class stand in one file of this package."""

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now; scenes come in the order of time, with gaps where pictures were missing."""
        ...

    def close(self, at_90k: int) -> Findings:
        """The video ends or the camera goes: say what is still open."""
        ...


Memory = dict[str, Any]
"""What an analytic must be told to go on where another process stopped: JSON."""


@runtime_checkable
class Remembering(Protocol):
    """An analytic whose causes outlast the process that watches: an alarm must not be told twice for a restart."""

    @property
    def remembers(self) -> str:
        """Names what its memory is of, the same in each process."""
        ...

    def memory(self) -> Memory:
        """Return what it knows now."""
        ...

    def recall(self, memory: Memory) -> None:
        """Go on from a memory, before the first scene.

        Raises:
            ValueError: It is no such memory.
        """
        ...
