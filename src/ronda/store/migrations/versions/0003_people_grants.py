"""Named people: grants, invitations, second factors, scopes of tokens."""

from typing import Final

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Change nothing yet."""
