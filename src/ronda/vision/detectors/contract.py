"""What every eye is: pictures of many cameras in, what is on each of them out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ronda.vision.background import Backdrop
from ronda.vision.objects import Detections, FaceClass, ObjectClass
from ronda.vision.picture import Picture, Rgb


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
    classes: tuple[ObjectClass | FaceClass, ...]


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


class FaceEye(Protocol):
    """Finds faces and says whether a mask is worn; keeps nothing of them. May serve several cameras of one thread."""

    @property
    def name(self) -> EyeName:
        """Which one it is."""
        ...

    def find(self, rgb: Rgb, scale: float = 1.0) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the faces in a picture that is looked at so many times as large.

        Returns:
            Boxes in the picture's own pixels (N, 4), and how sure each is (N,) in 0..1.
        """
        ...

    def judge(self, rgb: Rgb, faces: NDArray[np.float32]) -> list[FaceClass]:
        """Say of faces in a picture, boxes in its pixels (N, 4): masked, unmasked or unknown."""
        ...


OpenFaces = Callable[[str, str], FaceEye]
"""Opens a pair of models by their names: one that finds faces, one that judges masks; says what is missing."""
