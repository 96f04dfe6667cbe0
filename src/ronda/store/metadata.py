"""The one `MetaData` on which every package declares its tables.

Moments are `utc_90k` in BIGINT columns; documents are JSON text that the owner of the table reads.
"""

from typing import Final

import sqlalchemy as sa

ROW_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Type of a key that the database counts up by itself; SQLite counts only what it calls INTEGER."""

METADATA: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
