"""The days' roots over the bus: a node asks the centre to sign them; the centre asks a node which it has."""

from typing import Annotated, Final

from pydantic import Field

from ronda.bus.contract import Message

MOST_AT_ONCE: Final = 200
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DayTold(Message):
    """A day's root; see `ronda.evidence.day_tree`."""

    camera: str
    profile: str
    number: int = Field(ge=0)
    day: str
    count: int = Field(ge=0)
    tree: Digest
    previous: Digest


class SignDays(Message):
    """Asks the centre to sign roots, those of one camera in order."""

    node: str
    days: Annotated[tuple[DayTold, ...], Field(max_length=MOST_AT_ONCE)]


class DaySigned(Message):
    """A signature over a root, and by which certificate; or why there is none."""

    signature: str = ""
    certificate: str = ""
    refused: str = ""


class DaysSigned(Message):
    """One answer for each root that was asked for, in order."""

    days: tuple[DaySigned, ...]


class ChainAbout(Message):
    """Asks the centre how far a camera's chain has come: for a node that has none of it."""

    camera: str
    profile: str


class ChainEnd(Message):
    """The number that comes next, and the root before it."""

    number: int
    previous: Digest


class DaysRequest(Message):
    """Asks a node for the roots that it has, behind a place in them."""

    camera: str = ""
    profile: str = ""
    number: int = -1


class DaysPage(Message):
    """Some of them, in order of camera, profile and number; `more` follow behind the last."""

    days: tuple[DayTold, ...]
    more: bool = False


SIGN_DAYS: Final = "sign-days"
CHAIN_ABOUT: Final = "chain-about"
DAY_REQUESTS: Final[dict[type[Message], str]] = {DaysRequest: "days"}
"""The last part of the subject on which a node answers each kind of request."""
