"""Writing thousands of rows, in a store's thread that leaves the interpreter to the loop now and then."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.bites import Bites

_AT_ONCE: Final = 100


def write_rows(connection: sa.Connection, statement: sa.Executable, rows: Iterable[dict[str, Any]]) -> None:
    """Execute a statement for every row; rows are made as they are needed."""
    bites, every = Bites(), iter(rows)
    while some := list(islice(every, _AT_ONCE)):
        connection.execute(statement, some)
        bites.rest()
