"""From "stolen last night" to a sealed clip, and to a stranger who fetches it: on a phone, by keyboard, in one go."""

import hashlib
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave
from tests.browser.town import PASSWORD, Film, Server, wait_until

KELURAHAN = "33.74.13.1006"
RT = f"{KELURAHAN}.rw04.rt03"
GATE = "gerbang-rt03"
MOST_INTERACTIONS = 12


@dataclass
class Hand:
    """Does everything by keyboard, and counts what a person would count: a field filled, a button or link pressed."""

    page: Page
    done: list[str] = field(default_factory=list)

    def press(self, target: Locator, what: str) -> None:
        """Go to a button or a link and press it."""
        self._reach(target)
        self.page.keyboard.press("Enter")
        self.done.append(what)

    def fill(self, target: Locator, text: str, what: str) -> None:
        """Go to a field and write into it."""
        self._reach(target)
        target.fill(text)
        target.dispatch_event("change")
        self.done.append(what)

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        target.focus()
        expect(target).to_be_focused()


@pytest.fixture(scope="module")
def street(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]
) -> Iterator[Server]:
    """A server with one camera of an RT, its head and an officer of its kelurahan."""
    folder = tmp_path_factory.mktemp("street")
    film = Film(shared, "street-corner-1.mp4", port_of_session(), folder)
    server = Server(folder / "data", port_of_session())
    try:
        film.start()
        server.start()
        office = Office(server)
        above = (("33.74", "Semarang"), ("33.74.13", "Semarang Barat"))
        for code, name in (*above, (KELURAHAN, "Krapyak"), (f"{KELURAHAN}.rw04", "RW 4"), (RT, "RT 3")):
            office.send("PUT", f"areas/{code}", {"id": code, "name": name, "lat": -6.98, "lon": 110.4})
        site = {"id": "pos", "name": "Pos RT 3", "kind": "rt", "area": RT, "lat": -6.985, "lon": 110.372}
        office.send("PUT", "sites/pos", site)
        office.send("POST", "cameras", {"id": GATE, "url": film.url, "name": "Gerbang RT 3"})
        office.send("PUT", f"cameras/{GATE}/place", {"spot": {"site": "pos", "bearing_deg": 90}})
        for name, role, area in (("ketua", "rt-head", RT), ("lurah", "officer", KELURAHAN)):
            made = office.send("POST", "invitations", {"role": role, "scope": "area", "value": area})
            who = {"name": name, "password": PASSWORD}
            httpx.post(f"{server.url}/api/v1/join/{made['token']}", json=who, trust_env=False).raise_for_status()
        office.close()
        yield server
    finally:
        for process in (server, film):
            process.stop()


def signed_in(server: Server, open_page: OpenPage, name: str, path: str) -> Page:
    page = open_page(f"{server.url}/sign-in?next={path}", PHONE)
    page.get_by_label("Nama akun").fill(name)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    return page


def looked_at(page: Page, folder: Path, name: str) -> None:
    """Keep what is seen; nothing grave for who cannot see or point, nothing wider than the phone."""
    page.wait_for_timeout(300)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    assert grave(page) == [], name


def recorded(server: Server) -> tuple[datetime, datetime]:
    """Wait for some footage; return ten seconds of it."""
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD}).raise_for_status()
        query = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found[:] = client.get(f"/api/v1/cameras/{GATE}/timeline", params=query).json()["coverage"]
            ends = [datetime.fromisoformat(one["to"]).timestamp() for one in found]
            begins = [datetime.fromisoformat(one["from"]).timestamp() for one in found]
            return bool(found) and ends[-1] - begins[-1] > 15 and time.time() > ends[-1]

        wait_until(enough, "15 s are recorded", 60)
    zone = ZoneInfo("Asia/Jakarta")
    begin = datetime.fromtimestamp(int(datetime.fromisoformat(found[-1]["from"]).timestamp()) + 2, zone)
    return begin, datetime.fromtimestamp(begin.timestamp() + 10, zone)


