"""The seam between SQLite and PostgreSQL."""

from ronda.base.errors import BadInput
from ronda.store.engines.contract import DatabaseEngine
from ronda.store.engines.sqlite import SqliteEngine


def engine_for(url: str) -> DatabaseEngine:
    """Return the engine that `url` (`sqlite:///PATH`, `postgresql://USER@HOST/NAME`) names.

    Raises:
        BadInput: There is no such engine, or the address is not one.
    """
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return SqliteEngine(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql://", "postgres://")):
        from ronda.store.engines.postgresql import PostgresqlEngine  # noqa: PLC0415 - its driver takes 0.1 s to import

        return PostgresqlEngine(url)
    kind = url.split(":", 1)[0][:20]
    raise BadInput(f"{kind!r} is not a database that Ronda can use", "use postgresql://USER:PASSWORD@HOST/NAME")
