"""Reading a camera's screen as a person sees it: does it move, is it dark, what does it say."""

import io
import time

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Locator, Page, expect

PLAYING_MS = 20_000


def screen(page: Page) -> Locator:
    """The place where the picture is."""
    return page.get_by_test_id("screen")


def expect_phase(page: Page, phase: str, timeout_ms: float = PLAYING_MS) -> None:
    """Wait until the player is in a phase."""
    expect(screen(page)).to_have_attribute("data-phase", phase, timeout=timeout_ms)


def words(page: Page) -> str:
    """What the screen says over its picture."""
    return page.get_by_test_id("screen-words").inner_text()


def shown(page: Page) -> Image.Image:
    """The upper part of the screen as it is seen: without the words."""
    picture = Image.open(io.BytesIO(screen(page).screenshot())).convert("L")
    return picture.crop((0, 0, picture.width, int(picture.height * 0.75)))


def is_black(page: Page) -> bool:
    """Whether there is nothing but darkness."""
    return bool(ImageStat.Stat(shown(page)).stddev[0] < 4)


def moves(page: Page, seconds: float = 6.0) -> bool:
    """Whether what is seen changes within some seconds."""
    before = shown(page)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.wait_for_timeout(300)
        if ImageStat.Stat(ImageChops.difference(before, shown(page))).mean[0] > 0.2:
            return True
    return False


def moment(page: Page) -> float:
    """The moment that is shown, s since 1970."""
    return int(page.get_by_test_id("moment").get_attribute("data-moment") or 0) / 1000


def media_time(page: Page) -> float:
    """The video element's own time, s."""
    return float(page.evaluate("document.querySelector('video').currentTime"))


def look_at(page: Page, at: float) -> tuple[float, float]:
    """Return where on the page the timeline shows a moment (s since 1970)."""
    line = page.get_by_test_id("timeline")
    box = line.bounding_box()
    assert box is not None
    start, end = (int(line.get_attribute(name) or 0) / 1000 for name in ("data-from", "data-to"))
    return box["x"] + box["width"] * (at - start) / (end - start), box["y"] + box["height"] * 0.7
