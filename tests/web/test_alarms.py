"""From a sign on the bus to an agency's answer, over the API: who sees what, and what becomes of the camera."""

from typing import Any

import httpx
import pytest
from tests.web.conftest import City, until
from tests.web.neighbours import KELURAHAN, NEIGHBOUR, joined, two_streets
from tests.web.test_registers import photo

from ronda.base.time import HZ_90K, format_rfc3339
from ronda.bus.contract import CompareView, Done, ViewAccepted, centre_subject, request_subject
from ronda.bus.observations import OBSERVATIONS, EyeId, ObservationBatch, SeenSign, ShotName
from ronda.city.edit import Edit
from ronda.city.owner import Agency
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.response.dispatch import DispatchState

EYE = EyeId(id="builtin", version="1")
BEFORE, NOW = 1_791_659_600 * HZ_90K, 1_791_659_660 * HZ_90K
DECISION = PublicationDecision("camera:ours", "ours", "", None, PublicationMode.LIVE, (), 0, "test", "test", 0)


def shot(at_90k: int) -> ShotName:
    return ShotName(id=f"{at_90k}-0a1b2c3d", at_90k=at_90k, xyxy=(0.1, 0.2, 0.3, 0.4))


def sign(
    turn: str = "raised", camera: str = "ours", analytic: str = "parking", key: str = "car-1", **more: Any
) -> SeenSign:
    document = {"camera": camera, "analytic": analytic, "zone": "kerb", "key": key, "turn": turn, "at_90k": NOW}
    shots = (shot(BEFORE), shot(NOW)) if turn == "raised" else ()
    return SeenSign.model_validate({**document, "since_90k": BEFORE, "eye": EYE, "shots": shots, **more})


_numbers = iter(range(1, 10_000))


async def told(city: City, *signs: SeenSign, sequence: int | None = None) -> None:
    batch = ObservationBatch(node="local", sequence=sequence or next(_numbers), signs=signs)
    await city.bus.request(centre_subject(OBSERVATIONS), batch, Done)


