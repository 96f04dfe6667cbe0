"""The live picture: joins, keeps close, survives, and says what it does."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser import screen
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.town import Film, Server, wait_until

NO_CODECS = """
for (const kind of [window.MediaSource, window.ManagedMediaSource]) if (kind) kind.isTypeSupported = () => false;
"""
NO_MEDIA_SOURCE = "delete window.MediaSource; delete window.ManagedMediaSource;"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_moves_and_stays_close_to_the_edge(town: Server, open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(f"{town.url}/cameras/simpang-lima", viewport)
    screen.expect_phase(page, "playing")
    assert not screen.is_black(page)
    assert screen.moves(page)
    page.wait_for_timeout(3000)
    behind = re.fullmatch(r"(\d+) ms", page.get_by_test_id("tech-latency").inner_text())
    assert behind is not None
    assert int(behind[1]) < 2000
    expect(page.get_by_test_id("live-button")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("timeline")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_never_a_black_rectangle_where_no_codec_can_be_played(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/cameras/simpang-lima", script=NO_CODECS)
    screen.expect_phase(page, "stills")
    expect(page.get_by_test_id("stills")).to_be_visible()
    expect(page.get_by_test_id("screen-words")).to_contain_text("Peramban ini tidak dapat memutar video")
    assert not screen.is_black(page)
    assert screen.moves(page)


def test_without_media_source_the_picture_comes_over_hls_or_as_stills(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/cameras/simpang-lima", script=NO_MEDIA_SOURCE)
    expect(screen.screen(page)).to_have_attribute("data-phase", re.compile("playing|stills"), timeout=40_000)
    assert not screen.is_black(page)
    assert screen.moves(page)


def test_a_dead_camera_says_why(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/cameras/kaligawe")
    expect(page.get_by_test_id("screen-words")).to_contain_text("kamera tidak terjangkau")


def test_a_camera_that_does_not_exist(town: Server, open_page: OpenPage) -> None:
    page = open_page(f"{town.url}/cameras/tidak-ada")
    expect(page.get_by_role("heading", name="tidak ada")).to_be_visible()


@pytest.mark.slow
def test_goes_on_through_a_camera_that_comes_back_with_another_size(
    town: Server, open_page: OpenPage, shared: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    port = free_port()
    before = Film(shared, "street-corner-1.mp4", port, tmp_path)
    after = Film(shared, "people-detection.mp4", port, tmp_path)
    before.start()
    try:
        town.add("berubah", before.url, "Berubah")
        page = open_page(f"{town.url}/cameras/berubah")
        screen.expect_phase(page, "playing")
        size = page.get_by_test_id("tech-size").inner_text()
        page.evaluate("window.sameDocument = true")
        before.stop()
        expect(page.get_by_test_id("screen-words")).to_contain_text("Tidak ada gambar sejak", timeout=30_000)
        assert not screen.is_black(page)
        after.start()
        screen.expect_phase(page, "playing", 60_000)
        expect(page.get_by_test_id("tech-size")).not_to_have_text(size)
        assert screen.moves(page)
        assert page.evaluate("window.sameDocument")
    finally:
        town.remove("berubah")
        before.stop()
        after.stop()


@pytest.mark.slow
def test_says_that_the_server_is_gone_and_returns_with_it(
    open_page: OpenPage, shared: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    film = Film(shared, "street-corner-1.mp4", free_port(), tmp_path)
    server = Server(tmp_path / "data", free_port(), "--public")
    film.start()
    try:
        server.start()
        server.add("simpang", film.url, "Simpang")
        wait_until(lambda: server.state("simpang") == "running", "the camera runs")
        page = open_page(f"{server.url}/cameras/simpang")
        screen.expect_phase(page, "playing")
        server.stop()
        expect(page.get_by_text("Server tidak menjawab")).to_be_visible(timeout=20_000)
        expect(page.get_by_test_id("screen-words")).to_contain_text("Sambungan putus", timeout=20_000)
        assert not screen.is_black(page)
        server.start()
        screen.expect_phase(page, "playing", 40_000)
        expect(page.get_by_text("Server tidak menjawab")).to_have_count(0, timeout=20_000)
        assert screen.moves(page)
    finally:
        server.stop()
        film.stop()
