"""Finding in footage: moments, cameras around, the next ones, bookmarks; only where one may replay, and logged."""

from typing import Any

import httpx
from tests.web.conftest import City
from tests.web.neighbours import joined, two_streets
from tests.web.test_seen import passed

from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.city.camera import Spot
from ronda.city.registry import NewCamera

MINUTE = 60 * HZ_90K
HERE = {"lat": "-6.9850", "lon": "110.3720"}


def span(before: int = 60, after: int = 1) -> dict[str, str]:
    now = SystemClock().utc_90k()
    return {"from": format_rfc3339(now - before * MINUTE), "to": format_rfc3339(now + after * MINUTE)}


async def got(client: httpx.AsyncClient, path: str, **query: str) -> Any:
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def hang(city: City, **cameras: tuple[float, float, float | None]) -> None:
    """Hang cameras of the two streets' sites at places."""
    for id, (lat, lon, bearing) in cameras.items():
        site = "site-neighbours" if id.startswith("their") else "site-ours"
        spot = Spot(site=site, lat=lat, lon=lon, bearing_deg=bearing)
        await city.centre.add_camera(NewCamera(id=id, url="rtsp://u:secret@10.0.0.5/1", spot=spot), "test")


async def test_moments_lead_from_one_thing_to_the_next(city: City) -> None:
    await two_streets(city)
    await passed(city)
    admin = await city.admin()
    member = await joined(city, admin, "siti", "rt-member")
    found = await got(member, "cameras/ours/moments", **span())
    assert [one["what"] for one in found["moments"]] == ["car", "two-wheeler"], "the oldest first"
    assert (found["more"], found["watched"]) == (False, False)
    newest = await got(member, "cameras/ours/moments", **span(), newest="true", limit="1")
    assert [one["what"] for one in newest["moments"]] == ["two-wheeler"]
    assert newest["more"]
    assert (await got(member, "cameras/ours/moments", **span(5)))["moments"] == []
    for path, wanted, status in (
        ("neighbours", span(), 403),
        ("ours", span(60 * 24 * 40), 400),
        ("ours", {"from": "gestern", "to": "heute"}, 400),
        ("nowhere", span(), 403),
    ):
        assert (await member.get(f"/api/v1/cameras/{path}/moments", params=wanted)).status_code == status
    assert (await city.client().get("/api/v1/cameras/ours/moments", params=span())).status_code in (401, 404)


