"""Bookmarks: moments of the past with a note."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0016"
down_revision: Final = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "bookmarks",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("made_90k", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bookmarks"),
    )
    op.create_index("ix_bookmarks_camera_at_90k", "bookmarks", ["camera", "at_90k"])
    op.create_index("ix_bookmarks_by", "bookmarks", ["by"])
