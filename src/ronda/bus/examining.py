"""Examinations of a case's footage, and pictures for a case's board, over the bus.

An examination runs at the node that holds the footage; what it found comes up as words and numbers, its pictures stay
there. Only a picture that somebody puts on a case's board travels: one at a time, and no larger than a page shows.
"""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from ronda.base.time import HZ_90K
from ronda.bus.contract import Message

LONGEST_S: Final = 1_800.0
"""So many seconds of footage are examined at once, at most."""
MOST_FOUND: Final = 500
"""So many things are found in one examination, at most."""
LARGEST_PICTURE: Final = 768 * 1024
_Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Shape = Annotated[tuple[tuple[_Share, _Share], ...], Field(min_length=3, max_length=60)]
Box = tuple[_Share, _Share, _Share, _Share]
"""Left, upper, right, lower edge on the camera's view, 0..1 from its upper left."""


class WantPicture(Message):
    """Asks for exactly the picture that was recorded of a moment.

    Attributes:
        camera: Of which camera.
        at_90k: Of when.
        sighting: Name of a picture of what was seen, which does where nothing is recorded of then any more.
        examination: Id of an examination whose picture is wanted instead; empty for none.
        n: The number of what it found.
        masks: What is painted over, on the camera's view.
    """

    camera: str
    at_90k: int
    sighting: Annotated[str, Field(max_length=60)] = ""
    examination: Annotated[str, Field(pattern=r"^(|[0-9a-f]{16})$")] = ""
    n: Annotated[int, Field(ge=0)] = 0
    masks: Annotated[tuple[Shape, ...], Field(max_length=100)] = ()


class TakenPicture(Message):
    """A picture.

    Attributes:
        at_90k: Since when it was shown.
        jpeg: It itself, as base64.
        view: Which part of the camera's view it shows.
    """

    at_90k: int
    jpeg: Annotated[str, Field(max_length=LARGEST_PICTURE * 4 // 3 + 4)]
    view: Box = (0.0, 0.0, 1.0, 1.0)


class ExamState(StrEnum):
    """How an examination stands at its node."""

    WAITING = "waiting"
    LOOKING = "looking"
    READY = "ready"
    FAILED = "failed"


class StartExamination(Message):
    """Orders an examination.

    Attributes:
        id: Names it, here and in addresses.
        camera: Of which camera.
        from_90k: Start of the stretch, `utc_90k`.
        to_90k: Its end.
        until_90k: When what was found is deleted.
        plates: Whether plates are read.
        likeness: Whether it is noted how things look, so that they can be compared.
        masks: Parts of the camera's view in which nothing is looked for.
    """

    id: _Id
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    plates: bool = True
    likeness: bool = True
    masks: Annotated[tuple[Shape, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not 0 < self.to_90k - self.from_90k <= LONGEST_S * HZ_90K:
            raise ValueError("a stretch to examine has 30 minutes at most")
        return self


class ExaminationAbout(Message):
    """Asks how an examination stands."""

    id: _Id


class FoundWanted(Message):
    """Asks for what was found, in order of its numbers, behind the number `after`; answered with a `FoundPage`."""

    id: _Id
    after: Annotated[int, Field(ge=0)] = 0


class KeepExamination(Message):
    """Lets what was found be deleted at another moment."""

    id: _Id
    until_90k: int


class RemoveExamination(Message):
    """Asks that an examination and its files be no more; one that runs is ended."""

    id: _Id


class ExaminationStanding(Message):
    """How an examination stands.

    Attributes:
        state: How far it is.
        progress: Which share of it is done, 0..1.
        found: How many things were found.
        gaps_s: How many seconds of the stretch are not recorded.
        problem: Why it failed, or what it left out; `mend` what can be done.
    """

    state: ExamState
    progress: float = 0.0
    found: int = 0
    gaps_s: float = 0.0
    problem: str = ""
    mend: str = ""


class ReadPlate(Message):
    """A plate as it was read over the pictures of one thing.

    Attributes:
        text: As it is written, with spaces.
        kind: What its colours say: `private`, `public`, `government`, …; empty where they say nothing.
        confidence: 0..1.
        height_px: How high the whole plate was in the best picture, in pixels.
        readings: In how many pictures it was read.
        alternatives: What it may be else, the likeliest first.
    """

    text: Annotated[str, Field(max_length=20)]
    kind: Annotated[str, Field(max_length=40)] = ""
    confidence: float = 0.0
    height_px: float = 0.0
    readings: int = 0
    alternatives: Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=20)] = ()


class FoundThing(Message):
    """A vehicle or a person that an examination found.

    Attributes:
        n: Its number in the examination, from 1; its picture is named by it.
        label: Its class.
        begun_90k: When it was first seen, `utc_90k`.
        ended_90k: When last.
        best_90k: Of when its picture is.
        xyxy: Where it is in that picture.
        colour: Its colour; empty where none is told.
        direction: Where it went on the picture; empty where nowhere.
        plate: What was read of its plate.
        likeness: Values that tell how it looks, as base64 of 16-bit floats; None where there are none.
        likeness_model: Which model made them: only those of one model can be compared.
    """

    n: Annotated[int, Field(ge=1)]
    label: Annotated[str, Field(max_length=40)]
    begun_90k: int
    ended_90k: int
    best_90k: int
    xyxy: Box
    colour: Annotated[str, Field(max_length=40)] = ""
    direction: Annotated[str, Field(max_length=40)] = ""
    plate: ReadPlate | None = None
    likeness: Annotated[str | None, Field(max_length=16_384)] = None
    likeness_model: Annotated[str, Field(max_length=100)] = ""


class FoundPage(Message):
    """Some of what was found; `more` follows behind the last one's number."""

    found: tuple[FoundThing, ...]
    more: bool = False


EXAMINING_REQUESTS: Final[dict[type[Message], str]] = {
    WantPicture: "picture-want",
    StartExamination: "examination-start",
    ExaminationAbout: "examination-about",
    FoundWanted: "examination-found",
    KeepExamination: "examination-keep",
    RemoveExamination: "examination-remove",
}
"""The last part of the subject on which a node answers each kind of request."""
