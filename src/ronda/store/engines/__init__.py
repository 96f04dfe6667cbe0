"""The seam between SQLite and PostgreSQL."""

from ronda.base.errors import BadInput
from ronda.store.engines.contract import DatabaseEngine
from ronda.store.engines.sqlite import SqliteEngine


def engine_for(url: str) -> DatabaseEngine:
    """Return the engine that `url` (`sqlite:///PATH`) names.

    Raises:
        BadInput: There is no such engine.
    """
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return SqliteEngine(url.removeprefix("sqlite:///"))
    kind = url.split(":", 1)[0]
    raise BadInput(f"{kind!r} is not a database that Ronda can use yet", "use sqlite:///PATH")
