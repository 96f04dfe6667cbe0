"""What those read who decide on publication: consequences before they are, decisions before, what is withdrawn."""

from typing import Any

import httpx
import pytest
from tests.web.conftest import City
from tests.web.neighbours import joined
from tests.web.test_registers import AREAS, SITE

from ronda.city.edit import Edit
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.registry import NewCamera

DECISION = {"area": "33.74", "kind": "rt", "mode": "live", "reason": "Perwal: titik RT disiarkan"}


@pytest.fixture
async def office(city: City) -> httpx.AsyncClient:
    admin = await city.admin()
    for code, name in AREAS.items():
        await admin.put(f"/api/v1/areas/{code}", json={"id": code, "name": name})
    await admin.put("/api/v1/sites/pos", json=SITE)
    await city.centre.add_camera(NewCamera("gang", "rtsp://u:p@10.0.0.1/1", "Gang masuk"), "test")
    await admin.put("/api/v1/cameras/gang/place", json={"spot": {"site": "pos"}})
    await city.centre.add_camera(NewCamera("nanti", None, "Belum tersambung"), "test")
    await admin.put("/api/v1/cameras/nanti/place", json={"spot": {"site": "pos"}})
    return admin


async def preview(admin: httpx.AsyncClient, **given: Any) -> Any:
    answer = await admin.post("/api/v1/publication/preview", json=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_consequence_is_told_and_nothing_is_decided(office: httpx.AsyncClient) -> None:
    told = await preview(office, area="33.74", kind="rt", mode="live")
    assert (told["cameras"], told["changed"], told["unconnected"]) == (2, 1, 1)
    assert (told["before"], told["after"]) == ({"no": 2}, {"no": 1, "live": 1})
    assert told["examples"] == ["Gang masuk"]
    assert (await preview(office, area="33.74", kind="market", mode="live"))["cameras"] == 0
    assert (await office.get("/api/v1/publication")).json()["decisions"] == []


async def test_who_shows_a_camera_late_is_told_that_it_is_not_recorded(office: httpx.AsyncClient) -> None:
    assert (await preview(office, camera="gang", mode="delayed", delay_s=600))["unrecorded"] == 0
    stopped = await office.patch("/api/v1/cameras/gang", json={"recording": {"mode": "off"}})
    assert stopped.status_code == 200, stopped.text
    late = await preview(office, area="33.74", mode="delayed", delay_s=600)
    assert (late["changed"], late["unrecorded"]) == (1, 1)
    assert (await preview(office, camera="gang", mode="live"))["unrecorded"] == 0


async def test_deeper_decisions_and_taking_back_count(office: httpx.AsyncClient) -> None:
    decided = await office.post("/api/v1/publication", json=DECISION)
    assert decided.status_code == 201
    deeper = DECISION | {"area": "33.74.16.1006", "mode": "stills", "reason": "rapat warga"}
    assert (await office.post("/api/v1/publication", json=deeper)).status_code == 201
    assert (await preview(office, area="33.74", kind="rt", mode="no"))["changed"] == 0
    back = await preview(office, area="33.74.16.1006", kind="rt")
    assert (back["before"], back["after"]) == ({"stills": 1, "no": 1}, {"live": 1, "no": 1})
    own = await preview(office, camera="gang", mode="no")
    assert (own["cameras"], own["after"]) == (1, {"no": 1})


async def test_who_decided_before_is_told_also_of_what_was_taken_back(office: httpx.AsyncClient) -> None:
    id = (await office.post("/api/v1/publication", json=DECISION)).json()["id"]
    await office.post("/api/v1/publication", json=DECISION | {"mode": "stills", "reason": "jaringan penuh"})
    assert (await office.delete(f"/api/v1/publication/{id}")).status_code == 204
    changes = (await office.get(f"/api/v1/publication/{id}/history")).json()["changes"]
    assert [one["action"] for one in changes] == ["added", "changed", "removed"]
    assert changes[1]["after"]["reason"] == "jaringan penuh"
    assert (await office.get("/api/v1/publication/33.74:market/history")).status_code == 404
    assert (await office.get("/api/v1/publication/camera:gang/history")).json()["changes"] == []
    assert (await office.get("/api/v1/publication/camera:tidak-ada/history")).status_code == 404
    assert (await office.get("/api/v1/publication/kacau/history")).status_code == 400


async def test_the_history_of_a_decision_with_a_name_of_its_own_is_its_areas(
    city: City, office: httpx.AsyncClient
) -> None:
    named = PublicationDecision(
        "bawaan-kota", None, "33.74", "rt", PublicationMode.LIVE, (), 0, "demo", "seperti di kota", 1
    )
    await city.centre.apply(Edit(decisions=[named]), "demo")
    changes = (await office.get("/api/v1/publication/bawaan-kota/history")).json()["changes"]
    assert [(one["by"], one["after"]["mode"]) for one in changes] == [("demo", "live")]
    lurah = await joined(city, office, "lurah", "officer", "33.74.16.1006")
    assert (await lurah.get("/api/v1/publication/bawaan-kota/history")).status_code == 403


async def test_withdrawn_cameras_are_listed_until_somebody_has_looked(office: httpx.AsyncClient) -> None:
    await office.put("/api/v1/cameras/gang/quarantine", json={"reason": "arah pandang berubah"})
    listed = (await office.get("/api/v1/quarantine", params={"area": "33.74.16"})).json()["cameras"]
    assert [(one["camera"], one["area_name"], one["by"]) for one in listed] == [("gang", "Krapyak", "admin")]
    assert (await office.get("/api/v1/quarantine", params={"area": "33.74.01"})).json()["cameras"] == []
    await office.delete("/api/v1/cameras/gang/quarantine")
    assert (await office.get("/api/v1/quarantine")).json()["cameras"] == []


@pytest.mark.parametrize(
    "given", [{}, {"area": "33.74", "camera": "gang"}, {"area": "semarang"}, {"area": "33.74", "mode": "loud"}]
)
async def test_half_a_thought_is_refused(office: httpx.AsyncClient, given: dict[str, Any]) -> None:
    assert (await office.post("/api/v1/publication/preview", json=given)).status_code == 400


async def test_strangers_learn_nothing(city: City, office: httpx.AsyncClient) -> None:
    async with city.client() as nobody:
        assert (await nobody.post("/api/v1/publication/preview", json={"area": "33.74"})).status_code == 401
        assert (await nobody.get("/api/v1/quarantine")).status_code == 401
        assert (await nobody.get("/api/v1/publication/33.74:rt/history")).status_code == 401
