"""People of a story, each with a browser of their own on a phone's width: no finger, no mouse, filmed, looked over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser
from tests.browser.conftest import Complaints
from tests.browser.filming import Filming
from tests.browser.hand import Hand
from tests.browser.test_access import grave

WIDTH: Final = 390
HEIGHT: Final = 844


class Stage:
    """Opens pages for people, and looks over what they see.

    Args:
        browser: Which.
        filming: What films them.
        pictures: Folder of the pictures that are looked over.
        scale: Pixels of the screen to one of CSS.

    Attributes:
        complaints: What the consoles of all pages said that they should not.
    """

    def __init__(self, browser: Browser, filming: Filming, pictures: Path, scale: int) -> None:
        self.filming = filming
        self.complaints = Complaints()
        self._browser, self._pictures, self._scale = browser, pictures, scale
        self._seen = 0

    @contextmanager
    def open(self, url: str, *, offline: bool = False) -> Iterator[Hand]:
        """Open a page for somebody who was not here before, and film it until they leave."""
        context = self._browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=self._scale,
            has_touch=False,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            offline=offline,
            accept_downloads=True,
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", self.complaints.console)
        page.on("pageerror", lambda error: self.complaints.heard.append(str(error)))
        try:
            with self.filming.of(page):
                page.goto(url)
                yield Hand(page)
        finally:
            context.close()

    def look_over(self, hand: Hand, name: str) -> None:
        """Nothing grave for who cannot see or point, nothing wider than the phone; a picture of it is kept."""
        hand.page.wait_for_timeout(300)
        self._seen += 1
        hand.page.screenshot(path=self._pictures / f"{self._seen:02d}-{name}.png", full_page=True)
        assert hand.page.evaluate("document.documentElement.scrollWidth") <= WIDTH, f"{name} is wider than the phone"
        assert grave(hand.page) == [], name
