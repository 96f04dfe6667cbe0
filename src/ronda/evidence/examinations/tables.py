"""The tables of examinations and of what they found."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

EXAMINATIONS: Final = sa.Table(
    "examinations",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=False),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("plates", sa.Boolean, nullable=False),
    sa.Column("likeness", sa.Boolean, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("until_90k", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("mend", sa.Text, nullable=False),
    sa.Column("found", sa.Integer, nullable=False),
    sa.Column("gaps_s", sa.Float, nullable=False),
    sa.Column("ended_90k", sa.BigInteger, nullable=True),
    sa.Column("at_node", sa.Boolean, nullable=False),
    sa.Index("ix_examinations_case", "case", "at_90k"),
    sa.Index("ix_examinations_state", "state"),
)

EXAMINATION_FOUND: Final = sa.Table(
    "examination_found",
    METADATA,
    sa.Column("examination", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("colour", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("begun_90k", sa.BigInteger, nullable=False),
    sa.Column("ended_90k", sa.BigInteger, nullable=False),
    sa.Column("best_90k", sa.BigInteger, nullable=False),
    sa.Column("xyxy", sa.Text, nullable=False),
    sa.Column("plate", sa.Text, nullable=False),
    sa.Column("likeness", sa.LargeBinary, nullable=True),
    sa.Column("likeness_model", sa.Text, nullable=False),
    sa.Index("ix_examination_found_case", "case", "best_90k"),
)
"""`plate` is a `ReadPlate` as JSON, empty for none; `likeness` 16-bit floats, little-endian."""
