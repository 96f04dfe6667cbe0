"""Traces over the API: boards of an approved case, filled picture by picture, judged by persons."""

import base64
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image
from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, OWN, joined, two_streets

from ronda.base.errors import NotFound
from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.bus.contract import request_subject
from ronda.bus.examining import TakenPicture, WantPicture
from ronda.city.camera import Spot
from ronda.city.registry import CameraChange
from ronda.evidence.cases import rows
from ronda.evidence.cases.tables import CASES
from ronda.insight.tables import SEEN_TRACKS

BEGIN = "2026-11-20T18:00:00.000Z"
FOOTAGE = {"from": BEGIN, "to": "2026-11-20T18:10:00Z"}


@dataclass
class Door:
    """A node that has recorded everything, one picture a second."""

    asked: list[WantPicture] = field(default_factory=list)
    recorded: bool = True

    async def picture(self, asked: WantPicture) -> TakenPicture:
        self.asked.append(asked)
        if not self.recorded and not asked.sighting:
            raise NotFound("nothing is recorded then (any more)")
        out = io.BytesIO()
        Image.new("RGB", (64, 36), (200, 30, 30)).save(out, "JPEG")
        view = (0.0, 0.0, 1.0, 1.0) if self.recorded else (0.5, 0.0, 1.0, 1.0)
        shown_90k = asked.at_90k - asked.at_90k % HZ_90K
        return TakenPicture(at_90k=shown_90k, jpeg=base64.b64encode(out.getvalue()).decode(), view=view)


@pytest.fixture
async def door(city: City) -> AsyncIterator[Door]:
    door = Door()
    async with city.bus.serve(request_subject("local", "picture-want"), WantPicture, door.picture):
        yield door


async def placed_streets(city: City) -> None:
    """Two cameras of two RTs, some 330 metres apart."""
    await two_streets(city)
    for number, id in enumerate(("ours", "neighbours")):
        spot = Spot(site=f"site-{id}", lat=-6.984 + number * 0.003, lon=110.37)
        await city.centre.change_camera(id, CameraChange(spot=spot), "test")


async def approved_case(city: City, *cameras: str, by: httpx.AsyncClient, approver: httpx.AsyncClient) -> str:
    given = {
        "title": "Motor dicuri",
        "why": "Mencari ke mana",
        "basis": "LP/7",
        "footage": [{"camera": one, **FOOTAGE} for one in cameras],
    }
    made = await by.post("/api/v1/cases", json=given)
    assert made.status_code == 201, made.text
    path = f"/api/v1/cases/{made.json()['number']}"
    if made.json()["state"] == "requested":
        assert (await approver.post(f"{path}/approve", json={"note": "setuju"})).status_code == 200
    return path


@dataclass
class Matter:
    """A case of an operator that an officer has approved."""

    path: str
    operator: httpx.AsyncClient
    officer: httpx.AsyncClient

    async def board(self) -> str:
        made = await self.operator.post(f"{self.path}/traces", json={"title": "Beat hitam", "kind": "vehicle"})
        assert made.status_code == 201, made.text
        return f"{self.path}/traces/{made.json()['id']}"


@pytest.fixture
async def matter(city: City, door: Door) -> Matter:
    await placed_streets(city)
    admin = await city.admin()
    operator = await joined(city, admin, "operator", "operator", "")
    officer = await joined(city, admin, "lurah", "officer", KELURAHAN)
    path = await approved_case(city, "ours", "neighbours", by=operator, approver=officer)
    return Matter(path, operator, officer)


def at(second: int) -> str:
    return f"2026-11-20T18:0{second // 60}:{second % 60:02d}.000Z"


async def test_a_board_keeps_pictures_in_the_order_of_time_and_tells_how_fast_that_would_be(
    city: City, matter: Matter, door: Door
) -> None:
    board = await matter.board()
    given = {"camera": "neighbours", "at": "2026-11-20T18:01:00.500Z", "note": "di tikungan"}
    assert (await matter.operator.post(f"{board}/points", json=given)).status_code == 201
    answer = await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(30)})
    shown = answer.json()
    assert [(one["camera"], one["at"], one["note"]) for one in shown["points"]] == [
        ("ours", at(30), ""),
        ("neighbours", at(60), "di tikungan"),
    ]
    (link,) = shown["links"]
    assert (link["state"], link["by"], link["seconds"]) == ("proposed", None, 30.0)
    assert link["distance_m"] == pytest.approx(332, abs=2)
    assert link["kmh"] == pytest.approx(39.8, abs=0.5)
    picture = await matter.operator.get(shown["points"][0]["picture"])
    assert (picture.status_code, picture.headers["content-type"], picture.content[:2]) == (
        200,
        "image/jpeg",
        b"\xff\xd8",
    )
    assert picture.headers["cache-control"] == "private, no-store"
    custody = (await matter.officer.get(matter.path)).json()["custody"]
    rows = [(row["what"], row["subject"]) for row in custody if row["what"] == "traced"]
    assert rows == [("traced", ""), ("traced", "neighbours"), ("traced", "ours")]
    assert all(len(row["sha256"]) == 64 for row in custody[-2:])
    looks = [one.look for _, one in await city.people.log.entries(50) if one.look.action in ("trace", "trace-look")]
    assert ("trace-look", "ours", "operator") in {(one.action, one.camera, one.who) for one in looks}


