"""The tables of the desk for personal data."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

DATA_REQUESTS: Final = sa.Table(
    "data_requests",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=True),
    sa.Column("from_90k", sa.BigInteger, nullable=True),
    sa.Column("to_90k", sa.BigInteger, nullable=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("due_90k", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ground", sa.Text, nullable=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=True),
    sa.Column("changed_90k", sa.BigInteger, nullable=False),
    sa.Index("ix_data_requests_state", "state", "due_90k"),
)
"""Name and contact are removed some time after a request is closed; what was decided stays."""

BREACHES: Final = sa.Table(
    "breaches",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("found_90k", sa.BigInteger, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("subjects", sa.Integer, nullable=True),
    sa.Column("measures", sa.Text, nullable=False),
    sa.Column("due_90k", sa.BigInteger, nullable=False),
    sa.Column("subjects_told_90k", sa.BigInteger, nullable=True),
    sa.Column("agency_told_90k", sa.BigInteger, nullable=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("changed_90k", sa.BigInteger, nullable=False),
)

MASKED_COPIES: Final = sa.Table(
    "masked_copies",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("from_90k", sa.BigInteger, nullable=False),
    sa.Column("to_90k", sa.BigInteger, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("until_90k", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("mend", sa.Text, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("links", sa.Integer, nullable=False),
    sa.Column("fetched_90k", sa.BigInteger, nullable=True),
    sa.Column("ended_by", sa.Text, nullable=True),
    sa.Column("ended_90k", sa.BigInteger, nullable=True),
    sa.Column("case", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_masked_copies_request", "request"),
    sa.Index("ix_masked_copies_case", "case"),
    sa.Index("ix_masked_copies_state", "state"),
)
"""The plan says where somebody stood; it is removed when the copy ends. The file itself is the node's."""
