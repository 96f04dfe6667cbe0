"""A case and its sealed export: seen by an officer, shared with a stranger who fetches it, ended; or looked at only.

How a head comes to it, from a theft of last night, is told by `test_krapyak`.
"""

import hashlib
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.hand import Hand
from tests.browser.kampung import Office
from tests.browser.test_access import grave
from tests.browser.town import PASSWORD, Film, Server, wait_until

KELURAHAN = "33.74.13.1006"
RT = f"{KELURAHAN}.rw04.rt03"
GATE = "gerbang-rt03"
RECORDED_S = 8


@dataclass
class Sealed:
    """A case of the RT's head, and what was sealed for it."""

    server: Server
    number: str
    export: str

    @contextmanager
    def as_head(self) -> Iterator[httpx.Client]:
        """Act as the head over HTTP."""
        with httpx.Client(base_url=f"{self.server.url}/api/v1", trust_env=False, timeout=20) as client:
            client.post("session", json={"name": "ketua", "password": PASSWORD}).raise_for_status()
            yield client


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
    """Wait for some footage; return some seconds of it."""
    found: list[dict[str, Any]] = []
    with httpx.Client(base_url=f"{server.url}/api/v1", trust_env=False) as client:
        client.post("session", json={"name": "admin", "password": PASSWORD}).raise_for_status()
        query = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}

        def enough() -> bool:
            found[:] = client.get(f"cameras/{GATE}/timeline", params=query).json()["coverage"]
            begins, ends = ([datetime.fromisoformat(one[key]).timestamp() for one in found] for key in ("from", "to"))
            return bool(found) and ends[-1] - begins[-1] > RECORDED_S and time.time() > ends[-1]

        wait_until(enough, f"{RECORDED_S} s are recorded", 60)
    begin = datetime.fromisoformat(found[-1]["from"]).replace(microsecond=0).astimezone(UTC) + timedelta(seconds=2)
    return begin, begin + timedelta(seconds=RECORDED_S - 3)


@pytest.fixture(scope="module")
def sealed(street: Server) -> Sealed:
    """What the head of an RT has had sealed of their own camera, under the city's policy."""
    begin, end = recorded(street)
    one = Sealed(street, "", "")
    with one.as_head() as client:
        stretch = {"camera": GATE, "from": begin.isoformat(), "to": end.isoformat()}
        asked = {"title": "Motor Beat hitam dicuri", "why": "Mencari", "basis": "Laporan warga", "footage": [stretch]}
        one.number = client.post("cases", json=asked).json()["number"]
        wanted = {**stretch, "case": one.number, "purpose": "Motor Beat hitam dicuri"}
        one.export = client.post("exports", json=wanted).json()["id"]
        wait_until(lambda: client.get(f"exports/{one.export}").json()["state"] == "ready", "it is sealed", 30)
    return one


def test_an_officer_sees_it_and_a_stranger_fetches_what_is_shared(
    sealed: Sealed, open_page: OpenPage, tmp_path: Path
) -> None:
    officer = signed_in(sealed.server, open_page, "lurah", "/cases")
    told = officer.get_by_test_id("cases").get_by_role("button", name="Motor Beat hitam")
    expect(told).to_contain_text("Belum dilihat")
    Hand(officer).press(told)
    Hand(officer).press(officer.locator("[data-act=seen]"))
    expect(officer.get_by_test_id("custody").locator("[data-what=exported]")).to_contain_text("ketua")
    looked_at(officer, tmp_path, "1-officer")

    page = signed_in(sealed.server, open_page, "ketua", f"/cases/{sealed.number}")
    expect(page.get_by_test_id("case")).to_have_attribute("data-state", "approved")
    giving = Hand(page)
    giving.press(page.get_by_test_id("share"))
    giving.write(page.get_by_label("Nama penerima"), "Bripka Anton Wibowo")
    looked_at(page, tmp_path, "2-share")
    giving.press(page.get_by_role("button", name="Buat tautan"))
    link = page.get_by_test_id("share-link").inner_text()
    code = page.get_by_test_id("share-code").inner_text()
    looked_at(page, tmp_path, "3-link")

    stranger = open_page(link, PHONE)
    expect(stranger.get_by_label("Kode")).to_be_focused()
    assert "Motor" not in stranger.inner_text("body")
    looked_at(stranger, tmp_path, "4-code")
    stranger.keyboard.type("00000000" if code != "00000000" else "11111111")
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_role("alert")).to_contain_text("Kode salah")
    stranger.get_by_label("Kode").fill(code)
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_test_id("shared")).to_have_attribute("data-state", "open")
    looked_at(stranger, tmp_path, "5-shared")
    with stranger.expect_download() as downloading:
        Hand(stranger).press(stranger.get_by_test_id("shared-download"))
    downloading.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as files:
        assert files.testzip() is None
        (film,) = (name for name in files.namelist() if name.endswith(".mp4"))
        (said,) = (name for name in files.namelist() if name.endswith(".manifest.json"))
        assert any(name.endswith(".stills.pdf") for name in files.namelist())
        manifest = json.loads(files.read(said))
        assert manifest["file"]["sha256"] == hashlib.sha256(files.read(film)).hexdigest()
    assert manifest["case"]["number"] == sealed.number

    end_it = page.get_by_test_id("shares").get_by_role("button", name="Akhiri")
    giving.press(page.get_by_role("button", name="Sudah dicatat"))
    giving.press(end_it)
    expect(page.get_by_test_id("shares").locator("li").first).to_have_attribute("data-state", "revoked")
    looked_at(page, tmp_path, "6-ended")
    stranger.reload()
    expect(stranger.get_by_test_id("shared")).to_have_attribute("data-state", "over")
    looked_at(stranger, tmp_path, "7-over")


def test_who_may_only_look_sees_their_name_in_the_picture(sealed: Sealed, tmp_path: Path, open_page: OpenPage) -> None:
    with sealed.as_head() as client:
        given = {"export": sealed.export, "receiver": "Pak Slamet", "kind": "view"}
        made = client.post(f"cases/{sealed.number}/shares", json=given)
        assert made.status_code == 201, made.text
    page = open_page(f"{sealed.server.url}{made.json()['link']}", PHONE)
    page.get_by_label("Kode").fill(made.json()["code"])
    page.keyboard.press("Enter")
    film = page.get_by_test_id("shared-film")
    expect(film).to_be_visible(timeout=30_000)
    wait_until(lambda: page.evaluate("document.querySelector('video').readyState") >= 2, "the copy can be played")
    looked_at(page, tmp_path, "view")
    assert page.evaluate("document.querySelector('video').videoWidth") > 0
    assert "/exports/" not in page.content()
