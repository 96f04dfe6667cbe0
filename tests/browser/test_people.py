"""Signing in, adding a camera in a minute, and what a browser forbids over plain HTTP."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import screen
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.town import PASSWORD, Film, Server


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Server]:
    """A private server without cameras."""
    server = Server(tmp_path_factory.mktemp("house") / "data", port_of_session())
    server.start()
    yield server
    server.stop()


def sign_in(page: Page) -> None:
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


def test_a_stranger_is_asked_to_sign_in(house: Server, open_page: OpenPage) -> None:
    page = open_page(house.url, PHONE)
    expect(page.get_by_role("heading", name="Masuk dulu untuk melihat kamera.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Masuk").click()
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill("bukan ini")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("salah")
    sign_in(page)
    expect(page.get_by_role("heading", name="Belum ada kamera")).to_be_visible()
    house.add("gapura", "rtsp://127.0.0.1:9/x", "Gapura")
    expect(page.get_by_test_id("camera-tile")).to_contain_text("Gapura", timeout=15_000)
    house.remove("gapura")
    expect(page.get_by_role("heading", name="Belum ada kamera")).to_be_visible()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", name="Masuk dulu untuk melihat kamera.")).to_be_visible()


def test_an_address_is_probed_and_added(
    house: Server, open_page: OpenPage, shared: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    film = Film(shared, "street-corner-1.mp4", free_port(), tmp_path)
    film.start()
    try:
        page = open_page(f"{house.url}/sign-in")
        sign_in(page)
        page.get_by_role("button", name="Tambah kamera").or_(page.get_by_role("button", name="+ Tambah")).first.click()
        page.get_by_role("tab", name="Alamat RTSP").click()
        address = page.get_by_label("Alamat RTSP", exact=True).and_(page.get_by_role("textbox"))
        address.fill(f"rtsp://127.0.0.1:{free_port()}/kosong")
        page.get_by_role("button", name="Periksa").click()
        expect(page.get_by_text("Tidak ada gambar:")).to_be_visible(timeout=30_000)
        address.fill(film.url)
        page.get_by_role("button", name="Periksa").click()
        expect(page.get_by_text(re.compile("640.352"))).to_be_visible(timeout=30_000)
        page.get_by_label("Nama kamera").fill("Gapura RT 3")
        page.get_by_role("button", name="Tambahkan", exact=True).click()
        expect(page.get_by_role("heading", name="Gapura RT 3")).to_be_visible()
        screen.expect_phase(page, "playing")
    finally:
        film.stop()


def test_a_dropped_film_is_a_camera(house: Server, open_page: OpenPage, shared_assets: Path) -> None:
    page = open_page(f"{house.url}/sign-in")
    sign_in(page)
    expect(page.get_by_text("Ronda").first).to_be_visible()
    page.get_by_role("button", name="Tambah kamera").or_(page.get_by_role("button", name="+ Tambah")).first.click()
    page.locator('input[type="file"]').set_input_files(shared_assets / "videos" / "car-detection.mp4")
    expect(page.get_by_role("heading", name="car-detection")).to_be_visible(timeout=30_000)
    screen.expect_phase(page, "playing", 30_000)


def test_plain_http_says_why_the_device_camera_is_forbidden(house: Server, open_page: OpenPage) -> None:
    page = open_page(f"{house.url}/sign-in", script="Object.defineProperty(window, 'isSecureContext', {value: false})")
    sign_in(page)
    page.get_by_role("button", name="Tambah kamera").or_(page.get_by_role("button", name="+ Tambah")).first.click()
    page.get_by_role("tab", name="Kamera perangkat ini").click()
    expect(page.get_by_text("--https")).to_be_visible()
