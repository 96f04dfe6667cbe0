"""Who owns cameras: agencies of the city, and partners outside government with their agreements."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ronda.bus.contract import Hours
from ronda.city.strict import strict


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency, such as Diskominfo, Satpol PP or a kecamatan."""

    __pydantic_config__ = strict(id="diskominfo", name="Diskominfo Kota Semarang", simulated=False)

    id: str
    name: str
    simulated: bool = False


class PartnerScope(StrEnum):
    """When the city may look at a partner's cameras."""

    ALWAYS = "always"
    EMERGENCY = "emergency"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Partner:
    """An owner outside government who lets the city look.

    Attributes:
        id: As a camera's id.
        name: What it is called.
        number: Number of the agreement.
        start: First day of it; None: none has been made, nobody may look.
        end: Last day of it; None is open-ended.
        scope: When the city may look.
        hours: The hours, where the scope is by hours; the city's zone.
        public: Whether its cameras may be published at all.
        consent: Who agreed, when, to what, in words.
        revoked: Since when the partner has withdrawn; takes effect at once.
        simulated: Whether it was made up for a demonstration.
    """

    __pydantic_config__ = strict(
        id="pasar-krapyak",
        name="Pengelola Pasar Krapyak",
        number="043/PKS/XI/2026",
        start="2026-11-01",
        end="2028-10-31",
        scope="hours",
        hours=[{"weekdays": [0, 1, 2, 3, 4, 5, 6], "from_minute": 1080, "to_minute": 360}],
        public=False,
        consent="Disetujui kepala pasar pada 2026-10-20, untuk kamera gerbang",
        revoked=None,
        simulated=False,
    )

    id: str
    name: str
    number: str = ""
    start: date | None = None
    end: date | None = None
    scope: PartnerScope = PartnerScope.ALWAYS
    hours: tuple[Hours, ...] = ()
    public: bool = False
    consent: str = ""
    revoked: date | None = None
    simulated: bool = False
