"""Shares over the API: made by who may export, opened with a code, fetched, ended; nothing is told before the code."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from starlette.requests import Request
from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, OWN, joined, two_streets
from tests.web.test_exports import STRETCH, SealingNode, ready

from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.bus.contract import Done, Gap, Span, Timeline, request_subject
from ronda.bus.copies import COPY_REQUESTS, CopyAbout, CopyStanding, CopyState, MakeCopy, RemoveCopy
from ronda.evidence.cases import machine
from ronda.evidence.cases.gone import Vanishing
from ronda.media.delivery.permission import Ask, MediaAction, Permit
from ronda.people.media_tokens import TOKEN_MARK


@dataclass
class CopyingNode:
    """Makes no copy, and says that it has."""

    orders: dict[str, MakeCopy] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)

    async def make(self, asked: MakeCopy) -> CopyStanding:
        self.orders[asked.id] = asked
        return CopyStanding(state=CopyState.WAITING)

    async def about(self, _: CopyAbout) -> CopyStanding:
        return CopyStanding(state=CopyState.READY, bytes=7)

    async def remove(self, asked: RemoveCopy) -> Done:
        self.removed.append(asked.id)
        return Done()

    @asynccontextmanager
    async def serving(self, city: City) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for kind, handler in zip(COPY_REQUESTS, (self.make, self.about, self.remove), strict=True):
                subject = request_subject("local", COPY_REQUESTS[kind])
                await stack.enter_async_context(city.bus.serve(subject, kind, handler))  # type: ignore[arg-type]
            yield


@dataclass
class Matter:
    """A case with one sealed export, and who asked for it."""

    city: City
    head: httpx.AsyncClient
    number: str
    export: str

    async def share(self, kind: str = "download", **more: Any) -> dict[str, Any]:
        given = {"export": self.export, "receiver": "Bripka Anton", "kind": kind, **more}
        answer = await self.head.post(f"/api/v1/cases/{self.number}/shares", json=given)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def custody(self) -> list[tuple[str, str, str]]:
        case = (await self.head.get(f"/api/v1/cases/{self.number}")).json()
        return [(row["what"], row["by"], row["subject"]) for row in case["custody"]]


@asynccontextmanager
async def a_matter(city: City) -> AsyncIterator[Matter]:
    await two_streets(city)
    async with SealingNode().serving(city):
        head = await joined(city, await city.admin(), "ketua", "rt-head", OWN)
        footage = [{"camera": "ours", **STRETCH}]
        asked = {"title": "Motor dicuri", "why": "Mencari", "basis": "LP/7", "footage": footage}
        number = (await head.post("/api/v1/cases", json=asked)).json()["number"]
        wanted = {"camera": "ours", **STRETCH, "purpose": "Motor dicuri", "case": number}
        export = (await head.post("/api/v1/exports", json=wanted)).json()["id"]
        await ready(city, export)
        yield Matter(city, head, number, export)


def public(made: dict[str, Any]) -> str:
    return f"/api/v1/public/shares/{made['link'].removeprefix('/e/')}"


async def fetch(city: City, url: str) -> Permit:
    """Ask for leave as the node's doors do for an address that was handed out."""
    _, _, _, token, camera, what, id, _ = url.split("/")
    scope = {"type": "http", "headers": [], "query_string": b"", "path": url, "client": ("127.0.0.1", 1)}
    request = Request(scope | {TOKEN_MARK: token})
    if what == "exports":
        return await city.access(Ask(MediaAction.EXPORT, camera, request, export=id))
    return await city.access(Ask(MediaAction.COPY, camera, request, copy=id))


async def test_a_stranger_opens_a_link_with_its_code_and_fetches_the_sealed_files(city: City) -> None:
    async with a_matter(city) as matter:
        made = await matter.share(days=3)
        assert len(made["code"]) == 8
        stranger = city.client()
        before = await stranger.get(public(made))
        assert (before.status_code, before.json()["code"]) == (401, "code-needed")
        assert matter.number not in before.text
        assert (await stranger.post(f"{public(made)}/link")).status_code == 401
        opened = (await stranger.post(f"{public(made)}/open", json={"code": f" {made['code']} "})).json()
        assert (opened["case"], opened["receiver"], opened["kind"]) == (matter.number, "Bripka Anton", "download")
        assert (await stranger.get(public(made))).json() == opened
        assert (await city.client().get(public(made))).status_code == 401, "another browser gives the code itself"
        url = (await stranger.post(f"{public(made)}/link")).json()["url"]
        assert url.endswith(f"/ours/exports/{matter.export}/all.zip")
        permit = await fetch(city, url)
        assert not permit.revoked
        case = (await matter.head.get(f"/api/v1/cases/{matter.number}")).json()
        assert case["delivered"] is not None
        fetched = case["custody"][-1]
        assert (fetched["what"], fetched["by"], fetched["subject"]) == ("fetched", "receiver", "Bripka Anton")
        assert len(fetched["sha256"]) == 64
        await fetch(city, url)
        assert [what for what, *_ in await matter.custody()].count("fetched") == 1, "once for what is fetched in parts"
        ended = await matter.head.delete(f"/api/v1/cases/{matter.number}/shares/{made['share']['share']}")
        assert ended.json()["state"] == "revoked"
        assert permit.revoked, "what is being fetched ends in the middle"
        gone = await stranger.get(public(made))
        assert (gone.status_code, gone.json()["code"]) == (409, "share-over")
        assert (await stranger.post(f"{public(made)}/open", json={"code": made["code"]})).status_code == 409
    looks = [one for _, one in await city.people.log.entries(50)]
    assert {"share-made", "share-opened", "share-fetched", "share-ended"} <= {one.look.action for one in looks}
    assert {one.look.who for one in looks if one.look.action == "share-fetched"} == {"receiver"}


