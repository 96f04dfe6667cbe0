"""Cameras over HTTP: the promised shapes, secrets masked, errors as problem documents."""

import json

import pytest
from tests.web.conftest import City, until

from ronda.base.causes import SourceState
from ronda.bus.contract import (
    AssignmentChange,
    CameraStatus,
    ProfileStatus,
    assignment_subject,
    status_subject,
)

URL = "rtsp://viewer:hunter2@10.0.0.5/ch1"
PICTURES = ("id", "name", "url", "sub_url", "recording", "simulated", "state")
CAMERA = {"id": "simpang-1", "url": URL, "name": "Simpang Lima"}


async def test_a_camera_from_added_to_removed(city: City) -> None:
    admin = await city.admin()
    async with city.bus.subscribe(assignment_subject("local"), AssignmentChange) as changes:
        added = await admin.post("/api/v1/cameras", json={**CAMERA, "sub_url": URL + "/sub", "recording": {"days": 3}})
        assert added.status_code == 201
        told = added.json()
        assert (told["site"], told["area"], told["published"]) == (None, None, "no")
        assert {name: told[name] for name in PICTURES} == {
            "id": "simpang-1",
            "name": "Simpang Lima",
            "url": "rtsp://***@10.0.0.5/ch1",
            "sub_url": "rtsp://***@10.0.0.5/ch1/sub",
            "recording": {"mode": "continuous", "profile": "main", "days": 3, "hours": []},
            "simulated": False,
            "state": {
                "state": "idle",
                "since": added.json()["state"]["since"],
                "reason": None,
                "recording": False,
                "gap": None,
                "last_picture": None,
                "profiles": {},
            },
        }
        first = await anext(changes)
        assert [camera.url for camera in first.put] == [URL]
        (listed,) = (await admin.get("/api/v1/cameras")).json()["cameras"]
        assert {**listed, **{name: told[name] for name in ("may", "may_for_purpose")}} == told
        assert (await admin.get("/api/v1/cameras/simpang-1")).json() == added.json()

        body = {"url": "rtsp://***@10.0.0.5/ch1", "name": "New", "record": False}
        changed = await admin.patch("/api/v1/cameras/simpang-1", json=body)
        assert changed.json()["name"] == "New"
        assert changed.json()["recording"] == {"mode": "off", "profile": "main", "days": 3, "hours": []}
        second = await anext(changes)
        assert second.put[0].url == URL
        assert second.revision > first.revision

        assert (await admin.delete("/api/v1/cameras/simpang-1")).status_code == 204
        assert (await anext(changes)).removed == ("simpang-1",)
        assert (await admin.get("/api/v1/cameras/simpang-1")).status_code == 404
        history = (await admin.get("/api/v1/cameras/simpang-1/history")).json()["changes"]
        assert [change["action"] for change in history] == ["added", "changed", "removed"]
        assert "hunter2" not in json.dumps(history)


async def test_the_state_that_a_node_tells(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json=CAMERA)
    main = ProfileStatus(state=SourceState.RUNNING, since=90_000, codec="h264", width=1280, height=720, pictures=7)
    status = CameraStatus(
        node="local", camera="simpang-1", profiles={"main": main}, recording=True, last_picture=180_000
    )
    await city.bus.publish(status_subject("local"), status)
    await city.bus.publish(status_subject("local"), status.model_copy(update={"camera": "gone"}))
    await until(lambda: city.centre.status("simpang-1"))
    state = (await admin.get("/api/v1/cameras/simpang-1")).json()["state"]
    assert state["state"] == "running"
    assert state["recording"] is True
    assert state["since"] == "1970-01-01T00:00:01.000Z"
    assert state["last_picture"] == "1970-01-01T00:00:02.000Z"
    assert state["profiles"]["main"]["width"] == 1280
    assert state["profiles"]["main"]["since"] == "1970-01-01T00:00:01.000Z"
    assert (await admin.get("/healthz")).json()["running"] == 1


