"""What comes in, on the screen: a table looked at and written, a recorder found, named, placed and added."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.test_access import grave, sign_in
from tests.browser.town import RONDA, Server
from tests.peers.onvif_device import PASSWORD, USER

DEVICE = Path(__file__).parents[1] / "peers" / "onvif_device.py"
TABLE = (
    "id;nama;titik;nama titik;jenis titik;kode wilayah;lintang;bujur;url\n"
    "krapyak-1;Gang masuk;krapyak;RT 3 Krapyak;rt;33.74.13.1003;-6,984;110,369;rtsp://127.0.0.1:9/1\n"
    "krapyak-2;Pos <b>ronda</b>;krapyak;;;;;;rtsp://127.0.0.1:9/2\n"
)
BAD = TABLE + "krapyak-3;Jembatan;krapyak;;;33.74.99;;;\nkrapyak-4;Kali;krapyak;;;;-7,9;110,3;\n"


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]
) -> Iterator[Server]:
    """A private server that knows the city's areas."""
    folder = tmp_path_factory.mktemp("intake")
    server = Server(folder / "data", port_of_session())
    server.start()
    for name in ("kelurahan", "kota_dissolved"):
        outlines = shared / "assets" / "geo" / f"semarang_{name}.geojson"
        command = (*RONDA, "--data", str(server.data), "import", "areas", str(outlines), "--yes")
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def device(port_of_session: Callable[[], int]) -> Iterator[str]:
    """A recorder that speaks ONVIF; yields its address."""
    port = port_of_session()
    process = subprocess.Popen((sys.executable, str(DEVICE), "--port", str(port), "--channels", "3"))
    try:
        for _ in range(200):
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def narrow(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def opened(office: Server, open_page: OpenPage, path: str, viewport: dict[str, int], *, dark: bool = False) -> Page:
    page = open_page(f"{office.url}/sign-in?next={path}", viewport, dark=dark)
    sign_in(page)
    return page


@pytest.mark.parametrize(("viewport", "dark"), [(PHONE, False), (DESK, True)], ids=["phone-light", "desk-dark"])
def test_a_table_is_looked_at_before_it_is_written(
    office: Server, open_page: OpenPage, tmp_path: Path, viewport: dict[str, int], dark: bool
) -> None:
    page = opened(office, open_page, "/import", viewport, dark=dark)
    expect(page.get_by_role("heading", name="Impor")).to_be_visible()
    assert grave(page) == []
    assert narrow(page)
    file = tmp_path / "kamera.csv"
    file.write_text(BAD)
    page.get_by_test_id("file").set_input_files(file)
    rows = page.get_by_test_id("rows")
    expect(rows.get_by_text("wilayah 33.74.99 tidak ada")).to_be_visible()
    expect(rows.get_by_text("di luar kota")).to_be_visible()
    expect(page.get_by_text("tidak ada yang ditulis. Perbaiki")).to_be_visible()
    assert grave(page) == []
    assert narrow(page)
    first = page.get_by_test_id("group-new")
    if first.is_enabled():
        first.click()
        expect(rows.get_by_text("Pos <b>ronda</b>")).to_be_visible()  # text, not markup
        assert narrow(page)

    page.get_by_role("button", name="Pilih berkas lain").click()
    file.write_text(TABLE)
    page.get_by_test_id("file").set_input_files(file)
    unchanged = page.get_by_text("Semua sudah sama dengan daftar")
    expect(page.get_by_test_id("write").or_(unchanged).first).to_be_visible()
    if not unchanged.is_visible():  # the second viewport finds it written
        page.get_by_test_id("write").click()
        expect(page.get_by_test_id("done")).to_be_visible()


def test_a_file_that_is_none_says_so_and_templates_can_be_had(
    office: Server, open_page: OpenPage, tmp_path: Path
) -> None:
    page = opened(office, open_page, "/import", DESK)
    with page.expect_download() as download:
        page.get_by_role("link", name=".xlsx").first.click()
    assert download.value.suggested_filename == "kamera.xlsx"
    file = tmp_path / "foto.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 50)
    page.get_by_test_id("file").set_input_files(file)
    expect(page.get_by_text("berkas ini bukan tabel")).to_be_visible()


@pytest.mark.parametrize(("viewport", "dark"), [(DESK, False), (PHONE, True)], ids=["desk-light", "phone-dark"])
def test_a_recorder_is_visited_named_placed_and_added(
    office: Server, device: str, open_page: OpenPage, viewport: dict[str, int], dark: bool
) -> None:
    page = opened(office, open_page, "/onboarding", viewport, dark=dark)
    page.get_by_test_id("address").fill(device)
    page.get_by_label("Nama pengguna").fill(USER)
    page.get_by_label("Sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Lihat isinya").click()
    channels = page.get_by_test_id("channel")
    expect(channels).to_have_count(3)
    expect(channels.locator("img")).to_have_count(3)
    expect(page.get_by_text("Contoh NVR-4")).to_be_visible()
    for number, wanted in enumerate((True, False, True)):
        channels.nth(number).get_by_label("Pasang").set_checked(wanted)
    channels.nth(0).get_by_label("Nama kamera").fill("Gang masuk")
    page.get_by_test_id("site-name").fill(f"Pos {viewport['width']}")
    page.get_by_test_id("area").select_option("33.74.13.1003")
    page.get_by_label("RW", exact=True).fill("4")
    page.get_by_label("RT", exact=True).fill("3")
    expect(page.locator('[data-testid="spot-map"][data-ready="true"]')).to_be_visible()
    page.get_by_test_id("spot-map").click(position={"x": 140, "y": 120})
    expect(page.get_by_label("Lintang")).not_to_have_value("")
    assert grave(page) == []
    assert narrow(page)
    page.get_by_test_id("add").click()
    expect(page.get_by_test_id("done")).to_contain_text("2 kamera terpasang")
    shown = subprocess.run(
        (*RONDA, "--data", str(office.data), "camera", "list"), capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert f"pos-{viewport['width']}-rw04-rt03-1" in shown
    assert f"pos-{viewport['width']}-rw04-rt03-3" in shown


def test_a_wrong_password_is_told(office: Server, device: str, open_page: OpenPage) -> None:
    page = opened(office, open_page, "/onboarding", DESK)
    page.get_by_test_id("address").fill(device)
    page.get_by_label("Nama pengguna").fill(USER)
    page.get_by_label("Sandi", exact=True).fill("salah")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("perekam menolak nama pengguna atau sandi")).to_be_visible()
