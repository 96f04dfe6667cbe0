"""Cases: what was asked for as evidence, and its chain of custody."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ronda.store.append_only import statements

revision: Final = "0014"
down_revision: Final = "0013"


def upgrade() -> None:
    """Make the tables."""
    _cases()
    _stretches()
    _custody()
    for statement in statements("case_custody", op.get_bind().dialect.name):
        op.execute(statement)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("letter", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("happened_90k", sa.BigInteger, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=True),
        sa.Column("unseen", sa.Boolean, nullable=False),
        sa.Column("asked_90k", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("decided_90k", sa.BigInteger, nullable=True),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("until_90k", sa.BigInteger, nullable=False),
        sa.Column("delivered_90k", sa.BigInteger, nullable=True),
        sa.Column("closed_90k", sa.BigInteger, nullable=True),
        sa.Column("changed_90k", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
    )
    op.create_index("ix_cases_by", "cases", ["by", "asked_90k"])
    op.create_index("ix_cases_state", "cases", ["state", "asked_90k"])


def _stretches() -> None:
    op.create_table(
        "case_stretches",
        sa.Column("hold", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("from_90k", sa.BigInteger, nullable=False),
        sa.Column("to_90k", sa.BigInteger, nullable=False),
        sa.Column("held_90k", sa.BigInteger, nullable=True),
        sa.Column("kept_until_90k", sa.BigInteger, nullable=True),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hold", name="pk_case_stretches"),
    )
    op.create_index("ix_case_stretches_case", "case_stretches", ["case", "place"])


def _custody() -> None:
    op.create_table(
        "case_custody",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_custody"),
    )
    op.create_index("ix_case_custody_case", "case_custody", ["case", "id"])
