"""The wall of stills: what do I see now, and what is dead?"""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.town import Server


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_first_question_is_answered_without_scrolling(
    town: Server, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    page = open_page(f"{town.url}/wall", viewport)
    tiles = page.get_by_test_id("camera-tile")
    expect(tiles).to_have_count(3)
    expect(page.locator('[data-camera="simpang-lima"] img')).to_be_visible()
    expect(page.locator('[data-camera="simpang-lima"]')).to_have_attribute("data-health", "alive")
    expect(page.locator('[data-camera="kaligawe"]')).to_have_attribute("data-health", "dead", timeout=45_000)
    expect(page.get_by_test_id("count-alive")).to_contain_text("2")
    expect(page.get_by_test_id("count-dead")).to_contain_text("1")
    dead = page.get_by_test_id("dead-list").get_by_role("link")
    expect(dead).to_contain_text("Jembatan Kaligawe")
    expect(dead).to_contain_text("tidak terjangkau")
    expect(dead).to_be_in_viewport(ratio=1)
    expect(tiles.first).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_search_filters_at_once_and_forgives(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/wall")
    expect(page.get_by_test_id("camera-tile")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("smipang")
    expect(page.get_by_test_id("camera-tile")).to_have_count(1)
    expect(page.get_by_test_id("camera-tile")).to_contain_text("Simpang Lima")
    page.get_by_role("searchbox").fill("tidak ada yang begini")
    expect(page.get_by_text("Tidak ada kamera yang cocok")).to_be_visible()
    page.get_by_role("button", name="Tampilkan semua").click()
    expect(page.get_by_test_id("camera-tile")).to_have_count(3)


def test_stills_are_renewed_only_where_they_are_seen(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/wall")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/still." in request.url else None)
    expect(page.locator('[data-camera="simpang-lima"] img')).to_be_visible()
    page.get_by_role("searchbox").fill("johar")
    expect(page.get_by_test_id("camera-tile")).to_have_count(1)
    asked.clear()
    page.wait_for_timeout(12_500)
    assert any("pasar-johar" in url for url in asked)
    assert not any("simpang-lima" in url for url in asked)
    assert len(asked) <= 3


def test_wall_mode_shows_live_pictures_and_obeys_the_keyboard(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/wall")
    page.get_by_role("button", name="Mode dinding").click()
    wall = page.get_by_test_id("video-wall")
    expect(wall.get_by_test_id("screen")).to_have_count(3)
    expect(wall.locator('[data-testid="screen"][data-phase="playing"]')).to_have_count(2, timeout=30_000)
    page.keyboard.press("Escape")
    expect(wall).to_have_count(0)


def test_a_new_camera_appears_without_a_reload(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/wall")
    expect(page.get_by_test_id("camera-tile")).to_have_count(3)
    town.add("baru", "rtsp://127.0.0.1:9/x", "Kamera Baru")
    try:
        expect(page.locator('[data-camera="baru"]')).to_be_visible()
    finally:
        town.remove("baru")
    expect(page.locator('[data-camera="baru"]')).to_have_count(0)


def test_speaks_english_and_keeps_the_choice(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/wall", language="id")
    page.get_by_text("Pengaturan").click()
    page.get_by_role("button", name="Gelap").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 14, 15)"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("searchbox")).to_have_attribute("placeholder", "Search cameras")
    expect(page.locator("html")).to_have_attribute("lang", "en")
