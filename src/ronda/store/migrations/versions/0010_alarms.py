"""Alarms, their log, and what was handed to agencies."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0010"
down_revision: Final = "0009"


def upgrade() -> None:
    """Make the tables."""
    _alarms()
    _alarm_log()
    _dispatches()


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("analytic", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("eye", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=True),
        sa.Column("level", sa.Integer, nullable=True),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attention", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=True),
        sa.Column("verdict", sa.Text, nullable=True),
        sa.Column("judged_by", sa.Text, nullable=True),
        sa.Column("held_until_90k", sa.BigInteger, nullable=True),
        sa.Column("begun_90k", sa.BigInteger, nullable=False),
        sa.Column("raised_90k", sa.BigInteger, nullable=False),
        sa.Column("signed_90k", sa.BigInteger, nullable=False),
        sa.Column("over_90k", sa.BigInteger, nullable=True),
        sa.Column("closed_90k", sa.BigInteger, nullable=True),
        sa.Column("changed_90k", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("more", sa.Integer, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("shots", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
    )
    op.create_index("ix_alarms_cause", "alarms", ["camera", "analytic", "key", "raised_90k"])
    op.create_index("ix_alarms_raised_90k", "alarms", ["raised_90k"])
    op.create_index("ix_alarms_state", "alarms", ["state", "priority", "raised_90k"])


def _alarm_log() -> None:
    op.create_table(
        "alarm_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alarm", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_log"),
    )
    op.create_index("ix_alarm_log_alarm", "alarm_log", ["alarm", "id"])


def _dispatches() -> None:
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("alarm", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("offered_90k", sa.BigInteger, nullable=False),
        sa.Column("due_90k", sa.BigInteger, nullable=True),
        sa.Column("person", sa.Text, nullable=True),
        sa.Column("accepted_90k", sa.BigInteger, nullable=True),
        sa.Column("arrived_90k", sa.BigInteger, nullable=True),
        sa.Column("ended_90k", sa.BigInteger, nullable=True),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispatches"),
    )
    op.create_index("ix_dispatches_agency", "dispatches", ["agency", "state", "offered_90k"])
    op.create_index("ix_dispatches_alarm", "dispatches", ["alarm"])
    op.create_index("ix_dispatches_due_90k", "dispatches", ["due_90k"])
