"""What the delivery side asks before it shows a picture; the answer comes from above."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from starlette.requests import HTTPConnection


class MediaAction(StrEnum):
    """What somebody wants to do with a camera's pictures."""

    LIVE = "live"
    STILL = "still"
    REPLAY = "replay"
    CLIP = "clip"
    RESERVE = "re-serve"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: may the person behind `connection` do `action` to `camera`?

    Attributes:
        action: What.
        camera: Which camera.
        connection: Headers, cookies and query of the request or socket.
        from_utc_90k: Start of the footage asked for; None for live.
        to_utc_90k: Its end.
    """

    action: MediaAction
    camera: str
    connection: HTTPConnection
    from_utc_90k: int | None = None
    to_utc_90k: int | None = None


class Permit(Protocol):
    """Leave to go on, and the access log's open entry."""

    @property
    def public(self) -> bool:
        """Whether anybody may see this, so that shared caches may keep it for a few seconds."""
        ...

    @property
    def revoked(self) -> bool:
        """Whether the permission has been withdrawn since; sockets ask before each fragment."""
        ...

    def close(self) -> None:
        """The view is over; its end is logged."""
        ...


Authorise = Callable[[Ask], Awaitable[Permit]]
"""Returns a permit, or raises `NotSignedIn`, `NotAllowed` or `NotFound`."""
