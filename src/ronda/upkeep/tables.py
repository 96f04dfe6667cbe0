"""The tables of upkeep: what residents and members report, and faults that are over."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

REPORTS: Final = sa.Table(
    "reports",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=True),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("photo", sa.Boolean, nullable=False),
    sa.Column("lat", sa.Float, nullable=True),
    sa.Column("lon", sa.Float, nullable=True),
    sa.Column("by", sa.Text, nullable=True),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("moderator", sa.Text, nullable=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("changed_90k", sa.BigInteger, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Index("ix_reports_state", "state", "at_90k"),
)

FAULTS: Final = sa.Table(
    "faults",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("begun", sa.Text, nullable=False),
    sa.Column("mended", sa.Text, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Index("ix_faults_camera", "camera", "id"),
)
"""One row per fault that is over; one that goes on is the camera's `trouble`. Days as `YYYY-MM-DD`."""
