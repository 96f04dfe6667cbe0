"""Masked copies of footage, over the bus: one is ordered, asked about, removed; the file stays with the node.

Moments of a plan are seconds from the start of the stretch; corners are 0..1 from the upper left of the view.
"""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ronda.bus.contract import Message

MOST_SECONDS: Final = 300.0
_MOST_CORNERS: Final = 6_000

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=MOST_SECONDS, allow_inf_nan=False)]
Ended = Literal["", "reached", "lost", "left", "unrecorded"]


class KeyMoment(Message):
    """Where a region lies at a moment: its corners (x, y) in order."""

    at_s: Seconds
    corners: Annotated[tuple[tuple[Share, Share], ...], Field(min_length=3, max_length=60)]


class MaskRegion(Message):
    """A region that is shown, or hidden, from a moment to another; it moves evenly from key moment to key moment."""

    does: Literal["show", "hide"]
    from_s: Seconds
    to_s: Seconds
    keys: Annotated[tuple[KeyMoment, ...], Field(min_length=1, max_length=120)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_s >= self.to_s:
            raise ValueError("a region ends before it begins")
        if any(after.at_s <= before.at_s for before, after in pairwise(self.keys)):
            raise ValueError("the key moments of a region are not in rising order")
        return self


class MaskPlan(Message):
    """What of a stretch of footage is painted over.

    Attributes:
        hides: `all-but` the regions that are shown; or `regions` alone.
        regions: What is shown and what is hidden; hiding wins.
    """

    hides: Literal["all-but", "regions"]
    regions: Annotated[tuple[MaskRegion, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if sum(len(key.corners) for region in self.regions for key in region.keys) > _MOST_CORNERS:
            raise ValueError("the regions have too many corners")
        if self.hides == "regions" and any(region.does == "show" for region in self.regions):
            raise ValueError("a region that is shown means something only where all else is hidden")
        return self

    def needs(self) -> str:
        """Return the kind of region without which it makes no copy for others' privacy; empty where nothing lacks."""
        wanted = "show" if self.hides == "all-but" else "hide"
        return "" if any(region.does == wanted for region in self.regions) else wanted


class FollowThing(Message):
    """Asks where something goes that a person marked, for a region that shall move with it.

    Attributes:
        at_s: When it was marked, in seconds of the stretch.
        to_s: To when it is followed: later, or earlier.
        corners: What was drawn around it.
    """

    at_s: Seconds
    to_s: Seconds
    corners: Annotated[tuple[tuple[Share, Share], ...], Field(min_length=3, max_length=60)]


class FollowedWay(Message):
    """How far something was followed.

    Attributes:
        reached_s: Up to which moment.
        ended: Empty while it is followed; then why no further: `reached`, `lost` (it was hidden, or is not to be told
            from what is around it), `left` (the view), `unrecorded`.
        keys: Its way, once it is over: evenly from one to the next, in rising order.
        certainty: How sure its last places are, 0..1.
    """

    reached_s: Seconds
    ended: Ended = ""
    keys: tuple[KeyMoment, ...] = ()
    certainty: float = 0.0


class CopyState(StrEnum):
    """How a copy stands at its node."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class MakeCopy(Message):
    """Orders a copy.

    Attributes:
        id: Names it, here and in its address.
        camera: Of which camera.
        from_90k: Start of the stretch, `utc_90k`.
        to_90k: Its end.
        until_90k: When the file is deleted.
        plan: What is painted over.
        always: Masks of the camera itself, which are always painted.
        stills_s: Moments of which a picture is kept beside the film.
        mark: Words that are written all over each picture; empty for none.
        caption: What the copy says of itself, small in each picture's corner and in the file; empty for nothing.
        whole: Whether it is made also where nothing is recorded, and where the picture's format changes: black
            pictures say what is missing and why. Without, such a stretch is refused.
        light: Whether its pictures are small, and few a second: for hours of footage.
    """

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    plan: MaskPlan
    always: tuple[tuple[tuple[float, float], ...], ...] = ()
    stills_s: Annotated[tuple[Seconds, ...], Field(max_length=12)] = ()
    mark: Annotated[str, Field(max_length=200)] = ""
    caption: Annotated[str, Field(max_length=100)] = ""
    whole: bool = False
    light: bool = False


class CopyAbout(Message):
    """Asks how a copy stands."""

    id: str


class RemoveCopy(Message):
    """Asks that a copy and its file be no more; one that is being made is not made on."""

    id: str


class CopyStanding(Message):
    """How a copy stands.

    Attributes:
        state: How far it is.
        progress: Which share of it is made, 0..1.
        bytes: How large its file is.
        stills: How many pictures lie beside it.
        sha256: Of its file, as it was made; empty as long as there is none, and where it was not taken.
        problem: Why it was not made; `mend` what can be done.
    """

    state: CopyState
    progress: float = 0.0
    bytes: int = 0
    stills: int = 0
    sha256: str = ""
    problem: str = ""
    mend: str = ""


COPY_REQUESTS: Final[dict[type[Message], str]] = {
    MakeCopy: "copy-make",
    CopyAbout: "copy-about",
    RemoveCopy: "copy-remove",
}
"""The last part of the subject on which a node answers each kind of request."""
