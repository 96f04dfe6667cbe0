"""Signing in, adding a camera in a minute, and what a browser forbids over plain HTTP."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import screen
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.town import PASSWORD, Film, Server, wait_until


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
    page = open_page(f"{house.url}/wall", PHONE)
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
    expect(page.get_by_role("dialog").get_by_text("--https")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Pengaturan").click()
    expect(page.get_by_test_id("insecure")).to_be_visible()


def open_device_tab(page: Page) -> None:
    sign_in(page)
    page.get_by_role("button", name="Tambah kamera").or_(page.get_by_role("button", name="+ Tambah")).first.click()
    page.get_by_role("tab", name="Kamera perangkat ini").click()


def test_a_device_is_a_camera_until_it_is_stopped(house: Server, open_page: OpenPage) -> None:
    page = open_page(f"{house.url}/sign-in", PHONE)
    open_device_tab(page)
    page.get_by_label("Nama kamera").fill("Ponsel Pak RT")
    page.get_by_role("button", name="Pakai kamera ini").click()
    expect(page.get_by_role("heading", name="Ponsel Pak RT")).to_be_visible()
    screen.expect_phase(page, "playing", 30_000)
    assert screen.moves(page)
    strip = page.get_by_test_id("device-strip")
    expect(strip).to_contain_text("sedang mengirim gambar")
    page.get_by_role("link", name="Semua kamera").first.click()
    expect(strip).to_be_visible()
    page.go_back()
    strip.get_by_role("button", name="Hentikan").click()
    expect(strip).to_have_count(0)
    expect(page.get_by_text("Tidak ada perangkat yang mengirim")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Pakai kamera ini").click()
    screen.expect_phase(page, "playing", 30_000)
    strip.get_by_role("button", name="Hentikan").click()
    page.get_by_role("button", name="Ubah").click()
    page.get_by_role("button", name="Hapus kamera").click()
    page.get_by_role("button", name="Ya, hapus").click()
    expect(page.locator('[data-testid="edit"]')).to_have_count(0)
    expect(page).to_have_url(f"{house.url}/wall")
    expect(page.get_by_text("Ponsel Pak RT")).to_have_count(0)


def test_a_refused_device_camera_says_what_to_do(house: Server, open_page: OpenPage) -> None:
    """The refusal is made up: the browser's own question cannot be answered from here."""
    refusal = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
    page = open_page(f"{house.url}/sign-in", script=refusal)
    open_device_tab(page)
    page.get_by_role("button", name="Pakai kamera ini").click()
    expect(page.get_by_role("alert").get_by_text("Izin kamera ditolak")).to_be_visible()


def test_a_camera_is_renamed_and_its_footage_kept(town: Server, open_page: OpenPage) -> None:
    wait_until(lambda: town.recorded_s("pasar-johar") > 5, "5 s are recorded", 60)
    page = open_page(f"{town.url}/sign-in?next=/cameras/pasar-johar")
    sign_in(page)
    page.get_by_role("button", name="Ubah").click()
    edit = page.get_by_test_id("edit")
    edit.get_by_label("Nama kamera").fill("Pasar Johar Utara")
    edit.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Pasar Johar Utara")).to_be_visible()
    page.get_by_role("button", name="Ubah").click()
    edit.get_by_label("Nama kamera").fill("Pasar Johar")
    edit.get_by_role("button", name="Simpan").click()
    expect(edit).to_have_count(0)
    screen.expect_phase(page, "playing")
    page.get_by_test_id("clip").click()
    page.get_by_test_id("keep").click()
    page.get_by_label("Mengapa ditahan?").fill("pencurian sepeda motor")
    page.get_by_role("button", name="Tahan rekaman ini").click()
    hold = page.get_by_test_id("hold")
    expect(hold).to_contain_text("pencurian sepeda motor")
    hold.get_by_role("button", name="Lepas").click()
    expect(hold).to_have_count(0)
