"""The access log on the screen: sentences, filters, files, and a head that a command can check later."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.test_access import grave, sign_in
from tests.browser.town import Server, wait_until
from tests.cli.test_accesslog import asked, sign_anew


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Server]:
    """A private server with one camera that was added."""
    server = Server(tmp_path_factory.mktemp("office") / "data", port_of_session())
    server.start()
    server.add("gapura", "rtsp://127.0.0.1:9/x", "Gapura RT 3")
    yield server
    server.stop()


def opened(office: Server, open_page: OpenPage, viewport: dict[str, int], *, dark: bool = False) -> Page:
    page = open_page(f"{office.url}/sign-in?next=/log", viewport, dark=dark)
    sign_in(page)
    expect(page.get_by_role("heading", name="Catatan akses")).to_be_visible()
    return page


@pytest.mark.parametrize(("viewport", "dark"), [(PHONE, False), (DESK, True)], ids=["phone-light", "desk-dark"])
def test_an_auditor_reads_and_filters(
    office: Server, open_page: OpenPage, viewport: dict[str, int], dark: bool
) -> None:
    page = opened(office, open_page, viewport, dark=dark)
    expect(page.get_by_role("heading", name="Hari ini")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Pengelola, di mesin server menambah")).to_be_visible()
    expect(page.get_by_test_id("head")).to_be_visible()
    expect(page.get_by_test_id("witnesses").get_by_role("listitem")).to_contain_text("local sependapat sampai catatan")
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_text("Saring", exact=True).click()
    page.get_by_label("Nama akun").fill("tidak-ada")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_text("Tidak ada catatan yang cocok.")).to_be_visible()
    assert "who=tidak-ada" in page.url
    assert grave(page) == []
    page.get_by_role("button", name="Hapus saringan").click()
    expect(page.get_by_role("heading", name="Hari ini")).to_be_visible()


def test_files_and_a_head_are_saved_and_the_head_agrees(office: Server, open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(office, open_page, DESK)
    with page.expect_download() as download:
        page.get_by_role("link", name="Lembar sebar (CSV)").click()
    download.value.save_as(tmp_path / "log.csv")
    assert "manage" in (tmp_path / "log.csv").read_text("utf-8-sig")
    with page.expect_download() as download:
        page.get_by_role("link", name="Simpan kepala").click()
    head = tmp_path / download.value.suggested_filename
    download.value.save_as(head)
    assert head.name == f"HEAD-{json.loads(head.read_text())['size']}.json"
    verify = ["-m", "ronda", "accesslog", "verify", "--data", str(office.data), "--against", str(head)]
    done = subprocess.run([sys.executable, *verify], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("the log agrees")


def test_a_stranger_reads_nothing(office: Server, open_page: OpenPage) -> None:
    page = open_page(f"{office.url}/log", PHONE)
    expect(page.get_by_text("Catatan ini untuk warga yang menjadi anggota RT")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Masuk").click()
    expect(page.get_by_label("Nama akun")).to_be_visible()


def test_a_rewritten_past_is_on_the_page(office: Server, open_page: OpenPage) -> None:
    """The last one: what is rewritten stays so."""
    size = asked(office.data, "/accesslog/head")["size"]
    wait_until(lambda: asked(office.data, "/accesslog/witnesses")["witnesses"][0]["size"] == size, "a witness")
    office.stop()
    with ThreadPoolExecutor(1) as beside:  # the browser's loop runs in this thread
        beside.submit(sign_anew, office.data).result()
    office.start()
    page = opened(office, open_page, PHONE)
    expect(page.get_by_test_id("witnesses")).to_contain_text("menolak kepala terbaru: catatan lama sudah diubah")
    page.reload()
    expect(page.get_by_text("Hati-hati: catatan ini bertentangan dengan")).to_be_visible()
    assert grave(page) == []
