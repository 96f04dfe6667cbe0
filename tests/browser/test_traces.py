"""A case on the screen: a vehicle's way put together picture by picture, and a copy in which others are covered."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.archive.footage import new_run, slowly
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave
from tests.browser.town import PASSWORD, Server
from tests.media.pictures import Film

from ronda.archive import Archive, VolumeSettings
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339

CITY, KELURAHAN = "33.74", "33.74.13.1006"
FILM = Film(width=320, height=180, bitrate=300_000, light=90)
RECORDED_S = 40
CAMERAS = {"gang-masuk": "Gang masuk", "mulut-jalan": "Mulut jalan"}
START_90K = (SystemClock().utc_90k() // HZ_90K - 900) * HZ_90K


def at(seconds: float) -> str:
    return format_rfc3339(START_90K + round(seconds * HZ_90K))


@dataclass
class Matter:
    """An investigator's case about two cameras, approved by an officer."""

    server: Server
    number: str

    def opened(self, open_page: OpenPage, what: str, viewport: dict[str, int], **more: Any) -> Page:
        """Open a page of the case as the investigator."""
        page = open_page(f"{self.server.url}/rules", viewport, **more)
        who = {"name": "penyidik", "password": PASSWORD}
        assert page.request.post(f"{self.server.url}/api/v1/session", data=who).ok
        page.goto(f"{self.server.url}/cases/{self.number}{what}")
        return page


async def record(data: Path) -> None:
    async with Archive([VolumeSettings(data / "archive")], SystemClock()) as archive:
        for camera in CAMERAS:
            run = new_run(camera, start_90k=START_90K, film=FILM)
            await archive.import_run(run, slowly(run, RECORDED_S, FILM))


@pytest.fixture(scope="module")
def matter(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Matter]:
    server = Server(tmp_path_factory.mktemp("matter") / "data", port_of_session())
    with ThreadPoolExecutor(1) as aside:  # the browser's loop runs in this thread
        aside.submit(asyncio.run, record(server.data)).result()
    try:
        server.start()
        yield Matter(server, case_of(server))
    finally:
        server.stop()


def case_of(server: Server) -> str:
    """Place two cameras some 300 metres apart, and open a case about them; return its number."""
    office = Office(server)
    for code, name in ((CITY, "Semarang"), (f"{CITY}.13", "Semarang Barat"), (KELURAHAN, "Krapyak")):
        office.send("PUT", f"areas/{code}", {"id": code, "name": name, "lat": -6.98, "lon": 110.4})
    for at_pole, (id, name) in enumerate(CAMERAS.items()):
        site = {"id": f"pos-{at_pole}", "name": name, "kind": "rt", "area": KELURAHAN}
        office.send("PUT", f"sites/pos-{at_pole}", site | {"lat": -6.984 + 0.003 * at_pole, "lon": 110.37})
        office.send("POST", "cameras", {"id": id, "url": "rtsp://127.0.0.1:9/x", "name": name, "record": False})
        office.send("PUT", f"cameras/{id}/place", {"spot": {"site": f"pos-{at_pole}"}})
    for name, role in (("penyidik", "investigator"), ("lurah", "officer")):
        made = office.send("POST", "invitations", {"role": role, "scope": "area", "value": KELURAHAN})
        who = {"name": name, "password": PASSWORD}
        httpx.post(f"{server.url}/api/v1/join/{made['token']}", json=who, trust_env=False).raise_for_status()
    office.close()
    with httpx.Client(base_url=f"{server.url}/api/v1", trust_env=False, timeout=20) as client:
        client.post("session", json={"name": "penyidik", "password": PASSWORD}).raise_for_status()
        asked = {"title": "Motor Beat hitam dicuri", "why": "Mencari ke mana", "basis": "LP/B/7", "letter": "B/7/2026"}
        footage = [{"camera": id, "from": at(0), "to": at(300)} for id in CAMERAS]
        number: str = client.post("cases", json={**asked, "footage": footage}).json()["number"]
        client.post("session", json={"name": "lurah", "password": PASSWORD}).raise_for_status()
        client.post(f"cases/{number}/approve", json={"note": "Sesuai surat"}).raise_for_status()
    return number


