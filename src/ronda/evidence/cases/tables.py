"""The tables of cases: the case, its stretches of footage, its chain of custody."""

from typing import Final

import sqlalchemy as sa

from ronda.store.append_only import keep_append_only
from ronda.store.metadata import METADATA

CASES: Final = sa.Table(
    "cases",
    METADATA,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("happened_90k", sa.BigInteger, nullable=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("policy", sa.Text, nullable=True),
    sa.Column("unseen", sa.Boolean, nullable=False),
    sa.Column("asked_90k", sa.BigInteger, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=True),
    sa.Column("decided_90k", sa.BigInteger, nullable=True),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("until_90k", sa.BigInteger, nullable=False),
    sa.Column("delivered_90k", sa.BigInteger, nullable=True),
    sa.Column("closed_90k", sa.BigInteger, nullable=True),
    sa.Column("changed_90k", sa.BigInteger, nullable=False),
    sa.Index("ix_cases_state", "state", "asked_90k"),
    sa.Index("ix_cases_by", "by", "asked_90k"),
)

CASE_STRETCHES: Final = sa.Table(
    "case_stretches",
    METADATA,
    sa.Column("hold", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=False),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("held_90k", sa.BigInteger, nullable=True),
    sa.Column("kept_until_90k", sa.BigInteger, nullable=True),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("gone_90k", sa.BigInteger, nullable=True),
    sa.Index("ix_case_stretches_case", "case", "place"),
)

CASE_CUSTODY: Final = sa.Table(
    "case_custody",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("ix_case_custody_case", "case", "id"),
)

keep_append_only(CASE_CUSTODY)
