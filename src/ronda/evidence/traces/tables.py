"""The tables of traces: the board, its points, and what persons said of the links between them."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

TRACES: Final = sa.Table(
    "traces",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Index("ix_traces_case", "case", "at_90k"),
)

TRACE_POINTS: Final = sa.Table(
    "trace_points",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
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
    sa.Index("ix_trace_points_trace", "trace", "at_90k"),
)
"""`xyxy` is JSON; `plate`, `xyxy` and `examination` are empty where there is none. The picture is a file of its id."""

TRACE_LINKS: Final = sa.Table(
    "trace_links",
    METADATA,
    sa.Column("from_point", sa.Text, primary_key=True),
    sa.Column("to_point", sa.Text, primary_key=True),
    sa.Column("trace", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Index("ix_trace_links_trace", "trace"),
)
