"""Alarms on the screen: the inbox beside a wall, a quarantine and its release, and an agency's phone page.

The server runs in a thread of this process, so that what nodes see can be put on its bus: nothing else is different.
"""

import asyncio
import io
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import av
import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.town import PASSWORD, Film, wait_until

from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Done, centre_subject
from ronda.bus.observations import OBSERVATIONS, EyeId, ObservationBatch, SeenSign, ShotName
from ronda.cli.composition import Composition, composed
from ronda.cli.hosting import bind_tcp, listening
from ronda.config.models import Settings

T = TypeVar("T")
GATE, YARD = "krapyak-rt3-1", "johar-1"
AGENCY = "satpol-pp"
STREET = "RT 3 RW 4 Krapyak"


def photo() -> bytes:
    """What a phone's camera makes, in small."""
    out = io.BytesIO()
    Image.new("RGB", (1920, 1080), (40, 120, 60)).save(out, "PNG")
    return out.getvalue()


class Post:
    """A whole installation in a thread of its own, with a node that looks at nothing."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.running: Composition | None = None
        self._folder, self._port = folder, port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._sequence = 0

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(30)

    def stop(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(30)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def see(self, *signs: SeenSign) -> None:
        """Let the centre hear of signs over the bus, as a node tells them."""
        self._sequence += 1
        batch = ObservationBatch(node="eyes", sequence=self._sequence, signs=signs)
        self.do(self._bus.request(centre_subject(OBSERVATIONS), batch, Done))

    def keep(self, camera: str, shot: ShotName, jpeg: bytes) -> None:
        """Let the node have a picture."""
        assert self.running is not None
        assert self.running.node.vision is not None
        self.do(self.running.node.vision.sightings.keep(camera, shot.id, jpeg))

    @property
    def _bus(self) -> Any:
        assert self.running is not None
        return self.running.centre._bus

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        settings = Settings.model_validate(
            {"data": self._folder / "data", "archive": {"volumes": (self._folder / "archive",)}}
            | {"admin_password": PASSWORD, "vision": {"sweep": "1 d"}}
        )
        async with AsyncExitStack() as stack:
            self.running = await stack.enter_async_context(composed(settings, pulls=True))
            await stack.enter_async_context(listening(self.running.app, bind_tcp("127.0.0.1", self._port)))
            self._ready.set()
            await self._over.wait()
        await asyncio.sleep(0.3)  # what the browser had open is closed


def pictures(shared: Path) -> list[bytes]:
    """Return three real pictures of a street, seconds apart, as JPEG."""
    found: list[bytes] = []
    with av.open(str(shared / "assets" / "videos" / "street-corner-1.mp4")) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if number % 100 == 20 and len(found) < 3:
                out = io.BytesIO()
                frame.reformat(960, 540).to_image().save(out, "JPEG")  # type: ignore[no-untyped-call]
                found.append(out.getvalue())
    return found


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("post")
    film = Film(shared, "street-corner-1.mp4", port_of_session(), folder)
    post = Post(folder, port_of_session())
    try:
        film.start()
        post.start()
        office = Office(post)  # type: ignore[arg-type]  # it needs the address only
        office.settle()
        office.send("PUT", f"agencies/{AGENCY}", {"id": AGENCY, "name": "Satpol PP"})
        office.hang(GATE, film.url, f"{STREET} gang masuk", "krapyak-rt3")
        office.hang(YARD, film.url, "Pasar Johar barat", "johar")
        for name, given in (
            ("joko", {"role": "operator", "scope": "city", "value": ""}),
            ("sari", {"role": "responder", "scope": "agency", "value": AGENCY}),
        ):
            token = office.send("POST", "invitations", given)["token"]
            joining = {"name": name, "password": PASSWORD}
            httpx.post(f"{post.url}/api/v1/join/{token}", json=joining, trust_env=False).raise_for_status()
        wait_until(lambda: office.has_still(GATE), "the camera shows")
        office.close()
        yield post
    finally:
        post.stop()
        film.stop()


def sign(post: Post, shared: Path, analytic: str = "parking", key: str = "car-1", camera: str = GATE) -> SeenSign:
    """Return a sign whose pictures the node has."""
    now = SystemClock().utc_90k()
    shots = []
    for number, jpeg in enumerate(pictures(shared)):
        at = now - (60 - 20 * number) * HZ_90K
        framed = (0.42, 0.45, 0.62, 0.75) if analytic == "parking" else None
        shots.append(ShotName(id=f"{at}-0a1b2c3d", at_90k=at, xyxy=framed))
        post.keep(camera, shots[-1], jpeg)
    return SeenSign(
        camera=camera,
        analytic=analytic,
        zone="tepi jalan" if analytic == "parking" else "",
        key=key,
        turn="raised",
        at_90k=now,
        since_90k=shots[0].at_90k,
        label=None,
        eye=EyeId(id="builtin", version="1"),
        shots=tuple(shots),
    )


def opened(post: Post, open_page: OpenPage, name: str, path: str, viewport: dict[str, int], **more: Any) -> Page:
    """Open a page as somebody who is signed in already."""
    page = open_page(f"{post.url}/rules", viewport, **more)
    answer = page.request.post(f"{post.url}/api/v1/session", data={"name": name, "password": PASSWORD})
    assert answer.ok, answer.text()
    page.goto(f"{post.url}{path}")
    return page


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def test_an_empty_inbox_says_what_would_fill_it(post: Post, open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(post, open_page, "joko", "/alarms", PHONE)
    expect(page.get_by_test_id("empty")).to_contain_text("Tidak ada peringatan yang terbuka.")
    expect(page.get_by_test_id("empty")).to_contain_text("area pantau")
    fits(page)
    page.screenshot(path=tmp_path / "empty-phone.png", full_page=True)


def test_an_operator_judges_by_keyboard_and_takes_it_back(
    post: Post, open_page: OpenPage, shared: Path, tmp_path: Path
) -> None:
    page = opened(post, open_page, "joko", "/alarms", DESK)
    expect(page.get_by_test_id("empty")).to_be_visible()
    post.see(sign(post, shared), sign(post, shared, "litter", "bag-1", YARD))
    expect(page.get_by_test_id("alarm-line")).to_have_count(2)  # without asking again
    expect(page).to_have_title("(1) Peringatan · Ronda")
    first, second = page.get_by_test_id("alarm-line").all()
    for key, chosen in (("j", second), ("k", first)):
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("aria-current", "true")
    page.locator(f'[data-testid="alarm-line"]:has-text("{STREET}")').click()
    card = page.get_by_test_id("alarm")
    expect(card.get_by_role("heading", name="Parkir liar")).to_be_visible()
    expect(card.get_by_test_id("pictures").locator("img")).to_have_count(3)
    wait_until(
        lambda: page.evaluate(
            "[...document.querySelectorAll('[data-testid=pictures] img')].every((one) => one.naturalWidth > 0)"
        ),
        "the pictures are there",
    )
    tiles = page.get_by_test_id("alarm-wall").locator("[data-camera]")
    expect(tiles.first).to_have_attribute("data-camera", GATE)
    expect(card.locator("video")).to_be_visible()
    assert "/cameras/" in (card.get_by_test_id("recording").get_attribute("href") or "")
    page.screenshot(path=tmp_path / "inbox-desk.png")
    page.keyboard.press("a")
    expect(card).to_contain_text("Diperiksa oleh joko")
    page.keyboard.press("c")
    expect(page.get_by_test_id("alarm-line")).to_have_count(1)
    expect(page.get_by_test_id("said")).to_contain_text("Ditutup: benar.")
    page.get_by_test_id("said").get_by_role("button", name="Urungkan").click()
    expect(page.get_by_test_id("alarm-line")).to_have_count(2)
    card.get_by_text("Letak di peta").click()
    expect(page.locator('[data-testid="alarm-map"][data-ready="true"]')).to_be_visible()
    card.get_by_text("Riwayat").click()
    expect(card).to_contain_text("membuka lagi")
    page.screenshot(path=tmp_path / "inbox-desk-log.png", full_page=True)


def test_an_agency_answers_on_its_phone(post: Post, open_page: OpenPage, shared: Path, tmp_path: Path) -> None:
    post.see(sign(post, shared, key="car-2"))
    responder = opened(post, open_page, "sari", "/duty", PHONE)
    expect(responder.get_by_test_id("empty")).to_contain_text("Tidak ada tugas sekarang.")
    page = opened(post, open_page, "joko", f"/alarms?camera={GATE}", PHONE)
    expect(page.get_by_test_id("alarm")).to_be_visible()
    fits(page)
    page.screenshot(path=tmp_path / "inbox-phone.png", full_page=True)
    page.get_by_role("button", name="Kirim ke instansi").click()
    page.locator("form select").select_option(AGENCY)
    page.get_by_label("Pesan untuk instansi").fill("Mobil menutup gang, warga tidak bisa lewat")
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_test_id("dispatches")).to_contain_text("Satpol PP: Ditawarkan")
    card = responder.get_by_test_id("duty")
    expect(card).to_contain_text("Mobil menutup gang")  # the feed tells the phone
    image = card.locator("img")
    wait_until(lambda: image.evaluate("(one) => one.naturalWidth") > 0, "the alarm's picture is lent to the agency")
    assert (card.get_by_test_id("route").get_attribute("href") or "").startswith("geo:-6.985,110.372")
    fits(responder)
    responder.screenshot(path=tmp_path / "duty-phone.png", full_page=True)
    card.get_by_role("button", name="Lihat langsung").click()
    wait_until(lambda: card.locator("video").evaluate("(one) => one.videoWidth") > 0, "the agency sees it live")
    card.get_by_role("button", name="Lihat langsung").click()
    card.get_by_role("button", name="Terima").click()
    expect(card).to_have_attribute("data-state", "accepted")
    card.get_by_role("button", name="Sampai di lokasi").click()
    expect(card).to_have_attribute("data-state", "on-scene")
    card.get_by_role("button", name="Selesai").click()
    card.get_by_label("Sudah ditangani").check()
    card.get_by_label("Keterangan").fill("Pengemudi memindahkan mobilnya")
    card.locator("input[type=file]").set_input_files({"name": "foto.png", "mimeType": "image/png", "buffer": photo()})
    expect(card.get_by_test_id("photo")).to_be_visible()
    fits(responder)
    responder.screenshot(path=tmp_path / "duty-done-phone.png", full_page=True)
    card.get_by_role("button", name="Kirim hasil").click()
    expect(responder.get_by_test_id("empty")).to_be_visible()
    expect(page.get_by_test_id("alarm")).to_contain_text("Instansi sudah selesai: beri putusan")
    found = page.get_by_test_id("found")
    found.scroll_into_view_if_needed()
    wait_until(lambda: found.evaluate("(one) => one.naturalWidth") > 0, "what the agency found is at the alarm")
    page.screenshot(path=tmp_path / "found-phone.png", full_page=True)


def test_a_camera_that_was_turned_returns_after_somebody_has_compared(
    post: Post, open_page: OpenPage, shared: Path, tmp_path: Path
) -> None:
    post.see(sign(post, shared, "own-eyes", "turned"))
    page = opened(post, open_page, "admin", "/alarms", PHONE)
    part = page.get_by_test_id("quarantine")
    expect(part).to_contain_text("Kamera ditarik dari publikasi")  # the most urgent comes first
    part.scroll_into_view_if_needed()
    part.get_by_text("Sekarang").scroll_into_view_if_needed()
    expect(part.locator("img")).to_have_count(2, timeout=30_000)  # before and now
    resident = page.request.get(f"{post.url}/media/public/{GATE}/still.jpg")
    assert resident.status == 404
    fits(page)
    page.screenshot(path=tmp_path / "quarantine-phone.png", full_page=True)
    page.keyboard.press("c")  # a verdict alone does not release it
    expect(part).to_be_visible()
    part.get_by_role("button", name="Pandangan ini benar").click()
    part.get_by_role("button", name="Ya, pandangannya benar").click()
    expect(page.get_by_test_id("said")).to_contain_text("tampil lagi")
    assert page.request.get(f"{post.url}/media/public/{GATE}/still.jpg").ok
    page.get_by_test_id("said").get_by_role("button", name="Urungkan").click()
    wait_until(
        lambda: page.request.get(f"{post.url}/media/public/{GATE}/still.jpg").status == 404, "it is withdrawn again"
    )


def test_english_and_dark(post: Post, open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(post, open_page, "joko", "/alarms", DESK, dark=True, language="en")
    expect(page.get_by_role("heading", name="Alarms", exact=True)).to_be_visible()
    expect(page.get_by_test_id("alarm")).to_be_visible()
    page.screenshot(path=tmp_path / "inbox-desk-dark.png")


def test_who_may_not_is_told_for_whom_it_is(post: Post, open_page: OpenPage) -> None:
    page = opened(post, open_page, "sari", "/alarms", PHONE)
    expect(page.get_by_text("Halaman ini untuk operator")).to_be_visible()
    page.goto(f"{post.url}/duty")
    expect(page.get_by_role("heading", name="Tugas")).to_be_visible()
