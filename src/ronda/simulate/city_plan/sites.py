"""Every place with cameras, of every kind: 7,862 with a recorder and 14,000 cameras in all."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ronda.city.geography.base_map import Point, base_map
from ronda.city.geography.cells import kelurahan_cells
from ronda.city.geography.plane import distance_km, inside, nearest_on
from ronda.city.site import SiteKind
from ronda.simulate.city_plan.chance import chance, drawn, shares
from ronda.simulate.city_plan.condition import ORIGINAL_SITES
from ronda.simulate.city_plan.draft import SiteDraft
from ronda.simulate.city_plan.names import kelurahan_slugs, slug
from ronda.simulate.city_plan.neighbourhoods import Neighbourhood, neighbourhoods
from ronda.simulate.city_plan.owners import PARTNER_SITES, agency_of
from ronda.simulate.city_plan.places import KNOWN_PLACES
from ronda.simulate.city_plan.roads import OnRoad, nearest_road, on_road, stations

RECORDERS: Final = 7_862
CAMERAS: Final = 14_000
THE_CORNER: Final = "krapyak-rt03-rw04"
_ALONG_ROADS: Final = frozenset({"road", "crossing"})
_JALAN_PEMUDA_KM: Final = 0.55
_APART_KM: Final = 0.12
_THREE_CAMERAS: Final = 180


@lru_cache(maxsize=1)
def site_drafts() -> tuple[SiteDraft, ...]:
    """Return every site that has cameras but towers, the known places first and the RTs last."""
    places = [_owned(one) for one in (*_known(), *_partners(), *_offices())]
    places += [_owned(one) for one in _stations(places)]
    return tuple(places)


def with_neighbourhoods(others: tuple[SiteDraft, ...]) -> tuple[SiteDraft, ...]:
    """Return all sites: `others`, and as many RTs, with as many cameras, as make the whole."""
    many = RECORDERS - len(others)
    cameras = CAMERAS - sum(site.cameras for site in others)
    return (*others, *(_owned(one) for one in _corners(many, cameras)))


def _known() -> Iterator[SiteDraft]:
    for place in KNOWN_PLACES:
        draft = SiteDraft(
            place.id, place.name, place.kind, place.area, place.at, place.cameras, place.scene,
            bearing_deg=_direction(place.id, place.scene, place.at),
        )  # fmt: skip
        if place.scene in _ALONG_ROADS:
            pemuda = place.id == "jalan-pemuda"
            road = on_road("Jalan Pemuda", _JALAN_PEMUDA_KM) if pemuda else nearest_road(place.at)
            at = road.at if place.scene == "road" and distance_km(road.at, place.at) < _APART_KM else place.at
            draft = replace(draft, road=road, at=at, bearing_deg=road.bearing_deg)
        yield draft


def _partners() -> Iterator[SiteDraft]:
    for one in PARTNER_SITES:
        bearing = _direction(one.partner, one.scene, one.at)
        yield SiteDraft(
            slug(one.name), one.name, SiteKind.CROWD_CENTRE, one.area, one.at, one.cameras, one.scene,
            bearing_deg=bearing, partner=one.partner,
        )  # fmt: skip


def _offices() -> Iterator[SiteDraft]:
    for area in base_map().kecamatan:
        at = (round(area.centre[0] + 0.0012, 5), round(area.centre[1] - 0.0009, 5))
        id = f"kecamatan-{slug(area.name)}"
        where = _kelurahan_at(at, area.code)
        yield SiteDraft(
            id, f"Kantor Kecamatan {area.name}", SiteKind.KECAMATAN_OFFICE, where, at, 3, "office",
            bearing_deg=_direction(id, "office", at),
        )  # fmt: skip
    for area in base_map().kelurahan:
        id = f"kelurahan-{kelurahan_slugs()[area.code]}"
        turn = (chance("east", id), chance("north", id))
        at = (round(area.centre[0] + turn[0] * 0.002 - 0.001, 5), round(area.centre[1] + turn[1] * 0.002 - 0.001, 5))
        yield SiteDraft(
            id, f"Kantor Kelurahan {area.name}", SiteKind.KELURAHAN_OFFICE, area.code, at,
            ORIGINAL_SITES.get(id, 2), "office", bearing_deg=_direction(id, "office", at),
        )  # fmt: skip


def _stations(there: list[SiteDraft]) -> Iterator[SiteDraft]:
    """Yield main-road sites where no other camera looks along the road already."""
    taken = [site.at for site in there if site.scene in _ALONG_ROADS]
    for place in stations():
        if all(distance_km(place.at, other) > _APART_KM for other in taken):
            yield _station(place)


def _station(place: OnRoad) -> SiteDraft:
    metres = round(place.km * 1000)
    name = f"{place.road} km {place.km:.2f}".replace(".", ",")
    id = f"{slug(place.road)}-{metres:05d}"
    area = _kelurahan_at(place.at)
    return SiteDraft(id, name, SiteKind.MAIN_ROAD, area, place.at, 2, "road", place, place.bearing_deg)


def _corners(many: int, cameras: int) -> Iterator[SiteDraft]:
    every = neighbourhoods()
    kecamatan: dict[str, list[Neighbourhood]] = {}
    for rt in every:
        kecamatan.setdefault(rt.code[:8], []).append(rt)
    quotas = shares(many, {code: float(len(rts)) for code, rts in kecamatan.items()})
    chosen: list[Neighbourhood] = []
    for code, rts in kecamatan.items():
        first = [rt for rt in rts if _id_of(rt) == THE_CORNER]
        rest = [rt for rt in rts if rt not in first]
        kept = drawn(rest, quotas[code] - len(first), _id_of, "has a recorder")
        chosen += first + [rt for rt in rest if _id_of(rt) in kept]
    others = [rt for rt in chosen if _id_of(rt) != THE_CORNER]
    three = drawn(others, _THREE_CAMERAS, _id_of, "three cameras")
    # One camera each, then a second one as far as there are cameras.
    left = cameras - 4 - len(others) - 2 * len(three)
    two = drawn([rt for rt in others if _id_of(rt) not in three], left, _id_of, "two cameras")
    for rt in chosen:
        id = _id_of(rt)
        yield SiteDraft(
            id, f"RT {rt.rt} RW {rt.rw} {rt.kelurahan.name}", SiteKind.RT, rt.code, rt.at,
            4 if id == THE_CORNER else 3 if id in three else 2 if id in two else 1, "gang", bearing_deg=rt.bearing_deg,
        )  # fmt: skip


def _id_of(rt: Neighbourhood) -> str:
    return f"{kelurahan_slugs()[rt.kelurahan.code]}-rt{rt.rt:02d}-rw{rt.rw:02d}"


def _direction(id: str, scene: str, at: Point) -> float:
    """Return what a camera looks along: the river for one at a river, else what chance gives."""
    if scene == "river":
        return round(min(nearest_on(river.points, at) for river in base_map().rivers)[2], 1)
    return round(360 * chance("direction", id), 1)


def _kelurahan_at(at: Point, within: str = "") -> str:
    """Return the kelurahan whose cell a place lies in, else the nearest."""
    cells = kelurahan_cells()
    areas = [area for area in base_map().kelurahan if area.code.startswith(within)]
    for area in areas:
        if inside(cells[area.code], at):
            return area.code
    return min(areas, key=lambda area: distance_km(area.centre, at)).code


def _owned(site: SiteDraft) -> SiteDraft:
    return site if site.partner else replace(site, agency=agency_of(site.kecamatan, site.kind))
