"""What the delivery side asks before it shows a picture; the answer comes from above."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from starlette.requests import HTTPConnection


class MediaAction(StrEnum):
    """What somebody wants to do with a camera's pictures."""

    LIVE = "live"
    STILL = "still"
    REPLAY = "replay"
    CLIP = "clip"
    RESERVE = "re-serve"
    PUSH = "push"
    COPY = "masked-copy"
    """A masked copy that was made for somebody in the pictures."""
    EXPORT = "export"
    """The files of a sealed export."""
    EXAMINE = "examine"
    """Pictures of what an examination in a case found."""
    IMPORT = "import-footage"
    """Footage is brought from elsewhere as the camera's past."""
    PROBE = "probe"
    """Of something that is not registered yet: no camera is named."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: may the person behind `connection` do `action` to `camera`?

    Attributes:
        action: What.
        camera: Which camera.
        connection: Headers, cookies and query of the request or socket.
        from_utc_90k: Start of the footage asked for; None for live.
        to_utc_90k: Its end.
        copy: Id of the masked copy that is asked for; None where it is none.
        export: Id of the sealed export that is asked for; None where it is none.
        examination: Id of the examination whose pictures are asked for; None where it is none.
    """

    action: MediaAction
    camera: str
    connection: HTTPConnection
    from_utc_90k: int | None = None
    to_utc_90k: int | None = None
    copy: str | None = None
    export: str | None = None
    examination: str | None = None


Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) of a closed shape on a camera's view, both 0..1 from the upper left."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to a camera's pictures before somebody sees them.

    Attributes:
        masks: Shapes that are painted over.
        without_people: Only stills from which passers-by have vanished are shown.
        stills_only: No moving pictures are shown.
        delay_s: How many seconds old a picture must be, at least.
    """

    masks: tuple[Polygon, ...] = ()
    without_people: bool = False
    stills_only: bool = False
    delay_s: int = 0


ORIGINAL: Final = Treatment()
"""Nothing is done: pictures as the camera sends them."""


class Permit(Protocol):
    """Leave to go on, and the access log's open entry."""

    @property
    def treatment(self) -> Treatment:
        """What must be done to the pictures, as things stand now; sockets end when it is another than at first."""
        ...

    @property
    def public(self) -> bool:
        """Whether anybody may see this, so that shared caches may keep it for a few seconds."""
        ...

    @property
    def resident(self) -> bool:
        """Whether it is seen only because everybody may, at whatever address: they share the places for the public."""
        ...

    @property
    def keeper(self) -> bool:
        """Whether they look after the camera: why it does not work names its address, which is theirs alone."""
        ...

    @property
    def revoked(self) -> bool:
        """Whether the permission has been withdrawn since; sockets ask several times a second."""
        ...

    def reach(self, from_utc_90k: int) -> None:
        """Go on only when the view may move to another moment of the past.

        Raises:
            NotAllowed: That moment may not be seen.
        """
        ...

    def shows(self, at_utc_90k: int) -> None:
        """Footage of this moment is shown from now on; the log keeps which minutes were looked at.

        Raises:
            Busy: It cannot be written.
        """
        ...

    def close(self) -> None:
        """The view is over; its end is logged."""
        ...


Authorise = Callable[[Ask], Awaitable[Permit]]
"""Returns a permit, or raises `NotSignedIn`, `NotAllowed` or `NotFound`."""