def test_a_theft_is_sealed_shared_and_fetched_by_a_stranger(
    street: Server, open_page: OpenPage, tmp_path: Path
) -> None:
    begin, end = recorded(street)
    page = signed_in(street, open_page, "ketua", f"/areas/{RT}")
    hand = Hand(page)
    hand.press(page.get_by_role("link", name="Gerbang RT 3").first, "the camera")
    hand.press(page.get_by_test_id("take-clip"), "take a clip")
    hand.fill(page.get_by_label("Mulai:"), f"{begin:%Y-%m-%d}", "the day")
    hand.fill(page.get_by_test_id("clip-begin"), f"{begin:%H:%M:%S}", "from when")
    hand.fill(page.get_by_test_id("clip-end"), f"{end:%H:%M:%S}", "until when")
    looked_at(page, tmp_path, "1-range")
    hand.press(page.get_by_test_id("ask-case"), "ask for it as evidence")
    form = page.get_by_test_id("new-case")
    hand.fill(form.get_by_label("Apa yang terjadi"), "Motor Beat hitam dicuri di mulut gang", "what happened")
    looked_at(page, tmp_path, "2-asked")
    hand.press(form.get_by_role("button", name="Buka perkara"), "open the case")
    expect(page.get_by_test_id("case")).to_have_attribute("data-state", "approved")
    sealed = page.get_by_test_id("sealed")
    expect(sealed).to_have_attribute("data-state", "ready", timeout=30_000)
    print(f"{len(hand.done)} interactions to a sealed clip: {', '.join(hand.done)}")
    assert len(hand.done) <= MOST_INTERACTIONS
    looked_at(page, tmp_path, "3-sealed")
    Hand(page).press(sealed.locator("summary"), "the files")
    expect(sealed.get_by_role("link", name="Lembar gambar")).to_be_visible()
    with page.expect_download() as downloading:
        hand.press(sealed.get_by_test_id("sealed-all"), "download")
    downloading.value.save_as(tmp_path / "own.zip")

    officer = signed_in(street, open_page, "lurah", "/cases")
    told = officer.get_by_test_id("cases").get_by_role("button", name="Motor Beat hitam")
    expect(told).to_contain_text("Belum dilihat")
    Hand(officer).press(told, "the case")
    Hand(officer).press(officer.locator("[data-act=seen]"), "seen")
    expect(officer.get_by_test_id("custody").locator("[data-what=fetched]")).to_contain_text("ketua")
    looked_at(officer, tmp_path, "4-officer")

    page.reload()
    giving = Hand(page)
    giving.press(page.get_by_test_id("share"), "share")
    giving.fill(page.get_by_label("Nama penerima"), "Bripka Anton Wibowo", "to whom")
    looked_at(page, tmp_path, "5-share")
    giving.press(page.get_by_role("button", name="Buat tautan"), "make the link")
    link = page.get_by_test_id("share-link").inner_text()
    code = page.get_by_test_id("share-code").inner_text()
    looked_at(page, tmp_path, "6-link")

    stranger = open_page(link, PHONE)
    expect(stranger.get_by_label("Kode")).to_be_focused()
    assert "Motor" not in stranger.inner_text("body")
    looked_at(stranger, tmp_path, "7-code")
    stranger.keyboard.type("00000000" if code != "00000000" else "11111111")
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_role("alert")).to_contain_text("Kode salah")
    stranger.get_by_label("Kode").fill(code)
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_test_id("shared")).to_have_attribute("data-state", "open")
    looked_at(stranger, tmp_path, "8-shared")
    with stranger.expect_download() as downloading:
        Hand(stranger).press(stranger.get_by_test_id("shared-download"), "download")
    downloading.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as files:
        assert files.testzip() is None
        (film,) = (name for name in files.namelist() if name.endswith(".mp4"))
        (said,) = (name for name in files.namelist() if name.endswith(".manifest.json"))
        assert any(name.endswith(".stills.pdf") for name in files.namelist())
        manifest = json.loads(files.read(said))
        assert manifest["file"]["sha256"] == hashlib.sha256(files.read(film)).hexdigest()
    assert manifest["case"]["number"] == page.get_by_test_id("case").get_attribute("data-number")

    end_it = page.get_by_test_id("shares").get_by_role("button", name="Akhiri")
    Hand(page).press(page.get_by_role("button", name="Sudah dicatat"), "written down")
    Hand(page).press(end_it, "end it")
    expect(page.get_by_test_id("shares").locator("li").first).to_have_attribute("data-state", "revoked")
    looked_at(page, tmp_path, "9-ended")
    stranger.reload()
    expect(stranger.get_by_test_id("shared")).to_have_attribute("data-state", "over")
    looked_at(stranger, tmp_path, "10-over")


def test_who_may_only_look_sees_their_name_in_the_picture(street: Server, tmp_path: Path, open_page: OpenPage) -> None:
    begin, end = recorded(street)
    with httpx.Client(base_url=f"{street.url}/api/v1", trust_env=False, timeout=20) as client:
        client.post("session", json={"name": "ketua", "password": PASSWORD}).raise_for_status()
        stretch = {"camera": GATE, "from": begin.isoformat(), "to": end.isoformat()}
        asked = {"title": "Helm hilang", "why": "Mencari", "basis": "Laporan warga", "footage": [stretch]}
        number = client.post("cases", json=asked).json()["number"]
        export = client.post("exports", json={**stretch, "case": number, "purpose": "Helm hilang"}).json()["id"]
        wait_until(lambda: client.get(f"exports/{export}").json()["state"] == "ready", "it is sealed", 30)
        given = {"export": export, "receiver": "Pak Slamet", "kind": "view"}
        made = client.post(f"cases/{number}/shares", json=given)
        assert made.status_code == 201, made.text
    page = open_page(f"{street.url}{made.json()['link']}", PHONE)
    page.get_by_label("Kode").fill(made.json()["code"])
    page.keyboard.press("Enter")
    film = page.get_by_test_id("shared-film")
    expect(film).to_be_visible(timeout=30_000)
    wait_until(lambda: page.evaluate("document.querySelector('video').readyState") >= 2, "the copy can be played")
    looked_at(page, tmp_path, "view")
    assert page.evaluate("document.querySelector('video').videoWidth") > 0
    assert "/exports/" not in page.content()
