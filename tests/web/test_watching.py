"""What a camera is looked at for, set by whoever keeps its register; counts, open counts, and what is seen now."""

import asyncio
import csv
import io
import json
from typing import Any

import httpx
import pytest
from tests.web.conftest import City
from tests.web.neighbours import OWN, joined, two_streets

from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.bus.contract import AssignmentChange, Done, assignment_subject, centre_subject, request_subject
from ronda.bus.eyes import EYES, AskEyes, EyesThere, EyeThere
from ronda.bus.observations import (
    FOLLOW_SIGHT,
    OBSERVATIONS,
    EyeId,
    FollowSight,
    MinuteCount,
    MinuteMeasure,
    ObservationBatch,
    ObservationGap,
    Sight,
    SightBox,
    sight_subject,
)
from ronda.city.edit import Edit
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.vision.analytics.kinds import RULES
from ronda.web.documents_watching import LINE

EYE = EyeId(id="builtin", version="1")


def batch(camera: str, sequence: int = 1, line: str = "mulut gang") -> ObservationBatch:
    now_90k = SystemClock().utc_90k()
    minute_90k = now_90k - now_90k % (60 * HZ_90K)
    count = MinuteCount(
        camera=camera, minute_90k=minute_90k, line=line, direction="masuk", label="two-wheeler", eye=EYE, count=3
    )
    measure = MinuteMeasure(
        camera=camera,
        minute_90k=minute_90k,
        analytic="crowd",
        zone="lapangan",
        name="persons",
        unit="persons",
        values=2,
        sum=8,
        least=3,
        most=5,
        last=5,
    )
    gap = ObservationGap(camera=camera, cause="worker-died", from_90k=now_90k - 9 * HZ_90K, to_90k=now_90k, lasts=False)
    return ObservationBatch(node="local", sequence=sequence, counts=(count,), measures=(measure,), gaps=(gap,))


def around() -> dict[str, str]:
    now_90k = SystemClock().utc_90k()
    hour_90k = 3600 * HZ_90K
    return {"from": format_rfc3339(now_90k - hour_90k), "to": format_rfc3339(now_90k + hour_90k)}


async def told(city: City, told: ObservationBatch) -> None:
    await city.bus.request(centre_subject(OBSERVATIONS), told, Done)


async def camera(city: City, id: str = "gate") -> httpx.AsyncClient:
    client = await city.admin()
    answer = await client.post("/api/v1/cameras", json={"id": id, "url": "rtsp://u:p@127.0.0.1:1/1", "name": "Gerbang"})
    assert answer.status_code == 201, answer.text
    return client


async def test_a_document_is_kept_told_to_the_node_and_remembered(city: City) -> None:
    client = await camera(city)
    assert (await client.get("/api/v1/cameras/gate/watching")).json() == {"camera": "gate", "watching": None}
    changes: list[AssignmentChange] = []
    async with city.bus.subscribe(assignment_subject("local"), AssignmentChange) as following:
        answer = await client.put("/api/v1/cameras/gate/watching", json=LINE)
        assert answer.status_code == 200, answer.text
        async with asyncio.timeout(5):
            async for change in following:
                changes.append(change)
                if any(spec.vision.document for spec in change.put):
                    break
    vision = changes[-1].put[0].vision
    assert (vision.tier, vision.eye) == ("count", "builtin")
    kept = answer.json()["watching"]
    assert kept["lines"][0]["name"] == "mulut gang"
    assert (await client.get("/api/v1/cameras/gate/watching")).json()["watching"] == kept
    again = await client.put("/api/v1/cameras/gate/watching", json=kept)
    assert again.json()["watching"] == kept, "what was answered can be sent back"
    history = (await client.get("/api/v1/cameras/gate/history")).json()["changes"]
    assert len(history) == 2
    assert history[-1]["after"]["watching"] == kept
    off = await client.put("/api/v1/cameras/gate/watching", json={**kept, "tier": "off"})
    assert off.json()["watching"]["tier"] == "off"
    assert city.parts.centre.cameras.get("gate").spec().vision.tier == "off"
    assert (await client.put("/api/v1/cameras/gate/watching")).json()["watching"] is None
    assert city.parts.centre.cameras.get("gate").spec().vision.tier == "sweep"


