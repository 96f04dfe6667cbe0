"""The access log as a Merkle tree, names beside it.

What was logged before becomes the first leaves, in the order in which it was logged. The leaves' format is written
down here once more, as it was at this version: a migration must not change when the program does.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from ronda.store.append_only import dropping, statements

revision: Final = "0004"
down_revision: Final = "0003"
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARDED: Final = ("access_log_entries", "access_log_nodes", "access_log_heads")
_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode
_AT_ONCE: Final = 2_000


def upgrade() -> None:
    """Make the new tables, carry the old log over, and let go of it."""
    _entries()
    _names()
    _tree()
    _carry_over()
    for statement in dropping("access_log", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("access_log")
    for table in _GUARDED:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def _entries() -> None:
    op.create_table(
        "access_log_entries",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("camera", sa.Text),
        sa.Column("area", sa.Text),
        sa.Column("from_90k", sa.BigInteger),
        sa.Column("to_90k", sa.BigInteger),
        sa.Column("remote", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary),
        sa.Column("purpose", sa.LargeBinary),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("subject", sa.LargeBinary),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_access_log_entries"),
    )
    for columns in (["camera", "number"], ["area", "number"], ["at"], ["view"]):
        op.create_index(f"ix_access_log_entries_{columns[0]}", "access_log_entries", columns)


def _names() -> None:
    op.create_table(
        "access_log_names",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("purpose", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("nonce", sa.LargeBinary),
        sa.Column("subject", sa.Text),
        sa.Column("subject_nonce", sa.LargeBinary),
        sa.PrimaryKeyConstraint("number", name="pk_access_log_names"),
    )
    op.create_index("ix_access_log_names_who", "access_log_names", ["who", "number"])


def _tree() -> None:
    op.create_table(
        "access_log_nodes",
        sa.Column("level", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("position", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name="pk_access_log_nodes"),
    )
    op.create_table(
        "access_log_heads",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_log_heads"),
    )


def _carry_over() -> None:
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=["access_log", "access_log_entries", "access_log_names", "access_log_nodes"])
    number, leaves = 0, list[bytes]()
    for old in _old(connection, tables.tables["access_log"]):
        rows = [_carried(number + place, row) for place, row in enumerate(old)]
        connection.execute(tables.tables["access_log_entries"].insert(), [entry for entry, _ in rows])
        if names := [name for _, name in rows if name]:
            connection.execute(tables.tables["access_log_names"].insert(), names)
        leaves += [entry["leaf"] for entry, _ in rows]
        number += len(rows)
    if nodes := kept_roots(leaves):
        connection.execute(tables.tables["access_log_nodes"].insert(), nodes)


def kept_roots(leaves: Sequence[bytes]) -> list[dict[str, Any]]:
    """Return the rows for the roots over 256 leaves each, over 65,536, and over 16,777,216."""
    level, nodes = leaves, list[dict[str, Any]]()
    for height in (8, 16, 24):
        level = [_root(level[start : start + 256]) for start in range(0, len(level) - 255, 256)]
        nodes += [{"level": height, "position": place, "hash": hash} for place, hash in enumerate(level)]
    return nodes


def _old(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[sa.RowMapping]]:
    last: int | None = None
    while True:
        query = sa.select(table).order_by(table.c.id).limit(_AT_ONCE)
        rows = connection.execute(query if last is None else query.where(table.c.id > last)).mappings().all()
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def _carried(number: int, old: sa.RowMapping) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the entry and its names; the end of a look says no more who it was."""
    words = {name: old[name] for name in ("who", "purpose", "reason")}
    if old["event"] == "ended":
        words = dict.fromkeys(words, "")
    nonce = secrets.token_bytes(16)
    entry: dict[str, Any] = {
        "number": number,
        **{name: old[name] for name in ("view", "event", "at", "action", "camera")},
        "area": None,
        **{name: old[name] for name in ("from_90k", "to_90k", "remote")},
        **{name: _commitment(nonce, name, text) for name, text in words.items()},
        "subject": None,
    }
    values = [value.hex() if isinstance(value, bytes) else value for value in entry.values()]
    entry["leaf"] = sha256(b"\0" + _ENCODE(["ronda-access-1", *values]).encode()).digest()
    if not any(words.values()):
        return entry, None
    return entry, {"number": number, **{name: text or None for name, text in words.items()}, "nonce": nonce}


def _commitment(nonce: bytes, field: str, text: str) -> bytes | None:
    return sha256(nonce + field.encode() + b"\0" + text.encode()).digest() if text else None


def _root(row: Sequence[bytes]) -> bytes:
    while len(row) > 1:
        row = [sha256(b"\1" + row[place] + row[place + 1]).digest() for place in range(0, len(row), 2)]
    return row[0]
