"""Footage that is still at a recorder, over the bus: what there is, and orders to fetch it into the archive."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from ronda.bus.contract import Message, Span

LONGEST_S: Final = 86_400
"""So much is fetched by one order at most."""

FetchId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class SiteFootageRequest(Message):
    """Asks what of a camera's past its recorder has.

    Attributes:
        camera: Of which camera.
        recorder: Where the recorder's management is, without an account; empty for where the camera's stream is.
        from_90k: Start of the range.
        to_90k: Its end.
    """

    camera: str
    recorder: str = ""
    from_90k: int
    to_90k: int


class SiteFootage(Message):
    """What a recorder has.

    Attributes:
        how: `onvif`, `hikvision` or `dahua`.
        spans: Where it has footage, in true time.
        exact: Whether holes in it are known.
        clock_offset_s: How far its clock is ahead; None where it does not say.
    """

    how: str
    spans: tuple[Span, ...]
    exact: bool
    clock_offset_s: float | None = None


class FetchWhen(StrEnum):
    """When footage is fetched."""

    NOW = "now"
    NIGHT = "night"


class FetchState(StrEnum):
    """How an order stands."""

    WAITING = "waiting"
    FETCHING = "fetching"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MakeFetch(Message):
    """Orders that footage be fetched; what is in the archive already is left out.

    Attributes:
        id: Names the order.
        camera: Of which camera.
        recorder: As in `SiteFootageRequest`.
        from_90k: Start of the stretch.
        to_90k: Its end.
        when: At once, or in the night.
        rate_bps: The most that may be taken of the line, in bits per second; 0 for all, None for what is usual there.
        keep_until_90k: Until when what is fetched is kept from deletion; None for as long as the camera's days say.
        by: Who ordered it.
    """

    id: FetchId
    camera: str
    recorder: str = ""
    from_90k: int
    to_90k: int
    when: FetchWhen = FetchWhen.NOW
    rate_bps: int | None = Field(default=None, ge=0, le=10_000_000_000)
    keep_until_90k: int | None = None
    by: str = ""


class FetchesRequest(Message):
    """Asks for the orders, of one camera or all."""

    camera: str | None = None


class FetchAbout(Message):
    """Asks how an order stands."""

    id: str


class CancelFetch(Message):
    """Asks that an order end; what was fetched stays."""

    id: str


class FetchStanding(Message):
    """An order, and how it stands.

    Attributes:
        order: See there.
        state: How far it is.
        at_90k: When it was ordered.
        fetched_s: Seconds of footage that were fetched.
        wanted_s: Seconds that were missing when it began; 0 before that.
        bytes: How much was fetched.
        fetching: What is being fetched now.
        missing: What the recorder does not have (any more) of the stretch.
        tries: How often it was cut.
        next_90k: When it goes on, where it waits.
        problem: Why it waits or failed; `mend` what can be done.
    """

    order: MakeFetch
    state: FetchState
    at_90k: int
    fetched_s: float = 0.0
    wanted_s: float = 0.0
    bytes: int = 0
    fetching: Span | None = None
    missing: tuple[Span, ...] = ()
    tries: int = 0
    next_90k: int | None = None
    problem: str = ""
    mend: str = ""


class FetchStandings(Message):
    """The orders, newest first."""

    fetches: tuple[FetchStanding, ...]


FETCH_REQUESTS: Final[dict[type[Message], str]] = {
    SiteFootageRequest: "site-footage",
    MakeFetch: "fetch-make",
    FetchesRequest: "fetches",
    FetchAbout: "fetch-about",
    CancelFetch: "fetch-cancel",
}
"""The last part of the subject on which a node answers each kind of request."""
