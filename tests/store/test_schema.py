"""An upgraded database is what the tables declare, and the quick start looks at the right version."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

import ronda.centre.tables
import ronda.city.tables
import ronda.people.tables  # noqa: F401 - the imports declare the tables
from ronda.base.errors import StorageFailed
from ronda.store.engines.sqlite import SqliteEngine
from ronda.store.metadata import METADATA
from ronda.store.schema import HEAD, MIGRATIONS, upgrade


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    both = SqliteEngine(str(tmp_path / "upgraded.db")).create(), SqliteEngine(str(tmp_path / "fresh.db")).create()
    yield both
    for engine in both:
        engine.dispose()


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def described(engine: sa.Engine) -> dict[str, object]:
    """Return everything that matters of every table, and the triggers."""
    inspector = sa.inspect(engine)
    found: dict[str, object] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)],
            "pk": inspector.get_pk_constraint(table),
            "fk": inspector.get_foreign_keys(table),
            "unique": inspector.get_unique_constraints(table),
            "indexes": sorted(map(str, inspector.get_indexes(table))),
        }
    with engine.connect() as connection:
        triggers = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        found["triggers"] = [row[0] for row in triggers]
    return found


def test_upgraded_equals_fresh(engines: tuple[sa.Engine, sa.Engine]) -> None:
    upgraded, fresh = engines
    upgrade(upgraded, None)
    METADATA.create_all(fresh)
    assert described(upgraded) == described(fresh)
    assert len(described(upgraded)["triggers"]) == 2  # type: ignore[arg-type]


def test_head_is_the_newest_script_and_there_is_one_line_of_them() -> None:
    assert scripts().get_heads() == [HEAD]


def test_a_newer_database_is_refused(engines: tuple[sa.Engine, sa.Engine]) -> None:
    with pytest.raises(StorageFailed, match="9999"):
        upgrade(engines[0], "9999")
