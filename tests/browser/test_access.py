"""For everybody: what a checker finds, what the keyboard reaches, what a screen reader is told."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import screen
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.town import PASSWORD, Server, wait_until

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = """async () => (await axe.run({ resultTypes: ["violations"] })).violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.nodes.map((node) => `${node.html} ${node.failureSummary}`).join("; ")}`)"""


def grave(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    if not AXE.is_file():
        pytest.skip("needs axe-core (npm ci in frontend)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(GRAVE)
    return found


def sign_in(page: Page) -> None:
    """Sign in as the administrator, on the page that asks for it."""
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()


@pytest.mark.parametrize(("viewport", "dark"), [(PHONE, False), (DESK, True)], ids=["phone-light", "desk-dark"])
def test_nothing_grave_on_any_page(town: Server, open_page: OpenPage, viewport: dict[str, int], dark: bool) -> None:
    wait_until(lambda: town.recorded_s("simpang-lima") > 10, "10 s are recorded", 60)
    page = open_page(f"{town.url}/wall", viewport, dark=dark)
    expect(page.locator('[data-camera="simpang-lima"] img')).to_be_visible()
    expect(page.get_by_test_id("dead-list")).to_be_visible(timeout=45_000)
    assert grave(page) == []
    page.locator('[data-camera="simpang-lima"]').click()
    screen.expect_phase(page, "playing")
    expect(page.get_by_test_id("timeline")).to_have_attribute("data-loaded", "true")
    page.get_by_test_id("stretches").locator("summary").click()
    page.get_by_role("button", name="Ke waktu").click()
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="10 detik mundur").click()
    screen.expect_phase(page, "ready")
    page.get_by_test_id("clip").click()
    expect(page.get_by_test_id("clip-panel")).to_be_visible()
    assert grave(page) == []


def test_nothing_grave_where_one_signs_in_adds_and_changes(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/sign-in")
    assert grave(page) == []
    sign_in(page)
    page.get_by_role("button", name="+ Tambah").click()
    for way in ("Berkas video", "Kamera perangkat ini", "Alamat RTSP"):
        page.get_by_role("tab", name=way).click()
        assert grave(page) == []
    page.keyboard.press("Escape")
    page.goto(f"{town.url}/cameras/simpang-lima")
    screen.expect_phase(page, "playing")
    page.get_by_role("button", name="Ubah").click()
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys")).to_be_visible()
    assert grave(page) == []


def tab_to(page: Page, element: str, most: int = 40) -> None:
    """Press Tab until the focus is on what a selector names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", element):
            return
    raise AssertionError(f"Tab does not lead to {element}")


def test_a_walk_by_keyboard_alone(town: Server, open_page: OpenPage) -> None:
    wait_until(lambda: town.recorded_s("simpang-lima") > 15, "15 s are recorded", 60)
    page = open_page(f"{town.url}/wall")
    expect(page.locator('[data-camera="simpang-lima"]')).to_be_visible()
    tab_to(page, '[data-camera="simpang-lima"]')
    page.keyboard.press("Enter")
    screen.expect_phase(page, "playing")
    tab_to(page, '[data-testid="timeline"]')
    page.keyboard.press("ArrowLeft")
    screen.expect_phase(page, "ready")
    page.keyboard.press(" ")
    expect(page.get_by_test_id("play")).to_have_text("Putar")
    page.keyboard.press(" ")
    expect(page.get_by_test_id("play")).to_have_text("Jeda")
    page.keyboard.press("l")
    screen.expect_phase(page, "playing")
    expect(page.get_by_test_id("live-button")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys")).to_contain_text("layar penuh")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("keys")).to_have_count(0)


def test_a_typed_time_and_a_list_lead_to_the_past(town: Server, open_page: OpenPage) -> None:
    wait_until(lambda: town.recorded_s("simpang-lima") > 15, "15 s are recorded", 60)
    page = open_page(f"{town.url}/cameras/simpang-lima", PHONE)
    screen.expect_phase(page, "playing")
    page.get_by_test_id("stretches").locator("summary").click()
    first = page.get_by_test_id("stretches").get_by_role("button").first
    expect(first).to_contain_text(re.compile("sampai"))
    first.click()
    screen.expect_phase(page, "ready")
    begun = screen.moment(page)
    page.keyboard.press("l")
    screen.expect_phase(page, "playing")
    page.keyboard.press("t")
    jump = page.get_by_test_id("jump")
    typed = page.evaluate(
        "(s) => new Date(s * 1000).toLocaleString('sv', { timeZone: 'Asia/Jakarta' }).split(' ')", begun + 3
    )
    jump.get_by_label("Tanggal").fill(typed[0])
    jump.get_by_label("Jam").fill(typed[1])
    jump.get_by_role("button", name="Buka").click()
    screen.expect_phase(page, "ready")
    assert abs(screen.moment(page) - begun - 3) < 4
    expect(jump).to_have_count(0)
