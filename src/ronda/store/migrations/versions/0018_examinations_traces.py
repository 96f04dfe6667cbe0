"""Examinations of a case's footage, what they found, and the boards on which it is put together."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0018"
down_revision: Final = "0017"


def upgrade() -> None:
    """Make the tables."""
    _examinations()
    _traces()


def _examinations() -> None:
    op.create_table(
        "examinations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("from_90k", sa.BigInteger, nullable=False),
        sa.Column("to_90k", sa.BigInteger, nullable=False),
        sa.Column("plates", sa.Boolean, nullable=False),
        sa.Column("likeness", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("until_90k", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("mend", sa.Text, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("gaps_s", sa.Float, nullable=False),
        sa.Column("ended_90k", sa.BigInteger, nullable=True),
        sa.Column("at_node", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_examinations"),
    )
    op.create_index("ix_examinations_case", "examinations", ["case", "at_90k"])
    op.create_index("ix_examinations_state", "examinations", ["state"])
    op.create_table(
        "examination_found",
        sa.Column("examination", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("begun_90k", sa.BigInteger, nullable=False),
        sa.Column("ended_90k", sa.BigInteger, nullable=False),
        sa.Column("best_90k", sa.BigInteger, nullable=False),
        sa.Column("xyxy", sa.Text, nullable=False),
        sa.Column("plate", sa.Text, nullable=False),
        sa.Column("likeness", sa.LargeBinary, nullable=True),
        sa.Column("likeness_model", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("examination", "n", name="pk_examination_found"),
    )
    op.create_index("ix_examination_found_case", "examination_found", ["case", "best_90k"])


def _traces() -> None:
    op.create_table(
        "traces",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_traces"),
    )
    op.create_index("ix_traces_case", "traces", ["case", "at_90k"])
    op.create_table(
        "trace_points",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("lat", sa.Float, nullable=True),
        sa.Column("lon", sa.Float, nullable=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("plate", sa.Text, nullable=False),
        sa.Column("xyxy", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("added_90k", sa.BigInteger, nullable=False),
        sa.Column("examination", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trace_points"),
    )
    op.create_index("ix_trace_points_trace", "trace_points", ["trace", "at_90k"])
    op.create_table(
        "trace_links",
        sa.Column("from_point", sa.Text, nullable=False),
        sa.Column("to_point", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("from_point", "to_point", name="pk_trace_links"),
    )
    op.create_index("ix_trace_links_trace", "trace_links", ["trace"])