async def test_wrong_codes_lock_a_link_and_say_nothing(city: City) -> None:
    async with a_matter(city) as matter:
        made = await matter.share()
        stranger = city.client()
        wrong = "00000000" if made["code"] != "00000000" else "11111111"
        answers = [await stranger.post(f"{public(made)}/open", json={"code": wrong}) for _ in range(5)]
        assert [one.status_code for one in answers] == [403, 403, 403, 403, 409]
        assert "4 more tries" in answers[0].json()["mend"]
        assert "locked" in answers[4].json()["detail"]
        assert not any(matter.number in one.text or "Anton" in one.text for one in answers)
        assert (await stranger.post(f"{public(made)}/open", json={"code": made["code"]})).status_code == 409
        listed = (await matter.head.get(f"/api/v1/cases/{matter.number}/shares")).json()["shares"]
        assert [(one["state"], one["tries"]) for one in listed] == [("locked", 5)]
        assert made["code"] not in str(listed) and made["link"][3:] not in str(listed)
        unknown = await stranger.post("/api/v1/public/shares/nothing/open", json={"code": wrong})
        assert unknown.status_code == 404
    refused = [one for _, one in await city.people.log.entries(50) if one.look.action == "share-opened"]
    assert [one.allowed for one in refused] == [False], "the same refusal within five minutes is one"


async def test_a_copy_to_look_at_has_the_receivers_name_in_it_and_gives_no_original(city: City) -> None:
    node = CopyingNode()
    async with a_matter(city) as matter, node.serving(city):
        made = await matter.share("view")
        (order,) = node.orders.values()
        assert order.mark.startswith(f"Bripka Anton · {matter.number} · ")
        await city.parts.shares.refresh()
        stranger = city.client()
        opened = (await stranger.post(f"{public(made)}/open", json={"code": made["code"]})).json()
        assert opened["state"] == "ready"
        url = (await stranger.post(f"{public(made)}/link")).json()["url"]
        assert url.endswith(f"/ours/copies/{made['share']['share']}/copy.mp4")
        assert not (await fetch(city, url)).revoked
        original = url.replace(f"copies/{made['share']['share']}/copy.mp4", f"exports/{matter.export}/all.zip")
        try:
            await fetch(city, original)
        except Exception as error:  # noqa: BLE001 - which kind is said below
            assert type(error).__name__ == "NotSignedIn"
        else:
            raise AssertionError("the original was let out")
        closed = await matter.head.post(f"/api/v1/cases/{matter.number}/close", json={})
        assert closed.status_code == 200
        assert node.removed == [made["share"]["share"]]
        assert {("share-ended", "ketua", "Bripka Anton"), ("deleted", "system", "Bripka Anton")} <= {
            *(await matter.custody())
        }


async def test_gaps_and_hours_are_looked_at_too(city: City) -> None:
    node = CopyingNode()
    async with a_matter(city) as matter, node.serving(city):
        exports = city.parts.exports
        export = await exports.get(matter.export)
        await exports._change(export, gaps=2)
        await matter.share("view")
        await exports._change(await exports.get(matter.export), to_90k=export.from_90k + 6 * 3600 * HZ_90K)
        await matter.share("view")
        first, second = node.orders.values()
        assert (first.whole, first.light) == (True, False)
        assert (second.whole, second.light, second.to_90k - second.from_90k) == (True, True, 6 * 3600 * HZ_90K)


async def test_who_may_not_export_shares_nothing(city: City) -> None:
    async with a_matter(city) as matter:
        admin = await city.admin()
        neighbour = await joined(city, admin, "ketua4", "rt-head", f"{KELURAHAN}.rw04.rt04")
        given = {"export": matter.export, "receiver": "Saya", "kind": "download"}
        path = f"/api/v1/cases/{matter.number}/shares"
        assert (await neighbour.post(path, json=given)).status_code == 403
        assert (await neighbour.get(path)).status_code == 403
        for changes, status in (
            ({"days": 31}, 400),
            ({"receiver": " x "}, 400),
            ({"export": "0123456789abcdef"}, 404),
            ({"kind": "keep"}, 400),
        ):
            assert (await matter.head.post(path, json=given | changes)).status_code == status, changes
        elsewhere = (await admin.post("/api/v1/exports", json={"camera": "ours", **STRETCH, "purpose": "x"})).json()
        await ready(city, elsewhere["id"])
        assert (await admin.post(path, json=given | {"export": elsewhere["id"]})).status_code == 409


