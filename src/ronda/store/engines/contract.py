"""What differs between database engines; nothing outside `store/engines` may ask which one it is."""

from typing import Protocol

import sqlalchemy as sa


class DatabaseEngine(Protocol):
    """One kind of database."""

    def create(self) -> sa.Engine:
        """Return a SQLAlchemy engine; blocking, called in the store's threads.

        Raises:
            StorageFailed: The database cannot be opened.
        """
        ...

    def version(self) -> str | None:
        """Return the schema's version with as little work as possible; None for an empty database."""
        ...

    def begin_write(self, connection: sa.Connection) -> None:
        """Make the transaction that has just begun one that may write without failing half-way."""
        ...
