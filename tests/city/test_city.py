"""Everything there is, changed together or not at all, and what follows for each camera."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ronda.base.errors import BadInput, Conflict, RondaError
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Hours
from ronda.city.area import Area
from ronda.city.camera import Camera, CameraStage, Papers, Quarantine, Spot, Trouble, TroubleCause
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.owner import Agency, Partner, PartnerScope
from ronda.city.place import Place
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.recorder import Recorder
from ronda.city.registry import NewCamera
from ronda.city.site import Link, Site, SiteKind
from ronda.store.database import Store

RT = "33.74.16.1006.rw04.rt03"
AREAS = [
    Area("33.74", "Semarang", -6.99, 110.42),
    Area("33.74.16", "Semarang Barat"),
    Area("33.74.16.1006", "Krapyak"),
    Area("33.74.16.1006.rw04", "RW 4"),
    Area(RT, "RT 3"),
]
POST = Site("krapyak-rt03", "RT 3 RW 4 Krapyak", SiteKind.RT, RT, -6.983, 110.386, "diskominfo", link=Link(wifi="RT3"))
MALL = Site("mal", "Mal", SiteKind.CROWD_CENTRE, "33.74.16.1006", partner="mal")
BASE = Edit(
    areas=AREAS,
    agencies=[Agency("diskominfo", "Diskominfo")],
    partners=[Partner("mal", "PT Mal", start=date(2026, 1, 1), end=date(2026, 12, 31), public=True)],
    sites=[POST, MALL],
    recorders=[Recorder("nvr-1", "krapyak-rt03", "Hikvision", channels=4, username="admin", password="rahasia-sekali")],
)


def decision(mode: PublicationMode, **values: object) -> PublicationDecision:
    given: dict[str, object] = {"id": f"d-{mode}-{len(values)}", "camera": None, "area": "33.74", "kind": None}
    given |= {"hours": (), "delay_s": 0, "by": "walikota", "reason": "Perwal", "at_90k": 1} | values
    return PublicationDecision(mode=mode, **given)  # type: ignore[arg-type]


async def opened(store: Store) -> City:
    return await City.open(store, SystemClock(), ZoneInfo("Asia/Jakarta"))


@pytest.fixture
async def city(store: Store) -> City:
    city = await opened(store)
    await city.apply(BASE, "test")
    return city


def camera(city: City, id: str, site: str | None, url: str | None = "rtsp://u:geheim@h/1", channel: int = 1) -> Camera:
    recorder = "nvr-1" if site == POST.id else None
    spot = Spot(site, recorder, channel if recorder else None, bearing_deg=90, angle_deg=70)
    return city.cameras.made(NewCamera(id, url, id, spot=spot))


def place(city: City, id: str) -> Place:
    found = city.place(id)
    assert found is not None
    return found


async def test_what_was_written_is_there_after_a_restart(store: Store, city: City) -> None:
    stages = {CameraStage.PLANNED: date(2024, 1, 2), CameraStage.CONNECTED: date(2025, 3, 4)}
    one = replace(
        camera(city, "gang", POST.id),
        papers=Papers("security", date(2025, 1, 1), "APBD 2024", stages),
        trouble=Trouble(TroubleCause.INSECTS, date(2026, 11, 1), note="semut"),
        masks=(((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),),
        quarantine=Quarantine("turned", 5, "eyes"),
    )
    planned = camera(city, "rencana", POST.id, url=None, channel=2)
    await city.apply(Edit(cameras=[one, planned], decisions=[decision(PublicationMode.LIVE)]), "test")
    again = await opened(store)
    assert again.cameras.get("gang") == one
    assert not again.cameras.get("rencana").pulled
    assert [set(r) for r in again._registers().values()] == [set(r) for r in city._registers().values()]
    assert again.sites.get(POST.id) == POST
    assert again.decisions.find("d-live-0") == city.decisions.find("d-live-0")


async def test_an_edit_happens_whole_or_not_at_all(city: City) -> None:
    good, bad = camera(city, "baik", POST.id), camera(city, "buruk", "nowhere")
    with pytest.raises(Conflict, match=r"camera buruk refers to site 'nowhere'"):
        await city.apply(Edit(cameras=[good, bad], areas=[Area("33.74.17", "Ngaliyan")]), "test")
    assert "baik" not in city.cameras
    assert "33.74.17" not in city.areas


async def test_the_same_again_changes_nothing(city: City) -> None:
    assert (await city.apply(BASE, "test")).nothing
    assert len(await city.history("site", POST.id)) == 1


async def test_the_history_tells_before_and_after_and_no_secret(city: City) -> None:
    await city.apply(Edit(recorders=[replace(BASE.recorders[0], model="DS-7604", password="lain-lagi")]), "budi")
    added, changed = await city.history("recorder", "nvr-1")
    assert (added.action, changed.action, changed.by) == ("added", "changed", "budi")
    assert added.before is None
    assert changed.before and changed.after
    assert (changed.before["model"], changed.after["model"]) == ("", "DS-7604")
    assert "rahasia" not in str(added) + str(changed)
    assert "lain-lagi" not in str(changed)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit(areas=[Area("33.74.99.1000", "X")]), "area '33.74.99', which is not there"),
        (Edit(areas=[Area("33.74", "")]), "the name of area 33.74"),
        (Edit(areas=[Area("33.74", "\x07")]), "the name of area 33.74"),
        (Edit(sites=[replace(POST, lat=110.4, lon=-6.9)]), "lies at 110.4, -6.9"),
        (Edit(sites=[replace(POST, agency="tidak-ada")]), "agency 'tidak-ada'"),
        (Edit(sites=[replace(POST, id="../etc")]), "is not a camera id"),
        (Edit(recorders=[Recorder("nvr-2", POST.id, channels=0)]), "has 0 channels"),
        (Edit(removed={"site": [POST.id]}), "has 1 recorders still"),
        (Edit(removed={"area": ["33.74.16"]}), "has 1 areas still"),
        (Edit(decisions=[decision(PublicationMode.NO, reason=" ")]), "needs a reason"),
    ],
)
async def test_disorder_is_refused(city: City, edit: Edit, message: str) -> None:
    with pytest.raises(RondaError, match=message):
        await city.apply(edit, "test")


async def test_a_channel_has_one_camera(city: City) -> None:
    await city.apply(Edit(cameras=[camera(city, "a", POST.id)]), "test")
    with pytest.raises(Conflict, match="both hang on channel 1 of recorder nvr-1"):
        await city.apply(Edit(cameras=[camera(city, "b", POST.id)]), "test")
    with pytest.raises(BadInput, match="channel 9 of nvr-1, which has 4"):
        await city.apply(Edit(cameras=[camera(city, "c", POST.id, channel=9)]), "test")


async def test_publication_comes_down_the_tree_and_the_nearest_word_counts(city: City) -> None:
    cameras = [camera(city, "gang", POST.id), camera(city, "jauh", None), camera(city, "mal", MALL.id)]
    await city.apply(Edit(cameras=cameras, decisions=[decision(PublicationMode.STILLS)]), "test")
    assert place(city, "gang").publication.mode is PublicationMode.STILLS
    assert place(city, "jauh").publication.mode is PublicationMode.NO
    assert place(city, "gang").area == RT
    live_rt = decision(PublicationMode.LIVE, kind="rt")
    await city.apply(Edit(decisions=[live_rt]), "test")
    assert place(city, "gang").publication.mode is PublicationMode.LIVE
    assert place(city, "mal").publication.mode is PublicationMode.STILLS
    await city.apply(Edit(decisions=[decision(PublicationMode.DELAYED, area="33.74.16", delay_s=60)]), "test")
    assert place(city, "gang").publication.delay_s == 60
    own = decision(PublicationMode.NO, camera="gang", reason="mengarah ke rumah")
    await city.apply(Edit(decisions=[own]), "test")
    assert not place(city, "gang").publication.visible
    assert city.decision_of(city.cameras.get("gang")) == own
    await city.apply(Edit(removed={"publication": [own.id]}), "test")
    assert place(city, "gang").publication.mode is PublicationMode.DELAYED


async def test_quarantine_and_missing_addresses_withdraw_at_once(city: City) -> None:
    planned = camera(city, "rencana", POST.id, url=None, channel=2)
    await city.apply(
        Edit(cameras=[camera(city, "gang", POST.id), planned], decisions=[decision(PublicationMode.LIVE)]), "test"
    )
    assert place(city, "gang").publication.visible
    assert not place(city, "rencana").publication.visible
    await city.cameras.alter("gang", lambda one: replace(one, quarantine=Quarantine("turned", 5, "eyes")), "eyes")
    assert not place(city, "gang").publication.visible
    assert place(city, "gang").publication.quarantined


async def test_a_partner_says_who_may_look(city: City) -> None:
    await city.apply(Edit(cameras=[camera(city, "mal", MALL.id)], decisions=[decision(PublicationMode.LIVE)]), "test")
    agreement = place(city, "mal").agreement
    assert agreement is not None
    assert agreement.until_90k - agreement.from_90k == 365 * 86_400 * HZ_90K
    assert place(city, "mal").publication.visible
    partner = BASE.partners[0]
    for change in (
        replace(partner, revoked=date(2026, 11, 1)),
        replace(partner, public=False),
        replace(partner, scope=PartnerScope.EMERGENCY),
    ):
        await city.apply(Edit(partners=[change]), "mal")
        assert not place(city, "mal").publication.visible


async def test_a_partners_hours_never_show_more_than_was_decided(city: City) -> None:
    evening = (Hours(weekdays=(0, 1, 2, 3, 4, 5, 6), from_minute=1080, to_minute=1200),)
    partner = replace(BASE.partners[0], scope=PartnerScope.HOURS, hours=evening)
    await city.apply(Edit(partners=[partner], cameras=[camera(city, "mal", MALL.id)]), "test")
    for decided, shown in (
        (PublicationMode.LIVE, PublicationMode.HOURS),
        (PublicationMode.STILLS, PublicationMode.STILLS),
        (PublicationMode.STILLS_WITHOUT_PEOPLE, PublicationMode.STILLS_WITHOUT_PEOPLE),
    ):
        await city.apply(Edit(decisions=[decision(decided)]), "test")
        assert place(city, "mal").publication.mode is shown
    own = decision(PublicationMode.DELAYED, camera="mal", delay_s=600)
    await city.apply(Edit(decisions=[own]), "test")
    assert place(city, "mal").publication.mode is PublicationMode.DELAYED
    agreement = place(city, "mal").agreement
    assert agreement is not None
    assert agreement.hours == evening


async def test_cameras_of_before_have_no_place_and_lose_nothing(city: City) -> None:
    added = await city.cameras.add(NewCamera("lama", "rtsp://u:p@h/1"), "test")
    assert city.place("lama") == Place()
    assert city.place("tidak-ada") is None
    await city.apply(Edit(cameras=[replace(added, spot=Spot(POST.id))]), "test")
    assert place(city, "lama").area == RT
    assert city.cameras.get("lama").addresses == added.addresses
