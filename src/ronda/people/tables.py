"""The tables of people: who they are, how they came in, what they looked at.

Secrets are kept as hashes only: passwords argon2id, session and API tokens SHA-256.
"""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA
from ronda.store.sealing import SEALED

PERSONS: Final = sa.Table(
    "persons",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("display", sa.Text, nullable=False, server_default=""),
    sa.Column("kind", sa.Text, nullable=False, server_default="person"),
    sa.Column("disabled", sa.BigInteger, nullable=True),
    sa.Column("phone", sa.Text, nullable=True),
    sa.Column("email", sa.Text, nullable=True),
    sa.Column("totp", sa.Text, nullable=True, info=SEALED),
    sa.Column("totp_since", sa.BigInteger, nullable=True),
    sa.Column("totp_step", sa.BigInteger, nullable=True),
)
"""`totp` is sealed; it counts once `totp_since` is set. `totp_step` is the last one used: each code opens once."""

RECOVERY_CODES: Final = sa.Table(
    "recovery_codes",
    METADATA,
    sa.Column("person", sa.Text, sa.ForeignKey("persons.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("used", sa.BigInteger, nullable=True),
)

GRANTS: Final = sa.Table(
    "grants",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("persons.name", ondelete="CASCADE"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("starts", sa.BigInteger, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("given", sa.BigInteger, nullable=False),
    sa.Column("ended", sa.BigInteger, nullable=True),
    sa.Column("ended_by", sa.Text, nullable=True),
    sa.Index("ix_grants_person", "person"),
    sa.Index("ix_grants_scope_value", "scope", "value"),
)
"""A grant that is ended stays as a row; only those without `ended` count."""

INVITATIONS: Final = sa.Table(
    "invitations",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=True),
    sa.Column("display", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("used", sa.BigInteger, nullable=True),
    sa.Column("used_by", sa.Text, nullable=True),
    sa.Column("revoked", sa.BigInteger, nullable=True),
    sa.Index("ix_invitations_scope_value", "scope", "value"),
)
"""`until` is the end of the grant that it becomes, `expires` its own."""

KEYS: Final = sa.Table(
    "keys",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False, info=SEALED),
)
"""Keys that this installation signs with, sealed."""

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
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("actions", sa.Text, nullable=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=True),
    sa.Column("seen", sa.BigInteger, nullable=True),
)
"""`actions` are those that a token may do at most, as JSON; none says all of its role."""