async def test_where_nothing_watches_the_recording_itself_tells_what_moved(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    member = await joined(city, admin, "siti", "rt-member")
    found = await got(member, "cameras/ours/moments", **span(), motion="true")
    assert [(one["kind"], one["what"]) for one in found["moments"]] == [("motion", "")]
    assert (await got(member, "cameras/ours/moments", **span()))["moments"] == []
    for camera, minutes, status in (("ours", 60 * 7, 400), ("theirs", 60, 403)):
        asked = {**span(minutes), "motion": "true"}
        assert (await member.get(f"/api/v1/cameras/{camera}/moments", params=asked)).status_code == status


async def test_what_happened_here_shows_ones_own_cameras_that_look_there_first(city: City) -> None:
    await two_streets(city)
    await hang(city, back=(-6.9853, 110.3720, 180), front=(-6.9856, 110.3720, 0), theirs=(-6.9851, 110.3720, 0))
    admin = await city.admin()
    member = await joined(city, admin, "siti", "rt-member")
    at = format_rfc3339(SystemClock().utc_90k() - 90 * MINUTE)
    found = await got(member, "around", **HERE, at=at, radius_m="200")
    assert [(one["id"], one["sees"]) for one in found["cameras"]] == [("front", "yes"), ("back", "no")]
    assert [one["id"] for one in (await got(admin, "around", **HERE, at=at))["cameras"]] == ["theirs", "front", "back"]
    # The node of these tests has the first half of whatever is asked for: the moment lies on its edge.
    assert [one["recorded"] for one in found["cameras"]] == ["no", "no"]
    assert found["cameras"][0]["nearest"] is not None
    investigator = await joined(city, admin, "budi", "investigator", "")
    answer = await investigator.get("/api/v1/around", params={**HERE, "at": at})
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose-needed")
    found = await got(investigator, "around", **HERE, at=at, purpose="Motor hilang LP/1")
    assert len(found["cameras"]) == 3
    for wrong in ({"lat": "99"}, {"at": "kemarin"}, {"radius_m": "50000"}):
        assert (await member.get("/api/v1/around", params={**HERE, "at": at, **wrong})).status_code in (400, 422)
    assert (await city.client().get("/api/v1/around", params={**HERE, "at": at})).status_code == 401
    log = (await admin.get("/api/v1/accesslog", params={"action": "search-around"})).json()
    assert {one["who"] for one in log["entries"]} >= {"siti", "budi"}


async def test_the_next_cameras_are_those_one_may_replay(city: City) -> None:
    await two_streets(city)
    await hang(city, here=(-6.9850, 110.3720, 0), on=(-6.9877, 110.3720, None), theirs=(-6.9850, 110.3740, None))
    admin = await city.admin()
    member = await joined(city, admin, "siti", "rt-member")
    found = await got(member, "cameras/here/onward")
    assert found["placed"]
    assert [one["id"] for one in found["cameras"]] == ["on"]
    assert found["cameras"][0]["fastest_s"] == 26
    assert {one["id"] for one in (await got(admin, "cameras/here/onward"))["cameras"]} == {"on", "theirs"}
    assert (await got(admin, "cameras/ours/onward"))["placed"] is False
    assert (await member.get("/api/v1/cameras/theirs/onward")).status_code == 403


async def mark(client: httpx.AsyncClient, camera: str, **more: str) -> httpx.Response:
    at = format_rfc3339(SystemClock().utc_90k() - 10 * MINUTE)
    given = {"at": at, "note": "  Motor merah   keluar gang ", **more}
    return await client.post(f"/api/v1/cameras/{camera}/bookmarks", json=given)


async def marks(client: httpx.AsyncClient, cameras: str = "ours,neighbours") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await got(client, "bookmarks", cameras=cameras, **span()))["bookmarks"]
    return found


async def test_bookmarks_are_ones_own_and_a_cases(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    siti = await joined(city, admin, "siti", "rt-member")
    budi = await joined(city, admin, "budi", "rt-member")
    made = (await mark(siti, "ours")).json()
    assert (made["note"], made["by"], made["mine"], made["case"]) == ("Motor merah keluar gang", "siti", True, "")
    assert [one["id"] for one in await marks(siti)] == [made["id"]]
    assert await marks(budi) == []
    assert (await mark(siti, "neighbours")).status_code == 403
    assert (await mark(siti, "ours", note="   ")).status_code == 400
    assert (await mark(siti, "ours", at="2999-01-01T00:00:00Z")).status_code == 400
    assert (await mark(siti, "ours", case="2026-9999")).status_code == 404
    assert (await mark(city.client(), "ours")).status_code in (401, 404)
    now = SystemClock().utc_90k()
    stretch = {"from": format_rfc3339(now - 20 * MINUTE), "to": format_rfc3339(now - 15 * MINUTE)}
    case = {"title": "Motor hilang", "why": "Hilang dari teras", "basis": "Laporan warga"}
    opened = await siti.post("/api/v1/cases", json={**case, "footage": [{"camera": "ours", **stretch}]})
    assert opened.status_code == 201, opened.text
    number = opened.json()["number"]
    in_case = (await mark(siti, "ours", case=number)).json()
    assert [one["id"] for one in await marks(admin)] == [in_case["id"]], "whoever may decide on the case sees it"
    assert await marks(budi) == []
    assert (await mark(budi, "ours", case=number)).status_code in (403, 404)
    assert (await budi.delete(f"/api/v1/bookmarks/{made['id']}")).status_code == 404
    assert (await siti.delete(f"/api/v1/bookmarks/{made['id']}")).status_code == 204
    assert [one["id"] for one in await marks(siti)] == [in_case["id"]]
    too_many = ",".join(f"c{number}" for number in range(10))
    assert (await siti.get("/api/v1/bookmarks", params={"cameras": too_many, **span()})).status_code == 400