def looked_at(page: Page, folder: Path, name: str) -> None:
    """Keep what is seen; nothing grave for who cannot see or point, nothing wider than the screen."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert grave(page) == [], name


def test_the_way_of_a_vehicle_is_put_together_and_confirmed(
    matter: Matter, open_page: OpenPage, tmp_path: Path
) -> None:
    page = matter.opened(open_page, "", PHONE)
    page.get_by_test_id("case-traces").click()
    expect(page.get_by_test_id("traces")).to_contain_text("Belum ada jejak")
    page.get_by_label("Apa atau siapa yang dicari").fill("Beat hitam")
    page.get_by_role("button", name="Mulai jejak").click()
    expect(page.get_by_test_id("trace-empty")).to_be_visible()
    looked_at(page, tmp_path, "begun")

    add = page.get_by_test_id("add-point")
    add.get_by_role("button", name="Dari satu saat").click()
    expect(add.get_by_role("img")).to_be_visible()
    add.get_by_role("button", name="Maju 10 dtk").click()
    add.get_by_label("Catatan").fill("keluar gang")
    add.get_by_role("button", name="Taruh di papan").click()
    points = page.get_by_test_id("trace-point")
    expect(points).to_have_count(1)
    expect(points.first).to_contain_text("keluar gang")
    points.first.get_by_role("button", name="Ke mana sesudahnya?").click()
    following = page.get_by_test_id("trace-next")
    expect(following).to_contain_text("Mulut jalan")
    looked_at(page, tmp_path, "next")
    following.get_by_role("button", name="Lihat saat ini").click()
    add.get_by_role("button", name="Maju 1 dtk").click()
    add.get_by_role("button", name="Taruh di papan").click()
    expect(points).to_have_count(2)
    expect(points.locator("img")).to_have_count(2)

    link = page.get_by_test_id("trace-link")
    expect(link).to_have_attribute("data-state", "proposed")
    expect(link).to_contain_text("330 m garis lurus")
    link.get_by_label("Dari apa terlihat").fill("stiker sama")
    link.get_by_role("button", name="Ya, sama").click()
    expect(link).to_have_attribute("data-state", "confirmed")
    expect(link).to_contain_text("penyidik")
    expect(page.locator('[data-testid="trace-map"][data-ready="true"]')).to_be_visible()
    looked_at(page, tmp_path, "board")

    desk = matter.opened(open_page, "/traces", DESK, dark=True)
    points = desk.get_by_test_id("trace-point")
    expect(points).to_have_count(2)
    for key in ("j", "j", "n"):
        desk.keyboard.press(key)
    expect(desk.get_by_test_id("trace-link")).to_have_attribute("data-state", "rejected")
    points.nth(1).get_by_role("button", name="Ambil dari papan").click()
    expect(points).to_have_count(1)
    desk.get_by_test_id("said").get_by_role("button", name="Urungkan").click()
    expect(points).to_have_count(2)
    order = desk.get_by_test_id("exam-order")
    order.get_by_label("Lamanya").select_option(label="1 menit")
    order.get_by_text("Baca pelat nomor").click()
    order.get_by_role("button", name="Mulai telaah").click()
    exam = desk.get_by_test_id("exam")
    expect(exam).to_have_attribute("data-state", "ready", timeout=60_000)
    expect(exam).to_contain_text("tanpa pelat")
    desk.get_by_test_id("add-point").get_by_role("button", name="Dari telaah").click()
    expect(desk.get_by_test_id("add-point")).to_contain_text("Belum ada temuan")
    looked_at(desk, tmp_path, "desk")
    desk.emulate_media(media="print", color_scheme="light")
    desk.screenshot(path=tmp_path / "print.png", full_page=True)
    expect(desk.get_by_test_id("board")).to_be_visible()
    expect(desk.get_by_test_id("add-point")).to_be_hidden()


def test_others_are_covered_in_a_copy_of_a_case(matter: Matter, open_page: OpenPage, tmp_path: Path) -> None:
    page = matter.opened(open_page, "", PHONE)
    page.get_by_test_id("case-copies").click()
    stretch = page.get_by_test_id("copy-stretch")
    expect(stretch.get_by_label("Rekaman perkara")).to_be_visible()
    stretch.get_by_label("Lamanya").select_option(label="10 detik")
    looked_at(page, tmp_path, "stretch")
    stretch.get_by_role("button", name="Lihat rekamannya").click()
    page.get_by_role("button", name="Tandai yang terlihat").click()
    expect(page.get_by_test_id("copy-regions")).to_contain_text("Terlihat (bidang 1)")
    looked_at(page, tmp_path, "drawn")
    page.get_by_role("button", name="Buat salinan", exact=True).click()
    copy = page.get_by_test_id("copy")
    expect(copy).to_have_attribute("data-state", "ready", timeout=60_000)
    looked_at(page, tmp_path, "ready")
    with page.expect_download() as download:
        copy.get_by_role("link", name="Ambil filmnya").click()
    assert download.value.path().stat().st_size > 1_000
    page.get_by_role("link", name="Kembali ke perkara").click()
    custody = page.get_by_test_id("custody")
    expect(custody.locator('[data-what="fetched"]')).to_contain_text("SALINAN DENGAN PENYAMARAN")
    page.get_by_role("button", name="Catat penyerahan").click()
    page.get_by_test_id("case-form").get_by_role("combobox").select_option(index=1)
    page.get_by_label("Diserahkan kepada").fill("Pengadilan Negeri")
    page.get_by_test_id("case-form").get_by_role("button", name="Catat penyerahan").click()
    film = hashlib.sha256(download.value.path().read_bytes()).hexdigest()
    expect(custody.locator('[data-what="handed-over"]')).to_contain_text(film)
    page.go_back()
    page.get_by_role("button", name="Tarik salinan").click()
    expect(page.get_by_test_id("copy")).to_have_attribute("data-state", "revoked")
