"""What every eye is: pictures of many cameras in, what is on each of them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ronda.vision.background import Backdrop
from ronda.vision.objects import Detections, ObjectClass
from ronda.vision.picture import Picture


@dataclass(frozen=True, slots=True)
class EyeName:
    """Which eye it is: stands beside every number that comes from it.

    Attributes:
        id: Such as `builtin` or `picodet-s-416`.
        title: For people.
        version: Of its weights or method.
        classes: What it tells apart.
    """

    id: str
    title: str
    version: str
    classes: tuple[ObjectClass, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One picture that an eye shall look at.

    Attributes:
        camera: Whose it is; an eye that remembers keeps its memory by this.
        picture: The picture; those of one camera come in the order of time.
    """

    camera: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Seen:
    """What an eye saw.

    Attributes:
        detections: The things.
        moving: Where something moves, (h, w) bool at any size; None from an eye without a memory.
        backdrop: What stands still, from an eye that has learnt it anyway: nobody need learn it again.
    """

    detections: Detections
    moving: NDArray[np.bool_] | None = None
    backdrop: Backdrop | None = None


class Eye(Protocol):
    """Finds things in pictures. Lives in one thread of a vision worker."""

    @property
    def name(self) -> EyeName:
        """Which one it is."""
        ...

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """Look at some pictures, of different cameras where there are several; answers in their order."""
        ...

    def forget(self, camera: str) -> None:
        """A camera is gone, or its view has changed: what was remembered of it holds no more."""
        ...


@runtime_checkable
class Primed(Protocol):
    """An eye that sees better from the first picture on when it has been shown the place before.

    A file can be read ahead; a live camera cannot.
    """

    def prime(self, camera: str, pictures: Sequence[Picture]) -> None:
        """Learn the place from pictures spread evenly over the first minute or two (12 to 40), in the order of time."""
        ...