async def test_what_is_wrong_in_a_document_is_said_with_how_to_mend_it(city: City) -> None:
    client = await camera(city)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"lines": [{"name": "l", "start": [0.5, 0.5], "end": [0.5, 0.5]}]}, "no length"),
        ({"lines": [{"name": "l", "start": [0.5, 1.5], "end": [0.5, 0.5]}]}, "outside the picture"),
        ({"zones": [{"name": "z", "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}, "crosses itself"),
        ({"tier": "always"}, "tier"),
        ({"whatever": 1}, "'whatever' is not known"),
        ({"tier": "off", "lines": 7}, "lines"),
        ({"counting": [{"lines": ["nowhere"]}]}, "nowhere"),
        ({"zones": [{"name": "z" * 300_000}]}, "too long"),
    ]
    for document, said in wrong:
        answer = await client.put("/api/v1/cameras/gate/watching", json=document)
        assert answer.status_code == 400, (document, answer.text)
        assert said in answer.text, answer.text
    assert (await client.get("/api/v1/cameras/gate/watching")).json()["watching"] is None


async def test_counts_are_told_as_json_and_as_a_table_each_batch_once(city: City) -> None:
    client = await camera(city)
    await told(city, batch("gate", line="=cmd()"))
    await told(city, batch("gate", line="=cmd()"))
    await told(city, batch("nowhere", 2))
    answer = await client.get("/api/v1/cameras/gate/counts", params={**around(), "step": "minute"})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert [(one["line"], one["direction"], one["label"], one["count"]) for one in document["counts"]] == [
        ("=cmd()", "masuk", "two-wheeler", 3)
    ]
    assert document["counts"][0]["eye"] == {"id": "builtin", "version": "1"}
    assert document["gaps"][0]["cause"] == "worker-died"
    table = await client.get("/api/v1/cameras/gate/counts", params={**around(), "format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["line"], row["count"], row["eye"]) == ("'=cmd()", "3", "builtin")
    measures = (await client.get("/api/v1/cameras/gate/measures", params=around())).json()["measures"]
    assert [(one["name"], one["mean"], one["most"], one["eye"]) for one in measures] == [("persons", 4.0, 5.0, None)]
    long = {"from": "2020-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z", "step": "minute"}
    refused = await client.get("/api/v1/cameras/gate/counts", params=long)
    assert refused.status_code == 400
    assert "longer step" in refused.json()["mend"]


async def test_open_counts_hold_published_cameras_alone(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    for sequence, id in enumerate(("ours", "neighbours")):
        await told(city, batch(id, sequence))
        answer = await admin.put(f"/api/v1/cameras/{id}/watching", json=LINE)
        assert answer.status_code == 200, answer.text
    await city.parts.observing.work_out_open_counts()
    assert {one.camera for one in city.parts.observing.open_counts.counts} == {"ours", "neighbours"}
    stranger = city.client()
    assert (await stranger.get("/api/v1/public/counts")).json()["counts"] == []
    decision = PublicationDecision("d", "ours", "", None, PublicationMode.LIVE, (), 0, "test", "asked for", 1)
    await city.centre.apply(Edit(decisions=[decision]), "test")
    await city.parts.portal.rebuild()
    answer = await stranger.get("/api/v1/public/counts")
    assert [(one["camera"], one["count"]) for one in answer.json()["counts"]] == [("ours", 3)]
    assert "max-age" in answer.headers["cache-control"]
    assert "neighbours" not in (await stranger.get("/api/v1/public/counts", params={"format": "csv"})).text
    await city.parts.observing.work_out_open_days()
    days = (await stranger.get("/api/v1/public/counts", params={"step": "day"})).json()
    assert (days["step"], [(one["camera"], one["count"]) for one in days["counts"]]) == ("day", [("ours", 3)])
    assert (await stranger.get("/api/v1/public/counts", params={"step": "minute"})).status_code == 400
    assert (await stranger.get("/api/v1/public/counts", params={"camera": "neighbours"})).json()["counts"] == []


async def test_only_who_keeps_the_register_of_the_area_says_what_is_looked_at(city: City) -> None:
    await two_streets(city)
    member = await joined(city, await city.admin(), "siti.rt03", "rt-member", OWN)
    assert (await member.get("/api/v1/cameras/ours/watching")).status_code == 200
    refused = await member.put("/api/v1/cameras/ours/watching", json=LINE)
    assert refused.status_code == 403, refused.text
    assert (await member.get("/api/v1/cameras/neighbours/watching")).status_code in (403, 404)
    assert (await member.get("/api/v1/cameras/neighbours/counts", params=around())).status_code in (403, 404)


async def test_who_may_watch_live_follows_what_is_seen(city: City) -> None:
    client = await camera(city)
    followed: list[FollowSight] = []

    async def follow(asked: FollowSight) -> Done:
        followed.append(asked)
        return Done()

    sight = Sight(
        camera="gate",
        at_90k=SystemClock().utc_90k(),
        eye=EYE,
        boxes=(SightBox(track=1, label="car", xyxy=(0.1, 0.2, 0.3, 0.4)),),
        passed=(("mulut gang", "masuk", "car"),),
    )
    async with city.bus.serve(request_subject("local", FOLLOW_SIGHT), FollowSight, follow):
        sights = city.parts.observing.sights("gate")
        first = asyncio.ensure_future(anext(sights))
        while not followed:
            await asyncio.sleep(0.01)
        await city.bus.publish(sight_subject("gate"), sight)
        assert await first == sight
        assert city.parts.observing.followed == 1
        await sights.aclose()
    assert city.parts.observing.followed == 0
    stranger = await city.client().get("/api/v1/cameras/gate/sight")
    assert stranger.status_code == 404
    assert json.loads(stranger.text)["detail"] == "there is no camera 'gate'"
    assert (await client.get("/api/v1/cameras/nowhere/sight")).status_code == 404


async def test_the_analytics_say_what_their_rules_are_made_of(city: City) -> None:
    answer = await (await city.admin()).get("/api/v1/analytics")
    assert answer.status_code == 200, answer.text
    found = {one["name"]: one for one in answer.json()["analytics"]}
    assert set(RULES) == set(found)
    assert "lines" in found["counting"]["schema"]["properties"]
    assert (await city.client().get("/api/v1/analytics")).status_code == 401


async def test_the_eyes_say_which_there_are_and_who_names_them(city: City) -> None:
    client = await camera(city)
    assert (await client.get("/api/v1/eyes")).status_code == 503, "no node answers"
    asked: list[AskEyes] = []

    async def tell(ask: AskEyes) -> EyesThere:
        asked.append(ask)
        built_in = EyeThere(name="builtin", state="ready", title="Built-in eye", classes=("person", "car"))
        known = EyeThere(name="yolox_nano", state="not here", title="YOLOX Nano", published=True)
        return EyesThere(eyes=(built_in, known))

    async with city.bus.serve(request_subject("local", EYES), AskEyes, tell):
        found = (await client.get("/api/v1/eyes")).json()["eyes"]
        assert [(one["name"], one["state"], one["cameras"]) for one in found] == [
            ("builtin", "ready", 0),
            ("yolox_nano", "not here", 0),
        ]
        assert found[0]["mend"] == ""
        assert "ronda models pull yolox_nano" in found[1]["mend"]
        gone = await client.put("/api/v1/cameras/gate/watching", json={**LINE, "eye": "gone@640x384"})
        assert gone.status_code == 200
        found = (await client.get("/api/v1/eyes")).json()["eyes"]
        assert [(one["name"], one["state"], one["cameras"]) for one in found[2:]] == [("gone", "not here", 1)]
        assert found[2]["mend"] == "`ronda models add FILE` on the server adds it"
        assert len(asked) == 1, "asked once in ten seconds"
        assert (await city.client().get("/api/v1/eyes")).status_code == 401


async def test_what_passed_in_an_area_is_told_to_those_who_may_see_it(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    for id in ("ours", "neighbours"):
        assert (await admin.put(f"/api/v1/cameras/{id}/watching", json=LINE)).status_code == 200
    await told(city, batch("ours"))
    await told(city, batch("neighbours", sequence=2))
    whole = (await admin.get("/api/v1/counts", params=around())).json()
    assert (whole["cameras"], whole["counted"], sum(one["count"] for one in whole["steps"])) == (2, 2, 6)
    assert {one["camera"] for one in whole["lines"]} == {"ours", "neighbours"}
    assert whole["steps"][0]["eye"] == {"id": "builtin", "version": "1"}
    assert sum(one["seconds"] for one in whole["gaps"]) == pytest.approx(18)
    street = (await admin.get("/api/v1/counts", params={**around(), "area": OWN})).json()
    assert [(one["camera"], one["line"], one["count"]) for one in street["lines"]] == [("ours", "mulut gang", 3)]
    table = await admin.get("/api/v1/counts", params={**around(), "format": "csv"})
    assert list(csv.reader(io.StringIO(table.text)))[1][1:] == ["two-wheeler", "6", "builtin", "1"]
    head = await joined(city, admin, "pak.rt03", "rt-head", OWN)
    own = (await head.get("/api/v1/counts", params=around())).json()
    assert [one["camera"] for one in own["lines"]] == ["ours"]
    assert (await city.client().get("/api/v1/counts", params=around())).status_code == 401


async def test_a_gauges_levels_measure_how_a_staff_is_read(city: City) -> None:
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json={"id": "river", "url": "rtsp://10.0.0.9/1"})
    document = {
        "tier": "watch",
        "lines": [{"name": "pintu air", "start": [0.5, 0.9], "end": [0.5, 0.2]}],
        "flood": [{"staff": "pintu air", "start_cm": 0, "end_cm": 400, "siaga_cm": [150, 200, 250]}],
    }
    kept = await admin.put("/api/v1/cameras/river/watching", json=document)
    assert kept.status_code in (200, 204), kept.text
    given = {"staff": "pintu air", "levels": [{"at": "2026-11-20T19:14:00Z", "cm": 172}]}
    made = await admin.post("/api/v1/cameras/river/levels", json=given)
    assert (made.status_code, made.json()["minutes"], made.json()["mean_error_cm"]) == (201, 0, None), made.text
    shown = await admin.get("/api/v1/cameras/river/levels", params={"staff": "pintu air"})
    assert shown.json()["staff"] == "pintu air"
    wrong = await admin.post("/api/v1/cameras/river/levels", json={**given, "staff": "lain"})
    assert (wrong.status_code, "pintu air" in wrong.json()["mend"]) == (400, True)
    assert (await city.client().post("/api/v1/cameras/river/levels", json=given)).status_code == 404
