"""Columns that are kept sealed: their tables say so (`info=SEALED`); what lies in them plainly is sealed at opening.

So what an older Ronda wrote is sealed at the first start, and what is sealed under an older key at the first start
with a new one.
"""

from typing import Any, Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA
from ronda.store.secrets import PREFIX, Secrets

SEALED: Final = {"sealed": True}
"""What a column's `info` says when its texts are sealed."""


def reseal(connection: sa.Connection, secrets: Secrets) -> list[sa.Table]:
    """Seal what is plain, or sealed under a known key that is not the first; return the tables that it was in."""
    return [table for table in METADATA.sorted_tables if _reseal(connection, secrets, table)]


def _reseal(connection: sa.Connection, secrets: Secrets, table: sa.Table) -> bool:
    sealed = [column for column in table.columns if column.info.get("sealed")]
    if not sealed:
        return False
    ours = f"{PREFIX}{secrets.key_id}:%"
    suspicious = sa.or_(*(column.not_like(ours) for column in sealed))
    changed = False
    for row in connection.execute(sa.select(table).where(suspicious)).mappings().all():
        values = {column.name: _sealed(secrets, row[column.name]) for column in sealed}
        if any(values[column.name] != row[column.name] for column in sealed):
            mine = sa.and_(*(key == row[key.name] for key in table.primary_key.columns))
            connection.execute(table.update().where(mine).values(values))
            changed = True
    return changed


def _sealed(secrets: Secrets, text: Any) -> str | None:
    """Return the text sealed under the first key; as it is, where it is already or cannot be opened."""
    if text is None or not secrets.is_stale(text):
        return None if text is None else str(text)
    return secrets.seal(secrets.open_or_keep(text))
