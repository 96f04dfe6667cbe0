"""The search in what was seen: only where one may replay, for a purpose where one is needed, each in the access log."""

from typing import Any

import httpx
from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, NEIGHBOUR, OWN, joined, two_streets

from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.bus.contract import Done, centre_subject
from ronda.bus.observations import OBSERVATIONS, EyeId, ObservationBatch, ObservationGap, SeenTrack, ShotName

MINUTE = 60 * HZ_90K


def seen(camera: str, minutes_ago: int, **more: Any) -> SeenTrack:
    first = SystemClock().utc_90k() - minutes_ago * MINUTE
    best = ShotName(id=f"{first}-0a1b2c3d", at_90k=first, xyxy=(0.1, 0.2, 0.3, 0.4))
    given: dict[str, Any] = {"label": "two-wheeler", "colour": "red", "direction": "down", "best": best} | more
    eye = EyeId(id="builtin", version="1")
    return SeenTrack(camera=camera, track=1, first_90k=first, last_90k=first + HZ_90K, eye=eye, **given)


async def passed(city: City) -> None:
    """Let something pass both streets, and nobody look at one of them for a while."""
    now = SystemClock().utc_90k()
    gap = ObservationGap(camera="ours", cause="no-eye", from_90k=now - 9 * MINUTE, to_90k=now - 4 * MINUTE, lasts=False)
    tracks = (
        seen("ours", 10, lines=(("mulut gang", "masuk"),), zones=("pos",)),
        seen("ours", 20, label="car", colour="blue", best=None),
        seen("neighbours", 15),
        seen("gone", 15),
    )
    batch = ObservationBatch(node="local", sequence=1, tracks=tracks, gaps=(gap,))
    await city.bus.request(centre_subject(OBSERVATIONS), batch, Done)


async def search(client: httpx.AsyncClient, **wanted: str) -> httpx.Response:
    now = SystemClock().utc_90k()
    around = {"from": format_rfc3339(now - 60 * MINUTE), "to": format_rfc3339(now + MINUTE)}
    return await client.get("/api/v1/seen", params={**around, **wanted})


async def found(client: httpx.AsyncClient, **wanted: str) -> list[tuple[str, str]]:
    answer = await search(client, **wanted)
    assert answer.status_code == 200, answer.text
    return [(one["camera"], one["label"]) for one in answer.json()["found"]]


async def test_one_finds_where_one_may_replay(city: City) -> None:
    await two_streets(city)
    await passed(city)
    admin = await city.admin()
    member = await joined(city, admin, "siti", "rt-member")
    assert await found(member) == [("ours", "two-wheeler"), ("ours", "car")]
    assert await found(member, area=NEIGHBOUR) == []
    assert (await search(member, camera="neighbours")).status_code == 403
    assert (await search(member, camera="nowhere")).status_code in (403, 404)
    every = [("ours", "two-wheeler"), ("neighbours", "two-wheeler"), ("ours", "car")]
    assert await found(admin) == every, "a camera that is gone is not searched"
    assert await found(admin, area=KELURAHAN, **{"class": "motorcycle,person"}) == every[:2]
    assert await found(admin, line="mulut gang", direction="masuk", zone="pos", colour="red") == every[:1]
    assert (await search(city.client())).status_code == 401
    auditor = await joined(city, admin, "wati", "auditor", "")
    assert (await search(auditor)).status_code == 403


async def test_one_is_told_where_one_may_search(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    member = await joined(city, admin, "siti", "rt-member")
    told = [
        [(one["code"], one["level"], one["cameras"]) for one in (await who.get("/api/v1/seen/areas")).json()["areas"]]
        for who in (admin, member)
    ]
    district = KELURAHAN.rpartition(".")[0]
    assert told[0] == [(district, "kecamatan", 2), (KELURAHAN, "kelurahan", 2)]
    assert told[1] == [(district, "kecamatan", 1), (KELURAHAN, "kelurahan", 1)]


async def test_an_answer_says_all_that_is_known_and_what_was_not_seen(city: City) -> None:
    await two_streets(city)
    await passed(city)
    admin = await city.admin()
    answer = (await search(admin, limit="2")).json()
    assert (answer["cameras"], answer["counted"], answer["for_a_purpose"]) == (2, 0, 0)
    first = answer["found"][0]
    assert first["picture"]["url"].startswith("/media/ours/sightings/")
    assert first["picture"]["xyxy"] == [0.1, 0.2, 0.3, 0.4]
    assert (first["eye"], first["lines"]) == (
        {"id": "builtin", "version": "1"},
        [{"line": "mulut gang", "direction": "masuk"}],
    )
    assert [(gap["camera"], gap["cause"]) for gap in answer["gaps"]] == [("ours", "no-eye")]
    rest = (await search(admin, limit="2", after=answer["next"])).json()
    assert (len(rest["found"]), rest["next"], rest["gaps"]) == (1, None, [])


async def test_a_role_that_must_say_what_for_says_it_and_the_log_keeps_it(city: City) -> None:
    await two_streets(city)
    await passed(city)
    admin = await city.admin()
    investigator = await joined(city, admin, "budi", "investigator", OWN)
    refused = await search(investigator)
    assert (refused.status_code, refused.json()["code"]) == (403, "purpose-needed")
    wanted = {"class": "motorcycle", "colour": "red", "purpose": "Motor hilang LP/123"}
    assert await found(investigator, **wanted) == [("ours", "two-wheeler")]
    head = await joined(city, admin, "pak-rt", "rt-head")
    page = (await admin.get("/api/v1/accesslog")).json()["entries"]
    (look,) = [one for one in page if one["action"] == "search-seen" and one["who"] == "budi" and one["purpose"]]
    assert look["purpose"] == "Motor hilang LP/123"
    assert look["subject"] == "motorcycle · red"
    assert look["from"]
    await found(investigator, area=OWN, **wanted)
    own = (await head.get("/api/v1/accesslog")).json()["entries"]
    assert [one["area"] for one in own if one["action"] == "search-seen"] == [OWN], "the RT knows who searched it"


async def test_what_is_no_search_is_refused_with_words(city: City) -> None:
    client = await city.admin()
    wrong = (
        ({"class": "elephant"}, "class"),
        ({"colour": "red,pinkish"}, "colour"),
        ({"hour_from": "02:00"}, "hour_to"),
        ({"hour_from": "25:00", "hour_to": "26:00"}, "hour_from"),
        ({"after": "x"}, "after"),
        ({"limit": "1000"}, "limit"),
        ({"plate": "H1234"}, "plate"),
        ({"area": "nowhere at all"}, "region"),
        ({"from": "2020-01-01T00:00:00Z"}, "31 days"),
        ({"from": "2120-01-01T00:00:00Z"}, "not before"),
    )
    for wanted, said in wrong:
        answer = await search(client, **wanted)
        assert answer.status_code == 400, (wanted, answer.text)
        assert said in answer.text, (wanted, answer.text)
