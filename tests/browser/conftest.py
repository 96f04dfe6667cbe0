"""A browser, pages that fail on any complaint of the console, and a town that is recorded."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from tests.alone import free_port
from tests.browser.town import Film, Server, wait_until

ASSETS = Path(__file__).resolve().parents[2] / "src" / "ronda" / "web" / "assets"

PHONE = {"width": 360, "height": 800}
DESK = {"width": 1440, "height": 900}

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser, or the built pages, by name."""
    here = Path(__file__).parent
    reason = ""
    if shutil.which("chromium") is None:
        reason = "needs chromium (Debian: chromium)"
    elif not (ASSETS / "index.html").is_file():
        reason = "the pages are not built (npm run build in frontend)"
    for item in items:
        if reason and here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; closed with the module, because Playwright's own loop runs in this thread while it is open."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        )
        yield chromium
        chromium.close()


class Complaints:
    """What the console of a page said that it should not."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors; a resource that is not there is the page's business to show."""
        text = message.text
        expected = ("Failed to load resource", "WebSocket connection", "net::ERR", "when fetching the script")
        if message.type == "error" and not any(words in text for words in expected):
            self.heard.append(text)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page in a context of its own; a script error or a breach of the page's policy fails the test."""
    complaints = Complaints()
    contexts = []

    def open_at(
        url: str, viewport: dict[str, int] = DESK, script: str = "", dark: bool = False, language: str = "id"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        contexts.append(context)
        context.add_init_script(f"try {{ localStorage.setItem('ronda-language', '{language}') }} catch {{}}")
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", complaints.console)
        page.on("pageerror", lambda error: complaints.heard.append(str(error)))
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not complaints.heard


@pytest.fixture(scope="session")
def port_of_session() -> Callable[[], int]:
    """Free ports, for what lives as long as the session."""

    return free_port


@pytest.fixture(scope="session")
def town(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]
) -> Iterator[Server]:
    """A public server with two cameras that live and are recorded, and one that is dead."""
    folder = tmp_path_factory.mktemp("town")
    street = Film(shared, "street-corner-1.mp4", port_of_session(), folder)
    yard = Film(shared, "person-bicycle-car-detection.mp4", port_of_session(), folder)
    server = Server(folder / "data", port_of_session(), "--public")
    try:
        street.start()
        yard.start()
        server.start()
        server.add("simpang-lima", street.url, "Simpang Lima")
        server.add("pasar-johar", yard.url, "Pasar Johar")
        server.add("kaligawe", f"rtsp://127.0.0.1:{port_of_session()}/x", "Jembatan Kaligawe")
        wait_until(lambda: server.state("simpang-lima") == "running", "Simpang Lima runs")
        wait_until(lambda: server.state("pasar-johar") == "running", "Pasar Johar runs")
        yield server
    finally:
        for process in (server, yard, street):
            process.stop()
