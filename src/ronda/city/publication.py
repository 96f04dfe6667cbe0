"""Whether and how residents see a camera: decisions, and what follows from them for one camera."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ronda.bus.contract import Hours

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) of a closed shape on a camera's view, both 0..1 from the upper left."""


class PublicationMode(StrEnum):
    """How residents see a camera."""

    NO = "no"
    STILLS = "stills"
    STILLS_WITHOUT_PEOPLE = "stills-without-people"
    LIVE = "live"
    HOURS = "live-in-hours"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Publication:
    """What holds for one camera, after inheritance, quarantine and agreement.

    Attributes:
        mode: How it is seen; `HOURS` is live within `hours` and stills at other times.
        hours: When it is live; weekly, in the city's zone.
        delay_s: Seconds by which `DELAYED` pictures lag behind.
        masks: What is painted over in everything public.
        quarantined: It would be seen, were it not for its quarantine; `mode` is `NO` then.
    """

    mode: PublicationMode = PublicationMode.NO
    hours: tuple[Hours, ...] = ()
    delay_s: int = 0
    masks: tuple[Polygon, ...] = ()
    quarantined: bool = False

    @property
    def visible(self) -> bool:
        """Whether the camera exists for residents at all."""
        return self.mode is not PublicationMode.NO


UNPUBLISHED: Final = Publication()


@dataclass(frozen=True, slots=True)
class PublicationDecision:
    """Somebody's word on a camera, or on a kind of site in an area and all that lies in it.

    Attributes:
        id: Its own id.
        camera: The one camera it is about; then `area` and `kind` do not count.
        area: Region code; inherited down the tree.
        kind: Kind of site (see `SiteKind`); None for every kind.
        mode: See `Publication`; `hours` and `delay_s` too.
        hours: See `Publication`.
        delay_s: See `Publication`.
        by: Who decided.
        reason: Why, in their words; never empty.
        at_90k: When, `utc_90k`.
    """

    id: str
    camera: str | None
    area: str
    kind: str | None
    mode: PublicationMode
    hours: tuple[Hours, ...]
    delay_s: int
    by: str
    reason: str
    at_90k: int
