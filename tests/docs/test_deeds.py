"""Whatever can stand in the access log is a sentence on the screen, in both languages."""

import re
from pathlib import Path

import pytest

from ronda.people.action import Action

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "frontend" / "src" / "lib" / "i18n" / "accesslog"


def written() -> set[str]:
    """Return every action that the code writes by a name of its own."""
    sources = (path.read_text() for path in (ROOT / "src" / "ronda" / "web").rglob("*.py"))
    return {action for text in sources for action in re.findall(r'\baction="([a-z-]+)"', text)}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_deed_has_its_words(language: str) -> None:
    text = (WORDS / f"{language}.ts").read_text().partition("  deed: {")[2].partition("\n  }")[0]
    there = set(re.findall(r'^    "?([a-z-]+)"?: \(', text, re.MULTILINE))
    assert {action.value for action in Action} | written() <= there