async def test_a_person_confirms_and_rejects_and_only_what_follows_is_linked(matter: Matter) -> None:
    board = await matter.board()
    for second, camera in ((0, "ours"), (30, "neighbours"), (90, "ours")):
        shown = (await matter.operator.post(f"{board}/points", json={"camera": camera, "at": at(second)})).json()
    first, second_, third = (one["id"] for one in shown["points"])
    given = {"state": "confirmed", "note": "stiker sama"}
    said = (await matter.officer.put(f"{board}/links/{first}/{second_}", json=given)).json()
    assert [(one["state"], one["by"], one["note"]) for one in said["links"]] == [
        ("confirmed", "lurah", "stiker sama"),
        ("proposed", None, ""),
    ]
    assert (await matter.officer.put(f"{board}/links/{first}/{third}", json=given)).status_code == 404
    assert (await matter.officer.put(f"{board}/links/{second_}/{first}", json=given)).status_code == 404
    taken = (await matter.operator.delete(f"{board}/points/{second_}")).json()
    assert [(one["from"], one["to"], one["state"]) for one in taken["links"]] == [(first, third, "proposed")]
    assert (await matter.operator.delete(f"{board}/points/{second_}")).status_code == 404
    assert (await matter.operator.get(f"{board}/points/{second_}/picture.jpg")).status_code == 404
    custody = (await matter.officer.get(matter.path)).json()["custody"]
    assert "dipastikan sama" in " ".join(row["note"] for row in custody)


async def test_what_an_eye_has_seen_comes_with_its_class_and_survives_its_recording(
    city: City, matter: Matter, door: Door
) -> None:
    begun = parse_rfc3339(at(20))
    row = {
        "id": 7,
        "camera": "ours",
        "first_90k": begun,
        "last_90k": begun + HZ_90K,
        "label": "motorcycle",
        "colour": "black",
        "direction": "left",
        "lines": "[]",
        "speed_kmh": None,
        "picture": f"{begun}-0a1b2c3d",
        "picture_90k": begun,
        "place": "[0.6, 0.2, 0.8, 0.6]",
        "eye": "builtin",
    }
    await city.store.run(lambda connection: connection.execute(SEEN_TRACKS.insert().values(**row)))
    board = await matter.board()
    door.recorded = False
    shown = (await matter.operator.post(f"{board}/points", json={"camera": "ours", "seen": 7})).json()
    (point,) = shown["points"]
    assert (point["label"], point["colour"], point["at"]) == ("motorcycle", "black", at(20))
    assert point["xyxy"] == pytest.approx([0.2, 0.2, 0.6, 0.6])  # on the right half, which the picture shows
    assert (await matter.operator.post(f"{board}/points", json={"camera": "neighbours", "seen": 7})).status_code == 404
    again = await matter.operator.post(f"{board}/points", json={"camera": "ours", "seen": 7})
    assert (again.status_code, "already" in again.json()["detail"]) == (409, True)
    lost = await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(21)})
    assert lost.status_code == 404
    assert len(await city.parts.traces.pictures.there()) == 1


async def test_masks_are_painted_and_bad_points_are_refused(city: City, matter: Matter, door: Door) -> None:
    board = await matter.board()
    masks = [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.4]]]
    answer = await matter.officer.put("/api/v1/cameras/ours/masks", json={"masks": masks})
    assert answer.status_code < 300, answer.text
    assert (await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(1)})).status_code == 201
    assert door.asked[-1].masks == (((0.0, 0.0), (0.3, 0.0), (0.3, 0.4)),)
    for bad, status in (
        ({"camera": "ours"}, 400),
        ({"at": at(1)}, 400),
        ({"camera": "ours", "at": at(1), "seen": 3}, 400),
        ({"camera": "ours", "at": "yesterday"}, 400),
        ({"camera": "ours", "at": "2126-01-01T00:00:00Z"}, 400),
        ({"camera": "nothing", "at": at(1)}, 404),
        ({"examination": "0" * 16, "n": 1}, 404),
        ({"camera": "ours", "at": at(5), "note": "x" * 501}, 400),
    ):
        assert (await matter.operator.post(f"{board}/points", json=bad)).status_code == status, bad
    assert (
        await matter.operator.post(f"{matter.path}/traces", json={"title": " ", "kind": "person"})
    ).status_code == 400


