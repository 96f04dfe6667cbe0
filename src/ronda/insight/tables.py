"""The tables of insight: figures of days that are over."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

AVAILABILITY: Final = sa.Table(
    "availability",
    METADATA,
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("connected", sa.Integer, nullable=False),
    sa.Column("working", sa.Integer, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
)
"""Cameras by day (`YYYY-MM-DD`) and kecamatan: how many there were, were connected, and worked."""

EVIDENCE_MONTHS: Final = sa.Table(
    "evidence_months",
    METADATA,
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("requested", sa.Integer, nullable=False),
    sa.Column("delivered", sa.Integer, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
)
"""Requests for evidence by month (`YYYY-MM`)."""
