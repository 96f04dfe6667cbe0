"""Deletions that courts have ordered."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0019"
down_revision: Final = "0018"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "deletions",
        sa.Column("id", sa.Text, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_deletions"),
    )
    op.create_index("ix_deletions_at", "deletions", ["at_90k"])
    op.create_index("ix_deletions_state", "deletions", ["state"])
