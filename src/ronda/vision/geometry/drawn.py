"""What a person draws on a camera's picture: lines, zones, the ground. Points are in 0..1 of the picture."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ronda.vision.geometry.shapes import Point, check_line, check_zone

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class Part(BaseModel):
    """Base of all that a configuration is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LineShape(Part):
    """A directed line. *Forward* goes from its left to its right, seen by somebody who walks from `start` to `end`.

    Attributes:
        forward: Name of the forward direction; by default `down`, `up`, `left` or `right`, as it lies on the picture.
        backward: Name of the other.
    """

    name: Name
    start: Point
    end: Point
    forward: Name | None = None
    backward: Name | None = None

    @model_validator(mode="after")
    def _is_a_line(self) -> Self:
        check_line(self.name, self.start, self.end)
        return self

    @property
    def directions(self) -> tuple[str, str]:
        """The names of forward and backward."""
        across, down = self.end[0] - self.start[0], self.end[1] - self.start[1]
        if abs(across) >= abs(down):
            names = ("down", "up") if across > 0 else ("up", "down")
        else:
            names = ("left", "right") if down > 0 else ("right", "left")
        return self.forward or names[0], self.backward or names[1]


class ZoneShape(Part):
    """A polygon that does not cross itself."""

    name: Name
    points: Annotated[tuple[Point, ...], Field(min_length=3, max_length=60)]

    @model_validator(mode="after")
    def _is_a_zone(self) -> Self:
        check_zone(self.name, self.points)
        return self


class Ground(Part):
    """The plane of the street: four or more points of the picture and where they lie, in metres.

    Attributes:
        picture: In 0..1 at least four, no three on one line.
        metres: The same points seen from above, in metres, any origin.
    """

    picture: Annotated[tuple[Point, ...], Field(min_length=4, max_length=20)]
    metres: Annotated[tuple[Point, ...], Field(min_length=4, max_length=20)]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if len(self.picture) != len(self.metres):
            raise ValueError("the ground names as many points of the picture as places in metres")
        return self
