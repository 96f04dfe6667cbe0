"""Cases over the API: asked for by those of the place, decided on by others, and written down for the auditor."""

from typing import Any

from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, OWN, joined, two_streets

FOOTAGE = {"from": "2026-11-20T18:00:00Z", "to": "2026-11-20T21:00:00Z"}


def wanted(camera: str = "ours", **more: Any) -> dict[str, Any]:
    return {
        "title": "Motor dicuri di gang",
        "why": "Mencari siapa yang mengambilnya",
        "basis": "Laporan polisi LP/7",
        "footage": [{"camera": camera, **FOOTAGE}],
        **more,
    }


async def test_a_head_takes_the_own_cameras_footage_by_the_citys_policy_and_the_kelurahan_is_told(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    head = await joined(city, admin, "ketua", "rt-head", OWN)
    officer = await joined(city, admin, "lurah", "officer", KELURAHAN)
    made = (await head.post("/api/v1/cases", json=wanted())).json()
    assert (made["state"], made["policy"], made["unseen"], made["asker"]) == ("approved", "notify", True, "member")
    assert made["footage"][0]["hold"] in city.node.held
    assert city.node.held[made["footage"][0]["hold"]].case == made["number"]
    assert [row["what"] for row in made["custody"]] == ["requested", "approved", "held"]
    assert "export" in made["may"]
    listed = (await officer.get("/api/v1/cases?state=open")).json()["cases"]
    assert [(case["number"], case["unseen"]) for case in listed] == [(made["number"], True)]
    seen = (await officer.post(f"/api/v1/cases/{made['number']}/seen")).json()
    assert not seen["unseen"]


async def test_nobody_asks_beyond_their_area_and_the_attempt_is_logged(city: City) -> None:
    await two_streets(city)
    head = await joined(city, await city.admin(), "ketua", "rt-head", OWN)
    assert (await head.post("/api/v1/cases", json=wanted("neighbours"))).status_code == 403
    assert city.node.held == {}
    looks = [one for _, one in await city.people.log.entries(50) if one.look.action == "case"]
    assert [(one.look.camera, one.allowed) for one in looks if one.look.who == "ketua"] == [("neighbours", False)]


async def test_an_operators_request_waits_for_an_officer_and_four_eyes(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    operator = await joined(city, admin, "operator", "operator", "")
    officer = await joined(city, admin, "lurah", "officer", KELURAHAN)
    made = (await operator.post("/api/v1/cases", json=wanted(asker="police", organisation="Polsek"))).json()
    path = f"/api/v1/cases/{made['number']}"
    assert (made["state"], made["asker"]) == ("requested", "police")
    assert (await operator.post(f"{path}/approve", json={})).status_code == 403
    early = await officer.post(f"{path}/approve", json={"note": "setuju"})
    assert (early.status_code, "letter" in early.json()["detail"]) == (409, True)
    assert (await operator.put(f"{path}/letter", json={"letter": "B/9/XI/2026"})).json()["letter"] == "B/9/XI/2026"
    approved = (await officer.post(f"{path}/approve", json={"note": "setuju"})).json()
    assert (approved["state"], approved["decided_by"], approved["decision"]) == ("approved", "lurah", "setuju")
    given = {"to": "Bripka Anton", "sha256": "ab" * 32, "note": "kartu memori"}
    handed = (await operator.post(f"{path}/custody", json=given)).json()
    assert handed["delivered"] is not None
    assert handed["custody"][-1]["subject"] == "Bripka Anton"
    closed = (await operator.post(f"{path}/close", json={"note": "selesai"})).json()
    assert (closed["state"], closed["may"]) == ("closed", [])
    assert "reopen" in (await officer.get(path)).json()["may"]
    assert (await officer.post(f"{path}/reopen", json={})).json()["state"] == "approved"


async def test_a_refusal_says_why_and_a_case_is_nobody_elses_to_see(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    operator = await joined(city, admin, "operator", "operator", "")
    officer = await joined(city, admin, "lurah", "officer", KELURAHAN)
    neighbour = await joined(city, admin, "ketua4", "rt-head", f"{KELURAHAN}.rw04.rt04")
    number = (await operator.post("/api/v1/cases", json=wanted())).json()["number"]
    path = f"/api/v1/cases/{number}"
    assert (await officer.post(f"{path}/refuse", json={"note": ""})).status_code == 400
    assert (await neighbour.get(path)).status_code == 403
    assert (await neighbour.get("/api/v1/cases")).json()["cases"] == []
    assert (await officer.post(f"{path}/refuse", json={"note": "bukan kejadian di sini"})).json()["state"] == "refused"
    assert (await officer.get("/api/v1/cases/2026-9999")).status_code == 404
    assert (await city.client().get("/api/v1/cases")).status_code == 401


async def test_the_one_who_asked_takes_it_back_and_an_officer_keeps_it_longer(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    operator = await joined(city, admin, "operator", "operator", "")
    officer = await joined(city, admin, "lurah", "officer", KELURAHAN)
    number = (await operator.post("/api/v1/cases", json=wanted())).json()["number"]
    path = f"/api/v1/cases/{number}"
    later = (await officer.put(f"{path}/until", json={"until": "2030-01-01T00:00:00Z", "note": "sidang"})).json()
    assert later["until"].startswith("2030-01-01")
    assert (await officer.put(f"{path}/until", json={"until": "2001-01-01T00:00:00Z"})).status_code == 400
    assert (await officer.post(f"{path}/withdraw", json={})).status_code == 403
    assert (await operator.post(f"{path}/withdraw", json={"note": "salah kamera"})).json()["state"] == "withdrawn"
