"""Reports of residents, and the desk for personal data."""

from typing import Final

revision: Final = "0005"
down_revision: Final = "0004"


def upgrade() -> None:
    """Change nothing yet."""
