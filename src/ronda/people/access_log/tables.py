"""The tables of the access log: entries that nobody can change, names beside them that can be erased.

`ACCESS_LOG` holds what a leaf of the tree commits to, `ACCESS_NAMES` the words behind its commitments, `ACCESS_NODES`
roots of complete subtrees (a cache that makes proofs quick), `ACCESS_HEADS` every tree head that was signed.
"""

from typing import Final

import sqlalchemy as sa

from ronda.store.append_only import keep_append_only
from ronda.store.metadata import METADATA, ROW_NUMBER

ACCESS_LOG: Final = sa.Table(
    "access_log_entries",
    METADATA,
    sa.Column("number", ROW_NUMBER, primary_key=True, autoincrement=False),
    sa.Column("view", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("camera", sa.Text, nullable=True),
    sa.Column("area", sa.Text, nullable=True),
    sa.Column("from_90k", sa.BigInteger, nullable=True),
    sa.Column("to_90k", sa.BigInteger, nullable=True),
    sa.Column("remote", sa.Text, nullable=False),
    sa.Column("who", sa.LargeBinary, nullable=True),
    sa.Column("purpose", sa.LargeBinary, nullable=True),
    sa.Column("reason", sa.LargeBinary, nullable=True),
    sa.Column("subject", sa.LargeBinary, nullable=True),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Index("ix_access_log_entries_camera", "camera", "number"),
    sa.Index("ix_access_log_entries_area", "area", "number"),
    sa.Index("ix_access_log_entries_at", "at"),
    sa.Index("ix_access_log_entries_view", "view"),
)
"""Append-only, dense from 0: a view that ends is a second row with the same `view`, never a changed one.

`who`, `purpose`, `reason` and `subject` are commitments (`leaf.py`); null where there was nothing to say.
"""

ACCESS_NAMES: Final = sa.Table(
    "access_log_names",
    METADATA,
    sa.Column("number", ROW_NUMBER, primary_key=True, autoincrement=False),
    sa.Column("who", sa.Text, nullable=True),
    sa.Column("purpose", sa.Text, nullable=True),
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("nonce", sa.LargeBinary, nullable=True),
    sa.Column("subject", sa.Text, nullable=True),
    sa.Column("subject_nonce", sa.LargeBinary, nullable=True),
    sa.Index("ix_access_log_names_who", "who", "number"),
)
"""The words of an entry; erased ones are null, with the nonce without which nobody can try names against a leaf."""

ACCESS_NODES: Final = sa.Table(
    "access_log_nodes",
    METADATA,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", ROW_NUMBER, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

ACCESS_HEADS: Final = sa.Table(
    "access_log_heads",
    METADATA,
    sa.Column("id", ROW_NUMBER, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)

for _table in (ACCESS_LOG, ACCESS_NODES, ACCESS_HEADS):
    keep_append_only(_table)
