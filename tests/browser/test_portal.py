"""The portal as residents use it: without an account, on a phone, by keyboard, without a network."""

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Geolocation, Route, WebSocketRoute, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave, tab_to
from tests.browser.town import PASSWORD, Film, Server, wait_until

PUBLISHED = 3
KRAPYAK = Geolocation(latitude=-6.985, longitude=110.372)
# What a page of ours may keep on a device: its own files and the public map, nothing else.
MAY_BE_KEPT = re.compile(
    r"^(/|/assets/[\w.-]+|/early\.js|/icon\.svg|/manifest\.webmanifest|/api/v1/public/(map|basemap))$"
)

KEPT = """async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const kept = await Promise.all(caches_.map((one) => one.keys()));
    return kept.flat().map((request) => new URL(request.url).pathname);
}"""


@pytest.fixture(scope="module")
def kampung(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]
) -> Iterator[Server]:
    """A server that shows nobody its cameras but those that were published: a corner, a market, a dead one."""
    folder = tmp_path_factory.mktemp("kampung")
    film = Film(shared, "street-corner-1.mp4", port_of_session(), folder)
    server = Server(folder / "data", port_of_session())
    try:
        film.start()
        server.start()
        office = Office(server)
        office.settle()
        office.hang("krapyak-rt3-1", film.url, "RT 3 RW 4 Krapyak gang masuk", "krapyak-rt3")
        office.hang("krapyak-rt3-2", f"rtsp://127.0.0.1:{port_of_session()}/x", "RT 3 RW 4 Krapyak pos", "krapyak-rt3")
        office.hang("johar-1", film.url, "Pasar Johar pintu utara", "johar")
        office.hang("rahasia", film.url, "Halaman dalam", "johar")
        office.withdraw("rahasia")
        wait_until(lambda: office.published() == PUBLISHED, "the portal shows three cameras")
        office.close()
        yield server
    finally:
        server.stop()
        film.stop()


def tile(camera: str) -> str:
    return f'[data-testid="public-tile"][data-camera="{camera}"]'


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_resident_opens_the_corner_and_watches(
    kampung: Server, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    page = open_page(kampung.url, viewport)
    expect(page.get_by_test_id("public-tile")).to_have_count(PUBLISHED)
    expect(page.get_by_test_id("sum")).to_contain_text("3 kamera")
    expect(page.get_by_text("Halaman dalam")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(tile("krapyak-rt3-1")).get_by_role("link").click()
    expect(page.get_by_role("heading", name="RT 3 RW 4 Krapyak gang masuk")).to_be_visible()
    expect(page.get_by_test_id("mode")).to_contain_text("Tayangan langsung, terbuka untuk warga.")
    expect(page.get_by_test_id("public-screen").get_by_test_id("picture")).to_be_visible()
    page.get_by_test_id("watch").click()
    expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "playing")
    page.get_by_role("button", name="Kembali ke gambar").click()
    expect(page.get_by_test_id("watch")).to_be_visible()
    expect(page.get_by_text("Kamera lain di RT 3 RW 4 Krapyak")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_only_pictures_says_so_and_what_is_hidden_is_not_there(kampung: Server, open_page: OpenPage) -> None:
    page = open_page(f"{kampung.url}/cameras/johar-1", PHONE)
    expect(page.get_by_test_id("mode")).to_contain_text("Hanya gambar")
    expect(page.get_by_test_id("watch")).to_have_count(0)
    for address in ("rahasia", "tidak-pernah-ada"):
        page.goto(f"{kampung.url}/cameras/{address}")
        expect(page.get_by_role("heading")).to_have_text("Kamera ini tidak ada atau tidak dibuka untuk warga.")


def test_what_is_withdrawn_leaves_the_screen_while_it_is_watched(kampung: Server, open_page: OpenPage) -> None:
    office = Office(kampung)
    page = open_page(f"{kampung.url}/cameras/krapyak-rt3-1", PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/krapyak-rt3-1") else None)
    page.get_by_test_id("watch").click()
    expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "playing")
    page.wait_for_timeout(1000)
    assert len(asked) <= 1  # nothing has changed: the page has no reason to ask again
    office.send("PUT", "cameras/krapyak-rt3-1/quarantine", {"reason": "pandangan berubah"})
    try:
        withdrawn = page.get_by_role("heading", name="Kamera ini tidak lagi disiarkan.")
        expect(withdrawn).to_be_visible(timeout=6000)
        expect(page.locator("video")).to_have_count(0)
        page.goto(f"{kampung.url}/?area=33.74.13")
        expect(page.get_by_test_id("sum")).to_contain_text("1 kamera")
    finally:
        office.send("DELETE", "cameras/krapyak-rt3-1/quarantine", {})
        wait_until(lambda: office.published() == PUBLISHED, "the portal shows three cameras again")
        office.close()


def test_pictures_of_before_go_when_people_shall_not_be_seen(kampung: Server, open_page: OpenPage) -> None:
    office = Office(kampung)
    page = open_page(f"{kampung.url}/cameras/johar-1", PHONE)
    picture = page.get_by_test_id("public-screen").get_by_test_id("picture")
    expect(picture).to_be_visible()
    decision = {"camera": "johar-1", "mode": "stills-without-people", "reason": "pedagang meminta"}
    decided = office.send("POST", "publication", decision)
    try:
        # A picture of before may come out of a cache for some seconds still.
        expect(page.get_by_test_id("collecting")).to_contain_text("Mengumpulkan gambar, ", timeout=20_000)
        expect(page.get_by_test_id("mode")).to_contain_text("orang yang lewat dihilangkan", timeout=20_000)
        expect(picture).to_have_count(0, timeout=20_000)
        assert grave(page) == []
    finally:
        office.send("DELETE", f"publication/{decided['id']}", {})
        office.close()


def test_what_is_shown_late_plays_as_late_as_was_decided(kampung: Server, open_page: OpenPage) -> None:
    office = Office(kampung)
    office.send("PATCH", "cameras/krapyak-rt3-1", {"record": True})
    decision = {"camera": "krapyak-rt3-1", "mode": "delayed", "delay_s": 6, "reason": "kecelakaan"}
    decided = office.send("POST", "publication", decision)
    try:
        wait_until(lambda: office.has_still("krapyak-rt3-1"), "there is a picture from before", 30)
        page = open_page(f"{kampung.url}/cameras/krapyak-rt3-1", PHONE)
        expect(page.get_by_test_id("mode")).to_contain_text("tertunda 0,1 menit")
        page.get_by_test_id("watch").click()
        expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "playing", timeout=20_000)
        expect(page.get_by_test_id("screen-said")).to_have_text("Tertunda 1 menit.")
        before = float(page.evaluate("document.querySelector('video').currentTime"))
        page.wait_for_timeout(3000)
        assert float(page.evaluate("document.querySelector('video').currentTime")) > before + 1
    finally:
        office.send("DELETE", f"publication/{decided['id']}", {})
        office.send("PATCH", "cameras/krapyak-rt3-1", {"record": False})
        office.close()


def test_a_crowd_is_shown_pictures_and_comes_back_when_asked(kampung: Server, open_page: OpenPage) -> None:
    """The server's places for residents are not filled here: the socket says what it says then."""
    page = open_page(f"{kampung.url}/cameras/krapyak-rt3-1", PHONE)
    opened: list[WebSocketRoute] = []

    def turn_away(socket: WebSocketRoute) -> None:
        opened.append(socket)
        socket.send('{"type":"fallback","code":"crowded","reason":"More people are watching than this server serves."}')
        socket.close(code=4406)

    page.route_web_socket(re.compile("/media/public/.*/live"), turn_away)
    page.get_by_test_id("watch").click()
    expect(page.get_by_test_id("screen-said")).to_contain_text("Penonton sedang sangat banyak")
    expect(page.get_by_test_id("public-screen").get_by_test_id("picture")).to_be_visible()
    page.wait_for_timeout(1500)
    assert len(opened) == 1
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "fallback")
    assert len(opened) == 2


