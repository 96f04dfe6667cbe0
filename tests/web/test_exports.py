"""Sealed exports over the API: who may, what is refused, what the access log says; the node is a quick one."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.requests import Request
from tests.web.conftest import City
from tests.web.neighbours import OWN, joined, two_streets

from ronda.base.errors import NotAllowed
from ronda.base.time import parse_rfc3339
from ronda.bus.contract import Done, Span, request_subject
from ronda.bus.days import DAY_REQUESTS, DaysPage, DaysRequest, DayTold
from ronda.bus.evidence import (
    EXPORT_REQUESTS,
    CompleteExport,
    ExportAbout,
    ExportMade,
    ExportStanding,
    ExportState,
    MakeExport,
    RemoveExport,
    SignExport,
)
from ronda.evidence.seal.manifest import read
from ronda.media.delivery.permission import Ask, MediaAction, Permit

STRETCH = {"from": "2026-11-21T19:00:00Z", "to": "2026-11-21T19:10:00Z"}


@dataclass
class SealingNode:
    """Copies nothing, and says that it has; the way of an export at a real one is tested with it."""

    orders: dict[str, MakeExport] = field(default_factory=dict)
    standing: dict[str, ExportStanding] = field(default_factory=dict)
    completed: dict[str, CompleteExport] = field(default_factory=dict)

    async def make(self, asked: MakeExport) -> ExportStanding:
        self.orders[asked.id] = asked
        made = ExportMade(
            profile="main",
            digest=hashlib.sha256(b"picture").hexdigest(),
            bytes=7,
            head_bytes=1,
            head_sha256="0" * 64,
            signature_offset=3,
            start_90k=asked.from_90k,
            codec="h264",
            width=640,
            height=360,
            delivered=(Span(from_90k=asked.from_90k, to_90k=asked.to_90k),),
            gaps=(),
            changes=(),
            segments=(),
            clock_offset_90k=-18_000,
            signed_video=True,
        )
        self.standing[asked.id] = ExportStanding(state=ExportState.TO_SIGN, progress=1.0, made=made)
        return self.standing[asked.id]

    async def about(self, asked: ExportAbout) -> ExportStanding:
        return self.standing[asked.id]

    async def sign(self, asked: SignExport) -> ExportStanding:
        signed = {"state": ExportState.SIGNED, "sha256": hashlib.sha256(bytes.fromhex(asked.signature)).hexdigest()}
        self.standing[asked.id] = self.standing[asked.id].model_copy(update=signed)
        return self.standing[asked.id]

    async def complete(self, asked: CompleteExport) -> ExportStanding:
        self.completed[asked.id] = asked
        name = self.orders[asked.id].name
        files = (f"{name}.mp4", *(f"{name}{one.ending}" for one in asked.files))
        self.standing[asked.id] = ExportStanding(state=ExportState.READY, progress=1.0, bytes=7, files=files)
        return self.standing[asked.id]

    async def remove(self, asked: RemoveExport) -> Done:
        self.standing.pop(asked.id, None)
        return Done()

    @asynccontextmanager
    async def serving(self, city: City) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            handlers = (self.make, self.about, self.sign, self.complete, self.remove)
            for kind, handler in zip(EXPORT_REQUESTS, handlers, strict=True):
                subject = request_subject("local", EXPORT_REQUESTS[kind])
                await stack.enter_async_context(city.bus.serve(subject, kind, handler))  # type: ignore[arg-type]
            yield


async def ready(city: City, id: str) -> None:
    for _ in range(3):
        await city.parts.exports.refresh()
    assert (await city.parts.exports.get(id)).state.value == "ready"


async def test_the_head_of_an_rt_seals_footage_of_the_own_cameras_alone(city: City) -> None:
    await two_streets(city)
    node = SealingNode()
    async with node.serving(city):
        head = await joined(city, await city.admin(), "ketua", "rt-head", OWN)
        answer = await head.post(
            "/api/v1/exports", json={"camera": "ours", **STRETCH, "case": " LP/7 ", "purpose": "curanmor"}
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["state"], made["case"], made["by"]) == ("making", "LP/7", "ketua")
        await ready(city, made["id"])
        shown = (await head.get(f"/api/v1/exports/{made['id']}")).json()
        endings = [file["name"].removeprefix("ours_2026-11-21T19-00-00Z_600s") for file in shown["files"]]
        assert endings == [".mp4", ".manifest.json", ".sig", ".pem"]
        order = node.orders[made["id"]]
        assert (order.operator, order.camera_name) == ("ketua", city.parts.centre.cameras.get("ours").name)
        manifest = read((await head.get(f"/api/v1/exports/{made['id']}/manifest.json")).content)
        assert (manifest.clock.offset_s, manifest.signed_video, manifest.operator) == (-0.2, True, "ketua")
        refused = await head.post("/api/v1/exports", json={"camera": "neighbours", **STRETCH})
        assert refused.status_code == 403
        other = await joined(city, await city.admin(), "tetangga", "rt-member", OWN)
        assert (await other.post("/api/v1/exports", json={"camera": "ours", **STRETCH})).status_code == 403
        assert (await other.get("/api/v1/exports")).json() == {"exports": []}
        assert (await city.client().get("/api/v1/exports")).status_code == 401
        theirs = (await (await city.admin()).post("/api/v1/exports", json={"camera": "neighbours", **STRETCH})).json()
        await ready(city, theirs["id"])
        assert [one["id"] for one in (await head.get("/api/v1/exports")).json()["exports"]] == [made["id"]]
        assert (await head.get(f"/api/v1/exports/{theirs['id']}")).status_code == 403
        removed = (await head.delete(f"/api/v1/exports/{made['id']}")).json()
        assert (removed["state"], removed["files"], removed["ended_by"]) == ("removed", [], "ketua")
        assert (await head.delete(f"/api/v1/exports/{made['id']}")).status_code == 409
        assert (await head.get(f"/api/v1/exports/{made['id']}/manifest.json")).status_code == 200
    looks = [one for _, one in await city.people.log.entries(50) if one.look.who == "ketua"]
    noted = {(one.look.action, one.look.camera, one.look.purpose, one.allowed) for one in looks}
    assert {("export", "ours", "curanmor", True), ("export-removed", "ours", "curanmor", True)} <= noted
    assert ("export", "neighbours", "", False) in noted


async def test_an_investigator_exports_what_an_approved_case_covers_and_nothing_else(city: City) -> None:
    await two_streets(city)
    async with SealingNode().serving(city):
        admin = await city.admin()
        police = await joined(city, admin, "penyidik", "investigator", OWN)
        given = {"camera": "ours", **STRETCH, "purpose": "LP/7", "letter": "B/77/XI/2026"}
        assert (await police.post("/api/v1/exports", json=given)).status_code == 403
        footage = [{"camera": "ours", **STRETCH}]
        asked = {
            "title": "Curanmor",
            "why": "Penyidikan",
            "basis": "LP/7",
            "letter": "B/77/XI/2026",
            "footage": footage,
        }
        case = (await police.post("/api/v1/cases", json=asked, headers={"Ronda-Purpose": "LP/7"})).json()
        assert (await police.post("/api/v1/exports", json=given)).status_code == 403
        assert (await admin.post(f"/api/v1/cases/{case['number']}/approve", json={})).status_code == 200
        made = (await police.post("/api/v1/exports", json=given)).json()
        assert made["case"] == case["number"]
        await ready(city, made["id"])
        assert (await police.get(f"/api/v1/exports/{made['id']}")).json()["letter"] == "B/77/XI/2026"
        wider = {**given, "from": "2026-11-21T00:00:00Z"}
        assert (await police.post("/api/v1/exports", json=wider)).status_code in (400, 403)
        assert [one["id"] for one in (await police.get("/api/v1/exports")).json()["exports"]] == [made["id"]]
        theirs = (await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH})).json()
        assert (await police.get(f"/api/v1/exports/{theirs['id']}")).status_code == 403


async def test_a_cases_footage_is_sealed_in_the_case(city: City) -> None:
    await two_streets(city)
    async with SealingNode().serving(city):
        admin = await city.admin()
        police = await joined(city, admin, "penyidik", "investigator", OWN)
        numbers = []
        for title in ("Curanmor", "Tabrak lari"):
            footage = [{"camera": "ours", **STRETCH}]
            asked = {"title": title, "why": title, "basis": "LP/7", "letter": "B/77", "footage": footage}
            case = await police.post("/api/v1/cases", json=asked, headers={"Ronda-Purpose": "LP/7"})
            numbers.append(case.json()["number"])
        theirs = f"/api/v1/cases/{numbers[1]}/exports"
        given = {"camera": "ours", **STRETCH}
        assert (await police.post(theirs, json=given)).status_code == 409
        for number in numbers:
            assert (await admin.post(f"/api/v1/cases/{number}/approve", json={})).status_code == 200
        made = await police.post(theirs, json=given)
        assert made.status_code == 201, made.text
        shown = {key: made.json()[key] for key in ("case", "purpose", "basis", "letter")}
        assert shown == {"case": numbers[1], "purpose": "Tabrak lari", "basis": "LP/7", "letter": "B/77"}
        assert [one["id"] for one in (await admin.get(theirs)).json()["exports"]] == [made.json()["id"]]
        assert (await police.get(f"/api/v1/cases/{numbers[0]}/exports")).json() == {"exports": []}
        for wrong in ({"camera": "neighbours"}, {"from": "2026-11-21T00:00:00Z"}):
            assert (await police.post(theirs, json={**given, **wrong})).status_code == 400
        stranger = await joined(city, admin, "tetangga", "rt-member", OWN)
        assert (await stranger.get(theirs)).status_code in (403, 404)
        assert (await stranger.post(theirs, json=given)).status_code in (403, 404)
        assert (await city.client().get(theirs)).status_code == 401


async def test_a_case_gives_nobody_what_others_had_made_of_its_camera(city: City) -> None:
    await two_streets(city)
    async with SealingNode().serving(city):
        admin = await city.admin()
        theirs = (await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH})).json()["id"]
        await ready(city, theirs)
        police = await joined(city, admin, "penyidik", "investigator", OWN)
        texts = {"title": "Curanmor", "why": "Penyidikan", "basis": "LP/7", "letter": "B/77"}
        asked = {**texts, "footage": [{"camera": "ours", **STRETCH}]}
        case = (await police.post("/api/v1/cases", json=asked, headers={"Ronda-Purpose": "LP/7"})).json()["number"]
        assert (await admin.post(f"/api/v1/cases/{case}/approve", json={})).status_code == 200
        given = {"camera": "ours", **STRETCH, "purpose": "LP/7", "letter": "B/77"}
        own = (await police.post("/api/v1/exports", json=given)).json()["id"]
        await ready(city, own)

        async def fetch(client: httpx.AsyncClient, export: str) -> Permit:
            """Ask for leave as the node's doors do, for whoever is signed in in a browser."""
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            path = f"/media/ours/exports/{export}/all.zip"
            headers = [(b"cookie", cookie.encode()), (b"ronda-purpose", b"LP/7")]
            scope = {"type": "http", "headers": headers, "query_string": b"", "path": path, "client": ("127.0.0.1", 1)}
            return await city.access(Ask(MediaAction.EXPORT, "ours", Request(scope), export=export))

        permit = await fetch(police, own)
        assert not permit.revoked
        for other in (theirs, "0" * 16):
            with pytest.raises(NotAllowed, match="somebody else"):
                await fetch(police, other)
        assert not (await fetch(admin, theirs)).revoked, "who may export the camera's footage anyway has all of it"
        await city.parts.cases.close(case, "penyidik", "selesai")
        assert permit.revoked


