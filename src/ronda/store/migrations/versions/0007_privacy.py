"""The desk for personal data: requests and breaches."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"


def upgrade() -> None:
    """Make the desk's tables."""
    op.create_table(
        "data_requests",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("camera", sa.Text),
        sa.Column("from_90k", sa.BigInteger),
        sa.Column("to_90k", sa.BigInteger),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("due_90k", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ground", sa.Text),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("changed_90k", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_requests"),
    )
    op.create_index("ix_data_requests_state", "data_requests", ["state", "due_90k"])
    op.create_table(
        "breaches",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("found_90k", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("subjects", sa.Integer),
        sa.Column("measures", sa.Text, nullable=False),
        sa.Column("due_90k", sa.BigInteger, nullable=False),
        sa.Column("subjects_told_90k", sa.BigInteger),
        sa.Column("agency_told_90k", sa.BigInteger),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("changed_90k", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_breaches"),
    )
