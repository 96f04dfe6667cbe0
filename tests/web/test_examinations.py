"""Examinations over the API: who may have which footage examined, when, what was found, and how it goes."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import pytest
import sqlalchemy as sa
from starlette.requests import Request
from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, OWN, joined, two_streets
from tests.web.test_deletions import DeletingNode

from ronda.base.errors import Busy, NotAllowed, NotFound
from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.bus.contract import Done, request_subject
from ronda.bus.examining import (
    EXAMINING_REQUESTS,
    ExaminationAbout,
    ExaminationStanding,
    ExamState,
    FoundPage,
    FoundThing,
    FoundWanted,
    KeepExamination,
    ReadPlate,
    RemoveExamination,
    StartExamination,
    TakenPicture,
    WantPicture,
)
from ronda.city.camera import Spot
from ronda.city.registry import CameraChange
from ronda.evidence.cases.tables import CASES
from ronda.evidence.examinations.tables import EXAMINATION_FOUND
from ronda.media.delivery.permission import Ask, MediaAction

BEGIN_90K = parse_rfc3339("2026-11-20T18:00:00Z")
FOOTAGE = {"from": "2026-11-20T18:00:00Z", "to": "2026-11-20T21:00:00Z"}
TEN = {"from": "2026-11-20T18:00:00Z", "to": "2026-11-20T18:10:00Z"}


def look(*values: float) -> str:
    return base64.b64encode(np.array(values, "<f2").tobytes()).decode()


def thing(n: int, label: str, at_s: float, **more: Any) -> FoundThing:
    at_90k = BEGIN_90K + round(at_s * HZ_90K)
    return FoundThing(
        n=n,
        label=label,
        begun_90k=at_90k - HZ_90K,
        ended_90k=at_90k + HZ_90K,
        best_90k=at_90k,
        xyxy=(0.1, 0.2, 0.4, 0.8),
        **more,
    )


def plate(text: str, *alternatives: str) -> ReadPlate:
    return ReadPlate(
        text=text, kind="private", confidence=0.8, height_px=24, readings=4, alternatives=tuple(alternatives)
    )


AT_OURS = (
    thing(1, "motorcycle", 60, colour="black", direction="left", plate=plate("H 1234 AB")),
    thing(2, "car", 90, colour="white", plate=plate("H 1284 AB", "H 1234 A8")),
    thing(3, "person", 95, likeness=look(1, 0, 0), likeness_model="persons"),
)
AT_NEIGHBOURS = (
    thing(1, "two-wheeler", 100, colour="black", plate=plate("H 1234 A8")),
    thing(2, "person", 345, likeness=look(0.9, 0.3, 0), likeness_model="persons"),
    thing(3, "person", 400, likeness=look(0, 1, 0), likeness_model="persons"),
    thing(4, "person", 4000, likeness=look(1, 0, 0), likeness_model="others"),
    thing(5, "car", 155, colour="red"),
)


@dataclass
class Node:
    """What a node that examines answers; it is done as soon as it is let be."""

    orders: dict[str, StartExamination] = field(default_factory=dict)
    done: bool = False
    away: bool = False
    lost: bool = False
    failed: str = ""
    kept: list[KeepExamination] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    async def start(self, asked: StartExamination) -> ExaminationStanding:
        if self.away:
            raise Busy("the node does not answer", "try again later")
        self.orders[asked.id] = asked
        return ExaminationStanding(state=ExamState.WAITING)

    async def about(self, asked: ExaminationAbout) -> ExaminationStanding:
        if self.lost or asked.id not in self.orders:
            raise NotFound("this examination is not here (any more)")
        if self.failed:
            return ExaminationStanding(state=ExamState.FAILED, problem=self.failed, mend="free some of it")
        if not self.done:
            return ExaminationStanding(state=ExamState.LOOKING, progress=0.4)
        return ExaminationStanding(state=ExamState.READY, progress=1.0, found=len(self.found(asked.id)), gaps_s=3.0)

    def found(self, id: str) -> tuple[FoundThing, ...]:
        return AT_OURS if self.orders[id].camera == "ours" else AT_NEIGHBOURS

    async def page(self, asked: FoundWanted) -> FoundPage:
        rest = [one for one in self.found(asked.id) if one.n > asked.after]
        return FoundPage(found=tuple(rest[:2]), more=len(rest) > 2)

    async def keep(self, asked: KeepExamination) -> ExaminationStanding:
        self.kept.append(asked)
        return ExaminationStanding(state=ExamState.READY)

    async def remove(self, asked: RemoveExamination) -> Done:
        if self.away:
            raise Busy("the node does not answer")
        self.removed.append(asked.id)
        self.orders.pop(asked.id, None)
        return Done()

    async def picture(self, asked: WantPicture) -> TakenPicture:
        return TakenPicture(at_90k=asked.at_90k, jpeg=base64.b64encode(b"\xff\xd8picture").decode())


@pytest.fixture
async def node(city: City) -> AsyncIterator[Node]:
    node = Node()
    async with AsyncExitStack() as stack:
        handlers: dict[Any, Callable[[Any], Any]] = {
            StartExamination: node.start,
            ExaminationAbout: node.about,
            FoundWanted: node.page,
            KeepExamination: node.keep,
            RemoveExamination: node.remove,
            WantPicture: node.picture,
        }
        for kind, handler in handlers.items():
            subject = request_subject("local", EXAMINING_REQUESTS[kind])
            await stack.enter_async_context(city.bus.serve(subject, kind, handler))
        yield node


@dataclass
class Matter:
    """A case of an officer that the city has approved."""

    city: City
    node: Node
    path: str
    officer: httpx.AsyncClient
    admin: httpx.AsyncClient

    async def start(self, camera: str = "ours", **more: Any) -> dict[str, Any]:
        answer = await self.officer.post(f"{self.path}/examinations", json={"camera": camera, **TEN, **more})
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def examined(self, *cameras: str) -> list[str]:
        ids = [(await self.start(camera))["id"] for camera in cameras]
        self.node.done = True
        await self.city.parts.examinations.refresh()
        return ids

    async def found(self, query: str = "") -> dict[str, Any]:
        answer = await self.officer.get(f"{self.path}/found?{query}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


def wanted(*cameras: str, **more: Any) -> dict[str, Any]:
    return {
        "title": "Motor dicuri",
        "why": "Mencari ke mana",
        "basis": "LP/7",
        "footage": [{"camera": one, **FOOTAGE} for one in cameras or ("ours", "neighbours")],
        **more,
    }


async def opened(by: httpx.AsyncClient, approver: httpx.AsyncClient | None, **more: Any) -> str:
    made = await by.post("/api/v1/cases", json=wanted(*more.pop("cameras", ()), **more))
    assert made.status_code == 201, made.text
    path = f"/api/v1/cases/{made.json()['number']}"
    if approver is not None:
        assert (await approver.post(f"{path}/approve", json={"note": "setuju"})).status_code == 200
    return path


@pytest.fixture
async def matter(city: City, node: Node) -> Matter:
    await two_streets(city)
    for number, id in enumerate(("ours", "neighbours")):
        spot = Spot(site=f"site-{id}", lat=-6.984 + number * 0.003, lon=110.37)
        await city.centre.change_camera(id, CameraChange(spot=spot), "test")
    admin = await city.admin()
    officer = await joined(city, admin, "lurah", "officer", KELURAHAN)
    return Matter(city, node, await opened(officer, admin), officer, admin)


async def test_an_examination_is_followed_to_what_it_found_and_written_down(city: City, matter: Matter) -> None:
    empty = (await matter.officer.get(f"{matter.path}/examinations")).json()
    assert empty == {"may": True, "why_not": "", "cameras": ["ours", "neighbours"], "examinations": []}
    exam = await matter.start()
    assert (exam["state"], exam["by"], exam["camera"]) == ("waiting", "lurah", "ours")
    await city.parts.examinations.refresh()
    (looking,) = (await matter.officer.get(f"{matter.path}/examinations")).json()["examinations"]
    assert (looking["state"], looking["progress"], looking["found"]) == ("looking", 0.4, 0)
    matter.node.done = True
    await city.parts.examinations.refresh()
    (ready,) = (await matter.officer.get(f"{matter.path}/examinations")).json()["examinations"]
    assert (ready["state"], ready["progress"], ready["found"], ready["gaps_s"]) == ("ready", 1.0, 3, 3.0)
    found = await matter.found()
    first = found["found"][0]
    assert (first["n"], first["label"], first["plate"]["text"], first["at"]) == (
        *(1, "motorcycle", "H 1234 AB"),
        "2026-11-20T18:01:00.000Z",
    )
    assert first["picture"] == f"/media/ours/examinations/{exam['id']}/1.jpg"
    assert first["plate_picture"] == f"/media/ours/examinations/{exam['id']}/1-plate.jpg"
    assert (found["found"][2]["plate_picture"], first["score"], found["next"], found["needs_model"]) == (
        *(None, None, None),
        False,
    )
    custody = (await matter.officer.get(matter.path)).json()["custody"]
    assert [(row["subject"], row["by"]) for row in custody if row["what"] == "examined"] == [("ours", "lurah")]
    looks = [one.look for _, one in await city.people.log.entries(50)]
    assert {("examine", "ours"), ("search-found", None)} <= {(one.action, one.camera) for one in looks}
    assert all(one.purpose for one in looks if one.action in ("examine", "search-found"))


async def test_plates_are_found_with_unread_and_wrong_letters_the_best_first(matter: Matter) -> None:
    await matter.examined("ours", "neighbours")

    async def plates(text: str) -> list[tuple[str, float]]:
        found = (await matter.found(f"plate={text}"))["found"]
        return [(one["plate"]["text"], one["score"]) for one in found]

    assert await plates("h1234ab") == [("H 1234 AB", 1.0), ("H 1284 AB", 0.75), ("H 1234 A8", 0.75)]
    assert await plates("H 12?4 AB") == [("H 1234 AB", 1.0), ("H 1284 AB", 1.0), ("H 1234 A8", 0.75)]
    assert await plates("1284") == [("H 1284 AB", 0.6)]
    assert await plates("B9999ZZZ") == []
    for bad in ("????", "H%20*", "x" * 13, "%F0%9F%98%80"):
        assert (await matter.officer.get(f"{matter.path}/found?plate={bad}")).status_code == 400, bad


async def test_what_looks_alike_is_ranked_and_only_looks_of_one_model_are_compared(matter: Matter) -> None:
    ours, theirs = await matter.examined("ours", "neighbours")
    alike = await matter.found(f"like={ours}:3")
    assert [(one["examination"], one["n"]) for one in alike["found"]] == [(theirs, 2)]
    assert alike["found"][0]["likeness"] == pytest.approx(0.949, abs=0.005)
    assert not alike["needs_model"]  # the look of the fourth is another model's: nothing is said of it
    vehicle = await matter.found(f"like={ours}:1")
    assert [(one["n"], one["score"]) for one in vehicle["found"]] == [(1, 0.875), (2, 0.375)]
    assert vehicle["needs_model"]
    assert (await matter.officer.get(f"{matter.path}/found?like={'0' * 16}:1")).status_code == 404
    assert [one["n"] for one in (await matter.found("label=motorcycle"))["found"]] == [1, 1]
    assert [one["n"] for one in (await matter.found(f"examination={theirs}&colour=red"))["found"]] == [5]
    first = await matter.found("limit=5")
    second = await matter.found(f"limit=5&after={first['next']}")
    assert (len(first["found"]), len(second["found"]), second["next"]) == (5, 3, None)


async def test_found_things_go_on_a_board_with_their_likeness_and_hint_at_what_came_next(matter: Matter) -> None:
    ours, theirs = await matter.examined("ours", "neighbours")
    made = (await matter.officer.post(f"{matter.path}/traces", json={"title": "Orang", "kind": "person"})).json()
    board = f"{matter.path}/traces/{made['id']}"
    given = {"examination": ours, "n": 3}
    shown = (await matter.officer.post(f"{board}/points", json=given)).json()
    (point,) = shown["points"]
    assert (point["label"], point["camera"], point["xyxy"]) == ("person", "ours", [0.1, 0.2, 0.4, 0.8])
    hints = (await matter.officer.get(f"{board}/next")).json()["found"]
    assert [one["n"] for one in hints] == [2, 3]  # 330 metres on foot in the time; the one an hour later is not there
    assert hints[0]["why"] == ["likeness", "label", "time"]
    shown = (await matter.officer.post(f"{board}/points", json={"examination": theirs, "n": 2})).json()
    assert shown["links"][0]["likeness"] == pytest.approx(0.949, abs=0.005)
    assert (await matter.officer.post(f"{board}/points", json={"examination": ours, "n": 99})).status_code == 404
    vehicle = (await matter.officer.post(f"{matter.path}/traces", json={"title": "x", "kind": "vehicle"})).json()
    board = f"{matter.path}/traces/{vehicle['id']}"
    shown = (await matter.officer.post(f"{board}/points", json={"examination": ours, "n": 1})).json()
    assert shown["points"][0]["plate"] == "H 1234 AB"
    hints = (await matter.officer.get(f"{board}/next")).json()["found"]
    assert [(one["n"], one["why"]) for one in hints] == [(1, ["plate-near", "colour", "label", "time"])]


async def test_it_is_for_officers_and_investigators_in_their_area_and_never_for_an_rt(
    city: City, matter: Matter
) -> None:
    admin = matter.admin
    head = await joined(city, admin, "ketua", "rt-head", OWN)
    operator = await joined(city, admin, "operator", "operator", "")
    elsewhere = await joined(city, admin, "lurah2", "officer", "33.74.13.1001")
    investigator = await joined(city, admin, "penyidik", "investigator", "")
    (exam,) = await matter.examined("ours")
    # An RT head's and an operator's own cases, approved by an officer: still not theirs to examine.
    for who, asked in ((head, ("ours",)), (operator, ("ours", "neighbours"))):
        made = await who.post("/api/v1/cases", json=wanted(*asked))
        path = f"/api/v1/cases/{made.json()['number']}"
        if made.json()["state"] == "requested":
            assert (await matter.officer.post(f"{path}/approve", json={})).status_code == 200
        refused = await who.post(f"{path}/examinations", json={"camera": "ours", **TEN})
        assert refused.status_code == 403
        assert (await who.get(f"{path}/found?plate=H1234AB")).status_code == 403
        listed = (await who.get(f"{path}/examinations")).json()
        assert (listed["may"], listed["cameras"], "officer" in listed["why_not"]) == (False, [], True)
    for who in (elsewhere, head):  # who does not see the case
        for method, path in (("GET", "examinations"), ("POST", "examinations"), ("GET", "found")):
            body = {"camera": "ours", **TEN} if method == "POST" else None
            assert (await who.request(method, f"{matter.path}/{path}", json=body)).status_code == 403, path
        assert (await who.delete(f"{matter.path}/examinations/{exam}")).status_code == 403
    # An investigator in a case of theirs, with its letter.
    made = await investigator.post("/api/v1/cases", json=wanted(letter="B/9"))
    path = f"/api/v1/cases/{made.json()['number']}"
    early = await investigator.post(f"{path}/examinations", json={"camera": "ours", **TEN})
    assert (early.status_code, early.json()["detail"]) == (409, "the case is requested")
    assert (await matter.officer.post(f"{path}/approve", json={})).status_code == 200
    assert (await investigator.post(f"{path}/examinations", json={"camera": "ours", **TEN})).status_code == 201
    # The officer of one RT's kelurahan has no examination of another case through one's own.
    assert (await investigator.get(f"{path}/found?examination={exam}")).status_code == 404
    assert (await investigator.get(f"{path}/found?like={exam}:1")).status_code == 404
    assert (await investigator.delete(f"{path}/examinations/{exam}")).status_code == 404
    refused_looks = [one.look for _, one in await city.people.log.entries(90) if not one.allowed]
    assert {"ketua", "operator"} <= {one.who for one in refused_looks if one.action == "examine"}


async def test_a_case_by_policy_alone_without_basis_letter_or_stretch_runs_nothing(city: City, matter: Matter) -> None:
    head = await joined(city, matter.admin, "ketua", "rt-head", OWN)
    path = await opened(head, None, cameras=("ours",))

    async def refused(asked: dict[str, Any] | None = None, where: str = "") -> tuple[int, str]:
        given = {"camera": "ours", **TEN} | (asked or {})
        answer = await matter.officer.post(f"{where or matter.path}/examinations", json=given)
        return answer.status_code, answer.json()["detail"]

    assert await refused(where=path) == (409, "the case was approved by the city's policy alone")
    listed = (await matter.officer.get(f"{path}/examinations")).json()
    assert (listed["may"], listed["why_not"].startswith("the case was approved by the city's policy")) == (False, True)
    assert (await matter.officer.get(f"{path}/found")).status_code == 409
    late = {"from": "2026-11-20T20:55:00Z", "to": "2026-11-20T21:05:00Z"}
    assert (await refused(late))[0] == 409
    assert (await refused({"to": "2026-11-20T18:40:00Z"}))[0] == 400
    assert (await refused({"from": TEN["to"], "to": TEN["from"]}))[0] == 400
    for change, problem in (
        ({"basis": ""}, "the case names no legal basis"),
        ({"basis": "LP/7", "asker": "police"}, "the letter's number is missing"),
    ):
        await changed(city, **change)
        assert await refused() == (409, problem)
    assert matter.node.orders == {}


async def test_pictures_are_for_who_may_examine_and_sees_the_case_as_long_as_it_is_approved(
    city: City, matter: Matter
) -> None:
    (exam,) = await matter.examined("ours")
    head = await joined(city, matter.admin, "ketua", "rt-head", OWN)
    investigator = await joined(city, matter.admin, "penyidik", "investigator", "")

    async def ask(who: httpx.AsyncClient, id: str = exam, camera: str = "ours") -> Any:
        headers = [(b"cookie", "; ".join(f"{one.name}={one.value}" for one in who.cookies.jar).encode())]
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
        request = Request(scope | {"client": ("127.0.0.1", 9)})
        return await city.access(Ask(MediaAction.EXAMINE, camera, request, examination=id))

    permit = await ask(matter.officer)
    assert (permit.revoked, permit.public) == (False, False)
    for who, id, camera in (
        (head, exam, "ours"),
        (investigator, exam, "ours"),  # may examine, but this case is not theirs
        (matter.officer, "0" * 16, "ours"),
        (matter.officer, exam, "neighbours"),
    ):
        with pytest.raises(NotAllowed):
            await ask(who, id, camera)
    assert (await matter.officer.post(f"{matter.path}/close", json={})).status_code == 200
    assert permit.revoked
    with pytest.raises(NotAllowed):
        await ask(matter.officer)
    looks = [one.look for _, one in await city.people.log.entries(50) if one.look.action == "examine"]
    number = matter.path.rpartition("/")[2]
    assert (f"case:{number}", number) in {(one.subject, one.purpose) for one in looks}


async def test_closing_ends_what_runs_and_what_was_found_goes_with_the_footage(city: City, matter: Matter) -> None:
    (done,) = await matter.examined("ours")
    matter.node.done = False
    running = (await matter.start("neighbours"))["id"]
    assert (await matter.officer.post(f"{matter.path}/close", json={})).status_code == 200
    assert matter.node.removed == [running]
    states = {
        one["id"]: one["state"]
        for one in (await matter.officer.get(f"{matter.path}/examinations")).json()["examinations"]
    }
    assert states == {done: "ready", running: "ended"}
    assert (await matter.officer.get(f"{matter.path}/found")).json()["detail"] == "the case is closed"
    again = await matter.officer.post(f"{matter.path}/examinations", json={"camera": "ours", **TEN})
    assert (again.status_code, again.json()["mend"]) == (409, "reopen it first")
    await city.parts.examinations.sweep()
    assert matter.node.kept[-1].id == done  # thirty days more, in which it can be reopened
    assert (await matter.admin.post(f"{matter.path}/reopen", json={})).status_code == 200
    assert len((await matter.found())["found"]) == 3
    await changed(city, until_90k=1)
    matter.node.away = True
    await city.parts.examinations.sweep()
    assert await _left(city) == 0
    matter.node.away = False
    await city.parts.examinations.sweep()
    assert matter.node.removed[-1] == done
    last = (await matter.officer.get(matter.path)).json()["custody"][-1]
    assert (last["what"], last["by"]) == ("deleted", "system")


async def test_what_fails_or_is_withdrawn_says_so_and_leaves_nothing(city: City, matter: Matter) -> None:
    exam = (await matter.start())["id"]
    matter.node.failed = "the disk is full"
    await city.parts.examinations.refresh()
    (shown,) = (await matter.officer.get(f"{matter.path}/examinations")).json()["examinations"]
    assert (shown["state"], shown["problem"], shown["mend"]) == ("failed", "the disk is full", "free some of it")
    assert matter.node.removed == [exam]
    matter.node.failed = ""
    lost = (await matter.start())["id"]
    matter.node.lost = True
    await city.parts.examinations.refresh()
    states = {
        one["id"]: one["problem"]
        for one in (await matter.officer.get(f"{matter.path}/examinations")).json()["examinations"]
    }
    assert "started anew" in states[lost]
    matter.node.lost = False
    (done,) = await matter.examined("ours")
    ended = (await matter.officer.delete(f"{matter.path}/examinations/{done}")).json()
    assert (ended["state"], ended["found"], await _left(city)) == ("ended", 0, 0)
    assert (await matter.officer.delete(f"{matter.path}/examinations/{done}")).status_code == 409
    matter.node.away = True
    away = await matter.officer.post(f"{matter.path}/examinations", json={"camera": "ours", **TEN})
    assert away.status_code == 503
    custody = [row["what"] for row in (await matter.officer.get(matter.path)).json()["custody"]]
    assert custody.count("deleted") == 1


async def test_a_courts_order_deletes_what_was_found_in_the_footage_and_its_pictures_on_boards(
    city: City, matter: Matter
) -> None:
    ours, theirs = await matter.examined("ours", "neighbours")
    made = (await matter.officer.post(f"{matter.path}/traces", json={"title": "Motor", "kind": "vehicle"})).json()
    points = f"{matter.path}/traces/{made['id']}/points"
    for exam in (ours, theirs):
        assert (await matter.officer.post(points, json={"examination": exam, "n": 1})).status_code == 201
    police = await joined(city, matter.admin, "penyidik", "investigator", OWN)
    given = {"camera": "ours", **TEN, "order": "12/Pen.Pid", "why": "Rekaman kamar ganti"}
    async with DeletingNode().serving(city):
        brought = (await police.post("/api/v1/deletions", json=given)).json()
        done = await matter.admin.post(f"/api/v1/deletions/{brought['id']}/approve", json={"note": "cocok"})
        assert done.json()["state"] == "done", done.text
    found = (await matter.found())["found"]
    assert {one["camera"] for one in found} == {"neighbours"}
    assert matter.node.removed == [ours]
    board = (await matter.officer.get(f"{matter.path}/traces")).json()["traces"][0]
    assert [one["camera"] for one in board["points"]] == ["neighbours"]
    assert len(await city.parts.traces.pictures.there()) == 1
    custody = (await matter.officer.get(matter.path)).json()["custody"]
    notes = [row["note"] for row in custody if row["what"] == "deleted"]
    assert len([note for note in notes if "12/Pen.Pid" in note]) == 3  # the footage, what was found, the picture


async def _left(city: City) -> int:
    count = sa.select(sa.func.count()).select_from(EXAMINATION_FOUND)
    found = await city.store.read(lambda connection: connection.execute(count).scalar())
    return found or 0


async def changed(city: City, **values: Any) -> None:
    """Change all cases as nothing in the application would."""
    await city.store.run(lambda connection: connection.execute(sa.update(CASES).values(**values)))
