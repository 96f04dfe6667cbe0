"""The access log as a Merkle tree, names beside it."""

from typing import Final

revision: Final = "0004"
down_revision: Final = "0003"


def upgrade() -> None:
    """Change nothing yet."""
