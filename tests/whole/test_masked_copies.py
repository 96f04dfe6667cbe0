"""A masked copy from the request to the pixel: ordered, made out of the archive, fetched by receipt, logged, ended."""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from blockbuster import BlockBuster
from PIL import Image
from tests.archive.footage import new_run, slowly
from tests.media.pictures import Film, picture

from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.cli.composition import Composition, composed
from ronda.cli.hosting import bind_tcp, listening
from ronda.config.models import Settings
from ronda.media.codec.masks import TONE_RGB
from ronda.privacy.copies import no_node
from ronda.web.app import local

FILM = Film(width=160, height=96, gop=50, pictures=100, bitrate=400_000, light=70)
RECORDED_S = 40
LEFT = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
RIGHT = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
ASKED = {"kind": "copy", "name": "Sri Wahyuni", "contact": "0812 3456 789", "text": "Saya lewat"}
NEVER = "rtsp://127.0.0.1:1/x"


@dataclass
class Desk:
    """A server with forty recorded seconds of `gate`, and a request about them that is verified."""

    office: httpx.AsyncClient
    resident: httpx.AsyncClient
    running: Composition
    start_90k: int
    data: Path
    receipt: str = ""

    def at(self, seconds: float) -> str:
        return format_rfc3339(self.start_90k + round(seconds * HZ_90K))

    async def ask(self, *, verified: bool = True, **more: Any) -> str:
        asked = ASKED | {"camera": "gate", "from": self.at(0), "to": self.at(40)} | more
        self.receipt = (await self.resident.post("/api/v1/public/data-requests", json=asked)).json()["receipt"]
        if verified:
            path = f"/api/v1/data-requests/{self.receipt}"
            assert (await self.office.patch(path, json={"state": "verified"})).status_code == 200
        return self.receipt

    async def order(self, begin: float = 11, end: float = 17, **more: Any) -> httpx.Response:
        given = {"camera": "gate", "from": self.at(begin), "to": self.at(end), "plan": MOVING} | more
        return await self.office.post(f"/api/v1/data-requests/{self.receipt}/copies", json=given)

    async def settled(self) -> dict[str, Any]:
        """Return the newest copy once it is not being made any more."""
        async with asyncio.timeout(40):
            while True:
                answer = await self.office.get(f"/api/v1/data-requests/{self.receipt}/copies")
                newest: dict[str, Any] = answer.json()["copies"][0]
                if newest["state"] != "making":
                    return newest
                await asyncio.sleep(0.1)

    async def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = (await self.office.get("/api/v1/accesslog?limit=100")).json()["entries"]
        return entries

    def folders(self) -> list[str]:
        folder = self.data / "copies"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


MOVING = {
    "hides": "all-but",
    "regions": [
        {
            "does": "show",
            "from_s": 1,
            "to_s": 5,
            "keys": [{"at_s": 1, "corners": LEFT}, {"at_s": 3, "corners": LEFT}, {"at_s": 4, "corners": RIGHT}],
        }
    ],
}
"""The left half from 1 s to 3 s, then on the way to the right half, where it is from 4 s to 5 s; nothing else, ever."""

OpenDesk = Callable[[], Any]


@pytest.fixture
def open_desk(tmp_path: Path, no_blocking_in_the_loop: BlockBuster) -> OpenDesk:
    settings = Settings.model_validate(
        {"data": tmp_path / "data", "archive": {"volumes": (tmp_path / "archive",)}, "admin_password": "long enough"}
    )

    @asynccontextmanager
    async def opened() -> AsyncIterator[Desk]:
        bound = bind_tcp("127.0.0.1", 0)
        async with AsyncExitStack() as stack:
            no_blocking_in_the_loop.deactivate()  # nobody is served while a server starts
            running = await stack.enter_async_context(composed(settings, pulls=True))
            await stack.enter_async_context(listening(running.app, bound))
            no_blocking_in_the_loop.activate()
            clients = (
                httpx.AsyncClient(transport=httpx.ASGITransport(local(running.app)), base_url="http://ronda"),
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", trust_env=False, timeout=20),
            )
            for client in clients:
                await stack.enter_async_context(client)
            start = SystemClock().utc_90k() - 600 * HZ_90K
            desk = Desk(*clients, running, start, tmp_path / "data")
            if "gate" not in running.centre.cameras:
                camera = {"id": "gate", "url": NEVER, "record": False}
                assert (await desk.office.post("/api/v1/cameras", json=camera)).status_code == 201
                await asyncio.sleep(0.4)  # the node hears of it
                run = new_run("gate", start_90k=start, film=FILM)
                await running.node.archive.import_run(run, slowly(run, RECORDED_S, FILM))
            yield desk
            no_blocking_in_the_loop.deactivate()

    return opened


