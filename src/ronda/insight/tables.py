"""The tables of insight: figures of days that are over; counts and measures, and what was seen."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA, ROW_NUMBER

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

OBSERVED_NODES: Final = sa.Table(
    "observed_nodes",
    METADATA,
    sa.Column("node", sa.Text, primary_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False),
)
"""The number of the last batch of observations that was taken from each node."""

COUNTS: Final = sa.Table(
    "counts",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("minute", sa.BigInteger, primary_key=True),
    sa.Column("line", sa.Text, primary_key=True),
    sa.Column("direction", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, primary_key=True),
    sa.Column("eye", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("speed_kmh", sa.Float, nullable=False),
    sa.Column("speeds", sa.Integer, nullable=False),
)
"""What passed, by camera and minute (since 1970): `speed_kmh` is the sum of the speeds of `speeds` things.

An `eye` is its id and version with a space between; empty where none was needed.
"""

MEASURES: Final = sa.Table(
    "measures",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("minute", sa.BigInteger, primary_key=True),
    sa.Column("analytic", sa.Text, primary_key=True),
    sa.Column("zone", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("eye", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("measured", sa.Integer, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("least", sa.Float, nullable=False),
    sa.Column("most", sa.Float, nullable=False),
    sa.Column("newest", sa.Float, nullable=False),
)
"""What was measured, by camera and minute: of `measured` values their `total`, extremes and the newest."""

HOUR_COUNTS: Final = sa.Table(
    "hour_counts",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("hour", sa.BigInteger, primary_key=True),
    sa.Column("line", sa.Text, primary_key=True),
    sa.Column("direction", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, primary_key=True),
    sa.Column("eye", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("speed_kmh", sa.Float, nullable=False),
    sa.Column("speeds", sa.Integer, nullable=False),
)
"""`counts` by the hour of the city's zone; `hour` is the minute (since 1970) with which it begins."""

HOUR_MEASURES: Final = sa.Table(
    "hour_measures",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("hour", sa.BigInteger, primary_key=True),
    sa.Column("analytic", sa.Text, primary_key=True),
    sa.Column("zone", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("eye", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("measured", sa.Integer, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("least", sa.Float, nullable=False),
    sa.Column("most", sa.Float, nullable=False),
)
"""`measures` by the hour."""

WATCHED_HOURS: Final = sa.Table(
    "watched_hours",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("hour", sa.BigInteger, primary_key=True),
    sa.Column("minutes", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
)
"""For how long a camera was looked at within an hour: a bit for each minute, and the seconds that they are."""

HAND_COUNTS: Final = sa.Table(
    "hand_counts",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=False),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("eye", sa.Text, nullable=False),
    sa.Column("hand", sa.Text, nullable=False),
    sa.Column("counted", sa.Text, nullable=False),
    sa.Column("effectiveness", sa.Float, nullable=False),
    sa.Index("ix_hand_counts_camera", "camera", "at_90k"),
)
"""What a person counted at a line and what the eye did in the same minutes: `hand` and `counted` are JSON."""

OBSERVATION_GAPS: Final = sa.Table(
    "observation_gaps",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("from_90k", sa.BigInteger, primary_key=True),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("lasts", sa.Boolean, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
)
"""Stretches in which a camera was not looked at though it should have been."""

SEEN_TRACKS: Final = sa.Table(
    "seen_tracks",
    METADATA,
    sa.Column("id", ROW_NUMBER, primary_key=True),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("first_90k", sa.BigInteger, nullable=False),
    sa.Column("last_90k", sa.BigInteger, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("colour", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("lines", sa.Text, nullable=False),
    sa.Column("zones", sa.Text, nullable=False, server_default="[]"),
    sa.Column("speed_kmh", sa.Float, nullable=True),
    sa.Column("picture", sa.Text, nullable=True),
    sa.Column("picture_90k", sa.BigInteger, nullable=True),
    sa.Column("place", sa.Text, nullable=True),
    sa.Column("eye", sa.Text, nullable=False),
    sa.Index("ix_seen_tracks_camera_first_90k", "camera", "first_90k"),
    sa.Index("ix_seen_tracks_first_90k", "first_90k"),
    sa.Index("ix_seen_tracks_label_colour_first_90k", "label", "colour", "first_90k"),
)
"""Things that were followed to their end: what is searched. `lines`, `zones` and `place` (the box) are JSON."""
