"""Cameras and their history, assignments, persons, sessions, tokens, the access log."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ronda.store.append_only import statements

revision: Final = "0001"
down_revision: Final = None
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the first tables."""
    _city()
    _people()
    _access_log()


def _city() -> None:
    op.create_table(
        "cameras",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("recording", sa.Text, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cameras"),
    )
    op.create_table(
        "camera_addresses",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("username", sa.Text),
        sa.Column("password", sa.Text),
        sa.PrimaryKeyConstraint("camera", "part", name="pk_camera_addresses"),
        sa.ForeignKeyConstraint(["camera"], ["cameras.id"], name="fk_camera_addresses_camera", ondelete="CASCADE"),
    )
    op.create_table(
        "changes",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_kind_subject", "changes", ["kind", "subject", "id"])
    op.create_table(
        "assignments",
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_assignments"),
    )


def _people() -> None:
    op.create_table(
        "persons",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_persons"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("secret_hash", name="uq_sessions_secret_hash"),
        sa.ForeignKeyConstraint(["person"], ["persons.name"], name="fk_sessions_person", ondelete="CASCADE"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_tokens_secret_hash"),
    )


def _access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("camera", sa.Text),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("from_90k", sa.BigInteger),
        sa.Column("to_90k", sa.BigInteger),
        sa.Column("remote", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_camera", "access_log", ["camera", "id"])
    op.create_index("ix_access_log_view", "access_log", ["view"])
    for statement in statements("access_log", op.get_bind().dialect.name):
        op.execute(statement)