def test_search_filters_and_favourites_survive_a_link(kampung: Server, open_page: OpenPage) -> None:
    page = open_page(kampung.url, PHONE)
    tiles = page.get_by_test_id("public-tile")
    expect(page.get_by_test_id("sum")).to_contain_text("3 kamera")
    page.get_by_role("searchbox").fill("krapyk rt03")
    expect(tiles).to_have_count(2)
    expect(page).to_have_url(re.compile(r"q=krapyk"))
    page.reload()
    expect(tiles).to_have_count(2)
    page.get_by_role("searchbox").fill("zzzzzz")
    expect(page.get_by_test_id("nothing")).to_contain_text("Tidak ada kamera yang cocok")
    page.get_by_role("button", name="Tampilkan semua").click()
    expect(tiles).to_have_count(PUBLISHED)
    page.get_by_test_id("kinds").get_by_role("button", name="Pasar").click()
    expect(tiles).to_have_count(1)
    expect(page).to_have_url(re.compile(r"kind=market"))
    page.goto(f"{kampung.url}/?area=33.74.13")
    expect(tiles).to_have_count(2)
    expect(page.get_by_label("Kecamatan")).to_have_value("33.74.13")
    page.goto(kampung.url)
    page.locator(tile("johar-1")).get_by_test_id("star").click()
    page.goto(f"{kampung.url}/?fav=1")
    expect(tiles).to_have_count(1)
    expect(tiles).to_contain_text("Pasar Johar")


def test_near_me_is_asked_for_only_when_pressed(kampung: Server, browser: Browser) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, geolocation=KRAPYAK, permissions=["geolocation"]
    )
    page = context.new_page()
    page.goto(f"{kampung.url}/")
    expect(page.get_by_test_id("sum")).to_contain_text("3 kamera")
    expect(page.get_by_test_id("near-said")).to_be_empty()
    page.get_by_test_id("near").click()
    expect(page.get_by_test_id("near-said")).to_contain_text("tidak dikirim ke server")
    expect(page.get_by_test_id("public-tile").first).to_contain_text("10 m")
    context.clear_permissions()
    context.close()