async def test_a_share_ends_with_its_time_and_with_the_sealed_files_and_both_are_written_down(city: City) -> None:
    async with a_matter(city) as matter:
        first, second = await matter.share(), await matter.share()
        shares = city.parts.shares
        one = await shares.get(matter.number, first["share"]["share"])
        await shares.change(one, until_90k=parse_rfc3339("2020-01-01T00:00:00Z"))
        over = await city.client().post(f"{public(first)}/open", json={"code": first["code"]})
        assert (over.status_code, over.json()["code"]) == (409, "share-over")
        await shares.refresh()
        exports = city.parts.exports
        export = await exports.get(matter.export)
        await exports._change(replace(export), until_90k=parse_rfc3339("2020-01-01T00:00:00Z"))
        await exports.sweep()
        states = {
            row["share"]: row["state"]
            for row in (await matter.head.get(f"/api/v1/cases/{matter.number}/shares")).json()["shares"]
        }
        assert states == {first["share"]["share"]: "expired", second["share"]["share"]: "deleted"}
        case = (await matter.head.get(f"/api/v1/cases/{matter.number}")).json()
        (gone,) = (row for row in case["custody"] if row["what"] == "deleted")
        assert (gone["by"], gone["subject"], gone["sha256"]) == ("system", f"{export.name}.mp4", export.sha256)
        assert "masa simpan berkas berakhir" in gone["note"]
    looks = {(one.look.action, one.look.who) for _, one in await city.people.log.entries(50)}
    assert {("export-deleted", "system"), ("share-ended", "system")} <= looks


async def test_what_a_case_had_kept_and_a_rule_deleted_is_written_down_once(city: City) -> None:
    async with a_matter(city) as matter:
        cases = city.parts.cases
        left: list[Span] = [Span(from_90k=parse_rfc3339(STRETCH["from"]), to_90k=parse_rfc3339(STRETCH["to"]))]

        async def ask(camera: str, request: Any, kind: Any) -> Any:
            assert (camera, kind) == ("ours", Timeline)
            gap = Gap(from_90k=request.from_90k, to_90k=request.to_90k, cause=GapCause.RETENTION)
            return Timeline(profile="main", coverage=tuple(left), gaps=() if left else (gap,))

        vanishing = Vanishing(cases, ask, city.people.log)
        (stretch,) = (await cases.get(matter.number)).case.stretches
        assert await vanishing.look() == 0, "it is kept"
        await cases._change(matter.number, lambda case, now: machine.released(case, stretch.hold, now))
        assert await vanishing.look() == 0, "some of it is still recorded"
        left.clear()
        assert (await vanishing.look(), await vanishing.look()) == (1, 0)
        case = (await matter.head.get(f"/api/v1/cases/{matter.number}")).json()
        assert (case["custody"][-1]["what"], case["custody"][-1]["subject"]) == ("deleted", "ours")
        assert "terhapus karena masa simpan (600 detik)" in case["custody"][-1]["note"]
    gone = [one for _, one in await city.people.log.entries(50) if one.look.action == "footage-deleted"]
    assert [(one.look.who, one.look.camera, one.look.subject) for one in gone] == [("system", "ours", matter.number)]


async def test_who_asked_has_it_once_they_fetch_it_and_the_clock_stops(city: City) -> None:
    async with a_matter(city) as matter:
        empty = (await matter.head.get("/api/v1/cases/figures")).json()
        assert (empty["delivered"], empty["median_s"], empty["p95_s"]) == (0, None, None)
        export = await city.parts.exports.get(matter.export)
        shares = city.parts.shares
        await shares.taken(matter.export, "ketua", f"/ours/exports/{matter.export}/{export.name}.manifest.json")
        assert "fetched" not in [what for what, *_ in await matter.custody()]
        await shares.taken(matter.export, "lurah", f"/ours/exports/{matter.export}/all.zip")
        for _ in range(2):
            await shares.taken(matter.export, "ketua", f"/ours/exports/{matter.export}/{export.name}.mp4")
        custody = await matter.custody()
        assert custody[-2:] == [
            ("opened", "lurah", f"{export.name}.mp4"),
            ("fetched", "ketua", f"{export.name}.mp4"),
        ]
        figures = (await matter.head.get("/api/v1/cases/figures?days=7")).json()
        assert (figures["days"], figures["delivered"]) == (7, 1)
        assert 0 <= figures["median_s"] <= figures["p95_s"] < 60
