"""From a request to a masked copy on the screen: drawn moment by moment, looked at, made, fetched by receipt."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.archive.footage import new_run, slowly
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.test_access import grave
from tests.browser.town import PASSWORD, Server
from tests.media.pictures import Film

from ronda.archive import Archive, VolumeSettings
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.media.codec.masks import TONE_RGB

CAMERA = "gang-masuk"
FILM = Film(width=640, height=360, bitrate=600_000, light=90)
RECORDED_S = 60
START_90K = (SystemClock().utc_90k() // HZ_90K - 600) * HZ_90K
ASKED = {"kind": "copy", "name": "Sri Wahyuni", "contact": "0812 3456 789", "text": "Saya lewat, berbaju merah."}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Server]:
    """A server with a recorded minute of a camera that is away now."""
    server = Server(tmp_path_factory.mktemp("desk") / "data", port_of_session())
    with ThreadPoolExecutor(1) as aside:  # the browser's loop runs in this thread
        aside.submit(asyncio.run, _record(server.data)).result()
    try:
        server.start()
        server.add(CAMERA, f"rtsp://127.0.0.1:{port_of_session()}/x", "Gang masuk")
        yield server
    finally:
        server.stop()


async def _record(data: Path) -> None:
    async with Archive([VolumeSettings(data / "archive")], SystemClock()) as archive:
        run = new_run(CAMERA, start_90k=START_90K, film=FILM)
        await archive.import_run(run, slowly(run, RECORDED_S, FILM))


@pytest.fixture
def office(desk: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url, timeout=20, trust_env=False) as client:
        assert client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD}).is_success
        yield client


def request(office: httpx.Client) -> str:
    """Ask for ten seconds that are recorded, whoever asks being verified; return the receipt."""
    stretch = {name: format_rfc3339(START_90K + at * HZ_90K) for name, at in (("from", 20), ("to", 30))}
    asked = office.post("/api/v1/public/data-requests", json={**ASKED, "camera": CAMERA, **stretch})
    receipt: str = asked.json()["receipt"]
    assert office.patch(f"/api/v1/data-requests/{receipt}", json={"state": "verified"}).is_success
    return receipt


def opened(desk: Server, open_page: OpenPage, receipt: str, viewport: dict[str, int]) -> Page:
    """Open the page of a request's copies as the administrator, from the list of requests."""
    page = open_page(f"{desk.url}/rules", viewport)
    assert page.request.post(f"{desk.url}/api/v1/session", data={"name": "admin", "password": PASSWORD}).ok
    page.goto(f"{desk.url}/requests")
    page.get_by_test_id("data-request").filter(has_text=receipt).get_by_role("link", name="Buat salinan").click()
    expect(page.get_by_test_id("copy-stretch")).to_be_visible()
    page.get_by_label("Lamanya").select_option(label="10 detik")
    page.get_by_role("button", name="Lihat rekamannya").click()
    expect(page.get_by_test_id("copy-maker")).to_be_visible()
    return page


