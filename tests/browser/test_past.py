"""The past: one control between live and then, speeds, steps, previews, gaps with their cause, clips."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect
from tests.browser import screen
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.town import PASSWORD, Film, Server, wait_until


@pytest.fixture
def page(town: Server, open_page: OpenPage) -> Page:
    """A camera with 25 s of past, its timeline five minutes long."""
    wait_until(lambda: town.recorded_s("pasar-johar") > 25, "25 s are recorded", 60)
    page = open_page(f"{town.url}/cameras/pasar-johar")
    page.get_by_role("button", name="5 mnt", exact=True).click()
    expect(page.get_by_test_id("timeline")).to_have_attribute("data-loaded", "true")
    page.wait_for_timeout(500)
    return page


def test_a_click_goes_to_the_past_and_one_button_back(page: Page) -> None:
    screen.expect_phase(page, "playing")
    target = time.time() - 18
    page.mouse.click(*screen.look_at(page, target))
    screen.expect_phase(page, "ready")
    assert abs(screen.moment(page) - target) < 6
    expect(page.get_by_test_id("live-button")).to_have_attribute("aria-pressed", "false")
    before = screen.media_time(page)
    page.wait_for_timeout(1500)
    assert screen.media_time(page) > before
    assert not screen.is_black(page)
    assert "at=" in page.url
    page.keyboard.press("l")
    screen.expect_phase(page, "playing")
    expect(page.get_by_test_id("live-button")).to_have_attribute("aria-pressed", "true")
    assert abs(screen.moment(page) - time.time()) < 5


def test_an_address_leads_to_its_moment(page: Page, town: Server, open_page: OpenPage) -> None:
    at = time.gmtime(time.time() - 20)
    other = open_page(f"{town.url}/cameras/pasar-johar?at={time.strftime('%Y-%m-%dT%H:%M:%SZ', at)}")
    screen.expect_phase(other, "ready")
    assert time.time() - screen.moment(other) > 12


@pytest.mark.parametrize("rate", ["0.25", "4", "16"])
def test_speeds(page: Page, rate: str) -> None:
    page.mouse.click(*screen.look_at(page, time.time() - 24))
    screen.expect_phase(page, "ready")
    page.get_by_test_id("speed").select_option(rate)
    page.wait_for_timeout(300)
    screen.expect_phase(page, "ready")
    begun, before = time.monotonic(), screen.media_time(page)
    page.wait_for_timeout(600)
    passed, played = time.monotonic() - begun, screen.media_time(page) - before
    assert played > 0
    if float(rate) < 1:
        assert played < passed
    else:
        assert played > 1.5 * passed or screen.screen(page).get_attribute("data-phase") == "playing"


def test_stepping_shows_the_next_and_the_one_before(page: Page) -> None:
    page.mouse.click(*screen.look_at(page, time.time() - 20))
    screen.expect_phase(page, "ready")
    page.wait_for_timeout(1000)
    page.get_by_test_id("play").click()
    page.wait_for_timeout(300)
    start = screen.media_time(page)
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.wait_for_timeout(300)
    on = screen.media_time(page)
    assert 0 < on - start < 0.5
    page.keyboard.press(",")
    page.wait_for_timeout(300)
    assert screen.media_time(page) < on
    was = screen.moment(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(800)
    assert -13 < screen.moment(page) - was < -8


def test_hovering_shows_what_was_there(page: Page) -> None:
    page.mouse.move(*screen.look_at(page, time.time() - 15))
    preview = page.get_by_test_id("preview")
    expect(preview.locator("img")).to_be_visible()
    page.mouse.move(*screen.look_at(page, time.time() - 200))
    expect(preview).to_contain_text("Tidak ada rekaman")


def test_wheel_and_buttons_zoom_from_five_minutes_to_thirty_days(page: Page) -> None:
    line = page.get_by_test_id("timeline")

    def length() -> float:
        return (int(line.get_attribute("data-to") or 0) - int(line.get_attribute("data-from") or 0)) / 1000

    assert abs(length() - 300) < 2
    box = line.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    for _ in range(60):
        page.mouse.wheel(0, 120)
    page.wait_for_timeout(300)
    assert abs(length() - 30 * 86400) < 60
    for _ in range(80):
        page.mouse.wheel(0, -120)
    page.wait_for_timeout(300)
    assert abs(length() - 300) < 2
    page.get_by_role("button", name="Perkecil").click()
    page.wait_for_timeout(100)
    assert abs(length() - 600) < 2


def test_a_clip_is_selected_and_downloaded(page: Page, town: Server, tmp_path: Path) -> None:
    page.get_by_test_id("clip").click()
    panel = page.get_by_test_id("clip-panel")
    expect(panel.get_by_test_id("clip-length")).to_contain_text(re.compile("dtk|mnt"))
    panel.get_by_role("link", name="Masuk untuk mengunduh").click()
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    screen.expect_phase(page, "playing")
    page.get_by_test_id("clip").click()
    handle = page.get_by_test_id("clip-from")
    handle.focus()
    before = int(handle.get_attribute("aria-valuenow") or 0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert int(handle.get_attribute("aria-valuenow") or 0) == before + 11
    with page.expect_download() as downloading:
        panel.get_by_test_id("download").click()
    saved = tmp_path / "clip.mp4"
    downloading.value.save_as(saved)
    head = saved.read_bytes()
    assert 0 < head.find(b"moov") < head.find(b"mdat")
    with av.open(str(saved)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    assert pictures > 12 * 10


@pytest.mark.slow
def test_a_gap_has_its_cause_and_is_leapt_over(
    town: Server, open_page: OpenPage, shared: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    film = Film(shared, "person-bicycle-car-detection.mp4", free_port(), tmp_path)
    film.start()
    try:
        town.add("putus", film.url, "Putus Sambung")
        wait_until(lambda: town.recorded_s("putus") > 4, "4 s are recorded", 40)
        film.stop()
        down, before = time.time(), town.recorded_s("putus")
        page = open_page(f"{town.url}/cameras/putus", PHONE)
        page.wait_for_timeout(1500)
        film.start()
        wait_until(lambda: town.state("putus") == "running", "it runs again", 60)
        wait_until(lambda: town.recorded_s("putus") > before + 3, "it is recorded again", 60)
        page.get_by_role("button", name="5 mnt", exact=True).click()
        expect(page.get_by_test_id("timeline-summary")).to_contain_text("kamera tidak terjangkau", timeout=15_000)
        page.mouse.click(*screen.look_at(page, down - 3))
        expect(page.get_by_test_id("screen-words")).to_contain_text("Dilewati", timeout=20_000)
        expect(page.get_by_test_id("screen-words")).to_contain_text("kamera tidak terjangkau")
        wait_until(lambda: screen.moment(page) > down + 2, "the picture is from behind the gap", 10)
    finally:
        town.remove("putus")
        film.stop()
