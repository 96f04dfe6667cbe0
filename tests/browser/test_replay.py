"""Replay of several cameras in one clock, and what happened here: in step, by keyboard, on a phone, with bookmarks."""

import statistics
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser import screen
from tests.browser.clock_camera import READ_CLOCKS, ClockCamera, spread
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave
from tests.browser.town import PASSWORD, Server, wait_until

CLOCKS = ("jam-1", "jam-2", "jam-3", "jam-4")


@pytest.fixture(scope="module")
def clocks(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Server]:
    """A public server that records four cameras that see the same clock."""
    folder = tmp_path_factory.mktemp("clocks")
    camera = ClockCamera(port_of_session(), folder)
    server = Server(folder / "data", port_of_session(), "--public")
    try:
        camera.start()
        server.start()
        for number, id in enumerate(CLOCKS, 1):
            server.add(id, camera.url, f"Jam {number}")
        wait_until(lambda: all(server.recorded_s(id) > 20 for id in CLOCKS), "20 s are recorded", 60)
        yield server
    finally:
        server.stop()
        camera.stop()


def stamp(ago_s: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago_s))


def replay(server: Server, ago_s: float = 12, cameras: tuple[str, ...] = CLOCKS) -> str:
    return f"{server.url}/replay?cameras={','.join(cameras)}&at={stamp(ago_s)}"


def expect_ready(page: Page, count: int = 4) -> None:
    expect(page.locator('[data-testid=cell][data-state="ready"]')).to_have_count(count, timeout=20_000)


def sign_in(page: Page, server: Server, path: str) -> None:
    answer = page.request.post(
        f"{server.url}/api/v1/session", data={"name": "admin", "password": PASSWORD}, headers={"Origin": server.url}
    )
    assert answer.status == 204
    page.goto(f"{server.url}{path}")


def test_four_cameras_play_in_step(clocks: Server, open_page: OpenPage) -> None:
    page = open_page(replay(clocks))
    expect_ready(page)
    page.wait_for_timeout(1500)
    apart = spread(page.evaluate(READ_CLOCKS, {"seconds": 4}))
    assert len(apart) > 10
    assert statistics.median(apart) <= 200, apart
    assert int(page.get_by_test_id("replay").get_attribute("data-started-ms") or 9999) < 3000
    page.keyboard.press("k")
    page.wait_for_timeout(700)
    before = screen.moment(page)
    assert spread(page.evaluate(READ_CLOCKS, {"seconds": 0.5}))[0] <= 120, "they stand at the same moment"
    page.keyboard.press(".")
    page.wait_for_timeout(500)
    assert 0 < screen.moment(page) - before < 0.2
    page.keyboard.press("ArrowLeft")
    expect_ready(page)
    assert -11 < screen.moment(page) - before < -8


def test_fast_motion_stays_in_step(clocks: Server, open_page: OpenPage) -> None:
    page = open_page(replay(clocks, ago_s=14))
    expect_ready(page)
    begun, before = time.monotonic(), screen.moment(page)
    page.keyboard.press("]")
    expect(page.get_by_test_id("speed")).to_have_value("2")
    page.wait_for_timeout(2000)
    played, passed = screen.moment(page) - before, time.monotonic() - begun
    assert 1.2 * passed < played < 2.3 * passed
    apart = spread(page.evaluate(READ_CLOCKS, {"seconds": 1.5}))
    assert apart
    assert statistics.median(apart) <= 400


def test_one_is_large_and_zoomed_and_brightened_for_the_eye_only(clocks: Server, open_page: OpenPage) -> None:
    page = open_page(replay(clocks))
    expect_ready(page)
    page.keyboard.press("2")
    expect(page.get_by_test_id("replay")).to_have_attribute("data-large", "1")
    hand = page.get_by_test_id("cell-hand").nth(1)
    expect(hand).to_have_attribute("aria-pressed", "true")
    hand.focus()
    page.keyboard.press("+")
    expect(page.get_by_text("Zum digital 1,5")).to_be_visible()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("0")
    expect(page.get_by_text("Zum digital")).to_have_count(0)
    page.get_by_test_id("panel-picture").click()
    panel = page.get_by_test_id("adjust")
    expect(panel).to_contain_text("Hanya mengubah tampilan")
    panel.get_by_label("Terang").fill("1.5")
    picture = page.get_by_test_id("cell-picture").first
    assert "brightness(1.5)" in picture.evaluate("node => getComputedStyle(node).filter")
    panel.get_by_role("button", name="Seperti direkam").click()
    assert picture.evaluate("node => getComputedStyle(node).filter") == "none"
    hand.click()
    expect(page.get_by_test_id("replay")).to_have_attribute("data-large", "")


def test_a_moment_before_the_recording_says_so_and_leads_on(clocks: Server, open_page: OpenPage) -> None:
    page = open_page(replay(clocks, ago_s=3600))
    expect(page.get_by_test_id("to-pictures")).to_be_visible(timeout=15_000)
    page.get_by_test_id("to-pictures").click()
    expect_ready(page)
    assert time.time() - screen.moment(page) < 300


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_nobody_is_kept_out(clocks: Server, open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(replay(clocks), viewport)
    expect_ready(page)
    for panel in ("day", "picture", "onward", "add"):
        page.get_by_test_id(f"panel-{panel}").click()
        assert grave(page) == [], panel
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys")).to_be_visible()


def test_a_bookmark_leads_back(clocks: Server, open_page: OpenPage) -> None:
    page = open_page(clocks.url)
    sign_in(page, clocks, replay(clocks).removeprefix(clocks.url))
    expect_ready(page)
    page.keyboard.press("k")
    page.wait_for_timeout(300)
    marked = screen.moment(page)
    page.keyboard.press("b")
    page.get_by_test_id("mark-note").fill("Motor merah keluar gang")
    page.get_by_role("button", name="Simpan penanda").click()
    back = page.get_by_test_id("mark-go")
    expect(back).to_contain_text("Motor merah keluar gang")
    page.get_by_test_id("play").focus()
    page.keyboard.press("ArrowRight")
    back.click()
    page.wait_for_timeout(500)
    assert screen.moment(page) == pytest.approx(marked, abs=1.1)
    page.get_by_role("button", name="Hapus penanda").click()
    expect(back).to_have_count(0)


def test_what_happened_here_is_replayed_together(clocks: Server, open_page: OpenPage) -> None:
    office = Office(clocks)
    try:
        for number, id in enumerate(CLOCKS):
            spot = {"lat": -6.9850 + number * 0.0003, "lon": 110.3720, "bearing_deg": 180.0 if number else 0.0}
            office.send("PUT", f"cameras/{id}/place", {"spot": spot})
    finally:
        office.close()
    page = open_page(clocks.url)
    sign_in(page, clocks, f"/happened?lat=-6.9852&lon=110.3720&at={stamp(8)}")
    near = page.get_by_test_id("near")
    expect(near).to_have_count(4)
    expect(near.first).to_contain_text("menghadap ke sini")
    # All stand north of it; jam-1 is the nearest and looks north, the others look south, there.
    order = [near.nth(number).get_attribute("data-camera") for number in range(4)]
    assert order == ["jam-2", "jam-3", "jam-4", "jam-1"]
    page.get_by_test_id("play-together").click()
    expect_ready(page)
    page.get_by_test_id("panel-onward").click()
    expect(page.get_by_test_id("onward-go").first).to_contain_text("kemudian")