def drag(page: Page, handle: str, by: tuple[float, float]) -> None:
    """Drag a handle of the chosen region, by shares of the canvas."""
    canvas = page.get_by_test_id("mask-canvas")
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    box = page.get_by_role("button", name=handle).bounding_box()
    assert frame is not None
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] * frame["width"], y + by[1] * frame["height"], steps=4)
    page.mouse.up()


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_an_officer_covers_the_others_and_the_resident_fetches_the_copy(
    desk: Server, office: httpx.Client, open_page: OpenPage, tmp_path: Path, viewport: dict[str, int]
) -> None:
    receipt = request(office)
    page = opened(desk, open_page, receipt, viewport)
    expect(page.get_by_role("button", name="Buat salinan", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Tandai pemohon").click()
    regions = page.get_by_test_id("copy-regions")
    expect(regions).to_contain_text("Pemohon (bidang 1)")
    expect(regions).to_contain_text("1 saat ditandai")
    page.get_by_test_id("copy-strip").get_by_role("button").nth(2).click()
    drag(page, "Geser seluruh topeng 1", (0.1, 0.2))
    drag(page, "Topeng 1, sudut 1", (-0.05, -0.1))
    expect(regions).to_contain_text("2 saat ditandai")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=tmp_path / "drawn.png", full_page=True)
    _follow(page)
    page.screenshot(path=tmp_path / "followed.png", full_page=True)
    assert fits(page)
    assert grave(page) == []
    page.get_by_role("button", name="Batalkan ikutan ini").click()
    expect(regions).to_contain_text("2 saat ditandai")
    page.get_by_role("button", name="Pratinjau hasil").click()
    pictures = page.get_by_test_id("masked-picture")
    expect(pictures).to_have_count(6)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=tmp_path / "preview.png", full_page=True)
    assert fits(page)
    assert grave(page) == []

    page.get_by_role("button", name="Buat salinan", exact=True).click()
    copy = page.get_by_test_id("copy")
    expect(copy).to_have_attribute("data-state", "ready", timeout=60_000)
    expect(copy).to_contain_text("belum diambil")
    page.screenshot(path=tmp_path / "ready.png", full_page=True)
    assert grave(page) == []

    resident = open_page(f"{desk.url}/privacy", viewport)
    asking = resident.get_by_test_id("ask-data-receipt")
    asking.get_by_label("Nomor permintaan").fill(receipt.lower())
    asking.get_by_role("button", name="Periksa").click()
    handed = resident.get_by_test_id("handed")
    expect(handed).to_contain_text("Dapat diambil 5 kali lagi")
    with resident.expect_download() as download:
        handed.get_by_role("button", name="Ambil film").click()
    expect(handed).to_contain_text("Dapat diambil 4 kali lagi")
    expect(handed.get_by_role("link", name="Gambar 2")).to_be_visible()
    handed.scroll_into_view_if_needed()
    resident.screenshot(path=tmp_path / "fetched.png")
    assert fits(resident)
    assert grave(resident) == []
    _shows_the_box_alone(download.value.path())

    page.reload()
    expect(page.get_by_test_id("copy")).to_contain_text("terakhir diambil")
    page.get_by_role("button", name="Tarik salinan").click()
    expect(page.get_by_test_id("copy")).to_have_attribute("data-state", "revoked")
    entries: list[dict[str, Any]] = office.get("/api/v1/accesslog?limit=50").json()["entries"]
    assert {"copy-made", "copy-fetched", "copy-revoked"} <= {one["action"] for one in entries}


def _follow(page: Page) -> None:
    """Let the region be carried along from where it was drawn, by keyboard; how far is said, its moments are there."""
    follow = page.get_by_test_id("copy-follow")
    follow.get_by_role("button", name="Ikuti ke depan").focus()
    page.keyboard.press("Enter")
    said = follow.get_by_role("status")
    expect(said).to_contain_text("pukul", timeout=30_000)
    expect(follow.get_by_role("button", name="Batalkan ikutan ini")).to_be_visible()
    expect(page.get_by_test_id("copy-regions")).not_to_contain_text("1 saat ditandai")


def _shows_the_box_alone(film: Path) -> None:
    """At 2 s the box of the middle is seen and nothing around it; at 8 s nobody is marked, and nothing is seen."""
    with av.open(str(film)) as container:
        pictures = {round(frame.time or 0, 1): frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)}
    dark = {at: np.abs(shown.astype(int) - TONE_RGB).max(axis=2) < 16 for at, shown in pictures.items()}
    assert dark[8.0].all()
    seen = ~dark[2.0]
    height, width = seen.shape
    assert 0.02 < seen.mean() < 0.3
    assert not seen[:, : width // 4].any()
    assert seen[height // 2 - 10 : height // 2 + 10, width // 2 - 10 : width // 2 + 10].mean() > 0.9
