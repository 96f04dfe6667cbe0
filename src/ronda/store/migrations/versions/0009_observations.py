"""What each camera is looked at for, and what was seen: counts and measures by the minute, gaps, things that passed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0008"


def upgrade() -> None:
    """Add the column and make the tables."""
    op.add_column("cameras", sa.Column("watching", sa.Text, nullable=True))
    op.create_table(
        "observed_nodes",
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_observed_nodes"),
    )
    op.create_table(
        "counts",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("eye", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("speed_kmh", sa.Float, nullable=False),
        sa.Column("speeds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("camera", "minute", "line", "direction", "label", "eye", name="pk_counts"),
    )
    op.create_table(
        "measures",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("analytic", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("eye", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("measured", sa.Integer, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("least", sa.Float, nullable=False),
        sa.Column("most", sa.Float, nullable=False),
        sa.Column("newest", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("camera", "minute", "analytic", "zone", "name", "eye", name="pk_measures"),
    )
    op.create_table(
        "observation_gaps",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("from_90k", sa.BigInteger, nullable=False),
        sa.Column("to_90k", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("lasts", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("camera", "from_90k", name="pk_observation_gaps"),
    )
    _seen_tracks()


def _seen_tracks() -> None:
    op.create_table(
        "seen_tracks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("first_90k", sa.BigInteger, nullable=False),
        sa.Column("last_90k", sa.BigInteger, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("speed_kmh", sa.Float, nullable=True),
        sa.Column("picture", sa.Text, nullable=True),
        sa.Column("picture_90k", sa.BigInteger, nullable=True),
        sa.Column("place", sa.Text, nullable=True),
        sa.Column("eye", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seen_tracks"),
    )
    op.create_index("ix_seen_tracks_camera_first_90k", "seen_tracks", ["camera", "first_90k"])
    op.create_index("ix_seen_tracks_first_90k", "seen_tracks", ["first_90k"])
