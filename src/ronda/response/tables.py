"""The tables of response: alarms, their log, and what was handed to agencies."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA, ROW_NUMBER

ALARMS: Final = sa.Table(
    "alarms",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
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
    sa.Index("ix_alarms_cause", "camera", "analytic", "key", "raised_90k"),
    sa.Index("ix_alarms_state", "state", "priority", "raised_90k"),
    sa.Index("ix_alarms_raised_90k", "raised_90k"),
)
"""One row per alarm; `shots` and `detail` are JSON, `eye` is as `insight` writes it. `area` is where it was raised."""

ALARM_LOG: Final = sa.Table(
    "alarm_log",
    METADATA,
    sa.Column("id", ROW_NUMBER, primary_key=True),
    sa.Column("alarm", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("ix_alarm_log_alarm", "alarm", "id"),
)
"""Every step of an alarm and of its dispatches. `subject` names the agency or the verdict, where there is one."""

DISPATCHES: Final = sa.Table(
    "dispatches",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
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
    sa.Index("ix_dispatches_alarm", "alarm"),
    sa.Index("ix_dispatches_agency", "agency", "state", "offered_90k"),
    sa.Index("ix_dispatches_due_90k", "due_90k"),
)
"""An alarm handed to an agency. `answer` is what the agency says: why it declines, what it found."""
