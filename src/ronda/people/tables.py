"""The tables of people: who they are, how they came in, what they looked at.

Secrets are kept as hashes only: passwords argon2id, session and API tokens SHA-256.
"""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

PERSONS: Final = sa.Table(
    "persons",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
)

SESSIONS: Final = sa.Table(
    "sessions",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, sa.ForeignKey("persons.name", ondelete="CASCADE"), nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
)

TOKENS: Final = sa.Table(
    "tokens",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=True),
)

ACCESS_LOG: Final = sa.Table(
    "access_log",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("view", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=True),
    sa.Column("to_90k", sa.BigInteger, nullable=True),
    sa.Column("remote", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("ix_access_log_camera", "camera", "id"),
    sa.Index("ix_access_log_view", "view"),
)
"""Append-only: a view that ends is a second row with the same `view`, never a changed one."""

APPEND_ONLY: Final = tuple(
    f"CREATE TRIGGER access_log_no_{verb} BEFORE {verb.upper()} ON access_log "
    "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END"
    for verb in ("update", "delete")
)
for _statement in APPEND_ONLY:
    _trigger = sa.DDL(_statement)  # type: ignore[no-untyped-call]
    sa.event.listen(ACCESS_LOG, "after_create", _trigger.execute_if(dialect="sqlite"))