async def test_what_cannot_be_asked_for(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    nobody = await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH})
    assert nobody.status_code == 503, "no node answers"
    (failed,) = (await admin.get("/api/v1/exports")).json()["exports"]
    assert (failed["state"], failed["problem"] != "") == ("failed", True)
    for changes, status in (
        ({"to": STRETCH["from"]}, 400),
        ({"to": "2026-11-22T19:00:00Z"}, 400),
        ({"from": "2126-11-21T19:00:00Z", "to": "2126-11-21T19:10:00Z"}, 400),
        ({"days": 400}, 400),
        ({"camera": "unknown"}, 404),
    ):
        answer = await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH} | changes)
        assert answer.status_code == status, (changes, answer.text)
    assert (await admin.get("/api/v1/exports/0123456789abcdef")).status_code == 404


async def test_an_export_ends_by_itself_and_a_node_that_forgot_it_is_told_of(city: City) -> None:
    await two_streets(city)
    node = SealingNode()
    async with node.serving(city):
        admin = await city.admin()
        first = (await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH, "days": 1})).json()
        await ready(city, first["id"])
        exports = city.parts.exports
        export = await exports.get(first["id"])
        await exports._change(export, until_90k=parse_rfc3339("2020-01-01T00:00:00Z"))
        await exports.sweep()
        assert (await exports.get(first["id"])).state.value == "expired"
        assert first["id"] not in node.standing
        second = (await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH})).json()
    # Its node is away, and then does not know it any more.
    await city.parts.exports.refresh()
    state = (await city.parts.exports.get(second["id"])).state.value
    assert state in ("making", "ready")


async def test_everybody_may_know_whose_seal_it_is(city: City) -> None:
    first, again = [(await city.client().get("/api/v1/public/seal")).json() for _ in range(2)]
    assert first == again
    assert first["authority"].startswith("-----BEGIN CERTIFICATE-----")
    seal = await city.parts.sealer.seal()
    assert first["authority_sha256"] == seal.issued.authority_fingerprint
    assert first["certificate_sha256"] == hashlib.sha256(seal.signer.certificate_der).hexdigest()


async def test_a_check_of_the_archive_with_its_seal_asks_for_the_days_that_the_node_has(city: City) -> None:
    told = DayTold(
        camera="gate", profile="main", number=0, day="2026-11-21", count=1, tree="00" * 32, previous="00" * 32
    )

    async def days(asked: DaysRequest) -> DaysPage:
        return DaysPage(days=(told,))

    admin = await city.admin()
    async with city.bus.serve(request_subject("local", DAY_REQUESTS[DaysRequest]), DaysRequest, days):
        report = (await admin.post("/api/v1/archive/check", json={"hashes": False, "seal": True})).json()
    assert [one["kind"] for one in report["mismatches"]] == ["seal-unsigned"]
    assert "gate/main 2026-11-21" in report["mismatches"][0]["where"]
