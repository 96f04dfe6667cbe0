"""What the log is told: looks, and what it answers with: entries."""

from dataclasses import dataclass
from typing import Final

ERASED: Final = "(erased)"
"""What stands where a name or a purpose was erased."""


@dataclass(frozen=True, slots=True)
class Look:
    """One thing somebody did or wanted to do.

    Attributes:
        who: See `Principal.label`.
        action: See `Action`.
        camera: Which camera; None for the city as a whole.
        purpose: What they said it is for; may be empty.
        remote: The kind of place it came from, never an address: `socket`, `this-machine`, `local-network`, `internet`.
        from_90k: Start of the footage asked for, `utc_90k`.
        to_90k: Its end.
        subject: Whom or what it was done to where that is no camera: a person's name, the id of a site or an area.
        area: Region code of where that is, as it was at the time; None for the city as a whole.
    """

    who: str
    action: str
    camera: str | None
    purpose: str
    remote: str
    from_90k: int | None = None
    to_90k: int | None = None
    subject: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A look as it was logged; `ended` is None while it goes on, and for what has no length.

    What was erased reads `ERASED` in the look.
    """

    look: Look
    started_90k: int
    ended_90k: int | None
    allowed: bool
    reason: str
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; None asks for all.

    Attributes:
        areas: Region codes; entries of them and of every area below them.
        camera: Id of a camera.
        who: Exactly this label.
        actions: One of these actions.
        from_90k: First moment at which the look began, `utc_90k`.
        to_90k: The moment before which it began.
    """

    areas: tuple[str, ...] | None = None
    camera: str | None = None
    who: str | None = None
    actions: tuple[str, ...] | None = None
    from_90k: int | None = None
    to_90k: int | None = None
