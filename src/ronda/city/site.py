"""Sites: places with equipment, their internet link, and what a telecom tower owes the city."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ronda.city.strict import strict


class SiteKind(StrEnum):
    """What kind of place a site is; see the glossary."""

    RT = "rt"
    KELURAHAN_OFFICE = "kelurahan-office"
    KECAMATAN_OFFICE = "kecamatan-office"
    CROWD_CENTRE = "crowd-centre"
    MARKET = "market"
    TOURISM = "tourism"
    INFRASTRUCTURE = "infrastructure"
    MAIN_ROAD = "main-road"
    TOWER = "tower"
    HOTSPOT = "hotspot"


class LinkState(StrEnum):
    """How a site's internet connection stands."""

    UP = "up"
    DOWN = "down"
    PLANNED = "planned"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Link:
    """A site's internet connection, with its wifi for residents.

    Attributes:
        state: How it stands.
        provider: Who provides it.
        bandwidth_mbps: What was ordered, Mbit/s.
        wifi: Name of the free wifi; empty where there is none.
        contract_end: Last day of the contract.
        since: Since when `state` holds.
    """

    __pydantic_config__ = strict(
        state="up",
        provider="Penyedia Contoh",
        bandwidth_mbps=50.0,
        wifi="Wifi RT 3",
        contract_end="2027-06-30",
        since="2026-01-01",
    )

    state: LinkState = LinkState.UP
    provider: str = ""
    bandwidth_mbps: float | None = None
    wifi: str = ""
    contract_end: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Tower:
    """What the owner of a telecom tower owes the city (Perwal 5/2019), as dates; None is not yet."""

    __pydantic_config__ = strict(owner="Menara Contoh", due="2027-01-31", installed="2026-10-12", connected=None)

    owner: str
    due: date | None = None
    installed: date | None = None
    connected: date | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One place with equipment.

    Attributes:
        id: `[a-z0-9][a-z0-9-]{0,62}`, as cameras'.
        name: What people call it.
        kind: What kind of place.
        area: Region code of the area it lies in.
        lat: Latitude, degrees (WGS 84); None where nobody has said.
        lon: Longitude.
        agency: Id of the agency that owns it; None where a partner does or nobody has said.
        partner: Id of the partner that owns it.
        address: Street address or a note how to find it.
        link: Its internet connection; None where there is none.
        tower: Set for a telecom tower.
        simulated: Whether it was made up for a demonstration.
    """

    __pydantic_config__ = strict(
        id="krapyak-rt03-rw04",
        name="RT 3 RW 4 Krapyak",
        kind="rt",
        area="33.74.13.1003.rw04.rt03",
        lat=-6.98419,
        lon=110.36984,
        agency="diskominfo",
        partner=None,
        address="Pos ronda, Jalan Subali Raya",
        link={"state": "up", "provider": "Penyedia Contoh", "bandwidth_mbps": 50.0, "wifi": "Wifi RT 3"},
        tower=None,
        simulated=False,
    )

    id: str
    name: str
    kind: SiteKind
    area: str
    lat: float | None = None
    lon: float | None = None
    agency: str | None = None
    partner: str | None = None
    address: str = ""
    link: Link | None = None
    tower: Tower | None = None
    simulated: bool = False
