"""The history: every change to anything of the city, who made it, when, from what to what (secrets masked)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from ronda.city.tables import CHANGES
from ronda.city.writing import write_rows

_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Change:
    """One entry.

    Attributes:
        at_90k: When, `utc_90k`.
        by: Who; see `Principal.label`.
        kind: What kind of thing, such as `camera` or `site`.
        subject: Its id.
        action: `added`, `changed` or `removed`.
        before: Its document before; None when it was added.
        after: Its document after, with `why` where somebody said so; None when it was removed.
    """

    at_90k: int
    by: str
    kind: str
    subject: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def change_of(
    at_90k: int, by: str, kind: str, subject: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Change:
    """Return the entry for a thing that was `before` and is `after`."""
    action = "added" if before is None else "removed" if after is None else "changed"
    return Change(at_90k, by, kind, subject, action, before, after)


def note(connection: sa.Connection, changes: Iterable[Change]) -> None:
    """Append entries, within the transaction that makes the changes."""
    rows = (
        {
            "at": change.at_90k,
            "by": change.by,
            "kind": change.kind,
            "subject": change.subject,
            "action": change.action,
            "before": _text(change.before),
            "after": _text(change.after),
        }
        for change in changes
    )
    write_rows(connection, CHANGES.insert(), rows)


def history(connection: sa.Connection, kind: str, subject: str) -> tuple[Change, ...]:
    """Return every change of one thing, oldest first, also of one that is gone."""
    mine = sa.select(CHANGES).where(CHANGES.c.kind == kind, CHANGES.c.subject == subject).order_by(CHANGES.c.id)
    return tuple(
        Change(row.at, row.by, row.kind, row.subject, row.action, _document(row.before), _document(row.after))
        for row in connection.execute(mine)
    )


def _text(document: Mapping[str, Any] | None) -> str | None:
    return None if document is None else _WRITER.encode(document)


def _document(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)
