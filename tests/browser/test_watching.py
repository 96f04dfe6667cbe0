"""Lines and zones on a camera's picture: drawn by mouse and by finger, taken back, refused, saved, still there."""

from collections.abc import Iterator
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
Spot = tuple[float, float]


@pytest.fixture
def editor(town: Server, open_page: OpenPage, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The editor of a camera for which nothing is drawn, as the administrator opens it from the camera's page."""
    page = open_page(f"{town.url}/rules", request.param)
    assert page.request.post(f"{town.url}/api/v1/session", data={"name": "admin", "password": PASSWORD}).ok
    assert page.request.put(f"{town.url}{ROUTE}").ok
    page.goto(f"{town.url}/cameras/{CAMERA}")
    page.get_by_test_id("set-watching").click()
    expect(page.get_by_test_id("watch-editor")).to_be_visible()
    yield page
    assert page.request.put(f"{town.url}{ROUTE}").ok


def at(page: Page, spot: Spot) -> Spot:
    """Where a place of the picture is on the screen."""
    canvas = page.get_by_test_id("mask-canvas")
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    assert frame is not None
    return frame["x"] + spot[0] * frame["width"], frame["y"] + spot[1] * frame["height"]


def pull(page: Page, start: Spot, end: Spot) -> None:
    """Draw from one place to another with the mouse held down."""
    page.mouse.move(*at(page, start))
    page.mouse.down()
    page.mouse.move(*at(page, end), steps=3)
    page.mouse.up()


def tap(page: Page, *spots: Spot) -> None:
    """Touch places of the picture with a finger, one after the other."""
    finger = page.context.new_cdp_session(page)
    for spot in spots:
        x, y = at(page, spot)
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()


def draw(page: Page, kind: str) -> None:
    page.get_by_role("button", name=kind, exact=True).click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.get_by_role("button", name="Ya, simpan").click()
    expect(page.get_by_test_id("said")).to_contain_text("Disimpan")


def kept(page: Page, town: Server) -> dict[str, Any]:
    """What the server keeps."""
    document: dict[str, Any] = page.request.get(f"{town.url}{ROUTE}").json()["watching"]
    return document


@pytest.mark.parametrize("editor", [DESK], indirect=True)
def test_a_line_and_a_zone_are_drawn_with_the_mouse_and_stay(town: Server, editor: Page, tmp_path: Path) -> None:
    page, shapes = editor, editor.get_by_test_id("shapes")
    draw(page, "Gambar garis")
    pull(page, (0.1, 0.6), (0.9, 0.6))
    page.get_by_label("Nama", exact=True).fill("mulut gang")
    page.get_by_label("Nama arah panah penuh").fill("masuk")
    page.keyboard.press("Enter")
    draw(page, "Gambar area pantau")
    for spot in ((0.2, 0.1), (0.5, 0.1), (0.5, 0.4), (0.2, 0.4)):
        page.mouse.click(*at(page, spot))
    page.get_by_role("button", name="Selesai").click()
    expect(shapes).to_contain_text("area 1")
    page.get_by_role("button", name="Urungkan", exact=True).click()
    expect(shapes).not_to_contain_text("area 1")
    page.get_by_role("button", name="Ulangi", exact=True).click()
    expect(shapes).to_contain_text("area 1")
    page.get_by_role("button", name="Bentuk 2, titik 3").focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.get_by_role("button", name="+ Penghitungan").click()
    page.screenshot(path=tmp_path / "drawn.png", full_page=True)
    assert grave(page) == []
    save(page)

    document = kept(page, town)
    line = document["lines"][0]
    assert [*line["start"], *line["end"]] == pytest.approx([0.1, 0.6, 0.9, 0.6], abs=0.005)
    assert (line["name"], line["forward"]) == ("mulut gang", "masuk")
    assert document["zones"][0]["points"][2] == pytest.approx([0.555, 0.405], abs=0.005)
    assert len(document["counting"]) == 1
    page.reload()
    expect(shapes).to_contain_text("mulut gang")
    expect(shapes).to_contain_text("area 1")
    expect(page.get_by_test_id("plan-history")).to_contain_text("1 garis, 1 area, 1 aturan")
    page.get_by_role("button", name="Bentuk 1, titik 1").focus()
    page.keyboard.press("Delete")
    expect(shapes).not_to_contain_text("mulut gang")


@pytest.mark.parametrize("editor", [PHONE], indirect=True)
def test_a_finger_draws_too_and_what_is_no_zone_is_refused_with_words(
    town: Server, editor: Page, tmp_path: Path
) -> None:
    page, shapes = editor, editor.get_by_test_id("shapes")
    draw(page, "Gambar area pantau")
    tap(page, (0.1, 0.1), (0.6, 0.6), (0.6, 0.1), (0.1, 0.6))
    page.get_by_role("button", name="Selesai").click()
    expect(shapes).to_contain_text("Sisinya saling menyilang")
    expect(page.get_by_role("button", name="Simpan", exact=True)).to_be_disabled()
    page.screenshot(path=tmp_path / "refused.png", full_page=True)
    assert fits(page)
    assert grave(page) == []
    page.get_by_role("button", name="Urungkan", exact=True).click()
    draw(page, "Gambar garis")
    tap(page, (0.1, 0.5), (0.9, 0.7))
    draw(page, "Gambar area pantau")
    tap(page, (0.1, 0.1), (0.6, 0.1), (0.6, 0.4), (0.1, 0.4), (0.1, 0.1))
    save(page)
    document = kept(page, town)
    assert (len(document["lines"]), len(document["zones"][0]["points"])) == (1, 4)
    page.reload()
    expect(shapes).to_contain_text("garis 1")
    expect(shapes).to_contain_text("area 1")
    crossed = {**document, "zones": [{"name": "x", "points": [[0.1, 0.1], [0.6, 0.6], [0.6, 0.1], [0.1, 0.6]]}]}
    answer = page.request.put(f"{town.url}{ROUTE}", data=crossed)
    assert answer.status == 400
    assert "crosses itself" in answer.json()["detail"]
