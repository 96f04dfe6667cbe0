"""Footage still at the recorder: asked for, drawn hollow, fetched, and played, on a phone and at a desk."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from tests.alone import free_port
from tests.browser import screen
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.town import PASSWORD, Server
from tests.node.fetching.test_stick import stick_file
from tests.peers.profile_g_recorder import ArchiveRecorder

HZ = 90_000
_AGO_S = 1800
LATER_S = 400
"""So far behind the first stretch that what is fetched of the one is not listed with the other."""


class Behind:
    """A recorder in a thread of its own."""

    def __init__(self) -> None:
        self.begin = (time.time_ns() // 1_000_000_000 - _AGO_S) * HZ
        later = self.begin + LATER_S * HZ
        spans = [(self.begin, self.begin + 60 * HZ), (later, later + 30 * HZ)]
        self.recorder = ArchiveRecorder(channels=1, spans=spans)
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(20)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)
        self._loop.close()

    async def _serve(self) -> None:
        async with self.recorder.recording():
            self._ready.set()
            await self._over.wait()


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    made = Behind()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, behind: Behind) -> Iterator[Server]:
    """A server with one camera whose line is down, behind a recorder."""
    made = Server(tmp_path_factory.mktemp("site") / "data", free_port())
    try:
        made.start()
        made.add("gerbang", behind.recorder.live, "Gerbang RT 03")
        with httpx.Client(base_url=made.url, trust_env=False) as api:
            given = {"name": "admin", "password": PASSWORD}
            assert api.post("/api/v1/session", json=given).status_code == 204
            area = api.put("/api/v1/areas/33.74", json={"id": "33.74", "name": "Semarang"})
            assert area.is_success, area.text
            site = {"id": "pos", "name": "Pos", "kind": "rt", "area": "33.74"}
            assert api.put("/api/v1/sites/pos", json=site).is_success
            recorder = {"id": "nvr", "site": "pos", "address": behind.recorder.address}
            assert api.put("/api/v1/recorders/nvr", json=recorder).is_success
            spot = {"site": "pos", "recorder": "nvr", "channel": 1}
            placed = api.put("/api/v1/cameras/gerbang/place", json={"spot": spot})
            assert placed.is_success, placed.text
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_what_the_recorder_kept_is_fetched(
    server: Server, behind: Behind, open_page: OpenPage, viewport: dict[str, int], tmp_path: Path
) -> None:
    first = behind.begin // HZ + (0 if viewport is PHONE else LATER_S)
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(first + 15))
    page = open_page(f"{server.url}/sign-in?next=/cameras/gerbang", viewport)
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(screen.screen(page)).to_be_visible()
    page.goto(f"{server.url}/cameras/gerbang?at={at}")
    page.get_by_test_id("clip").click()
    page.get_by_test_id("ask-site").click()
    there = page.get_by_test_id("at-site")
    expect(there).to_contain_text("Di perekam masih ada", timeout=30_000)
    page.screenshot(path=str(tmp_path / "there.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    there.get_by_role("button", name="Ambil sekarang").click()
    expect(page.get_by_test_id("fetch")).to_have_attribute("data-state", "done", timeout=30_000)
    page.screenshot(path=str(tmp_path / "here.png"), full_page=True)
    page.goto(f"{server.url}/cameras/gerbang?at={at}")
    screen.expect_phase(page, "ready")
    assert not screen.is_black(page)


def test_a_stick_is_brought_in_and_plays_where_the_clock_was_right(
    server: Server, open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "ch01.mp4").write_bytes(stick_file())
    shown = time.gmtime(time.time() + 7 * 3600 - 3600)
    page = open_page(f"{server.url}/sign-in?next=/cameras/gerbang", PHONE)
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    form = page.get_by_test_id("stick")
    form.get_by_text("Impor dari USB").click()
    form.get_by_role("button", name="Impor").click()
    expect(form.get_by_role("alert")).to_contain_text("isi ketiga waktunya")
    form.get_by_label("Berkas dari perekam").set_input_files(tmp_path / "ch01.mp4")
    form.get_by_label("Awal rekaman").fill(time.strftime("%Y-%m-%dT%H:%M:%S", shown))
    form.get_by_label("Jam di layar").fill("2026-11-21T19:04:30")
    form.get_by_label("Jam sebenarnya").fill("2026-11-21T19:00:01")
    expect(form).to_contain_text("4 mnt 29 dtk lebih cepat")
    page.screenshot(path=str(tmp_path / "stick.png"), full_page=True)
    form.get_by_role("button", name="Impor").click()
    expect(page.get_by_test_id("brought")).to_be_visible(timeout=20_000)
    screen.expect_phase(page, "ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
