"""This device's camera becomes a camera: Chromium's own fake one, recorded and sent by the real page."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser import screen
from tests.browser.town import PASSWORD, Server, wait_until

CAMERA_OF_CHROMIUM = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def porch(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Server]:
    """A public server without cameras."""
    server = Server(tmp_path_factory.mktemp("porch") / "data", port_of_session(), "--public")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Browser]:
    """A browser whose device has a camera: a pattern that moves."""
    chromium = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", *CAMERA_OF_CHROMIUM]
    )
    yield chromium
    chromium.close()


@pytest.fixture
def guest(phone: Browser) -> Iterator[BrowserContext]:
    context = phone.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script("try { localStorage.setItem('ronda-language', 'id') } catch {}")
    yield context
    context.close()


def begin(context: BrowserContext, server: Server, name: str) -> Page:
    """Sign in, and press the button."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("button", name="Tambah kamera").or_(page.get_by_role("button", name="+ Tambah")).first.click()
    page.get_by_role("tab", name="Kamera perangkat ini").click()
    page.get_by_label("Nama kamera").fill(name)
    page.get_by_role("button", name="Pakai kamera ini").click()
    return page


def test_the_devices_camera_is_live_and_recorded_and_comes_back_by_itself(porch: Server, guest: BrowserContext) -> None:
    page = begin(guest, porch, "HP Pak Slamet")
    expect(page.get_by_role("heading", name="HP Pak Slamet")).to_be_visible()
    screen.expect_phase(page, "playing", 30_000)
    assert screen.moves(page)
    camera = page.url.rpartition("/")[2]
    assert camera.startswith("hp-pak-slamet-")
    assert porch.state(camera) == "running"
    wait_until(lambda: porch.recorded_s(camera) > 2, "it is recorded", 40)

    strip = page.get_by_test_id("device-strip")
    expect(strip).to_contain_text("sedang mengirim")
    porch.stop()
    expect(strip).to_contain_text("mencoba lagi", timeout=30_000)
    porch.start()
    expect(strip).to_contain_text("sedang mengirim", timeout=30_000)
    wait_until(lambda: porch.state(camera) == "running", "the same page goes on sending", 30)

    strip.get_by_role("button", name="Hentikan").click()
    wait_until(lambda: porch.state(camera) == "silent", "the camera stays and says that its device is gone", 30)
    told = guest.request.get(f"{porch.url}/api/v1/cameras/{camera}").json()["state"]
    assert told["reason"] == "the device is not sending"
