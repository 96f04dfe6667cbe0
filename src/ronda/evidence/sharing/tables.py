"""The table of shares."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

CASE_SHARES: Final = sa.Table(
    "case_shares",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("export", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
    sa.Column("until_90k", sa.BigInteger, nullable=False),
    sa.Column("token_sha256", sa.Text, nullable=False),
    sa.Column("code_hash", sa.Text, nullable=False),
    sa.Column("pass_sha256", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("opened_90k", sa.BigInteger, nullable=True),
    sa.Column("fetched_90k", sa.BigInteger, nullable=True),
    sa.Column("fetches", sa.Integer, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=True),
    sa.Column("ended_90k", sa.BigInteger, nullable=True),
    sa.Column("at_node", sa.Boolean, nullable=False),
    sa.Index("ix_case_shares_case", "case", "at_90k"),
    sa.Index("ix_case_shares_token", "token_sha256"),
    sa.Index("ix_case_shares_state", "state"),
)
"""Who was given what of a case, for how long; hashes of what opens it, never what opens it."""
