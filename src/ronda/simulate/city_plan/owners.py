"""Agencies, and the partners outside government with their agreements: one of each way that an agreement can stand."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ronda.bus.contract import Hours
from ronda.city.geography.base_map import base_map
from ronda.city.owner import Agency, Partner, PartnerScope
from ronda.city.site import SiteKind
from ronda.simulate.city_plan.names import slug

_AGENCIES: Final = (
    ("diskominfo", "Diskominfo Kota Semarang"),
    ("satpol-pp", "Satpol PP Kota Semarang"),
    ("dishub", "Dishub Kota Semarang"),
    ("polrestabes", "Polrestabes Semarang"),
    ("bpbd", "BPBD Kota Semarang"),
)
_OF_KIND: Final = {
    SiteKind.CROWD_CENTRE: "satpol-pp",
    SiteKind.MARKET: "diskominfo",
    SiteKind.TOURISM: "diskominfo",
    SiteKind.INFRASTRUCTURE: "bpbd",
    SiteKind.MAIN_ROAD: "dishub",
    SiteKind.TOWER: "diskominfo",
    SiteKind.HOTSPOT: "polrestabes",
}
TOWER_OWNERS: Final = ("menara-nusa", "tower-pantura", "graha-pancang")
_NIGHT: Final = (Hours(from_minute=0, to_minute=300), Hours(from_minute=1080, to_minute=1440))


@dataclass(frozen=True, slots=True)
class PartnerSite:
    """Where a partner's cameras hang: name, kelurahan, position, how many, what they look at."""

    partner: str
    name: str
    area: str
    at: tuple[float, float]
    cameras: int
    scene: str


PARTNER_SITES: Final = (
    PartnerSite("mal-lima-raya", "Mal Lima Raya, halaman", "33.74.07.1004", (110.4216, -6.9908), 4, "parking"),
    PartnerSite("hotel-graha-pemuda", "Hotel Graha Pemuda", "33.74.01.1007", (110.4156, -6.9786), 3, "parking"),
    PartnerSite("griya-tlaga-asri", "Griya Tlaga Asri, gerbang", "33.74.06.1004", (110.4622, -6.9858), 4, "gang"),
    PartnerSite("ruko-kartini-makmur", "Ruko Kartini Makmur", "33.74.03.1007", (110.4352, -6.9802), 2, "parking"),
    PartnerSite("kawasan-wijaya", "Kawasan Pergudangan Wijaya", "33.74.15.1008", (110.3412, -6.9868), 3, "parking"),
)  # fmt: skip


def agencies() -> tuple[Agency, ...]:
    """Return the city's agencies, each kecamatan among them."""
    found = [Agency(id, name, simulated=True) for id, name in _AGENCIES]
    found += (Agency(agency_of(area.code), f"Kecamatan {area.name}", simulated=True) for area in base_map().kecamatan)
    return tuple(found)


def agency_of(kecamatan: str, kind: SiteKind | None = None) -> str:
    """Return who owns the sites of a kind in a kecamatan; the kecamatan itself where no agency does."""
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    return "kecamatan-" + slug(next(area.name for area in base_map().kecamatan if area.code == kecamatan))


def partners(today: date) -> tuple[Partner, ...]:
    """Return the partners; days are counted back from `today`."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def made(id: str, name: str, number: int, start: int, **more: object) -> Partner:
        consent = f"Perjanjian ditandatangani {name} (simulasi)"
        text = f"PKS-{number:03d}/DISKOMINFO/{ago(start).year} (simulasi)"
        values = {"number": text, "start": ago(start), "consent": consent, "simulated": True, **more}
        return Partner(id, name, **values)  # type: ignore[arg-type]

    return (
        made("mal-lima-raya", "Mal Lima Raya", 11, 400, end=ago(-330), public=True),
        made("hotel-graha-pemuda", "Hotel Graha Pemuda", 17, 300, end=ago(-65), scope=PartnerScope.EMERGENCY),
        made("griya-tlaga-asri", "Paguyuban Griya Tlaga Asri", 23, 210, scope=PartnerScope.HOURS, hours=_NIGHT),
        made("ruko-kartini-makmur", "Ruko Kartini Makmur", 26, 190, end=ago(-175), public=True, revoked=ago(12)),
        made("kawasan-wijaya", "Kawasan Pergudangan Wijaya", 5, 760, end=ago(30), public=True),
        *(
            made(id, name, number, 500, public=True)
            for number, (id, name) in enumerate(
                zip(TOWER_OWNERS, ("Menara Nusa", "Tower Pantura", "Graha Pancang"), strict=True), 31
            )
        ),
    )
