"""What every analytic's rule is made of, and what of a camera it is started with."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import ClassVar, Final

from ronda.vision.analytics.contract import Analytic
from ronda.vision.detectors.contract import EyeName, OpenFaces
from ronda.vision.geometry.drawn import LineShape, Part, ZoneShape
from ronda.vision.geometry.ground import GroundPlane

FULL_WIDTH: Final = 1920
"""So wide pictures are at most, where small things matter."""


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn on one camera's picture, for its analytics to refer to by name.

    Attributes:
        lines: By name.
        zones: By name.
        ground: The plane of the street, where the camera is calibrated.
        eye: Which eye looks; None where nobody has said.
        timezone: The city's, for rules with hours.
        faces: Opens models that find faces and judge masks; None where nobody has any.
        begins_90k: What is added to the time of scenes to have UTC: when a file begins; 0 for a camera.
    """

    lines: Mapping[str, LineShape] = field(default_factory=dict)
    zones: Mapping[str, ZoneShape] = field(default_factory=dict)
    ground: GroundPlane | None = None
    eye: EyeName | None = None
    timezone: tzinfo = UTC
    begins_90k: int = 0
    faces: OpenFaces | None = None

    def utc_90k(self, at_90k: int) -> int:
        """Return the UTC of a moment of scenes."""
        return at_90k + self.begins_90k


class Rule(Part):
    """One rule of one analytic, as a configuration states it. Listed in `kinds.py`."""

    needs_backdrop: ClassVar[bool] = False
    """Whether scenes must carry a `Backdrop`."""
    needs_model: ClassVar[bool] = False
    """Whether it takes a model that somebody adds: the built-in eye cannot tell what it looks for."""
    models: ClassVar[tuple[str, ...]] = ()
    """Fields that name models which look for it, beside the camera's eye; none where the camera's eye must be one."""
    full_picture: ClassVar[bool] = False
    """Whether small things matter: the camera's main profile is looked at, decoded `FULL_WIDTH` wide."""
    keeps_pictures: ClassVar[bool] = True
    """Whether, on its camera, a picture of each thing that passes may be kept."""

    def lines_used(self) -> tuple[str, ...]:
        """Return the names of the lines that must be drawn."""
        return ()

    def zones_used(self) -> tuple[str, ...]:
        """Return the names of the zones that must be drawn."""
        return ()

    def levels_of(self, measure: str) -> tuple[float, ...]:
        """Return the values of a measure at which its levels begin, for plots; none where it has no levels."""
        return ()

    def staffs(self) -> tuple[str, ...]:
        """Return the names of lines that are drawn along something, which nothing is to be counted on."""
        return ()

    @abstractmethod
    def start(self, view: View) -> Analytic:
        """Return the rule at work on a camera.

        Raises:
            BadInput: Something that it needs is not there (a ground, a model): says what and how to add it.
        """
        ...
