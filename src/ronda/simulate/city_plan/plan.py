"""The whole plan, put together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from ronda.city.area import Area
from ronda.city.camera import CameraStage
from ronda.city.owner import Agency, Partner
from ronda.city.publication import PublicationDecision
from ronda.city.recorder import Recorder
from ronda.city.region import Level, level_of
from ronda.city.site import Link, Site, SiteKind
from ronda.simulate.city_plan.cameras import CameraPlanner
from ronda.simulate.city_plan.condition import Condition, condition_of, links
from ronda.simulate.city_plan.decisions import decisions
from ronda.simulate.city_plan.draft import CameraPlan, SiteDraft
from ronda.simulate.city_plan.equipment import recorder_of
from ronda.simulate.city_plan.neighbourhoods import areas
from ronda.simulate.city_plan.owners import agencies, partners
from ronda.simulate.city_plan.sites import site_drafts, with_neighbourhoods
from ronda.simulate.city_plan.towers import tower_drafts, tower_of

# Which cameras there are, and whether they work, is the same on every day; the simulator needs no more.
_ANY_DAY: Final = date(2026, 1, 1)
_KELURAHAN: Final = len("33.74.13.1003")


@dataclass(frozen=True, slots=True)
class CityPlan:
    """Everything there is in the demonstration's city, as its registers hold it; cameras without their addresses."""

    areas: tuple[Area, ...]
    agencies: tuple[Agency, ...]
    partners: tuple[Partner, ...]
    sites: tuple[Site, ...]
    recorders: tuple[Recorder, ...]
    cameras: tuple[CameraPlan, ...]
    decisions: tuple[PublicationDecision, ...]


@lru_cache(maxsize=2)
def city_plan(today: date) -> CityPlan:
    """Return the plan as it stands on a day (about two seconds of one core the first time)."""
    drafts = _drafts()
    conditions = {site.id: condition_of(site, today) for site in drafts}
    manned = [site for site in drafts if site.cameras]
    connections = links(manned, conditions, today)
    return CityPlan(
        areas=areas(),
        agencies=agencies(),
        partners=partners(today),
        sites=tuple(_site(site, conditions[site.id], connections.get(site.id), today) for site in drafts),
        recorders=tuple(recorder_of(site) for site in manned),
        cameras=_cameras(manned, conditions, today),
        decisions=decisions(today),
    )


def part_of(plan: CityPlan, many: int) -> CityPlan:
    """Return the plan with its first `many` cameras and what belongs to them: a city for a small machine.

    All kelurahan stay; of RW and RT only those of a kelurahan with a camera.
    """
    cameras = plan.cameras[:many]
    if len(cameras) == len(plan.cameras):
        return plan
    ids, site_ids = {camera.id for camera in cameras}, {camera.site for camera in cameras}
    sites = tuple(site for site in plan.sites if site.id in site_ids)
    recorder_ids = {camera.recorder for camera in cameras}
    kelurahan = {site.area[:_KELURAHAN] for site in sites}
    return replace(
        plan,
        areas=tuple(
            area
            for area in plan.areas
            if level_of(area.id) not in (Level.RW, Level.RT) or area.id[:_KELURAHAN] in kelurahan
        ),
        sites=sites,
        recorders=tuple(recorder for recorder in plan.recorders if recorder.id in recorder_ids),
        cameras=cameras,
        decisions=tuple(one for one in plan.decisions if one.camera is None or one.camera in ids),
    )


@lru_cache(maxsize=1)
def planned_cameras() -> tuple[CameraPlan, ...]:
    """Return all 14,000 cameras, the original ones first; their days mean nothing here, see `city_plan`."""
    drafts = [site for site in _drafts() if site.cameras]
    return _cameras(drafts, {site.id: condition_of(site, _ANY_DAY) for site in drafts}, _ANY_DAY)


@lru_cache(maxsize=1)
def _drafts() -> tuple[SiteDraft, ...]:
    towers = tower_drafts()
    manned = with_neighbourhoods((*site_drafts(), *(tower for tower in towers if tower.cameras)))
    return (*manned, *(tower for tower in towers if not tower.cameras))


def _cameras(sites: Iterable[SiteDraft], conditions: dict[str, Condition], today: date) -> tuple[CameraPlan, ...]:
    by_id = {site.id: site for site in sites}
    planner = CameraPlanner(by_id, today)
    found = [
        camera for site in by_id.values() for camera in planner.of(site, conditions[site.id], recorder_of(site).id)
    ]
    # The original ones come first and in their own order, which is that of their recorders.
    return tuple(sorted(found, key=lambda camera: camera.served))


def _site(site: SiteDraft, condition: Condition, link: Link | None, today: date) -> Site:
    stages = condition.stages if site.cameras else {}
    tower = None
    if site.kind is SiteKind.TOWER:
        tower = tower_of(site, stages.get(CameraStage.INSTALLED), stages.get(CameraStage.CONNECTED), today)
    return Site(
        id=site.id,
        name=site.name,
        kind=site.kind,
        area=site.area,
        lat=site.at[1],
        lon=site.at[0],
        agency=site.agency,
        partner=site.partner,
        link=link,
        tower=tower,
        simulated=True,
    )
