"""An upgraded database is what the tables declare, on every engine, and keeps what was in it."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from tests.store.databases import empty_url

import ronda
from ronda.base.errors import StorageFailed
from ronda.store.engines import engine_for
from ronda.store.engines.contract import Limits
from ronda.store.metadata import METADATA
from ronda.store.schema import HEAD, MIGRATIONS, upgrade

for _module in sorted(Path(ronda.__file__).parent.rglob("*tables.py")):
    importlib.import_module(
        ".".join(("ronda", *_module.relative_to(Path(ronda.__file__).parent).with_suffix("").parts))
    )

TRIGGERS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT pg_get_triggerdef(oid) || (SELECT prosrc FROM pg_proc WHERE oid = tgfoid) "
    "FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}
ROWS: dict[str, dict[str, object]] = {
    "cameras": {
        "id": "gang-1",
        "name": "Gang 1",
        "node": "local",
        "recording": '{"mode":"continuous"}',
        "simulated": True,
        "created": 1 << 50,
        "changed": 2,
    },
    "camera_addresses": {
        "camera": "gang-1",
        "part": "main",
        "url": "rtsp://cam/1",
        "username": "admin",
        "password": "rahasia",
    },
    "changes": {
        "id": 7,
        "at": 1,
        "by": "admin",
        "kind": "camera",
        "subject": "gang-1",
        "action": "added",
        "before": None,
        "after": "{}",
    },
    "assignments": {"node": "local", "revision": 12},
    "persons": {"name": "admin", "password_hash": "$argon2id$x", "roles": '["administrator"]', "created": 3},
    "sessions": {
        "id": "s1",
        "secret_hash": "aa",
        "person": "admin",
        "created": 1,
        "seen": 2,
        "expires": 1 << 55,
        "agent": "Firefox",
    },
    "tokens": {
        "id": "t1",
        "secret_hash": "bb",
        "name": "export",
        "roles": '["administrator"]',
        "by": "admin",
        "created": 1,
        "seen": None,
    },
}
"""A row of each table as version 0001 had it."""


@pytest.fixture
def engines(database_kind: str, tmp_path: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Two empty databases."""
    both = [engine_for(empty_url(database_kind, tmp_path)).create(Limits()) for _ in range(2)]
    yield both[0].writing, both[1].writing
    for connections in both:
        connections.dispose()


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
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in inspector.get_columns(table)
            ),
            "pk": inspector.get_pk_constraint(table),
            "fk": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "check": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(map(str, inspector.get_indexes(table))),
        }
    with engine.connect() as connection:
        found["triggers"] = list(connection.exec_driver_sql(TRIGGERS[engine.dialect.name]).scalars())
    return found


def test_upgraded_equals_fresh(engines: tuple[sa.Engine, sa.Engine]) -> None:
    upgraded, fresh = engines
    upgrade(upgraded, None)
    METADATA.create_all(fresh)
    theirs, ours = described(upgraded), described(fresh)
    assert set(theirs) == set(ours)
    for table, description in theirs.items():
        assert description == ours[table], table
    assert len(theirs["triggers"]) >= 2  # type: ignore[arg-type]


def test_an_old_database_keeps_every_row(engines: tuple[sa.Engine, sa.Engine]) -> None:
    engine = engines[0]
    upgrade(engine, None, "0001")
    old = sa.MetaData()
    old.reflect(engine)
    with engine.begin() as connection:
        for name, row in ROWS.items():
            connection.execute(old.tables[name].insert(), [row])
        look = {column.name: 1 if isinstance(column.type, sa.Integer) else "x" for column in old.tables["access_log"].c}
        connection.execute(old.tables["access_log"].insert(), [look | {"event": "started", "who": "admin"}])
    upgrade(engine, "0001")
    new = sa.MetaData()
    new.reflect(engine)
    with engine.connect() as connection:
        for name, row in ROWS.items():
            kept = connection.execute(sa.select(new.tables[name])).mappings().one()
            same = {key: value for key, value in row.items() if key in kept}
            assert {key: kept[key] for key in same} == same, name


def test_head_is_the_newest_script_and_there_is_one_line_of_them() -> None:
    assert scripts().get_heads() == [HEAD]


def test_a_newer_database_is_refused(engines: tuple[sa.Engine, sa.Engine]) -> None:
    with pytest.raises(StorageFailed, match="9999"):
        upgrade(engines[0], "9999")
