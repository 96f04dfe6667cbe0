"""A verdict in plain words, Indonesian first and English second: `words.json`, which the static page uses too."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from ronda.evidence.verifying.verdict import UNCOMPARED, Finding, Verdict

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@cache
def words() -> dict[str, Any]:
    """Return all words."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))
    return found


def headline(verdict: Verdict, language: Language) -> str:
    """Return the verdict as one word or two, and a sentence; another one where nobody said who may seal."""
    found = words()["verdicts"][verdict.kind.value][language]
    more = f" {words()['uncompared'][language]}" if verdict.uncompared else ""
    return f"{found['word']}: {found['sentence']}{more}"


def lines(verdict: Verdict, language: Language, zone: tzinfo | None = None) -> Iterator[str]:
    """Yield what was found, grave things first, then what the file says of itself.

    Args:
        verdict: What was found.
        language: Of the words.
        zone: For times; None is the machine's own.
    """
    for finding in sorted(verdict.findings, key=_rank):
        sentence = words()["findings"][finding.code][language]
        values = {name: _said(name, value, language, zone) for name, value in finding.values.items()}
        yield ("! " if finding.kind is not None else "- ") + sentence.format(**values)
    for name, label in words()["facts"].items():
        value = getattr(verdict.facts, name)
        if value:
            yield f"{label[language]}: {_said(name, value, language, zone)}"


def _rank(finding: Finding) -> int:
    """Put first what a reader asks first: where it was altered, then whatever else is grave, then who sealed."""
    if finding.kind is not None:
        return 0 if finding.code == "part-altered" else 1
    return 2 if finding.code in UNCOMPARED else 3


def _said(name: str, value: str | int, language: Language, zone: tzinfo | None) -> str:
    text = str(value)
    if name == "cause":
        return str(words()["causes"].get(text, {}).get(language, text))
    if _TIME.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z")
    return text if text.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in text).split())
