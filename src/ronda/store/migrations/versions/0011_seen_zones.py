"""In which zones things stood that were seen, and a way to find them by class and colour."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0011"
down_revision: Final = "0010"


def upgrade() -> None:
    """Add the column and the index."""
    op.add_column("seen_tracks", sa.Column("zones", sa.Text, nullable=False, server_default="[]"))
    op.create_index("ix_seen_tracks_label_colour_first_90k", "seen_tracks", ["label", "colour", "first_90k"])
