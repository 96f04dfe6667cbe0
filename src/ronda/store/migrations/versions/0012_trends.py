"""Counts and measures by the hour, which minutes were watched, and what people counted by hand."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0012"
down_revision: Final = "0011"
_AT_ONCE: Final = 1_000


def upgrade() -> None:
    """Make the tables, and fill them from the minutes that there are."""
    _hour_counts()
    _hour_measures()
    _watched_hours()
    _hand_counts()
    connection = op.get_bind()
    for statement in (_COUNTS_INTO_HOURS, _MEASURES_INTO_HOURS):
        connection.execute(sa.text(statement))
    table = sa.table("watched_hours", *(sa.column(name) for name in ("camera", "hour", "minutes", "seconds")))
    hours = _watched(connection)
    while some := list(islice(hours, _AT_ONCE)):
        op.bulk_insert(table, some)


# Hours of UTC: those of a zone that is half an hour off begin with the next observation.
_COUNTS_INTO_HOURS: Final = """
INSERT INTO hour_counts (camera, hour, line, direction, label, eye, count, speed_kmh, speeds)
SELECT camera, minute - minute % 60, line, direction, label, eye, SUM(count), SUM(speed_kmh), SUM(speeds)
FROM counts GROUP BY camera, minute - minute % 60, line, direction, label, eye
"""
_MEASURES_INTO_HOURS: Final = """
INSERT INTO hour_measures (camera, hour, analytic, zone, name, eye, unit, measured, total, least, most)
SELECT camera, minute - minute % 60, analytic, zone, name, eye, MAX(unit), SUM(measured), SUM(total), MIN(least), MAX(most)
FROM measures GROUP BY camera, minute - minute % 60, analytic, zone, name, eye
"""  # noqa: E501
_MINUTES: Final = """
SELECT camera, minute FROM counts
UNION
SELECT camera, CASE WHEN analytic = 'counting' THEN minute - 1 ELSE minute END FROM measures
ORDER BY 1, 2
"""


def _watched(connection: sa.Connection) -> Iterator[dict[str, object]]:
    """Yield the hours in which something passed or was measured, in order; counting tells a minute as it ends."""
    at: tuple[str, int] | None = None
    minutes = 0
    # Read whole: the same connection writes meanwhile.
    for camera, minute in connection.execute(sa.text(_MINUTES)).all():
        hour = (camera, minute - minute % 60)
        if at is not None and hour != at:
            yield {"camera": at[0], "hour": at[1], "minutes": minutes, "seconds": 60 * minutes.bit_count()}
            minutes = 0
        at, minutes = hour, minutes | 1 << minute % 60
    if at is not None:
        yield {"camera": at[0], "hour": at[1], "minutes": minutes, "seconds": 60 * minutes.bit_count()}


def _hour_counts() -> None:
    op.create_table(
        "hour_counts",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("eye", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("speed_kmh", sa.Float, nullable=False),
        sa.Column("speeds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("camera", "hour", "line", "direction", "label", "eye", name="pk_hour_counts"),
    )


def _hour_measures() -> None:
    op.create_table(
        "hour_measures",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("analytic", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("eye", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("measured", sa.Integer, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("least", sa.Float, nullable=False),
        sa.Column("most", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("camera", "hour", "analytic", "zone", "name", "eye", name="pk_hour_measures"),
    )


def _watched_hours() -> None:
    op.create_table(
        "watched_hours",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("camera", "hour", name="pk_watched_hours"),
    )


def _hand_counts() -> None:
    op.create_table(
        "hand_counts",
        sa.Column("id", sa.Text, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_hand_counts"),
    )
    op.create_index("ix_hand_counts_camera", "hand_counts", ["camera", "at_90k"])
