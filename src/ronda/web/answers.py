"""Answers as JSON or as a table for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.responses import Response


def as_json(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Return a document as an answer."""
    return Response(json.dumps(document, ensure_ascii=False), 200, dict(headers or {}), "application/json")


def as_table(
    name: str, rows: Sequence[Mapping[str, Any]], headers: Mapping[str, str] | None = None, first: str = "at"
) -> Response:
    """Return rows as a table; an eye becomes two columns.

    Args:
        name: The file's.
        rows: All with the same names.
        headers: More of the answer's head.
        first: The first column, to be shown where there is no row.
    """
    flat = [_flat(row) for row in rows]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(flat[0] if flat else [first])
    writer.writerows(_cells(row.values()) for row in flat)
    told = {"Content-Disposition": f'attachment; filename="{name}"', **(headers or {})}
    return Response(out.getvalue(), 200, told, "text/csv; charset=utf-8")


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    if "eye" not in row:
        return dict(row)
    eye = row["eye"] or {"id": "", "version": ""}
    return {**{key: row[key] for key in row if key != "eye"}, "eye": eye["id"], "eye_version": eye["version"]}


def _cells(values: Iterable[Any]) -> list[Any]:
    """Return cells of which none is a formula: a name that somebody typed must not run in a spreadsheet."""
    return [f"'{one}" if isinstance(one, str) and one[:1] in ("=", "+", "-", "@", "\t") else one for one in values]