async def test_what_the_chain_of_custody_does_not_take_is_not_kept(
    city: City, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = await matter.board()
    monkeypatch.setattr(rows, "_MOST_CUSTODY", 1)
    answer = await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(1)})
    assert (answer.status_code, "very much was done" in answer.json()["detail"]) == (503, True)
    assert await city.parts.traces.pictures.there() == []
    assert (await matter.operator.get(f"{matter.path}/traces")).json()["traces"][0]["points"] == []


async def test_the_next_cameras_come_with_the_time_when_it_likely_passed_there(matter: Matter) -> None:
    board = await matter.board()
    assert (await matter.operator.get(f"{board}/next")).status_code == 404
    shown = (await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(60)})).json()
    found = (await matter.operator.get(f"{board}/next?point={shown['points'][0]['id']}")).json()
    assert (found["placed"], found["found"]) == (True, [])
    (along,) = found["cameras"]
    assert (along["id"], along["in_case"]) == ("neighbours", True)
    assert at(60) < along["from"] < along["to"] < at(240)
    assert (await matter.operator.get(f"{board}/next?point={'0' * 16}")).status_code == 404


async def test_who_does_not_see_the_case_or_may_not_replay_gets_nothing(city: City, matter: Matter, door: Door) -> None:
    board = await matter.board()
    shown = (await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(60)})).json()
    admin = await city.admin()
    head = await joined(city, admin, "ketua", "rt-head", OWN)
    stranger = city.client()
    for who, status in ((head, 403), (stranger, 401)):
        for method, path, body in (
            ("GET", f"{matter.path}/traces", None),
            ("POST", f"{matter.path}/traces", {"title": "x", "kind": "person"}),
            ("GET", shown["points"][0]["picture"], None),
            ("POST", f"{board}/points", {"camera": "ours", "at": at(2)}),
            ("DELETE", board, None),
        ):
            assert (await who.request(method, path, json=body)).status_code == status, (method, path)
    # A head's own case holds pictures of their own cameras only.
    path = await approved_case(city, "ours", by=head, approver=matter.officer)
    made = (await head.post(f"{path}/traces", json={"title": "x", "kind": "person"})).json()
    points = f"{path}/traces/{made['id']}/points"
    assert (await head.post(points, json={"camera": "ours", "at": at(2)})).status_code == 201
    asked = len(door.asked)
    assert (await head.post(points, json={"camera": "neighbours", "at": at(2)})).status_code == 403
    assert (await head.post(points, json={"camera": "neighbours", "seen": 1})).status_code == 403
    assert len(door.asked) == asked
    assert (await matter.officer.post(points, json={"camera": "neighbours", "at": at(2)})).status_code == 201
    seen = (await head.get(f"{path}/traces")).json()["traces"][0]["points"]
    assert {one["camera"]: one["picture"] is None for one in seen} == {"ours": False, "neighbours": True}
    theirs = next(one["id"] for one in seen if one["camera"] == "neighbours")
    assert (await head.get(f"{points}/{theirs}/picture.jpg")).status_code == 403
    # A board of another case is not found through one's own.
    assert (await head.get(f"{path}/traces/{board.rpartition('/')[2]}/next")).status_code == 404
    refused = [one.look for _, one in await city.people.log.entries(80) if not one.allowed]
    assert any(one.who == "ketua" and one.camera == "neighbours" for one in refused)


async def test_a_board_of_a_closed_case_is_read_and_goes_with_its_footage(city: City, matter: Matter) -> None:
    board = await matter.board()
    shown = (await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(60)})).json()
    assert (await matter.operator.post(f"{matter.path}/close", json={})).status_code == 200
    closed = await matter.operator.post(f"{board}/points", json={"camera": "ours", "at": at(61)})
    assert (closed.status_code, closed.json()["detail"]) == (409, "the case is closed")
    read = (await matter.operator.get(f"{matter.path}/traces")).json()
    assert (read["may"], read["traces"][0]["may_change"]) == (False, False)
    assert (await matter.operator.get(shown["points"][0]["picture"])).status_code == 200
    await city.parts.traces.sweep()
    assert len(await city.parts.traces.pictures.there()) == 1
    await city.store.run(lambda connection: connection.execute(sa.update(CASES).values(until_90k=1)))
    await city.parts.traces.sweep()
    assert await city.parts.traces.pictures.there() == []
    assert (await matter.operator.get(f"{matter.path}/traces")).json()["traces"] == []
    last: dict[str, Any] = (await matter.officer.get(matter.path)).json()["custody"][-1]
    assert (last["what"], last["by"]) == ("deleted", "system")
