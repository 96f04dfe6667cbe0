"""The access log as files: CSV that no spreadsheet takes for a program, and JSON lines."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from ronda.web.documents_accesslog import LookShown

KINDS: Final = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_COLUMNS: Final = (
    "number",
    "started",
    "ended",
    "who",
    "action",
    "camera",
    "area",
    "subject",
    "purpose",
    "from",
    "to",
    "remote",
    "allowed",
    "reason",
)
HEADING: Final = ("\ufeff" + ",".join(_COLUMNS) + "\r\n").encode()
"""With a byte-order mark, by which spreadsheets know UTF-8."""
_BEGINS_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_BEHIND_A_SEMICOLON: Final = re.compile(r"(;\s*)(?=[=+\-@])")
"""Where the comma is for decimals, as in Indonesia, spreadsheets begin another cell at a semicolon."""


def as_csv(looks: Sequence[LookShown]) -> bytes:
    """Return rows of a CSV file (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    for look in looks:
        row = look.model_dump(by_alias=True)
        writer.writerow([_cell(row[column]) for column in _COLUMNS])
    return text.getvalue().encode()


def as_json_lines(looks: Sequence[LookShown]) -> bytes:
    """Return one JSON object a line."""
    return "".join(f"{look.model_dump_json(by_alias=True)}\n" for look in looks).encode()


def _cell(value: object) -> str:
    """Return a value as text; what a spreadsheet would take for a formula gets an apostrophe before it."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    text = _BEHIND_A_SEMICOLON.sub(r"\1'", text)
    return f"'{text}" if text.startswith(_BEGINS_FORMULAS) else text