async def test_who_may_only_look_sees_no_address(public_city: City) -> None:
    admin = await public_city.admin()
    await admin.post("/api/v1/cameras", json=CAMERA)
    seen = (await public_city.client().get("/api/v1/cameras")).json()["cameras"][0]
    assert "url" not in seen
    assert seen["name"] == "Simpang Lima"
    assert "url" in (await admin.get("/api/v1/cameras")).json()["cameras"][0]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"id": "a"}, "url"),
        ({"id": "../a", "url": URL}, "camera id"),
        ({"id": "a", "url": "gopher://x"}, "gopher"),
        ({"id": "a", "url": "rtsp://"}, "host"),
        ({"id": "a", "url": "file:///etc/passwd"}, "file"),
        ({"id": "a", "url": URL, "recording": {"days": 0}}, "recording.days"),
        ({"id": "a", "url": URL, "recording": {"mode": "sometimes"}}, "recording.mode"),
        ({"id": "a", "url": URL, "record": False, "recording": {"mode": "continuous"}}, "record"),
        ({"id": "a", "url": URL, "nmae": "typo"}, "nmae"),
        ({"id": "a", "url": URL, "name": "a\x00b"}, "name"),
    ],
)
async def test_bad_cameras_change_nothing(city: City, body: dict[str, object], told: str) -> None:
    admin = await city.admin()
    answer = await admin.post("/api/v1/cameras", json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == 400
    assert document["type"] == "about:blank"
    assert told in document["detail"]
    assert "hunter2" not in answer.text
    assert (await admin.get("/api/v1/cameras")).json()["cameras"] == []


async def test_a_taken_id_is_a_conflict(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json=CAMERA)
    answer = await admin.post("/api/v1/cameras", json=CAMERA)
    assert answer.status_code == 409
    assert "simpang-1" in answer.json()["detail"]
    assert answer.json()["mend"]


async def test_timeline(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json=CAMERA)
    asked = {"from": "2026-11-21T19:00:00Z", "to": "2026-11-22T04:00:00+07:00"}
    answer = await admin.get("/api/v1/cameras/simpang-1/timeline", params=asked)
    assert answer.json() == {
        "profile": "main",
        "coverage": [{"from": "2026-11-21T19:00:00.000Z", "to": "2026-11-21T20:00:00.000Z"}],
        "gaps": [{"from": "2026-11-21T20:00:00.000Z", "to": "2026-11-21T21:00:00.000Z", "cause": "silent"}],
    }
    swapped = {"from": asked["to"], "to": asked["from"]}
    assert (await admin.get("/api/v1/cameras/simpang-1/timeline", params=swapped)).status_code == 400
    assert (await admin.get("/api/v1/cameras/simpang-1/timeline", params={"from": "x"})).status_code == 400
    assert (await admin.get("/api/v1/cameras/none/timeline", params=asked)).status_code == 404


async def test_text_is_told_as_it_is_and_as_json_only(city: City) -> None:
    admin = await city.admin()
    name = "<script>alert(1)</script>'; DROP TABLE cameras; -- \"\\"
    await admin.post("/api/v1/cameras", json={**CAMERA, "name": name})
    answer = await admin.get("/api/v1/cameras")
    assert answer.json()["cameras"][0]["name"] == name
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_large_answer_is_compressed(city: City) -> None:
    admin = await city.admin()
    for number in range(60):
        await admin.post("/api/v1/cameras", json={**CAMERA, "id": f"c{number}"})
    answer = await admin.get("/api/v1/cameras")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.json()["cameras"]) == 60
    plain = await admin.get("/api/v1/cameras", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == answer.json()


async def test_what_happens_is_recorded_by_the_node(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json={"id": "a", "url": "rtsp://10.0.0.5/1", "recording": {"mode": "event"}})
    assert (await admin.post("/api/v1/cameras/a/trigger", json={"seconds": 12.5})).status_code == 204
    assert (await admin.post("/api/v1/cameras/a/trigger")).status_code == 204
    assert [(asked.camera, asked.seconds) for asked in city.node.triggered] == [("a", 12.5), ("a", 30.0)]
    assert (await admin.post("/api/v1/cameras/a/trigger", json={"seconds": 0})).status_code == 400
    assert (await admin.post("/api/v1/cameras/a/trigger", json={"seconds": 3601})).status_code == 400
    assert (await admin.post("/api/v1/cameras/none/trigger")).status_code == 404
    assert (await city.client().post("/api/v1/cameras/a/trigger")).status_code == 404
    assert len(city.node.triggered) == 2


async def test_a_schedule_needs_hours_and_keeps_them(city: City) -> None:
    admin = await city.admin()
    night = {"weekdays": [0, 6], "from": "18:00", "to": "06:00"}
    body = {"id": "night", "url": "rtsp://10.0.0.9/x", "recording": {"mode": "schedule"}}
    refused = await admin.post("/api/v1/cameras", json=body)
    assert refused.status_code == 400
    assert "hours" in refused.json()["mend"]
    body["recording"] = {"mode": "schedule", "hours": [night]}
    made = await admin.post("/api/v1/cameras", json=body)
    assert made.status_code == 201
    assert made.json()["recording"]["hours"] == [night]
    kept = await admin.patch("/api/v1/cameras/night", json={"recording": {"days": 3}})
    assert kept.json()["recording"] == {"mode": "schedule", "profile": "main", "days": 3, "hours": [night]}
    for wrong in ("6:00", "25:00", "18:61", "noon"):
        hours = [{**night, "to": wrong}]
        answer = await admin.patch("/api/v1/cameras/night", json={"recording": {"hours": hours}})
        assert answer.status_code == 400
