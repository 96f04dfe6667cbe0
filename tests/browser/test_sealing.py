"""Sealing the chosen stretch on the camera's page, by keyboard, on a phone; what comes is whole and says so."""

import hashlib
import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect
from tests.browser import screen
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.town import PASSWORD, Server, wait_until


def test_a_stretch_is_sealed_and_downloaded(town: Server, open_page: OpenPage, tmp_path: Path) -> None:
    wait_until(lambda: town.recorded_s("pasar-johar") > 6, "6 s are recorded", 60)
    page = open_page(f"{town.url}/sign-in?next=/cameras/pasar-johar", PHONE)
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    screen.expect_phase(page, "playing")
    page.get_by_test_id("clip").click()
    page.get_by_test_id("seal").click()
    form = page.get_by_test_id("seal-form")
    expect(form.get_by_label("Untuk apa?")).to_be_focused()
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("paling sedikit 5 huruf")
    page.keyboard.type(" pencurian")
    page.keyboard.press("Tab")
    page.keyboard.type("LP/7/XI/2026")
    page.keyboard.press("Enter")
    sealed = page.get_by_test_id("sealed")
    expect(sealed).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(sealed).to_contain_text("Perkara LP/7/XI/2026")
    with page.expect_download() as downloading:
        sealed.get_by_test_id("sealed-all").click()
    downloading.value.save_as(tmp_path / "all.zip")
    assert re.fullmatch(r"pasar-johar_.*Z_120s\.zip", downloading.value.suggested_filename)
    with zipfile.ZipFile(tmp_path / "all.zip") as files:
        assert files.testzip() is None
        (film,) = (name for name in files.namelist() if name.endswith(".mp4"))
        (said,) = (name for name in files.namelist() if name.endswith(".manifest.json"))
        manifest = json.loads(files.read(said))
        assert manifest["file"]["sha256"] == hashlib.sha256(files.read(film)).hexdigest()
    assert (manifest["case"]["number"], manifest["operator"]) == ("LP/7/XI/2026", "admin")
    sealed.get_by_text("Berkas satu per satu").click()
    expect(sealed.get_by_role("link", name="Manifes", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
