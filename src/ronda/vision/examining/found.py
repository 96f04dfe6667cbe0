"""What an examination found: one vehicle or person, from when it came until it went."""

from dataclasses import dataclass
from typing import Any

from ronda.vision.objects import ObjectClass
from ronda.vision.plates.colour import PlateKind
from ronda.vision.plates.votes import Plate

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of an examination.

    Attributes:
        n: Its number, from 1.
        label: What it is.
        begun_90k: When it was first seen.
        ended_90k: When it was last seen.
        best_90k: When its picture was.
        xyxy: Where on its picture it is, in 0..1 of that picture.
        colour: Its colour; empty where none can be told.
        direction: Where it went on the camera's view; empty where it hardly moved.
        picture: It, with what is around it; JPEG.
        plate: What its plate says; None where none was read.
        plate_picture: The plate, enlarged; JPEG.
        likeness: How it looks, packed; see `ronda.vision.likeness.looks`.
        likeness_model: Which model says so.
    """

    n: int
    label: ObjectClass
    begun_90k: int
    ended_90k: int
    best_90k: int
    xyxy: Box
    colour: str
    direction: str
    picture: bytes
    plate: Plate | None = None
    plate_picture: bytes | None = None
    likeness: str | None = None
    likeness_model: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as `found.json` has it; pictures are files beside it."""
        return {
            "n": self.n,
            "label": self.label.value,
            "begun_90k": self.begun_90k,
            "ended_90k": self.ended_90k,
            "best_90k": self.best_90k,
            "xyxy": [round(side, 5) for side in self.xyxy],
            "colour": self.colour,
            "direction": self.direction,
            "plate": None if self.plate is None else _plate(self.plate),
            "likeness": self.likeness,
            "likeness_model": self.likeness_model,
        }


def _plate(plate: Plate) -> dict[str, Any]:
    return {
        "text": plate.text,
        "kind": "" if plate.kind is PlateKind.UNKNOWN else plate.kind.value,
        "confidence": plate.confidence,
        "height_px": plate.height_px,
        "readings": plate.readings,
        "alternatives": list(plate.alternatives),
    }
