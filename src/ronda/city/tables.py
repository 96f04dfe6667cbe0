"""The tables of what there is: cameras, their addresses, and every change to them."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

CAMERAS: Final = sa.Table(
    "cameras",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("recording", sa.Text, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
)

ADDRESSES: Final = sa.Table(
    "camera_addresses",
    METADATA,
    sa.Column("camera", sa.Text, sa.ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("username", sa.Text, nullable=True),
    sa.Column("password", sa.Text, nullable=True),
)

CHANGES: Final = sa.Table(
    "changes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=True),
    sa.Column("after", sa.Text, nullable=True),
    sa.Index("ix_changes_kind_subject", "kind", "subject", "id"),
)
