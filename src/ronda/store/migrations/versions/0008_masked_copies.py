"""Masked copies of footage that are handed to those who ask for what concerns them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "masked_copies",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("from_90k", sa.BigInteger, nullable=False),
        sa.Column("to_90k", sa.BigInteger, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("until_90k", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("mend", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("links", sa.Integer, nullable=False),
        sa.Column("fetched_90k", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_90k", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_masked_copies"),
    )
    op.create_index("ix_masked_copies_request", "masked_copies", ["request"])
    op.create_index("ix_masked_copies_state", "masked_copies", ["state"])