def shown(film: bytes) -> list[tuple[float, np.ndarray]]:
    """Return the pictures of a film with their times, (height, width, 3)."""
    with av.open(io.BytesIO(film), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]
        return [(frame.time or 0.0, frame.to_ndarray(format="rgb24").astype(int)) for frame in container.decode()]


def gone(part: np.ndarray) -> bool:
    return int(np.abs(part - TONE_RGB).max()) <= 14


def original(number: int) -> np.ndarray:
    return picture(FILM, number % FILM.pictures).astype(int)


async def test_a_copy_shows_who_asked_and_nothing_else_and_goes_to_whom_has_the_receipt(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        await desk.ask()
        footage = (await desk.office.get(f"/api/v1/data-requests/{desk.receipt}/footage")).json()
        assert [(one["from"], one["to"]) for one in footage["recorded"]] == [(desk.at(0), desk.at(40))]
        made = await desk.order(stills_s=[2, 6])
        assert made.status_code == 201, made.text
        copy = await desk.settled()
        assert (copy["state"], copy["by"]) == ("ready", "local"), copy

        base = f"/api/v1/public/data-requests/{desk.receipt}/copies"
        (handed,) = (await desk.resident.get(base)).json()["copies"]
        assert (handed["camera"], handed["stills"], handed["links_left"]) == ("gate", 2, 5)
        link = (await desk.resident.post(f"{base}/{handed['copy']}/link")).json()
        answer = await desk.resident.get(link["film"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
        assert len(answer.content) == handed["bytes"]

        pictures = shown(answer.content)
        assert len(pictures) == 6 * FILM.fps
        middle, rim = FILM.width // 2, 10
        for time, found in pictures:
            true = original(round((time + 11) * FILM.fps))
            left, right = found[:, : middle - rim], found[:, middle + rim :]
            if time < 0.99 or time >= 4.99:
                assert gone(found), time
            elif time < 2.99:
                assert gone(right), time
                assert np.abs(left - true[:, : middle - rim]).mean() < 14, time
            elif time > 4.01:
                assert gone(left), time
                assert np.abs(right - true[:, middle + rim :]).mean() < 14, time
            else:
                at = round((0.5 + (time - 3) * 0.5) * FILM.width)
                assert gone(found[:, min(at + rim, FILM.width) :]) if at + rim < FILM.width else True, time

        stills = [Image.open(io.BytesIO((await desk.resident.get(one)).content)) for one in link["stills"]]
        first, last = (np.asarray(one.convert("RGB")).astype(int) for one in stills)
        assert not gone(first[:, : middle - rim])
        assert gone(last)

        logged = [one for one in await desk.log() if one["action"] in ("copy-made", "copy-fetched")]
        assert {(one["action"], one["who"], one["camera"]) for one in logged} == {
            ("copy-made", "local", "gate"),
            ("copy-fetched", "applicant", "gate"),
        }
        assert {(one["from"], one["to"]) for one in logged} == {(desk.at(11), desk.at(17))}
        assert desk.receipt not in json.dumps(await desk.log())
        assert (await desk.settled())["fetched"] is not None


async def test_only_the_receipt_opens_it_and_not_for_ever(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        await desk.ask()
        assert (await desk.order(11, 13, plan=HIDDEN)).status_code == 201
        copy = await desk.settled()
        base = f"/api/v1/public/data-requests/{desk.receipt}/copies/{copy['copy']}/link"
        other = await desk.ask()
        for wrong in (base.replace(base.split("/")[5], other), base.replace(copy["copy"], "0" * 16)):
            assert (await desk.resident.post(wrong)).status_code == 404
        assert (await desk.resident.get(f"/media/gate/copies/{copy['copy']}/copy.mp4")).status_code == 404
        links = [(await desk.resident.post(base)) for _ in range(6)]
        assert [one.status_code for one in links] == [200] * 5 + [409]
        film = links[0].json()["film"]
        whole = await desk.resident.get(film)
        part = await desk.resident.get(film, headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, whole.content[100:200])
        assert (await desk.resident.get(film.replace("copy.mp4", "about.json"))).status_code == 404
        clip = film.replace(f"copies/{copy['copy']}/copy.mp4", f"clip.mp4?from={desk.at(11)}&to={desk.at(12)}")
        assert (await desk.resident.get(clip)).status_code == 401, "the link must not open the original"
        assert (await desk.office.get(copy["film"])).content == whole.content
        path = f"/api/v1/data-requests/{desk.receipt}/copies/{copy['copy']}"
        assert (await desk.office.delete(path)).status_code == 404, "it is another request's"
        desk.receipt = base.split("/")[5]
        ended = await desk.office.delete(f"/api/v1/data-requests/{desk.receipt}/copies/{copy['copy']}")
        assert (ended.status_code, ended.json()["state"]) == (200, "revoked")
        assert (await desk.resident.get(film)).status_code == 404
        assert desk.folders() == []


async def test_it_is_made_only_of_what_was_asked_for_and_is_there(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        await desk.ask(verified=False)
        assert (await desk.order()).status_code == 409, "nobody has verified who asks"
        await desk.ask(kind="correction")
        assert (await desk.order()).status_code == 409
        await desk.ask(**{"to": desk.at(20)})
        for begin, end, status, says in (
            (0, 301, 400, "5 minutes"),
            (-302, -100, 400, "within five minutes"),
            (17, 11, 400, "1 second"),
            (30, 60, 404, "recorded"),
        ):
            answer = await desk.order(begin, end)
            assert answer.status_code == status, answer.text
            assert says in answer.text
        for plan in (
            {"hides": "regions"},
            {"hides": "all-but", "regions": []},
            MOVING | {"more": 1},
            {"hides": "regions", "regions": [{"does": "show", "from_s": 0, "to_s": 1, "keys": []}]},
            {"hides": "regions", "regions": [HIDE | {"keys": [{"at_s": 0, "corners": [[0, 0], [2, 0], [1, 1]]}]}]},
            {"hides": "regions", "regions": [HIDE | {"to_s": 200}]},
        ):
            assert (await desk.order(plan=plan)).status_code == 400, plan
        assert desk.folders() == []
        assert (await desk.office.get(f"/api/v1/data-requests/{desk.receipt}/copies")).json()["copies"] == []


HIDE = {"does": "hide", "from_s": 0, "to_s": 2, "keys": [{"at_s": 0, "corners": RIGHT}]}
HIDDEN = {"hides": "regions", "regions": [HIDE]}


async def test_a_cases_copy_says_that_it_is_one_and_leaves_what_was_recorded_as_it_is(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        recorded = await asyncio.to_thread(_bytes_below, desk.data.with_name("archive"))
        asked = {"title": "Motor dicuri", "why": "Mencari pelakunya", "basis": "Laporan polisi LP/7"}
        footage = [{"camera": "gate", "from": desk.at(5), "to": desk.at(30)}]
        number = (await desk.office.post("/api/v1/cases", json=asked | {"footage": footage})).json()["number"]
        path = f"/api/v1/cases/{number}/copies"
        wanted = {"camera": "gate", "from": desk.at(11), "to": desk.at(13), "plan": HIDDEN}
        there, gate = f"/api/v1/cases/{number}/footage", {"camera": "gate"}
        assert (await desk.office.post(path, json=wanted)).status_code == 409, "nobody has approved it"
        assert (await desk.office.get(there, params=gate)).status_code == 409
        await desk.running.parts.cases.approve(number, "lurah", "setuju")
        assert (await desk.office.post(path, json=wanted | {"from": desk.at(1)})).status_code == 400, "not asked for"
        found = (await desk.office.get(there, params=gate | {"begin": desk.at(20), "end": desk.at(60)})).json()
        assert (found["from"], found["to"]) == (desk.at(5), desk.at(30))
        assert [(one["from"], one["to"]) for one in found["recorded"]] == [(desk.at(20), desk.at(30))]
        assert (await desk.office.get(there, params=gate | {"begin": desk.at(31)})).status_code == 404, "not asked for"
        turned = gate | {"begin": desk.at(20), "end": desk.at(10)}
        assert (await desk.office.get(there, params=turned)).status_code == 400
        made = await desk.office.post(path, json=wanted)
        assert made.status_code == 201, made.text
        async with asyncio.timeout(40):
            while (copy := (await desk.office.get(path)).json()["copies"][0])["state"] == "making":
                await asyncio.sleep(0.1)
        film = (await desk.office.get(copy["film"])).content
        assert f"SALINAN DENGAN PENYAMARAN - {number}".encode() in film[:4096], "the file says what it is"
        pictures = [picture for _, picture in shown(film)]
        assert len(pictures) == 50
        assert all(gone(one[:80, 90:]) for one in pictures)
        lines = [one[-10:, :90].max(axis=2) for one in pictures]
        assert all((line > 180).sum() > 20 and (line < 40).mean() > 0.3 for line in lines), "so does each picture"
        custody = (await desk.office.get(f"/api/v1/cases/{number}")).json()["custody"]
        (row,) = [one for one in custody if one["what"] == "copied"]
        assert (row["by"], row["subject"]) == ("local", "gate")
        (row,) = [one for one in custody if one["what"] == "fetched"]
        assert (row["by"], row["subject"], copy["copy"] in row["note"]) == ("local", "gate", True)
        assert row["sha256"] == copy["sha256"] == hashlib.sha256(film).hexdigest()
        assert (await desk.resident.get(copy["film"])).status_code in (401, 404)
        assert (await desk.resident.get(path)).status_code == 401
        ended = (await desk.office.delete(f"{path}/{copy['copy']}")).json()
        assert ended["state"] == "revoked"
        assert desk.folders() == []
        assert await asyncio.to_thread(_bytes_below, desk.data.with_name("archive")) == recorded


def _bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*.mp4")}


async def test_what_is_marked_is_followed_and_who_may_not_see_it_is_refused(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        path, asked = f"/media/gate/follow?from={desk.at(0)}", {"at_s": 1, "to_s": 12, "corners": RIGHT}
        for _ in range(4):  # more than may be at once: each is over when it is answered
            answer = await desk.office.post(path, json=asked)
            assert answer.status_code == 200, answer.text
            *_, last = [json.loads(line) for line in answer.text.splitlines()]
            assert last["ended"] in ("reached", "lost", "left"), last
            assert last["keys"][0]["at_s"] < 1.1
        assert (await desk.office.post(path, json=asked | {"to_s": 1})).status_code == 400
        assert (await desk.office.post(f"/media/gate/follow?from={desk.at(60)}", json=asked)).status_code == 404
        assert (await desk.resident.post(path, json=asked)).status_code in (401, 404)


async def test_a_preview_is_what_the_copy_will_show(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        when = {"at": desk.at(12.5), "from": desk.at(11), "width": "160"}
        whole = await desk.office.get("/media/gate/picture.jpg", params=when)
        assert whole.headers["ronda-picture-time"] == desk.at(12.48)
        found = np.asarray(Image.open(io.BytesIO(whole.content)).convert("RGB")).astype(int)
        assert np.abs(found - original(312)).mean() < 10, "exactly that picture, not a keyframe before it"
        masked = await desk.office.post("/media/gate/masked.jpg", params=when, json=HIDDEN)
        found = np.asarray(Image.open(io.BytesIO(masked.content)).convert("RGB")).astype(int)
        assert gone(found[:, 90:])
        assert np.abs(found[:, :70] - original(312)[:, :70]).mean() < 10
        assert (await desk.office.post("/media/gate/masked.jpg", params=when, json={"hides": "?"})).status_code == 400
        assert (await desk.resident.post("/media/gate/masked.jpg", params=when, json=HIDDEN)).status_code == 404


async def test_it_ends_by_itself_and_a_crash_leaves_nothing_behind(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_desk() as desk:
        await desk.ask()
        await desk.order(11, 13, plan=HIDDEN, days=1)
        copy = await desk.settled()
        assert desk.folders() == [copy["copy"]]
        await desk.order(11, 13, plan=HIDDEN, days=1)
        second = await desk.settled()
        receipt = desk.receipt
    folder = desk.data / "copies"
    (folder / ("a" * 16 + ".part")).mkdir()
    (folder / ("b" * 16)).mkdir()
    (folder / second["copy"]).rename(folder / f"{second['copy']}.part")  # as if it had not been finished
    async with open_desk() as desk:
        assert desk.folders() == [copy["copy"]]
        copies = desk.running.parts.privacy.copies
        desk.receipt = receipt
        assert copies.is_open(copy["copy"], "gate")
        later = SystemClock().utc_90k() + 2 * 86_400 * HZ_90K
        monkeypatch.setattr("ronda.base.time.SystemClock.utc_90k", lambda _: later)
        assert not copies.is_open(copy["copy"], "gate")
        await copies.sweep()
        assert {
            one["state"] for one in (await desk.office.get(f"/api/v1/data-requests/{receipt}/copies")).json()["copies"]
        } == {"expired"}
        assert desk.folders() == []
        assert {one.plan for one in await copies.of(receipt)} == {""}


async def test_what_fails_says_why_and_leaves_nothing(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:
        await desk.ask()
        monkeypatch.setattr("ronda.node.ordered.copying._RESERVE_BYTES", 1 << 60)
        assert (await desk.order()).status_code == 201
        failed = await desk.settled()
        assert (failed["state"], "no room" in failed["problem"]) == ("failed", True)
        assert failed["mend"]
        monkeypatch.undo()

        archive = desk.running.node.archive
        for segment in await archive.segments("gate", "main", desk.start_90k, desk.start_90k + 40 * HZ_90K):
            (archive.volumes[0].folder / segment.file).unlink()  # gone since it was looked up, as by retention
        assert (await desk.order()).status_code == 201
        failed = await desk.settled()
        assert failed["state"] == "failed"
        assert "recorded" in failed["problem"]
        assert desk.folders() == []


async def test_a_node_that_is_away_is_said_so(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        await desk.ask()
        desk.running.parts.privacy.copies._ask = no_node
        assert (await desk.order()).status_code == 503
        assert (await desk.office.get(f"/api/v1/data-requests/{desk.receipt}/copies")).json()["copies"] == []
