"""Shares: what of a case was given to whom, for how long; and since when the footage of a case is gone."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0015"
down_revision: Final = "0014"


def upgrade() -> None:
    """Make the table, and the column."""
    op.add_column("case_stretches", sa.Column("gone_90k", sa.BigInteger, nullable=True))
    op.create_table(
        "case_shares",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("export", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("until_90k", sa.BigInteger, nullable=False),
        sa.Column("token_sha256", sa.Text, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("pass_sha256", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("opened_90k", sa.BigInteger, nullable=True),
        sa.Column("fetched_90k", sa.BigInteger, nullable=True),
        sa.Column("fetches", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("ended_by", sa.Text, nullable=True),
        sa.Column("ended_90k", sa.BigInteger, nullable=True),
        sa.Column("at_node", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_shares"),
    )
    op.create_index("ix_case_shares_case", "case_shares", ["case", "at_90k"])
    op.create_index("ix_case_shares_token", "case_shares", ["token_sha256"])
    op.create_index("ix_case_shares_state", "case_shares", ["state"])
