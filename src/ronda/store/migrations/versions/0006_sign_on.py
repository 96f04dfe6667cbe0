"""Links between persons and their accounts at the city's own sign-on."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"


def upgrade() -> None:
    """Make the table of links."""
    op.create_table(
        "sign_on_links",
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_sign_on_links"),
        sa.ForeignKeyConstraint(["person"], ["persons.name"], name="fk_sign_on_links_person", ondelete="CASCADE"),
    )
    op.create_index("ix_sign_on_links_person", "sign_on_links", ["person"])
