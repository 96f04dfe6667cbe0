"""Reports of residents, faults that are over, and the figures of days that are over."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"


def upgrade() -> None:
    """Make the tables of upkeep and insight."""
    op.create_table(
        "reports",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("camera", sa.Text),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("photo", sa.Boolean, nullable=False),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("by", sa.Text),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("moderator", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("changed_90k", sa.BigInteger, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_state", "reports", ["state", "at_90k"])
    op.create_table(
        "faults",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("begun", sa.Text, nullable=False),
        sa.Column("mended", sa.Text, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_faults"),
    )
    op.create_index("ix_faults_camera", "faults", ["camera", "id"])
    _figures()


def _figures() -> None:
    op.create_table(
        "availability",
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("connected", sa.Integer, nullable=False),
        sa.Column("working", sa.Integer, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("day", "area", name="pk_availability"),
    )
    op.create_table(
        "evidence_months",
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("requested", sa.Integer, nullable=False),
        sa.Column("delivered", sa.Integer, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_evidence_months"),
    )
