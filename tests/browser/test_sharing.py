"""What a partner shares: ended by the office with a reason, by the partner itself, and who decided on publication."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave
from tests.browser.town import PASSWORD, Server

CAMERA = "mal-parkir"
NOWHERE = "rtsp://127.0.0.1:1/x"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Server]:
    """A server with a partner, two cameras of it, and somebody who speaks for it."""
    server = Server(tmp_path_factory.mktemp("partner") / "data", port_of_session())
    try:
        server.start()
        office = Office(server)
        office.settle()
        partner = {"id": "mal", "name": "Mal Lima", "number": "PKS-7/2026", "start": "2026-01-02", "public": True}
        office.send("PUT", "partners/mal", partner)
        site = {"id": "mal", "name": "Mal Lima", "kind": "crowd-centre", "area": "33.74.01.1005", "partner": "mal"}
        office.send("PUT", "sites/mal", site)
        office.hang(CAMERA, NOWHERE, "Mal Lima parkir", "mal")
        office.hang("mal-gerbang", NOWHERE, "Mal Lima gerbang", "mal")
        for name, role, scope, value in (("mitra", "partner", "partner", "mal"), ("dinas", "engineer", "city", "")):
            made = office.send("POST", "invitations", {"role": role, "scope": scope, "value": value})
            joining = httpx.post(
                f"{server.url}/api/v1/join/{made['token']}", json={"name": name, "password": PASSWORD}, trust_env=False
            )
            assert joining.is_success, joining.text
        office.close()
        yield server
    finally:
        server.stop()


def opened(city: Server, open_page: OpenPage, who: str, path: str, viewport: dict[str, int] = PHONE) -> Page:
    """Open a page as somebody who is signed in already."""
    page = open_page(f"{city.url}/rules", viewport)
    answer = page.request.post(f"{city.url}/api/v1/session", data={"name": who, "password": PASSWORD})
    assert answer.ok, answer.text()
    page.goto(f"{city.url}{path}")
    return page


def shared(page: Page, city: Server) -> Any:
    """What the API says that the partner shares."""
    answer = page.request.get(f"{city.url}/api/v1/partners/mal/sharing")
    assert answer.ok, answer.text()
    return answer.json()


def test_the_office_ends_an_agreement_with_a_reason_and_undoes_it(city: Server, open_page: OpenPage) -> None:
    page = opened(city, open_page, "dinas", "/registry/partners/mal", DESK)
    standing = page.get_by_test_id("partner-standing")
    expect(standing).to_contain_text("Perjanjian berlaku. 2 kamera, 2 tersambung, 2 dilihat warga sekarang.")
    expect(page.get_by_test_id("shared-cameras").get_by_role("link")).to_have_count(2)
    standing.get_by_role("button", name="Cabut perjanjian sekarang").click()
    asked = page.get_by_test_id("withdraw")
    expect(asked).to_contain_text("2 kamera menjadi gelap bagi kota")
    expect(asked).to_contain_text("2 di antaranya hilang dari portal warga")
    assert grave(page) == []
    asked.get_by_role("button", name="Ya, cabut sekarang").click()  # without a reason it is not sent
    assert shared(page, city)["may_withdraw"]
    asked.get_by_label("Alasan").fill("kamera menghadap rumah warga")
    asked.get_by_role("button", name="Ya, cabut sekarang").click()
    expect(standing).to_contain_text("Dicabut oleh dinas")
    expect(standing).to_contain_text("kamera menghadap rumah warga")
    public = httpx.get(f"{city.url}/api/v1/public/cameras/{CAMERA}", trust_env=False)
    assert public.status_code == 404
    page.get_by_role("button", name="Riwayat").click()
    expect(page.get_by_test_id("history").get_by_role("listitem").first).to_contain_text("kamera menghadap rumah warga")
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_test_id("said").get_by_role("button", name="Urungkan").click()
    expect(page.get_by_test_id("partner-standing")).to_contain_text("Perjanjian berlaku.")
    assert shared(page, city)["in_force"]


def test_a_partner_finds_what_it_shares_and_stops_by_itself(city: Server, open_page: OpenPage) -> None:
    page = opened(city, open_page, "mitra", "/account")
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("link", name="Kamera yang saya bagikan").click()
    expect(page).to_have_url(re.compile("/sharing$"))
    expect(page.get_by_test_id("agreement")).to_contain_text("sejak 2 Jan 2026, tanpa batas waktu")
    expect(page.get_by_test_id("agreement")).to_contain_text("PKS-7/2026")
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Berhenti berbagi sekarang").click()
    page.get_by_role("button", name="Ya, berhenti sekarang").click()
    standing = page.get_by_test_id("partner-standing")
    expect(standing).to_contain_text("Dicabut oleh mitra")
    office = opened(city, open_page, "dinas", "/registry/partners/mal")
    said = office.get_by_test_id("partner-standing")
    expect(said).to_contain_text("hanya mitra yang dapat memberlakukannya lagi")
    expect(said.get_by_role("button", name="Berlakukan lagi")).to_have_count(0)
    standing.get_by_role("button", name="Berlakukan lagi").click()
    page.get_by_role("button", name="Ya, berlakukan lagi").click()
    expect(standing).to_contain_text("Perjanjian berlaku.")
    elsewhere = opened(city, open_page, "dinas", "/sharing")
    expect(elsewhere.get_by_text("Halaman ini untuk mitra yang membagikan kameranya kepada kota.")).to_be_visible()


def test_who_decided_on_a_camera_is_a_timeline(city: Server, open_page: OpenPage) -> None:
    page = opened(city, open_page, "admin", f"/publication/{CAMERA}")
    history = page.get_by_test_id("decision-history")
    expect(history).to_contain_text("Semua jenis, Semarang")
    expect(history).to_contain_text("Perwal 5/2019")
    page.get_by_role("button", name="Putuskan", exact=True).click()
    form = page.get_by_test_id("decision-form")
    form.get_by_text("Tertunda", exact=False).first.click()
    expect(page.get_by_test_id("consequence")).to_contain_text("Kamera ini tidak direkam terus-menerus")
    form.get_by_label("Gambar", exact=False).first.check()
    expect(page.get_by_test_id("consequence")).not_to_contain_text("tidak direkam")
    form.get_by_label("Alasan").fill("permintaan pengelola mal")
    form.get_by_role("button", name="Putuskan").click()
    newest = history.get_by_role("listitem").first
    expect(newest).to_contain_text("permintaan pengelola mal")
    expect(newest).to_contain_text(re.compile("mengikuti wilayah di atasnya.*→.*Gambar", re.DOTALL))
    page.get_by_role("button", name="Cabut", exact=True).click()
    page.get_by_role("button", name="Ya, cabut").click()
    expect(newest).to_contain_text("Keputusan ini dicabut.")
    assert grave(page) == []
