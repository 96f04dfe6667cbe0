"""An area's space: what there is, what works, what is not connected yet and why, its links, and the areas below."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from ronda.city.camera import CameraStage
from ronda.city.city import City
from ronda.city.region import level_of, parent_of, within
from ronda.city.site import LinkState
from ronda.insight.figures import Tally, is_connected
from ronda.people import powers
from ronda.people.action import Action
from ronda.people.principal import Role, Scope
from ronda.web.fields import Later, SiteId, SiteName
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1", tags=["registry"])
_Sees = Annotated[Caller, Depends(Asks(Action.SEE))]
_TARGETS_AT_MOST = 50
_WORST = (LinkState.DOWN, LinkState.ENDED, LinkState.PLANNED, LinkState.UP)


class NumbersShown(BaseModel):
    """Cameras counted."""

    total: Annotated[int, Field(examples=[86])]
    connected: Annotated[int, Field(examples=[71])]
    working: Annotated[int, Field(examples=[66])]
    published: Annotated[int, Field(examples=[60])]


class ChildShown(NumbersShown):
    """An area below, with its numbers."""

    code: Annotated[str, Field(examples=["33.74.13.1003.rw04"])]
    name: Annotated[str, Field(examples=["RW 4"])]
    level: Annotated[str, Field(examples=["rw"])]


class SiteLinkShown(BaseModel):
    """A site's internet connection."""

    site: SiteId
    site_name: SiteName
    state: Annotated[str, Field(examples=["up"])]
    provider: Annotated[str, Field(examples=["Penyedia Contoh"])]
    bandwidth_mbps: Annotated[float | None, Field(examples=[50.0])]
    wifi: Annotated[str, Field(examples=["Wifi RT 3"])]
    contract_end: Annotated[str | None, Field(examples=["2027-06-30"])]
    since: Annotated[str | None, Field(examples=["2026-01-01"])]


class CauseShown(BaseModel):
    """Why cameras do not work or are not connected, with how many."""

    cause: Annotated[str, Field(examples=["recorder-lost"])]
    cameras: Annotated[int, Field(examples=[3])]
    target: Later | None = Field(description="The latest day by which they shall be mended; null where none is set")


class SpaceShown(BaseModel):
    """An area's space."""

    code: Annotated[str, Field(examples=["33.74.13.1003"])]
    name: Annotated[str, Field(examples=["Krapyak"])]
    level: Annotated[str, Field(examples=["kelurahan"])]
    lat: Annotated[float | None, Field(examples=[-6.984])]
    lon: Annotated[float | None, Field(examples=[110.37])]
    parents: list[dict[str, str]] = Field(
        description="The areas above, from the city down, by code and name",
        examples=[[{"code": "33.74", "name": "Semarang"}, {"code": "33.74.13", "name": "Semarang Barat"}]],
    )
    numbers: NumbersShown
    causes: list[CauseShown]
    children: list[ChildShown]
    sites: Annotated[int, Field(examples=[31])]
    links: list[SiteLinkShown] = Field(description="Of at most 50 sites, those that are down first")
    links_down: int = Field(description="Sites whose connection is down or has ended", examples=[2])
    simulated: bool
    may: list[Action] = Field(
        default=[], description="What you may do in this area", examples=[["see", "live", "registry"]]
    )
    gives: list[Role] = Field(
        default=[], description="The roles that you may give over this area", examples=[["rt-head", "rt-member"]]
    )


@router.get("/areas/{area}/space", summary="An area at a glance")
async def get_space(caller: _Sees, area: str) -> SpaceShown:
    """Return what there is in an area and how it works, counted off the loop."""
    parts = caller.parts
    space = await parts.finder.pool.run(_space, parts.centre.city, area)
    space.may = [action for action in Action if caller.may(action, area=area)]
    space.gives = powers.givable(caller.principal, Scope.AREA, area, parts.clock.utc_90k())
    return space


def _space(city: City, code: str) -> SpaceShown:
    area = city.areas.get(code)
    whole, below = Tally(), {one.id: Tally() for one in city.areas if one.parent == code}
    causes: Counter[str] = Counter()
    targets: dict[str, str] = {}
    simulated = area.simulated
    for camera in city.cameras.all():
        place = city.place_of(camera)
        if not within(place.area, code) or CameraStage.RETIRED in camera.papers.stages:
            continue
        child = _child(place.area, code)
        for tally in (whole, *([below[child]] if child in below else ())):
            tally.add(camera, published=place.publication.visible)
        simulated = simulated or camera.simulated
        if camera.trouble is not None:
            cause = camera.trouble.cause.value
            causes[cause] += 1
            if camera.trouble.target is not None:
                targets[cause] = max(targets.get(cause, ""), camera.trouble.target.isoformat())
        elif not is_connected(camera):
            causes["planned"] += 1
    sites = [site for site in city.sites if within(site.area, code)]
    return SpaceShown(
        code=code,
        name=area.name,
        level=level_of(code).value,
        lat=area.lat,
        lon=area.lon,
        parents=_parents(city, code),
        numbers=NumbersShown(**whole.document()),
        causes=[CauseShown(cause=c, cameras=n, target=targets.get(c)) for c, n in causes.most_common()],
        children=[
            ChildShown(code=id, name=city.areas.get(id).name, level=level_of(id).value, **tally.document())
            for id, tally in sorted(below.items())
        ],
        sites=len(sites),
        links=_links(sites),
        links_down=sum(site.link is not None and site.link.state in _WORST[:2] for site in sites),
        simulated=simulated,
    )


def _child(code: str, area: str) -> str:
    """Return the code of the area just below `area` in which `code` lies."""
    return ".".join(code.split(".")[: area.count(".") + 2])


def _parents(city: City, code: str) -> list[dict[str, str]]:
    found = []
    above = parent_of(code)
    while above is not None:
        if (area := city.areas.find(above)) is not None:
            found.append({"code": above, "name": area.name})
        above = parent_of(above)
    return found[::-1]


def _links(sites: list[Any]) -> list[SiteLinkShown]:
    linked = sorted(
        (site for site in sites if site.link is not None), key=lambda one: (_WORST.index(one.link.state), one.id)
    )
    return [
        SiteLinkShown(
            site=site.id,
            site_name=site.name,
            state=site.link.state.value,
            provider=site.link.provider,
            bandwidth_mbps=site.link.bandwidth_mbps,
            wifi=site.link.wifi,
            contract_end=site.link.contract_end and site.link.contract_end.isoformat(),
            since=site.link.since and site.link.since.isoformat(),
        )
        for site in linked[:_TARGETS_AT_MOST]
    ]