async def alarms(client: httpx.AsyncClient, **asked: str) -> list[Any]:
    answer = await client.get("/api/v1/alarms", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["alarms"]
    return found


async def post(client: httpx.AsyncClient, path: str, status: int = 200, **given: Any) -> Any:
    answer = await client.post(f"/api/v1/{path}", json=given or None)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
async def streets(city: City) -> City:
    await two_streets(city)
    agencies = [Agency("satpol-pp", "Satpol PP"), Agency("dishub", "Dishub")]
    await city.centre.apply(Edit(agencies=agencies, decisions=[DECISION]), "test")
    return city


async def test_a_sign_is_an_alarm_once_for_whoever_sees_alarms_there(streets: City) -> None:
    city = streets
    number = next(_numbers)
    await told(city, sign(), sequence=number)
    await told(city, sign(), sequence=number)
    admin = await city.admin()
    officer = await joined(city, admin, "pak.lurah", "officer", KELURAHAN)
    (alarm,) = await alarms(officer)
    assert (alarm["camera"], alarm["site_name"], alarm["area_name"]) == ("ours", "ours", f"Area {alarm['area']}")
    assert (alarm["state"], alarm["priority"], alarm["eye"]) == ("new", 3, {"id": "builtin", "version": "1"})
    assert [picture["at"] for picture in alarm["pictures"]] == [format_rfc3339(BEFORE), format_rfc3339(NOW)]
    assert alarm["pictures"][0]["url"] == f"/media/ours/sightings/{BEFORE}-0a1b2c3d.jpg"
    elsewhere = await joined(city, admin, "lurah.lain", "officer", NEIGHBOUR)
    assert await alarms(elsewhere) == []
    assert (await elsewhere.get(f"/api/v1/alarms/{alarm['id']}")).status_code == 403
    member = await joined(city, admin, "siti", "rt-member")
    assert (await member.get("/api/v1/alarms")).status_code == 403
    assert (await city.client().get("/api/v1/alarms")).status_code == 401
    listed = (await officer.get("/api/v1/alarms")).json()
    assert (listed["counts"], listed["open_cameras"]) == ({"new": 1, "in-progress": 0, "on-hold": 0}, ["ours"])


async def test_people_move_an_alarm_on_and_take_it_back(streets: City) -> None:
    city = streets
    await told(city, sign())
    admin = await city.admin()
    joko = await joined(city, admin, "joko", "operator", "")
    rina = await joined(city, admin, "rina", "operator", "")
    id = (await alarms(joko))[0]["id"]
    assert (await post(joko, f"alarms/{id}/take", over=False))["owner"] == "joko"
    refused = await rina.post(f"/api/v1/alarms/{id}/take", json={})
    assert (refused.status_code, refused.json()["detail"]) == (409, "joko looks at this alarm already")
    assert (await post(rina, f"alarms/{id}/take", over=True))["owner"] == "rina"
    until_moment = format_rfc3339(city.parts.clock.utc_90k() + 60 * HZ_90K)
    assert (await post(rina, f"alarms/{id}/hold", until=until_moment, note="derek"))["held_until"] == until_moment
    closed = await post(rina, f"alarms/{id}/close", verdict="rejected", note="bayangan\x00")
    assert (closed["verdict"], closed["judged_by"], closed["accuracy"]["share"]) == ("rejected", "rina", 0.0)
    assert await alarms(joko) == []
    assert [one["id"] for one in await alarms(joko, state="closed")] == [id]
    assert (await post(joko, f"alarms/{id}/verdict", verdict="confirmed"))["accuracy"]["share"] == 1.0
    whole = await post(joko, f"alarms/{id}/reopen", note="keliru")
    assert (whole["state"], whole["owner"], whole["verdict"]) == ("in-progress", "joko", None)
    assert [entry["what"] for entry in whole["log"]] == [
        *("raised", "taken", "taken-over", "held", "closed", "judged", "reopened")
    ]
    assert whole["log"][3]["subject"] == until_moment
    assert whole["log"][4]["note"] == "bayangan"
    measured = (await joko.get("/api/v1/accuracy", params={"by_camera": "false"})).json()["accuracy"]
    assert [(one["analytic"], one["camera"], one["share"]) for one in measured] == [("parking", None, None)]
    looks = (await admin.get("/api/v1/accesslog", params={"camera": "ours"})).json()["entries"]
    assert {"joko", "rina"} <= {look["who"] for look in looks if look["subject"] == f"alarm:{id}"}


async def test_a_turned_view_leaves_publication_at_once_and_returns_by_a_persons_word(streets: City) -> None:
    city = streets
    accepted: list[str] = []

    async def take(asked: ViewAccepted) -> Done:
        accepted.append(asked.camera)
        return Done()

    nobody = city.client()
    assert (await nobody.get("/media/public/ours/live")).status_code == 200
    await told(city, sign(analytic="own-eyes", key="turned", zone=""))
    await until(lambda: city.centre.cameras.get("ours").quarantine is not None)
    assert (await nobody.get("/media/public/ours/live")).status_code == 404
    admin = await city.admin()
    operator = await joined(city, admin, "joko", "operator", "")
    officer = await joined(city, admin, "pak.lurah", "officer", KELURAHAN)
    (alarm,) = await alarms(officer)
    path = f"alarms/{alarm['id']}"
    assert (alarm["priority"], alarm["key"]) == (1, "turned")
    quarantine = city.centre.cameras.get("ours").quarantine
    assert quarantine is not None
    assert (quarantine.by, "menghadap ke arah lain" in quarantine.reason) == ("system", True)
    await post(officer, f"{path}/close", 409, verdict="confirmed")
    refused = await officer.delete("/api/v1/cameras/ours/quarantine")
    assert (refused.status_code, "/alarms?camera=ours" in refused.json()["mend"]) == (409, True)
    await post(operator, f"{path}/view", 403, choice="accept")  # who may not publish may not release
    kept = await post(operator, f"{path}/view", choice="keep-out", note="masih ke rumah orang")
    assert (kept["state"], kept["owner"], kept["quarantined"]) == ("in-progress", "joko", True)
    # The node is away: the camera returns, and the node is told when it is back.
    released = await post(officer, f"{path}/view", choice="accept", note="tiang dipindah")
    assert (released["verdict"], released["quarantined"], released["view"]) == ("confirmed", False, "accept")
    assert (await nobody.get("/media/public/ours/live")).status_code == 200
    async with city.bus.serve(request_subject("local", "view-accepted"), ViewAccepted, take):
        await city.parts.responding.reopen(alarm["id"], "joko", "")
        assert city.centre.cameras.get("ours").quarantine is not None, "what was released by mistake is withdrawn again"
        released = await post(officer, f"{path}/view", choice="false-alarm")
    assert (released["verdict"], released["view"], accepted) == ("rejected", "released", ["ours"])


async def test_a_mended_view_is_released_by_the_comparison(streets: City) -> None:
    city = streets
    compared: list[str] = []

    async def compare(asked: CompareView) -> Done:
        compared.append(asked.camera)
        return Done()

    await told(city, *(sign(analytic="own-eyes", key=key, zone="") for key in ("turned", "unlike")))
    await until(lambda: city.centre.cameras.get("ours").quarantine is not None)
    admin = await city.admin()
    first, second = await alarms(admin)
    async with city.bus.serve(request_subject("local", "compare-view"), CompareView, compare):
        assert (await post(admin, f"alarms/{first['id']}/view", choice="compare"))["view"] == "comparing"
    assert compared == ["ours", "ours"]
    await told(city, sign("over", analytic="own-eyes", key=first["key"], zone=""))
    assert city.centre.cameras.get("ours").quarantine is not None, "the other alarm keeps it out"
    await told(city, sign("over", analytic="own-eyes", key=second["key"], zone=""))
    await until(lambda: city.centre.cameras.get("ours").quarantine is None)
    (closed, _) = await alarms(admin, state="closed")
    assert (closed["verdict"], closed["judged_by"]) == ("confirmed", "admin")


async def test_a_view_that_was_mended_before_anybody_looked_is_released_without_another_comparison(
    streets: City,
) -> None:
    city = streets
    await told(city, sign(analytic="own-eyes", key="turned", zone=""))
    await until(lambda: city.centre.cameras.get("ours").quarantine is not None)
    await told(city, sign("over", analytic="own-eyes", key="turned", zone=""))
    admin = await city.admin()
    (alarm,) = await alarms(admin)
    assert city.centre.cameras.get("ours").quarantine is not None, "until a person says so"
    released = await post(admin, f"alarms/{alarm['id']}/view", choice="compare")
    assert (released["state"], released["verdict"], released["view"]) == ("closed", "confirmed", "released")
    assert city.centre.cameras.get("ours").quarantine is None


async def test_a_persons_own_quarantine_is_not_ended_by_an_alarm(streets: City) -> None:
    city, admin = streets, await streets.admin()
    held = await admin.put("/api/v1/cameras/ours/quarantine", json={"reason": "warga keberatan"})
    assert held.status_code == 200
    await told(city, sign(analytic="own-eyes", key="turned", zone=""))
    (alarm,) = await alarms(admin)
    await until(lambda: city.parts.responding.alarms.tally.made == 1)
    await post(admin, f"alarms/{alarm['id']}/view", choice="accept")
    quarantine = city.centre.cameras.get("ours").quarantine
    assert quarantine is not None
    assert quarantine.reason == "warga keberatan"


async def test_an_agency_sees_what_it_was_handed_and_only_while_it_has_it(streets: City) -> None:
    city, admin = streets, await streets.admin()
    await told(city, sign())
    joko = await joined(city, admin, "joko", "operator", "")
    sari = await joined(city, admin, "sari", "responder", "satpol-pp", scope="agency")
    other = await joined(city, admin, "dedi", "responder", "dishub", scope="agency")
    id = (await alarms(joko))[0]["id"]
    assert {one["id"] for one in (await joko.get("/api/v1/duty/agencies")).json()["agencies"]} == {
        "satpol-pp",
        "dishub",
    }
    assert (await sari.get("/media/neighbours/live")).status_code == 403
    await post(joko, f"alarms/{id}/dispatches", 404, agency="nobody")
    made = await post(joko, f"alarms/{id}/dispatches", 201, agency="satpol-pp", note="Tolong cek")
    assert (made["state"], made["agency_name"]) == ("offered", "Satpol PP")
    (duty,) = (await sari.get("/api/v1/duty")).json()["duties"]
    assert (duty["id"], duty["note"], duty["camera"], len(duty["pictures"])) == (made["id"], "Tolong cek", "ours", 2)
    assert (await other.get("/api/v1/duty")).json()["duties"] == []
    assert (await joko.get("/api/v1/duty")).status_code == 403
    assert (await sari.get("/api/v1/alarms")).status_code == 403
    path = f"dispatches/{made['id']}"
    for what in ("live", "still.jpg"):
        assert (await sari.get(f"/media/ours/{what}")).status_code == 200
        assert (await other.get(f"/media/ours/{what}")).status_code in (200, 403)
    assert (await sari.get("/media/neighbours/live")).status_code == 403
    assert (await sari.get("/media/ours/clip.mp4")).status_code == 403
    await post(other, f"{path}/accept", 404)
    await post(sari, f"{path}/done", 409, outcome="handled")
    assert (await post(sari, f"{path}/accept"))["person"] == "sari"
    assert (await post(sari, f"{path}/on-scene"))["state"] == "on-scene"
    done = await post(sari, f"{path}/done", outcome="handled", note="sudah pindah")
    assert (done["state"], done["answer"]) == ("done", "sudah pindah")
    whole = (await joko.get(f"/api/v1/alarms/{id}")).json()
    assert (whole["attention"], whole["dispatches"][0]["outcome"]) == ("done", "handled")
    again = await post(joko, f"alarms/{id}/dispatches", 201, agency="dishub")
    taken_back = await joko.delete(f"/api/v1/dispatches/{again['id']}")
    assert taken_back.json()["state"] == DispatchState.WITHDRAWN.value
    assert city.parts.responding.dispatches.under_way == 0


async def test_a_responder_of_a_district_answers_for_whichever_agency_was_asked_there(streets: City) -> None:
    city, admin = streets, await streets.admin()
    await told(city, sign())
    there = await joined(city, admin, "trantib", "responder", KELURAHAN)
    elsewhere = await joined(city, admin, "jauh", "responder", NEIGHBOUR)
    (alarm,) = await alarms(admin)
    made = await post(admin, f"alarms/{alarm['id']}/dispatches", 201, agency="satpol-pp")
    (duty,) = (await there.get("/api/v1/duty")).json()["duties"]
    assert (duty["id"], duty["agency_name"]) == (made["id"], "Satpol PP")
    assert (await elsewhere.get("/api/v1/duty")).json()["duties"] == []
    await post(elsewhere, f"dispatches/{made['id']}/accept", 404)
    assert (await post(there, f"dispatches/{made['id']}/accept"))["person"] == "trantib"


async def test_what_an_agency_found_is_shown_at_the_alarm_without_place_or_device(streets: City) -> None:
    city, admin = streets, await streets.admin()
    await told(city, sign())
    sari = await joined(city, admin, "sari", "responder", "satpol-pp", scope="agency")
    dedi = await joined(city, admin, "dedi", "responder", "dishub", scope="agency")
    member = await joined(city, admin, "warga", "rt-member")
    (alarm,) = await alarms(admin)
    made = await post(admin, f"alarms/{alarm['id']}/dispatches", 201, agency="satpol-pp")
    path = f"/api/v1/dispatches/{made['id']}"
    assert (await sari.put(f"{path}/photo.jpg", content=photo())).status_code == 409, "nobody is on the way yet"
    await post(sari, f"dispatches/{made['id']}/accept")
    for data, status in ((b"", 400), (b"no picture", 400), (b"x" * 1_100_000, 413)):
        assert (await sari.put(f"{path}/photo.jpg", content=data)).status_code == status
    assert (await dedi.put(f"{path}/photo.jpg", content=photo())).status_code == 404
    shown = await sari.put(f"{path}/photo.jpg", content=photo("PNG"))
    assert shown.json()["photo"] == f"{path}/photo.jpg"
    await post(sari, f"dispatches/{made['id']}/done", outcome="handled")
    whole = (await admin.get(f"/api/v1/alarms/{alarm['id']}")).json()
    assert whole["dispatches"][0]["photo"] == f"{path}/photo.jpg"
    assert [(one["by"], one["what"]) for one in whole["log"]][-2:] == [("sari", "photo"), ("sari", "done")]
    for who, status in ((admin, 200), (sari, 200), (dedi, 404), (member, 403), (city.client(), 401)):
        assert (await who.get(f"{path}/photo.jpg")).status_code == status
    picture = (await admin.get(f"{path}/photo.jpg")).content
    assert picture.startswith(b"\xff\xd8")
    assert b"SECRET" not in picture
    assert (await sari.put(f"{path}/photo.jpg", content=photo())).status_code == 409, "it is done"
    await city.parts.responding.photos.discard_older(-5)
    assert (await admin.get(f"{path}/photo.jpg")).status_code == 404


async def test_wrong_input_says_what_is_wrong(streets: City) -> None:
    admin = await streets.admin()
    await told(streets, sign())
    id = (await alarms(admin))[0]["id"]
    assert (await admin.get("/api/v1/alarms/zzzz")).status_code == 404
    assert (await admin.get("/api/v1/alarms", params={"after": "nowhere"})).status_code == 400
    assert (await admin.get("/api/v1/alarms", params={"area": "nowhere"})).status_code == 400
    assert (await admin.post(f"/api/v1/alarms/{id}/hold", json={"until": "tomorrow"})).status_code == 400
    assert (await admin.post(f"/api/v1/alarms/{id}/close", json={"verdict": "maybe"})).status_code == 400
    assert (await admin.post(f"/api/v1/alarms/{id}/view", json={"choice": "accept"})).status_code == 400
    made = await post(admin, f"alarms/{id}/dispatches", 201, agency="dishub")
    assert (await admin.post(f"/api/v1/dispatches/{made['id']}/decline", json={"reason": " "})).status_code == 400


async def test_numbers_are_measured(streets: City) -> None:
    await told(streets, sign())
    streets.parts.responding.register_metrics(streets.parts.metrics)
    streets.parts.responding.open = await streets.parts.responding._count_open()
    text = (await (await streets.admin()).get("/metrics")).text
    assert 'ronda_alarms_open{state="new"} 1.0' in text
    assert "ronda_signs_total 1.0" in text
