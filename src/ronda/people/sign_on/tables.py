"""The table of links between persons and their accounts at the city's sign-on."""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA

SIGN_ON_LINKS: Final = sa.Table(
    "sign_on_links",
    METADATA,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("persons.name", ondelete="CASCADE"), nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Index("ix_sign_on_links_person", "person"),
)
