"""Masked copies that belong to a case, not to somebody's request."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0017"
down_revision: Final = "0016"


def upgrade() -> None:
    """Let a copy name its case; those that there are name none."""
    op.add_column("masked_copies", sa.Column("case", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_masked_copies_case", "masked_copies", ["case"])
