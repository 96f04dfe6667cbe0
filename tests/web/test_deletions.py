"""Deletion by order over the API: who may, four eyes, what is written down, what ends with it; no real node."""

from dataclasses import dataclass, field
from typing import Any

from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, NEIGHBOUR, OWN, joined, two_streets
from tests.web.test_exports import STRETCH, SealingNode, ready

from ronda.base.errors import Busy, Conflict, RondaError
from ronda.base.time import parse_rfc3339
from ronda.bus.contract import request_subject
from ronda.bus.deletion import DELETION_REQUESTS, DeleteByOrder, DeletedByOrder, SegmentDeleted, SegmentKept

ORDER = {"order": "12/Pen.Pid/2026/PN Smg", "why": "Rekaman kamar ganti"}


@dataclass
class DeletingNode:
    """Deletes nothing, and says that it has; the real one is tested with real footage."""

    away: RondaError | None = None
    orders: list[DeleteByOrder] = field(default_factory=list)

    async def delete(self, asked: DeleteByOrder) -> DeletedByOrder:
        self.orders.append(asked)
        if self.away is not None:
            raise self.away
        gone = SegmentDeleted(
            file="ours/main/a.mp4", from_90k=asked.from_90k, to_90k=asked.to_90k, bytes=7, sha256="ab" * 32
        )
        edge = SegmentKept(file="ours/main/b.mp4", from_90k=asked.to_90k, to_90k=asked.to_90k + 9, why="edge")
        return DeletedByOrder(deleted=(gone,), kept=(edge,))

    def serving(self, city: City) -> Any:
        return city.bus.serve(request_subject("local", DELETION_REQUESTS[DeleteByOrder]), DeleteByOrder, self.delete)


async def test_one_brings_the_order_and_another_has_it_done(city: City) -> None:
    await two_streets(city)
    node = DeletingNode()
    async with SealingNode().serving(city), node.serving(city):
        admin = await city.admin()
        police = await joined(city, admin, "penyidik", "investigator", OWN)
        lurah = await joined(city, admin, "lurah", "officer", KELURAHAN)
        head = await joined(city, admin, "ketua", "rt-head", OWN)
        footage = [{"camera": "ours", **STRETCH}]
        asked = {"title": "Motor dicuri", "why": "Mencari", "basis": "LP/7", "footage": footage}
        case = (await head.post("/api/v1/cases", json=asked)).json()["number"]
        export = (await head.post("/api/v1/exports", json={"camera": "ours", **STRETCH, "case": case})).json()["id"]
        await ready(city, export)
        given = {"camera": "ours", **STRETCH, **ORDER, "cases": [case]}
        for client in (head, lurah):
            assert (await client.post("/api/v1/deletions", json=given)).status_code == 403
        assert (await police.post("/api/v1/deletions", json={**given, "camera": "neighbours"})).status_code == 403
        assert (await police.post("/api/v1/deletions", json={**given, "cases": ["2026-0404"]})).status_code == 404
        answer = await police.post("/api/v1/deletions", json=given)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["state"], made["by"], made["deleted"]) == ("asked", "penyidik", [])
        path = f"/api/v1/deletions/{made['id']}"
        assert not node.orders, "nothing is deleted before another person approves"
        for client in (police, lurah, head):
            assert (await client.post(f"{path}/approve", json={})).status_code == 403
        done = (await admin.post(f"{path}/approve", json={"note": "cocok"})).json()
        assert (done["state"], done["decided_by"], done["note"]) == ("done", "admin", "cocok")
        assert (done["segments"], done["bytes"], done["ended"]) == (1, 7, [export])
        assert [one["sha256"] for one in done["deleted"]] == ["ab" * 32]
        assert [one["why"] for one in done["kept"]] == ["edge"]
        order = node.orders[0]
        assert (order.number, order.cases, order.from_90k) == (ORDER["order"], (case,), parse_rfc3339(STRETCH["from"]))
        assert (await police.get(path)).json() == done
        assert [one["id"] for one in (await police.get("/api/v1/deletions")).json()["deletions"]] == [made["id"]]
        assert (await admin.post(f"{path}/approve", json={})).status_code == 409
        ended = (await admin.get(f"/api/v1/exports/{export}")).json()
        assert (ended["state"], ended["ended_by"]) == ("removed", "admin")
        custody = (await head.get(f"/api/v1/cases/{case}")).json()["custody"]
        notes = [row["note"] for row in custody if row["what"] == "deleted"]
        assert len(notes) == 2
        assert all(ORDER["order"] in note for note in notes)
    looks = [one.look for _, one in await city.people.log.entries(100) if one.look.subject == made["id"]]
    assert {(one.action, one.who) for one in looks} >= {
        ("deletion-asked", "penyidik"),
        ("deletion-approved", "admin"),
        ("footage-deleted", "admin"),
    }
    assert all(ORDER["order"] in one.purpose for one in looks if one.action == "footage-deleted")


async def test_a_node_that_is_away_or_refuses_deletes_nothing_and_can_be_asked_again(city: City) -> None:
    await two_streets(city)
    node = DeletingNode(away=Busy("the node does not answer"))
    async with node.serving(city):
        admin = await city.admin()
        police = await joined(city, admin, "penyidik", "investigator", OWN)
        other = await joined(city, admin, "polsek", "investigator", NEIGHBOUR)
        made = (await police.post("/api/v1/deletions", json={"camera": "ours", **STRETCH, **ORDER})).json()
        path = f"/api/v1/deletions/{made['id']}"
        assert (await other.get(path)).status_code == 403
        assert (await other.get("/api/v1/deletions")).json() == {"deletions": []}
        for camera, count in (("ours", 1), ("neighbours", 0)):
            listed = (await admin.get(f"/api/v1/deletions?camera={camera}")).json()["deletions"]
            assert len(listed) == count
        assert (await admin.post(f"{path}/approve", json={})).json()["state"] == "approved"
        node.away = Conflict("footage of ours then is held: h1", "end the hold first")
        await city.parts.deletions._do((await city.parts.deletions.get(made["id"]))[0])
        failed = (await police.get(path)).json()
        assert (failed["state"], failed["mend"], failed["deleted"]) == ("failed", "end the hold first", [])
        node.away = None
        assert (await admin.post(f"{path}/approve", json={})).json()["state"] == "done"
        again = (await police.post("/api/v1/deletions", json={"camera": "ours", **STRETCH, **ORDER})).json()["id"]
        assert (await police.post(f"/api/v1/deletions/{again}/refuse", json={})).json()["state"] == "refused"
        later = {"from": "2099-11-21T19:00:00Z", "to": "2099-11-21T19:10:00Z"}
        assert (await police.post("/api/v1/deletions", json={"camera": "ours", **later, **ORDER})).status_code == 400
        assert (await police.post("/api/v1/deletions", json={"camera": "none", **STRETCH, **ORDER})).status_code in (
            403,
            404,
        )
        assert (await admin.get("/api/v1/deletions/0123456789abcdef")).status_code == 404
