"""What the policy must know of a camera: where it is, whose it is, and what residents may see of it."""

from dataclasses import dataclass
from typing import Final

from ronda.bus.contract import Hours
from ronda.city.publication import UNPUBLISHED, Publication


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a partner has agreed to for its cameras, as it stands now.

    Attributes:
        partner: The partner's id.
        from_90k: First moment of the agreement, `utc_90k`.
        until_90k: Its end.
        emergency_only: Whether the cameras may be looked at only for a purpose that names an emergency.
        hours: The only hours in which they may be looked at, weekly in the city's zone; empty is at all hours.
        revoked: Whether the partner has withdrawn; then nobody outside the partner may look.
    """

    partner: str
    from_90k: int
    until_90k: int
    emergency_only: bool = False
    revoked: bool = False
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a camera stands in the order of the city.

    Attributes:
        area: Region code of its site; empty where it has none, so that only the whole city's people reach it.
        agency: Id of the agency that owns it; None for none.
        agreement: The partner's agreement where it is a partner's.
        publication: What residents see.
    """

    area: str = ""
    agency: str | None = None
    agreement: Agreement | None = None
    publication: Publication = UNPUBLISHED


NOWHERE: Final = Place()
