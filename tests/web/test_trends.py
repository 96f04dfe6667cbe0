"""Trends over the API: weeks, what is unusual, measures with levels, alarms by day, counting by hand; by area."""

import csv
import io
from typing import Any

from tests.web.conftest import City
from tests.web.neighbours import OWN, joined, two_streets
from tests.web.test_watching import EYE, around, batch, camera, told

from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.bus.observations import MinuteCount, ObservationBatch, ObservationGap, SeenSign
from ronda.insight.observations import MINUTE_90K
from ronda.vision.analytics.crowd import FRUIN
from ronda.vision.analytics.kinds import RULES
from ronda.web.documents_watching import LINE

CROWDED: dict[str, Any] = {
    "tier": "watch",
    "zones": [{"name": "lapangan", "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]}],
    "crowd": [{"zone": "lapangan", "persons": [20, 40, 80]}],
}


async def test_a_fresh_city_says_that_there_are_not_days_enough(city: City) -> None:
    client = await camera(city)
    await client.put("/api/v1/cameras/gate/watching", json=LINE)
    await told(city, batch("gate"))
    week = (await client.get("/api/v1/trends/week")).json()
    assert (week["days"], week["needed"], week["cells"]) == (0, 21, [])
    table = await client.get("/api/v1/trends/week", params={"camera": "gate", "format": "csv"})
    assert table.text.strip() == "hour"
    await city.parts.trending.work_out()
    unusual = (await client.get("/api/v1/trends/unusual")).json()
    assert (unusual["cameras"], unusual["known"], unusual["weeks"], unusual["needed"]) == (1, 0, 0, 3)
    assert unusual["found"] == []
    measure = {"analytic": "crowd", "zone": "lapangan", "measure": "persons"}
    assert (await client.get("/api/v1/trends/week/measure", params=measure)).status_code == 400
    one = await client.get("/api/v1/trends/week/measure", params={**measure, "camera": "gate"})
    assert one.json()["cells"] == []


async def test_an_area_is_counted_by_class_and_camera_and_says_how_long_it_was_watched(city: City) -> None:
    client = await camera(city)
    await client.put("/api/v1/cameras/gate/watching", json=LINE)
    await told(city, batch("gate"))
    all_of_it = (await client.get("/api/v1/counts", params=around())).json()
    assert [one["count"] for one in all_of_it["steps"]] == [3]
    week = (await client.get("/api/v1/trends/week")).json()
    assert (await client.get("/api/v1/trends/week")).json() == week, "remembered for the hour"
    assert sum(one["seconds"] for one in all_of_it["watched"]) == 60
    cars = (await client.get("/api/v1/counts", params={**around(), "class": "car,bus"})).json()
    assert (cars["steps"], cars["lines"]) == ([], [])
    other = (await client.get("/api/v1/counts", params={**around(), "camera": "elsewhere"})).json()
    assert (other["cameras"], other["counted"], other["steps"]) == (1, 0, [])
    assert other["counted_at"] == [{"camera": "gate", "name": "Gerbang"}]


async def test_measures_come_with_their_levels(city: City) -> None:
    client = await camera(city)
    await client.put("/api/v1/cameras/gate/watching", json=CROWDED)
    await told(city, batch("gate"))
    found = (await client.get("/api/v1/trends/measures", params={"analytic": "crowd"})).json()
    assert found == {
        "series": [
            {
                "camera": "gate",
                "name": "Gerbang",
                "analytic": "crowd",
                "zone": "lapangan",
                "measure": "persons",
                "unit": "persons",
                "levels": [20.0, 40.0, 80.0],
            }
        ],
        "more": False,
    }
    assert (await client.get("/api/v1/trends/measures", params={"analytic": "flood"})).json()["series"] == []


def test_rules_say_where_their_levels_begin() -> None:
    zone, staff = {"zone": "kali"}, {"staff": "papan", "start_cm": 0, "end_cm": 300, "siaga_cm": [150, 200, 250]}
    crowd, flood = RULES["crowd"], RULES["flood"]
    assert crowd.model_validate({**zone, "persons": [20, 40]}).levels_of("persons") == (20, 40)
    assert crowd.model_validate(zone).levels_of("density") == FRUIN
    assert crowd.model_validate({**zone, "density": [1, 2]}).levels_of("persons") == ()
    assert flood.model_validate(staff).levels_of("level") == (150, 200, 250)
    assert flood.model_validate({**zone, "siaga_percent": [10, 30, 60]}).levels_of("share") == (10, 30, 60)
    assert flood.model_validate(staff).levels_of("siaga") == ()
    assert RULES["night"].model_validate(zone | {"hours": [{"from": "22:00", "to": "04:00"}]}).levels_of("x") == ()


async def test_alarms_are_told_by_day_and_place_and_the_rejected_apart(city: City) -> None:
    admin = await city.admin()
    await two_streets(city)
    now_90k = SystemClock().utc_90k()
    for number, (id, begun_s) in enumerate((("ours", 900), ("ours", 300), ("neighbours", 600))):
        sign = SeenSign(
            camera=id,
            analytic="parking",
            zone="tepi jalan",
            key=f"car-{number}",
            turn="raised",
            at_90k=now_90k,
            since_90k=now_90k - begun_s * HZ_90K,
            eye=EYE,
        )
        await told(city, ObservationBatch(node="local", sequence=number + 1, signs=(sign,)))
    alarms = (await admin.get("/api/v1/alarms")).json()["alarms"]
    wrong = next(one["id"] for one in alarms if one["key"] == "car-1")
    assert (await admin.post(f"/api/v1/alarms/{wrong}/take", json={})).status_code == 200
    closed = await admin.post(f"/api/v1/alarms/{wrong}/close", json={"verdict": "rejected"})
    assert closed.status_code == 200, closed.text
    days = (await admin.get("/api/v1/trends/alarms", params=around())).json()["days"]
    ours = next(one for one in days if one["camera"] == "ours")
    assert {one["camera"] for one in days} == {"ours", "neighbours"}
    assert (ours["site"], ours["zone"]) == ("ours", "tepi jalan")
    assert sum(one["alarms"] for one in days) == 2
    assert sum(one["rejected"] for one in days) == 1
    assert 899 < max(one["longest_s"] or 0 for one in days) < 901
    table = await admin.get("/api/v1/trends/alarms", params={**around(), "format": "csv", "camera": "ours"})
    assert {row["camera"] for row in csv.DictReader(io.StringIO(table.text))} == {"ours"}
    officer = await joined(city, admin, "lurah", "officer", OWN)
    theirs = (await officer.get("/api/v1/trends/alarms", params=around())).json()["days"]
    assert {one["camera"] for one in theirs} == {"ours"}
    long = {"from": "2020-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert (await admin.get("/api/v1/trends/alarms", params=long)).status_code == 400


async def test_people_see_the_trends_of_their_own_area(city: City) -> None:
    admin = await city.admin()
    await two_streets(city)
    for id in ("ours", "neighbours"):
        await admin.put(f"/api/v1/cameras/{id}/watching", json=CROWDED)
    await told(city, batch("ours", 1))
    await told(city, batch("neighbours", 2))
    member = await joined(city, admin, "warga", "rt-member", OWN)
    found = (await member.get("/api/v1/trends/measures")).json()["series"]
    assert [one["camera"] for one in found] == ["ours"]
    assert (await member.get("/api/v1/trends/unusual")).json()["cameras"] == 1
    other = {"camera": "neighbours", "analytic": "crowd", "zone": "lapangan", "measure": "persons"}
    assert (await member.get("/api/v1/trends/week/measure", params=other)).json()["days"] == 0
    assert (await member.get("/api/v1/trends/alarms", params=around())).status_code == 403
    assert (await member.get("/api/v1/cameras/neighbours/hand-counts")).status_code in (403, 404)
    answer = await member.post("/api/v1/cameras/ours/hand-counts", json=by_hand(0))
    assert answer.status_code == 403


def by_hand(passed: int, minutes_ago: int = 10, **more: Any) -> dict[str, Any]:
    begin_90k = (SystemClock().utc_90k() // MINUTE_90K - minutes_ago) * MINUTE_90K
    at = format_rfc3339(begin_90k + 5 * HZ_90K)
    return {
        "line": "mulut gang",
        "from": format_rfc3339(begin_90k),
        "to": format_rfc3339(begin_90k + MINUTE_90K),
        "taps": [{"at": at, "direction": "masuk", "label": "two-wheeler"}] * passed,
        **more,
    }


async def test_a_count_by_hand_measures_the_eye(city: City) -> None:
    client = await camera(city)
    await client.put("/api/v1/cameras/gate/watching", json=LINE)
    assert (await client.get("/api/v1/cameras/gate/hand-counts")).json() == {"counts": []}
    given = by_hand(4)
    nothing = await client.post("/api/v1/cameras/gate/hand-counts", json=given)
    assert (nothing.status_code, "no eye counted" in nothing.text) == (400, True)
    begin_90k = (SystemClock().utc_90k() // MINUTE_90K - 10) * MINUTE_90K
    count = MinuteCount(
        camera="gate", minute_90k=begin_90k, line="mulut gang", direction="masuk", label="two-wheeler", eye=EYE, count=3
    )
    gap = ObservationGap(
        camera="gate",
        cause="overloaded",
        from_90k=begin_90k + MINUTE_90K,
        to_90k=begin_90k + 2 * MINUTE_90K,
        lasts=False,
    )
    await told(city, ObservationBatch(node="local", sequence=1, counts=(count,), gaps=(gap,)))
    made = await client.post("/api/v1/cameras/gate/hand-counts", json=given)
    assert made.status_code == 201, made.text
    document = made.json()
    assert (document["hand"], document["counted"], document["effectiveness"]) == (4, 3, 0.75)
    assert (document["by"], document["eyes"]) == ("admin", [{"id": "builtin", "version": "1"}])
    assert document["lanes"] == [{"direction": "masuk", "label": "two-wheeler", "hand": [4], "counted": [3]}]
    assert (await client.get("/api/v1/cameras/gate/hand-counts")).json()["counts"] == [document]
    begin, end = given["from"], given["to"]
    wrong: list[tuple[dict[str, Any], int, str]] = [
        (by_hand(1, 9), 400, "did not look"),
        (by_hand(1, line="nowhere"), 400, "there is no line"),
        (by_hand(1, taps=[{"at": begin, "direction": "terbang"}]), 400, "has no direction"),
        (by_hand(1, taps=[{"at": end, "direction": "masuk"}]), 400, "not within"),
        (by_hand(1, to=begin), 400, "no whole minutes"),
        (by_hand(1, taps=[{"at": begin, "direction": "masuk"}, *given["taps"]]), 400, "others do not"),
        (by_hand(1, 0), 503, "not here yet"),
    ]
    for given, status, said in wrong:
        answer = await client.post("/api/v1/cameras/gate/hand-counts", json=given)
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert (await client.delete(f"/api/v1/cameras/gate/hand-counts/{document['id']}")).status_code == 204
    assert (await client.delete(f"/api/v1/cameras/gate/hand-counts/{document['id']}")).status_code == 404
