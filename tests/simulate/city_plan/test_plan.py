"""The plan of the demonstration's city: of the size that was asked for, in order, and the same every time."""

from collections import Counter
from datetime import date, timedelta

import pytest

from ronda.base.identity import camera_id
from ronda.city.camera import CameraStage, TroubleCause
from ronda.city.geography.base_map import base_map
from ronda.city.geography.plane import distance_km, inside
from ronda.city.owner import PartnerScope
from ronda.city.publication import PublicationMode
from ronda.city.region import Level, ancestors_of, within
from ronda.city.site import LinkState, SiteKind
from ronda.simulate.city_plan.chance import between, chance, pick, shares, weighted
from ronda.simulate.city_plan.plan import CityPlan, city_plan, planned_cameras
from ronda.simulate.originals import originals

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def plan() -> CityPlan:
    return city_plan(TODAY)


def test_chance_belongs_to_its_name_and_to_nothing_else() -> None:
    assert chance("a", 1) == chance("a", 1) != chance("a", 2)
    assert chance("krapyak") == pytest.approx(0.849893, abs=1e-6)  # the same on every machine
    assert {between(3, 5, number) for number in range(100)} == {3, 4, 5}
    assert {pick("abc", number) for number in range(100)} == set("abc")
    likely = Counter(weighted({"often": 9.0, "seldom": 1.0}, number) for number in range(500))
    assert 20 < likely["seldom"] < 90
    assert shares(10, {"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 4, "b": 3, "c": 3}


def test_the_city_has_its_size(plan: CityPlan) -> None:
    levels = Counter(area.level for area in plan.areas)
    assert levels == {Level.CITY: 1, Level.KECAMATAN: 16, Level.KELURAHAN: 177, Level.RW: 1510, Level.RT: 10_628}
    assert len(plan.cameras) == 14_000 and len(plan.recorders) == 7_862
    kinds = Counter(site.kind for site in plan.sites)
    assert set(kinds) == set(SiteKind)
    assert kinds[SiteKind.KELURAHAN_OFFICE] == 177 and kinds[SiteKind.KECAMATAN_OFFICE] == 16
    assert kinds[SiteKind.TOWER] == 100 and kinds[SiteKind.HOTSPOT] == 30
    per_rt = Counter(Counter(one.site for one in plan.cameras if "-rt" in one.site).values())
    assert set(per_rt) == {1, 2, 3, 4} and per_rt[2] > 0.6 * sum(per_rt.values())
    assert sum(bool(site.link and site.link.wifi) for site in plan.sites) == 5_569


def test_what_is_referred_to_is_there_and_every_id_is_one(plan: CityPlan) -> None:
    areas = {area.id for area in plan.areas}
    assert all(above in areas for area in plan.areas for above in ancestors_of(area.id)) and len(areas) == 12_332
    owners = {one.id for one in plan.agencies} | {one.id for one in plan.partners}
    sites = {site.id: site for site in plan.sites}
    recorders = {recorder.id: recorder for recorder in plan.recorders}
    assert len(sites) == len(plan.sites) and len(recorders) == len(plan.recorders)
    assert all(camera_id(id) == id for id in (*sites, *recorders, *owners, *(one.id for one in plan.cameras)))
    assert all(site.area in areas and (site.agency or site.partner) in owners for site in plan.sites)
    assert all(bool(site.agency) != bool(site.partner) for site in plan.sites)
    for camera in plan.cameras:
        recorder = recorders[camera.recorder]
        assert recorder.site == camera.site and 1 <= camera.channel <= recorder.channels
        assert camera.name.startswith(sites[camera.site].name), camera.name
        assert 0 <= camera.bearing_deg < 360 and 0 < camera.angle_deg < 180 and 0 <= camera.phase_s < 10
    assert len({camera.id for camera in plan.cameras}) == len({camera.served for camera in plan.cameras}) == 14_000
    cameras = {camera.id for camera in plan.cameras}
    for decision in plan.decisions:
        assert (
            decision.reason
            and decision.by
            and (decision.camera in cameras if decision.camera else decision.area in areas)
        )


def test_everything_stands_on_the_citys_land(plan: CityPlan) -> None:
    drawn = base_map()
    places = [(site.lon, site.lat) for site in plan.sites] + [camera.at for camera in plan.cameras if camera.at]
    for place in places[::7]:
        assert place is not None and place[0] is not None and place[1] is not None
        assert inside(drawn.outline, (place[0], place[1])), place


def test_the_original_cameras_are_where_they_were(plan: CityPlan) -> None:
    sites = {site.id: site for site in plan.sites}
    for original, camera in zip(originals(), plan.cameras, strict=False):
        assert (camera.id, camera.name, camera.phase_s) == (original.id, original.name, original.phase_s)
        assert camera.served == (original.recorder, original.channel) and camera.working
    corner = [camera for camera in plan.cameras if camera.site == "krapyak-rt03-rw04"]
    assert len(corner) == 4 and sites["krapyak-rt03-rw04"].area == "33.74.13.1003.rw04.rt03"
    for id, place in {"simpang-lima": (110.4231, -6.9903), "tugu-muda": (110.4094, -6.9839)}.items():
        assert distance_km((sites[id].lon or 0, sites[id].lat or 0), place) < 0.15


def test_three_in_ten_do_not_work_and_each_says_why_and_since_when(plan: CityPlan) -> None:
    sites = {site.id: site for site in plan.sites}
    idle = [camera for camera in plan.cameras if not camera.working]
    assert 0.26 < len(idle) / len(plan.cameras) < 0.34
    for camera in idle:
        assert camera.trouble and camera.trouble.since < TODAY and camera.trouble.note
        assert camera.trouble.target is None or camera.trouble.target > TODAY
    assert {camera.trouble.cause for camera in idle if camera.trouble} == set(TroubleCause) - {TroubleCause.OTHER}
    waiting = [
        one
        for one in plan.cameras
        if within(sites[one.site].area, "33.74.12") or within(sites[one.site].area, "33.74.14")
    ]
    assert len(waiting) > 1000
    for camera in waiting:
        assert not camera.connected and camera.trouble and camera.trouble.cause is TroubleCause.NO_NETWORK
        assert camera.trouble.target and camera.trouble.target > TODAY
    shares_connected = {
        code: (sum(one.connected for one in mine) / len(mine))
        for code in (area.code for area in base_map().kecamatan)
        if (mine := [one for one in plan.cameras if within(sites[one.site].area, code)])
    }
    assert len(shares_connected) == 16
    assert all(0.7 < share < 0.97 for code, share in shares_connected.items() if code not in ("33.74.12", "33.74.14"))


def test_stages_follow_each_other_and_the_money(plan: CityPlan) -> None:
    order = [
        CameraStage.PLANNED,
        CameraStage.BUDGETED,
        CameraStage.INSTALLED,
        CameraStage.CONNECTED,
        CameraStage.PUBLISHED,
    ]
    for camera in plan.cameras:
        days = [camera.stages[stage] for stage in order if stage in camera.stages]
        assert days == sorted(days) and len(days) >= 3 and days[-1] <= TODAY
        assert camera.budget == "Mitra" or camera.budget.endswith(str(camera.stages[CameraStage.BUDGETED].year))
    assert {link.state for site in plan.sites if (link := site.link)} == set(LinkState)


def test_partners_stand_in_every_way_and_towers_owe(plan: CityPlan) -> None:
    assert {partner.scope for partner in plan.partners} == set(PartnerScope)
    assert any(partner.revoked for partner in plan.partners)
    assert any(partner.end and partner.end < TODAY for partner in plan.partners)
    towers = [site.tower for site in plan.sites if site.kind is SiteKind.TOWER]
    assert all(tower and tower.due and "simulasi" not in tower.owner for tower in towers)
    assert sum(bool(tower and tower.installed) for tower in towers) == 61
    assert 30 < sum(bool(tower and tower.connected) for tower in towers) < 61
    assert any(tower and tower.due and tower.due < TODAY and not tower.installed for tower in towers)


def test_publication_is_decided_for_every_kind(plan: CityPlan) -> None:
    city = {
        decision.kind: decision.mode for decision in plan.decisions if decision.area == "33.74" and not decision.camera
    }
    assert set(city) == set(SiteKind)
    assert city[SiteKind.RT] is PublicationMode.LIVE
    assert city[SiteKind.INFRASTRUCTURE] is PublicationMode.STILLS_WITHOUT_PEOPLE
    assert {decision.mode for decision in plan.decisions} == set(PublicationMode)


def test_the_plan_depends_on_the_day_only_by_its_days(plan: CityPlan) -> None:
    later = city_plan(TODAY + timedelta(days=30))
    for one, other in zip(plan.cameras, later.cameras, strict=True):
        assert (one.id, one.served, one.phase_s, one.at, one.working) == (
            other.id,
            other.served,
            other.phase_s,
            other.at,
            other.working,
        )
        assert other.stages[CameraStage.INSTALLED] - one.stages[CameraStage.INSTALLED] == timedelta(days=30)
    assert [camera.working for camera in planned_cameras()] == [camera.working for camera in plan.cameras]
