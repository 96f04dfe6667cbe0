"""Masks on the screen: the rule in the editor, which model is missing, and what a camera's page says of it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.test_access import grave
from tests.browser.test_masked_copy import fits
from tests.browser.town import PASSWORD, Server

CAMERA = "pasar-johar"
ROUTE = f"/api/v1/cameras/{CAMERA}/watching"
GATE = {"zones": [{"name": "gerbang", "points": [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]]}]}


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_an_analytic_without_its_model_says_which_and_how_to_add_it(
    town: Server, open_page: OpenPage, size: dict[str, int], tmp_path: Path
) -> None:
    page = open_page(f"{town.url}/rules", size)
    assert page.request.post(f"{town.url}/api/v1/session", data={"name": "admin", "password": PASSWORD}).ok
    assert page.request.put(f"{town.url}{ROUTE}", data=GATE).ok
    try:
        page.goto(f"{town.url}/cameras/{CAMERA}/watching")
        rules = page.get_by_test_id("rules")
        button = rules.get_by_role("button", name="+ Masker")
        expect(button).to_contain_text("butuh model")
        button.click()
        expect(rules).to_contain_text("face_mask_aizoo belum ada")
        expect(rules).to_contain_text("ronda models add BERKAS")
        expect(rules.get_by_label("Area pantau")).to_have_value("gerbang")
        rules.get_by_label("Tinggi wajah terkecil").fill("48")
        assert grave(page) == []
        assert fits(page)
        page.get_by_role("button", name="Simpan", exact=True).click()
        page.get_by_role("button", name="Ya, simpan").click()
        expect(page.get_by_test_id("said")).to_contain_text("Disimpan")
        kept = page.request.get(f"{town.url}{ROUTE}").json()["watching"]["masks"]
        assert [(one["zone"], one["min_face"]) for one in kept] == [("gerbang", 48)]

        page.goto(f"{town.url}/cameras/{CAMERA}")
        counts = page.get_by_test_id("counts")
        expect(counts).to_contain_text("Masker: butuh model; face_yunet_2026may belum ada; face_mask_aizoo belum ada")
        expect(counts.get_by_test_id("masks")).to_contain_text("Belum ada wajah yang terlihat hari ini")
        expect(counts.get_by_test_id("masks")).to_contain_text("gambar wajah tidak disimpan")
        page.screenshot(path=tmp_path / "masks.png", full_page=True)
        assert fits(page)
    finally:
        assert page.request.put(f"{town.url}{ROUTE}").ok
