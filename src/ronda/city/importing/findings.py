"""What an import has to tell: lines that are refused, values that were read otherwise than they were written."""

from dataclasses import dataclass, field
from typing import Final

_LONGEST_VALUE: Final = 80
_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing at one place of the file.

    Attributes:
        line: Line (CSV), row (Excel) or line of the feature (GeoJSON), from 1.
        column: The column as the file calls it; empty when it is about the whole line.
        value: What stands there, cut short.
        reason: What is wrong with it, or what was read instead.
        mend: What to do about it; empty where it was mended.
    """

    line: int
    column: str
    value: str
    reason: str
    mend: str = ""


@dataclass(slots=True)
class Findings:
    """A bounded list that goes on counting."""

    kept: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, value: object, reason: str, mend: str = "") -> None:
        """Note one thing."""
        self.count += 1
        if len(self.kept) < _KEPT:
            self.kept.append(Finding(line, column, brief(value), reason, mend))


def brief(value: object) -> str:
    """Return a value as it may be shown: short, printable, on one line."""
    text = "" if value is None else str(value)[: _LONGEST_VALUE * 2]
    text = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


class Unacceptable(Exception):
    """A cell's value cannot be taken; caught where the line is known.

    Attributes:
        reason: What is wrong with it.
        mend: What to do about it.
    """

    def __init__(self, reason: str, mend: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend
