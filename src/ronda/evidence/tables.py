"""The tables of sealed exports and of the days' roots."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

EXPORTS: Final = sa.Table(
    "exports",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=False),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("until_90k", sa.BigInteger, nullable=False),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("mend", sa.Text, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("gaps", sa.Integer, nullable=False),
    sa.Column("altered", sa.Integer, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=True),
    sa.Column("ended_90k", sa.BigInteger, nullable=True),
    sa.Column("at_node", sa.Boolean, nullable=False),
    sa.Index("ix_exports_at_90k", "at_90k"),
    sa.Index("ix_exports_case", "case"),
    sa.Index("ix_exports_state", "state"),
)
"""What was sealed, for whom and why. The files are the node's; the manifest stays here when they are gone."""

DAY_ROOTS: Final = sa.Table(
    "day_roots",
    METADATA,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("profile", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("tree", sa.LargeBinary, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Index("ix_day_roots_day", "day"),
)
"""The chain of a camera's days: each root is over the one before it; signed by the city's sealing key."""

BOOKMARKS: Final = sa.Table(
    "bookmarks",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("made_90k", sa.BigInteger, nullable=False),
    sa.Index("ix_bookmarks_camera_at_90k", "camera", "at_90k"),
    sa.Index("ix_bookmarks_by", "by"),
)
"""Moments that somebody wants to find again; `case` is empty for one's own."""
