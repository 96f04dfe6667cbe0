"""A court's deletion on the camera's page, on a phone: brought by one, approved by another, said with what it did."""

import subprocess
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.town import PASSWORD, RONDA, Server


def brought(town: Server, number: str) -> None:
    """Let the administrator at the machine bring an order; nothing was recorded so long ago."""
    begin = datetime.now(UTC) - timedelta(hours=9)
    moments = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (begin, begin + timedelta(hours=1))]
    command = [*RONDA, "--data", str(town.data), "evidence", "delete", "order", "--camera", "pasar-johar"]
    command += ["--from", moments[0], "--to", moments[1], "--order", number, "--why", "Kamar ganti"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)


def opened(town: Server, open_page: OpenPage) -> Page:
    page = open_page(f"{town.url}/sign-in?next=/cameras/pasar-johar", PHONE)
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_test_id("court-deletions").locator("summary").click()
    return page


def test_another_person_approves_and_ones_own_is_only_taken_back(town: Server, open_page: OpenPage) -> None:
    brought(town, "12/Pen.Pid/2026")
    page = opened(town, open_page)
    panel = page.get_by_test_id("court-deletions")
    theirs = panel.get_by_test_id("court-deletion").filter(has_text="12/Pen.Pid/2026")
    theirs.get_by_role("button", name="Setujui dan hapus").click()
    theirs.get_by_role("button", name="Batal").click()
    expect(theirs).to_have_attribute("data-state", "asked")
    theirs.get_by_role("button", name="Setujui dan hapus").click()
    theirs.get_by_role("button", name="Ya, hapus selamanya").click()
    expect(theirs).to_have_attribute("data-state", "done")
    expect(theirs).to_contain_text("0 berkas rekaman dihapus")
    form = panel.locator("form")
    form.get_by_role("button", name="Ajukan penetapan").click()
    expect(panel.get_by_role("alert")).to_contain_text("Isi waktu, nomor, dan alasannya.")
    form.get_by_label("Dari").fill("2020-01-01T02:00")
    form.get_by_label("Sampai").fill("2020-01-09T02:00")
    form.get_by_label("Nomor penetapan").fill("13/Pen.Pid/2026")
    form.get_by_label("Isi dan alasannya").fill("Kamar ganti")
    form.get_by_role("button", name="Ajukan penetapan").click()
    expect(panel.get_by_role("alert")).to_contain_text("paling lama 7 hari")
    form.get_by_label("Sampai").fill("2020-01-01T03:00")
    form.get_by_role("button", name="Ajukan penetapan").click()
    expect(panel).to_contain_text("Orang lain harus menyetujuinya.")
    own = panel.get_by_test_id("court-deletion").filter(has_text="13/Pen.Pid/2026")
    expect(own.get_by_role("button", name="Setujui dan hapus")).to_have_count(0)
    own.get_by_role("button", name="Tarik kembali").click()
    expect(own).to_have_attribute("data-state", "refused")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
