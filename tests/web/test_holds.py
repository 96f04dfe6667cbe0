"""Holds: footage is kept, and let go, by those who may for that camera."""

from tests.web.conftest import City
from tests.web.neighbours import OWN, joined, two_streets

MOMENTS = {"from": "2026-11-21T19:00:00Z", "to": "2026-11-21T19:30:00Z", "reason": "theft"}


async def test_an_operator_keeps_and_lets_go_in_the_own_area_alone(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    made = {
        camera: (await admin.post("/api/v1/holds", json={"camera": camera, **MOMENTS})).json()["id"]
        for camera in ("ours", "neighbours")
    }
    operator = await joined(city, admin, "operator", "operator", OWN)
    listed = (await operator.get("/api/v1/holds")).json()["holds"]
    assert [one["camera"] for one in listed] == ["ours"]
    assert (await operator.get("/api/v1/holds?camera=neighbours")).json() == {"holds": []}
    assert (await operator.post("/api/v1/holds", json={"camera": "neighbours", **MOMENTS})).status_code == 403
    assert (await operator.delete(f"/api/v1/holds/{made['neighbours']}")).status_code == 403
    assert made["neighbours"] in city.node.held
    assert (await operator.delete(f"/api/v1/holds/{made['ours']}")).status_code == 204
    assert (await operator.delete(f"/api/v1/holds/{made['ours']}")).status_code == 404
    looks = [one for _, one in await city.people.log.entries(50) if one.look.action == "hold"]
    assert {(one.look.camera, one.allowed) for one in looks if one.look.who == "operator"} >= {
        ("ours", True),
        ("neighbours", False),
    }


async def test_the_head_of_an_rt_keeps_footage_of_its_own_cameras_for_some_days_and_longer(city: City) -> None:
    await two_streets(city)
    head = await joined(city, await city.admin(), "ketua", "rt-head", OWN)
    made = (await head.post("/api/v1/holds", json={"camera": "ours", **MOMENTS, "case": "LP/7", "days": 3})).json()
    assert (made["case"], made["ends_soon"], made["until"] is not None) == ("LP/7", True, True)
    assert (await head.post("/api/v1/holds", json={"camera": "neighbours", **MOMENTS})).status_code == 403
    longer = (await head.patch(f"/api/v1/holds/{made['id']}", json={})).json()
    assert not longer["ends_soon"]
    assert longer["until"] > made["until"]
    again = (await head.patch(f"/api/v1/holds/{made['id']}", json={"days": 1})).json()
    assert again["until"] == longer["until"], "it is not made shorter"
    assert (await head.patch("/api/v1/holds/none", json={})).status_code == 404
    assert (await head.post("/api/v1/holds", json={"camera": "ours", **MOMENTS, "days": 31})).status_code == 400
