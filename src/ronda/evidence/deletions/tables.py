"""The table of deletions that courts have ordered."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

DELETIONS: Final = sa.Table(
    "deletions",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=False),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("cases", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=True),
    sa.Column("decided_90k", sa.BigInteger, nullable=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("mend", sa.Text, nullable=False),
    sa.Column("done_90k", sa.BigInteger, nullable=True),
    sa.Column("segments", sa.Integer, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("ended", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Index("ix_deletions_at", "at_90k"),
    sa.Index("ix_deletions_state", "state"),
)
