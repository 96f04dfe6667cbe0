"""The desk for personal data over HTTP."""

from typing import Any

import httpx
import pytest
from tests.web.conftest import City

from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.city.registry import NewCamera

ASKED = {"kind": "access", "name": "Sri Wahyuni", "contact": "0812 3456 789", "text": "Saya lewat pukul 02.14"}


async def ask(city: City, **values: Any) -> httpx.Response:
    async with city.client() as nobody:
        return await nobody.post("/api/v1/public/data-requests", json=ASKED | values)


async def test_a_request_has_a_clock_and_is_answered(city: City) -> None:
    receipt = (await ask(city)).json()
    assert parse_rfc3339(receipt["due"]) - parse_rfc3339(receipt["at"]) == 72 * 3600 * HZ_90K
    admin = await city.admin()
    (listed,) = (await admin.get("/api/v1/data-requests")).json()["requests"]
    assert (listed["name"], listed["late"]) == ("Sri Wahyuni", False)
    path = f"/api/v1/data-requests/{receipt['receipt']}"
    assert (await admin.patch(path, json={"state": "answered"})).status_code == 400
    assert (await admin.patch(path, json={"state": "verified"})).status_code == 200
    answered = await admin.patch(path, json={"state": "answered", "answer": "Datang ke kelurahan besok"})
    assert answered.status_code == 200
    assert (await admin.patch(path, json={"state": "verified"})).status_code == 409
    assert (await admin.get("/api/v1/data-requests")).json()["requests"] == []
    assert len((await admin.get("/api/v1/data-requests?every=true")).json()["requests"]) == 1
    async with city.client() as nobody:
        told = (await nobody.get(f"/api/v1/public/data-requests/{receipt['receipt']}")).json()
        assert (told["state"], told["answer"]) == ("answered", "Datang ke kelurahan besok")
        assert "Sri" not in str(told)
        assert (await nobody.get("/api/v1/data-requests")).status_code == 401


async def test_a_refusal_needs_a_ground_of_the_law(city: City) -> None:
    receipt = (await ask(city)).json()["receipt"]
    admin = await city.admin()
    path = f"/api/v1/data-requests/{receipt}"
    assert (await admin.patch(path, json={"state": "refused", "answer": "tidak"})).status_code == 400
    refused = {"state": "refused", "answer": "Menampakkan orang lain", "ground": "reveals-others"}
    assert (await admin.patch(path, json=refused)).json()["ground"] == "reveals-others"


@pytest.mark.parametrize(
    "values", [{"kind": "revenge"}, {"name": " "}, {"text": "x" * 5000}, {"from": "yesterday"}, {"more": 1}]
)
async def test_nonsense_is_refused(city: City, values: dict[str, Any]) -> None:
    assert (await ask(city, **values)).status_code == 400


async def test_the_register_and_the_assessment_are_drawn_from_what_is_there(city: City) -> None:
    await city.centre.add_camera(NewCamera("a", "rtsp://10.0.0.1/1"), "test")
    admin = await city.admin()
    papers: dict[str, Any] = {"purpose": "traffic", "sign": "2025-01-01", "budget": "", "stages": {}}
    assert (await admin.put("/api/v1/cameras/a/place", json={"papers": papers})).status_code == 200
    async with city.client() as nobody:
        document = (await nobody.get("/api/v1/public/processing")).json()
        assert (await nobody.get("/api/v1/privacy/assessment.md")).status_code == 401
    (activity,) = document["activities"]
    assert (activity["purpose"], activity["cameras"], activity["signs"]) == ("traffic", 1, 1)
    assert "lalu lintas" in activity["basis"]
    assert {"role": "investigator", "may": ["clip", "examine", "live", "replay", "still", "timeline"]}.items() <= next(
        one for one in document["recipients"] if one["role"] == "investigator"
    ).items()
    text = (await admin.get("/api/v1/privacy/assessment.md")).text
    assert "| traffic |" in text
    assert "Pasal 34" in text


async def test_what_was_written_of_a_camera_that_nobody_sees_is_not_told(city: City) -> None:
    admin = await city.admin()
    for id in ("a", "b"):
        await city.centre.add_camera(NewCamera(id, "rtsp://10.0.0.1/1"), "test")
        papers: dict[str, Any] = {"purpose": f"rumah tersangka {id}", "sign": None, "budget": "", "stages": {}}
        assert (await admin.put(f"/api/v1/cameras/{id}/place", json={"papers": papers})).status_code == 200
    decided = {"camera": "b", "mode": "stills", "reason": "test"}
    assert (await admin.post("/api/v1/publication", json=decided)).status_code == 201
    async with city.client() as nobody:
        activities = (await nobody.get("/api/v1/public/processing")).json()["activities"]
        assert {one["purpose"]: one["cameras"] for one in activities} == {"other": 1, "rumah tersangka b": 1}
    text = (await admin.get("/api/v1/privacy/assessment.md")).text
    assert "rumah tersangka a" in text


async def test_a_breach_is_recorded_with_its_clock(city: City) -> None:
    admin = await city.admin()
    found = format_rfc3339(city.parts.clock.utc_90k() - 3600 * HZ_90K)
    given = {"found": found, "what": "Laptop hilang", "data": "Nama pelapor", "subjects": 3}
    made = (await admin.post("/api/v1/privacy/breaches", json=given)).json()
    assert parse_rfc3339(made["due"]) - parse_rfc3339(made["found"]) == 72 * 3600 * HZ_90K
    told = await admin.patch(f"/api/v1/privacy/breaches/{made['id']}", json={"agency_told": found})
    assert (told.json()["agency_told"], told.json()["subjects"]) == (found, 3)
    future = given | {"found": "2099-01-01T00:00:00Z"}
    assert (await admin.post("/api/v1/privacy/breaches", json=future)).status_code == 400
    assert len((await admin.get("/api/v1/privacy/breaches")).json()["breaches"]) == 1


async def test_names_of_old_requests_are_removed(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = (await ask(city)).json()["receipt"]
    requests = city.parts.privacy.requests
    admin = await city.admin()
    await admin.patch(f"/api/v1/data-requests/{receipt}", json={"state": "answered", "answer": "ya"})
    assert await requests.forget_names() == 0
    later = city.parts.clock.utc_90k() + 91 * 86_400 * HZ_90K
    monkeypatch.setattr("ronda.base.time.SystemClock.utc_90k", lambda _: later)
    assert await requests.forget_names() == 1
    assert (await requests.get(receipt)).name == ""
