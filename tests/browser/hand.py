"""A person who has a keyboard and nothing else: Tab until the focus is there, Enter, Space, arrows, typing."""

from datetime import datetime
from typing import Final

from playwright.sync_api import Locator, Page, expect

MOST_TABS: Final = 120
_TYPING_MS: Final = 12
_HERE: Final = "(node) => node === document.activeElement"
_SHOWN: Final = """() => {
    const node = document.activeElement;
    const style = getComputedStyle(node);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== "none" || node.matches("video, [type=file]");
}"""
_NAME: Final = """() => {
    const node = document.activeElement;
    return `${node.tagName.toLowerCase()} ${(node.ariaLabel ?? node.textContent ?? "").trim().slice(0, 40)}`;
}"""


class Hand:
    """Works one page by keyboard alone, and counts what a person would count: what is pressed, what is filled in.

    Attributes:
        page: Whose page.
        done: What was done so far, in words.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done: list[str] = []

    def reach(self, target: Locator, *, back: bool = False) -> None:
        """Press Tab until the focus is on `target`, where it can be seen to be; `back`: it lies before the focus."""
        expect(target).to_be_visible()
        if back:
            self._tab(target, "Shift+Tab", until=True)
            self._tab(target, "Shift+Tab", until=False)  # a date has several stops; writing begins at the first
        self._tab(target, "Tab", until=True)
        assert self.page.evaluate(_SHOWN), f"nobody sees that the focus is on {target}"

    def _tab(self, target: Locator, key: str, *, until: bool) -> None:
        passed: list[str] = []
        while target.evaluate(_HERE) is not until:
            assert len(passed) < MOST_TABS, f"{key} does not lead to {target}; it went by {passed[-12:]}"
            self.page.keyboard.press(key)
            passed.append(str(self.page.evaluate(_NAME)))

    def press(self, target: Locator, *, key: str = "Enter", back: bool = False) -> None:
        """Go to a button, a link or a choice and press it."""
        self.reach(target, back=back)
        self.key(key, str(self.page.evaluate(_NAME)))

    def key(self, key: str, what: str) -> None:
        """Press one key where the focus is."""
        self.page.keyboard.press(key)
        self.done.append(what)

    def write(self, target: Locator, text: str, *, back: bool = False) -> None:
        """Go to a field and write, in place of what it says."""
        self.reach(target, back=back)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text, delay=_TYPING_MS)
        self.done.append(text)

    def write_date(self, target: Locator, date: datetime, *, back: bool = False) -> None:
        """Go to a date and write it in the order of a Chromium without language packs, which is American."""
        self._write_parts(target, date.strftime("%m %d %Y"), back=back)

    def write_time(self, target: Locator, time: datetime, *, back: bool = False) -> None:
        """Go to a time and write it, to the second, likewise."""
        self._write_parts(target, time.strftime("%I %M %S %p"), back=back)

    def _write_parts(self, target: Locator, text: str, *, back: bool) -> None:
        self.reach(target, back=back)
        for part in text.split():  # a part that is whole leads to the next by itself
            self.page.keyboard.type(part, delay=_TYPING_MS)
        self.done.append(text)

    def choose(self, target: Locator, name: str) -> None:
        """Go to a list of choices and type what is wanted, as far as it takes."""
        self.reach(target)
        self.page.keyboard.type(name)
        self.done.append(name)
        expect(target.locator("option:checked")).to_have_text(name)