def test_the_map_shows_a_place_and_its_cameras(kampung: Server, open_page: OpenPage) -> None:
    page = open_page(f"{kampung.url}/?view=map&at=-6.985,110.372", PHONE)
    expect(page.get_by_test_id("map")).to_have_attribute("data-ready", "true")
    card = page.get_by_test_id("site-card")
    expect(card).to_contain_text("RT 3 RW 4 Krapyak")
    assert grave(page) == []
    card.get_by_role("link", name="gang masuk").click()
    expect(page.get_by_test_id("public-screen")).to_be_visible()
    page.go_back()
    page.get_by_test_id("view").click()
    expect(page.get_by_test_id("public-tile")).to_have_count(PUBLISHED)


def test_a_report_by_the_poles_code_survives_a_lost_network(kampung: Server, open_page: OpenPage) -> None:
    page = open_page(f"{kampung.url}/q/krapyak-rt3-2", PHONE)
    expect(page).to_have_url(f"{kampung.url}/cameras/krapyak-rt3-2?report=1")
    form = page.get_by_test_id("report-form")
    form.get_by_role("button", name="Kirim laporan").click()
    expect(form.get_by_role("alert").first).to_contain_text("Tulis dulu")
    form.get_by_label("Apa yang terlihat?").fill("Layar hitam sejak pagi, <b>kabel</b> putus.")
    photo = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "rahasia-di-dalam-foto"
    Image.new("RGB", (4000, 3000), (90, 120, 150)).save(photo, "JPEG", exif=exif)
    picture = FilePayload(name="foto.jpg", mimeType="image/jpeg", buffer=photo.getvalue())
    form.locator('input[type="file"]').set_input_files(picture)
    expect(form.get_by_test_id("photo")).to_be_visible()
    sent: list[bytes] = []

    def fail_once(route: Route) -> None:
        sent.append(route.request.post_data_buffer or b"")
        if len(sent) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/public/reports", fail_once)
    form.get_by_role("button", name="Kirim laporan").click()
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_contain_text("Laporan diterima")
    assert len(sent) == 2
    assert b"rahasia-di-dalam-foto" not in sent[1]
    number = receipt.locator("b").inner_text()
    page.goto(f"{kampung.url}/report")
    page.get_by_label("Nomor laporan").fill(number.lower())
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_role("status").filter(has_text="menunggu diperiksa")).to_be_visible()


@pytest.mark.parametrize(("viewport", "dark"), [(PHONE, True), (DESK, False)], ids=["phone-dark", "desk-light"])
def test_nothing_grave_on_any_public_page(
    kampung: Server, open_page: OpenPage, viewport: dict[str, int], dark: bool
) -> None:
    page = open_page(f"{kampung.url}/?area=33.74.13", viewport, dark=dark)
    expect(page.get_by_test_id("filters")).to_be_visible()
    assert grave(page) == []
    for path, ready in (
        ("/cameras/krapyak-rt3-1?report=1", "report-form"),
        ("/report", "report-form"),
        ("/transparency", "figures"),
        ("/embed/johar-1", "public-screen"),
    ):
        page.goto(f"{kampung.url}{path}")
        expect(page.get_by_test_id(ready)).to_be_visible()
        assert grave(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{kampung.url}/rules")
    expect(page.get_by_role("heading", name="Aturan pemakaian")).to_be_visible()
    if viewport is PHONE:
        page.get_by_text("Menu", exact=True).click()
        expect(page.get_by_role("link", name="Keterbukaan")).to_be_visible()
    assert grave(page) == []


def test_a_resident_walks_by_keyboard_alone(kampung: Server, open_page: OpenPage) -> None:
    page = open_page(kampung.url, DESK)
    expect(page.get_by_test_id("public-tile")).to_have_count(PUBLISHED)
    page.keyboard.press("/")
    page.keyboard.type("gang masuk")
    expect(page.get_by_test_id("public-tile")).to_have_count(1)
    tab_to(page, 'a[href="/cameras/krapyak-rt3-1"]')
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("watch")).to_be_visible()
    tab_to(page, '[data-testid="watch"]')
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "playing")


def test_the_portal_opens_without_a_network_and_keeps_nothing_private(kampung: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{kampung.url}/sign-in")
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page).to_have_url(f"{kampung.url}/wall")
    page.goto(kampung.url)
    expect(page.get_by_test_id("sum")).to_contain_text("3 kamera")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    expect(page.get_by_test_id("sum")).to_contain_text("3 kamera")
    end = time.monotonic() + 15
    while "/api/v1/public/map" not in page.evaluate(KEPT) and time.monotonic() < end:
        page.wait_for_timeout(200)
    paths: list[str] = page.evaluate(KEPT)
    assert [path for path in paths if not MAY_BE_KEPT.match(path)] == []
    context.set_offline(True)
    page.reload()
    expect(page.get_by_test_id("sum")).to_contain_text("3 kamera")
    expect(page.get_by_text("tanpa jaringan", exact=False).first).to_be_visible()
    context.close()
