"""Dashboards on a desk and on a phone: each says in words what is not known yet; a count by hand is at hand."""

import math
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.test_access import grave
from tests.browser.test_masked_copy import fits
from tests.browser.town import PASSWORD, Server

CAMERA = "pasar-johar"
ROUTE = f"/api/v1/cameras/{CAMERA}/watching"
DOCUMENT: dict[str, Any] = {
    "tier": "sweep",
    "lines": [{"name": "lorong", "start": [0.1, 0.6], "end": [0.9, 0.6], "forward": "masuk", "backward": "keluar"}],
    "counting": [{}],
}
SAID = {
    "traffic": "belum cukup hari (0 dari 21)",
    "unusual": "Belum cukup hari: baru 0 dari 3 pekan",
    "crowd": "belum ada kamera yang mengukur kerumunan",
    "flood": "belum ada kamera yang mengukur banjir",
    "parking": "Tidak ada peringatan parkir",
}


def signed_in(town: Server, open_page: OpenPage, size: dict[str, int]) -> Page:
    page = open_page(f"{town.url}/rules", size)
    assert page.request.post(f"{town.url}/api/v1/session", data={"name": "admin", "password": PASSWORD}).ok
    return page


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_dashboards_say_what_is_not_known_yet(
    town: Server, open_page: OpenPage, tmp_path: Path, size: dict[str, int]
) -> None:
    page = signed_in(town, open_page, size)
    assert page.request.put(f"{town.url}{ROUTE}", data=DOCUMENT).ok
    try:
        page.goto(f"{town.url}/traffic")
        for view, words in SAID.items():
            page.locator(f"[data-view={view}]").click()
            expect(page.get_by_test_id("traffic")).to_contain_text(words)
            page.screenshot(path=tmp_path / f"{view}.png", full_page=True)
            assert fits(page), view
            assert grave(page) == [], view
        page.locator("[data-view=traffic]").click()
        page.get_by_test_id("trend-camera").select_option(CAMERA)
        expect(page).to_have_url(f"{town.url}/traffic?camera={CAMERA}")
        with page.expect_download() as download:
            page.get_by_role("link", name="Unduh CSV").click()
        assert download.value.suggested_filename == f"counts-{CAMERA}.csv"
    finally:
        assert page.request.put(f"{town.url}{ROUTE}").ok


def five_weeks(town: Server, staff: str) -> None:
    """Write down the water of five weeks as it would have been measured: nobody waits for that."""
    hour = int(time.time()) // 3600 * 60
    row = (staff, "level", "builtin 1", "cm")
    with closing(sqlite3.connect(town.data / "ronda.db", timeout=30)) as store, store:
        for at in range(hour - 35 * 24 * 60, hour, 60):
            level = 80 + 20 * math.sin(at / 720)
            measured = (CAMERA, at, "flood", *row, 60, 60 * level, level - 2, level + 2)
            store.execute("INSERT INTO hour_measures VALUES (?,?,?,?,?,?,?,?,?,?,?)", measured)
            store.execute("INSERT OR REPLACE INTO watched_hours VALUES (?,?,?,?)", (CAMERA, at, (1 << 60) - 1, 3600))
        for at in range(hour - 60, hour):
            store.execute(
                "INSERT INTO measures VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", (CAMERA, at, "flood", *row, *[91] * 5)
            )


def test_what_is_usual_stands_beside_the_water_of_today(town: Server, open_page: OpenPage, tmp_path: Path) -> None:
    five_weeks(town, "papan duga")
    page = signed_in(town, open_page, PHONE)
    assert page.request.put(f"{town.url}{ROUTE}", data=DOCUMENT).ok
    try:
        page.goto(f"{town.url}/traffic?view=flood&days=week")
        plot = page.get_by_test_id("measure-plot")
        expect(plot).to_contain_text("Tinggi air: papan duga")
        expect(plot).to_contain_text("Pada jam ini biasanya")
        page.screenshot(path=tmp_path / "usual.png", full_page=True)
        assert fits(page)
        assert grave(page) == []
        with page.expect_download() as download:
            plot.get_by_role("link", name="Unduh pekan biasa").click()
        assert len(download.value.path().read_text().splitlines()) > 24
    finally:
        assert page.request.put(f"{town.url}{ROUTE}").ok


def test_a_count_by_hand_begins_beside_the_picture(town: Server, open_page: OpenPage, tmp_path: Path) -> None:
    page = signed_in(town, open_page, PHONE)
    assert page.request.put(f"{town.url}{ROUTE}", data=DOCUMENT).ok
    try:
        page.goto(f"{town.url}/cameras/{CAMERA}")
        page.get_by_test_id("count-by-hand").click()
        panel = page.get_by_test_id("hand-count")
        expect(panel.get_by_label("Garis")).to_have_value("lorong")
        page.screenshot(path=tmp_path / "form.png", full_page=True)
        panel.get_by_role("button", name="Langsung").click()
        panel.get_by_role("button", name="Mulai menghitung").click()
        expect(panel.get_by_role("button", name="roda dua · masuk")).to_be_visible()
        page.keyboard.press("8")
        expect(panel).to_contain_text("Di luar waktu yang dihitung")
        page.screenshot(path=tmp_path / "keys.png", full_page=True)
        assert fits(page)
        assert grave(page) == []
        panel.get_by_role("button", name="Batal").click()
        panel.get_by_role("button", name="Batal").click()
        expect(panel).to_have_count(0)
    finally:
        assert page.request.put(f"{town.url}{ROUTE}").ok


def test_an_empty_inbox_leads_to_where_analytics_are_set_up(town: Server, open_page: OpenPage) -> None:
    page = signed_in(town, open_page, DESK)
    page.goto(f"{town.url}/alarms")
    page.get_by_label("Atur garis, area, dan aturan sebuah kamera").fill("johar")
    page.get_by_test_id("empty").get_by_role("listitem").get_by_role("button").first.click()
    expect(page.get_by_test_id("watch-editor")).to_be_visible()
    expect(page.get_by_test_id("eye")).to_have_value("builtin")
