"""What the centre must remember of its nodes."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

ASSIGNMENTS: Final = sa.Table(
    "assignments",
    METADATA,
    sa.Column("node", sa.Text, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
)
