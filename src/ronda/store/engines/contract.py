"""What differs between database engines; nothing outside `store/engines` may ask which one it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import exc

from ronda.base.errors import RondaError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a database's use.

    Attributes:
        readers: Threads, and connections, that read at once.
        statement_s: The longest that one statement may take.
    """

    readers: int = 2
    statement_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections to one database, by what they are for; one engine may serve both.

    Attributes:
        writing: Its transactions may write; used by one thread.
        reading: Its transactions only read, each one state of the database.
    """

    writing: sa.Engine
    reading: sa.Engine

    def dispose(self) -> None:
        """Close them all."""
        self.reading.dispose()
        self.writing.dispose()


class DatabaseEngine(Protocol):
    """One kind of database; everything here blocks and is called in the store's threads."""

    @property
    def key_file(self) -> Path | None:
        """Where its secrets' key lies when nobody says; None where somebody must say."""
        ...

    def create(self, limits: Limits) -> Connections:
        """Open the database for writing by this process alone.

        Raises:
            BadInput: The database is not one that can be used.
            Conflict: Another Ronda uses it.
            StorageFailed: The database cannot be opened.
        """
        ...

    def create_reading(self, limits: Limits) -> sa.Engine:
        """Open a database that is there for reading alone, beside whoever writes.

        Raises:
            BadInput: There is no such database.
            StorageFailed: The database cannot be opened.
        """
        ...

    def version(self) -> str | None:
        """Return the schema's version with as little work as possible; None for an empty database.

        Raises:
            StorageFailed: The database cannot be read.
        """
        ...

    def begin_write(self, connection: sa.Connection) -> None:
        """Make the transaction that has just begun one that may write without failing half-way."""
        ...

    def begin_upgrade(self, connection: sa.Connection) -> None:
        """Let the statements of this transaction take as long as they need."""
        ...

    def number_on(self, connection: sa.Connection, table: sa.Table) -> None:
        """Let the numbers that the database gives to new rows of `table` go on after those that are there."""
        ...

    def scrub(self, connections: Connections, tables: Sequence[sa.Table]) -> None:
        """Remove what changed and deleted rows of `tables` left behind in the database's files."""
        ...

    def settle(self, connections: Connections, tables: Sequence[sa.Table]) -> None:
        """Let nothing of what rows of `tables` said before remain in a journal beside them; quick, unlike `scrub`."""
        ...

    def explained(self, error: exc.SQLAlchemyError) -> RondaError | None:
        """Return what went wrong where this kind of database knows better; never the values of a statement."""
        ...
