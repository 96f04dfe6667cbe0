"""The log on every kind of database: it cannot be rewritten there, is verified, filtered, carried over."""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.people.access_log.conftest import LOOK, new_past
from tests.people.conftest import HandClock
from tests.store.databases import database_kind, empty_url, store, store_url

from ronda.base.errors import Conflict
from ronda.people.access_log import AccessLog, Wanted
from ronda.people.access_log.merkle import Frontier, leaf_hash
from ronda.people.access_log.tables import ACCESS_HEADS, ACCESS_LOG, ACCESS_NODES
from ronda.people.access_log.tree import load
from ronda.people.access_log.verify import verify
from ronda.store.database import Store
from ronda.store.engines import engine_for
from ronda.store.engines.contract import Limits
from ronda.store.schema import upgrade
from ronda.store.secrets import KEY_FILE

__all__ = ["database_kind", "store", "store_url"]


async def test_nothing_of_the_tree_can_be_changed(store: Store) -> None:
    past = await new_past(store)
    for table in (ACCESS_LOG, ACCESS_NODES, ACCESS_HEADS):
        for statement in (table.delete(), table.update().values({table.c[list(table.c.keys())[-1]]: b"x" * 32})):
            with pytest.raises(Conflict, match="append-only"):
                await store.run(lambda connection, it=statement: connection.execute(it))  # type: ignore[misc]
    await past.log.erase("budi")
    assert (await past.verify(*past.heads)).problems == []
    await past.tamper(ACCESS_LOG.update().where(ACCESS_LOG.c.number == 250).values(camera="pasar"))
    assert (await past.verify()).problems == ["entry 250 was changed after it was written"]
    assert [hash for hash in await past.log.consistency(100, 600) if len(hash) != 32] == []


async def test_areas_are_filtered_by_the_tree(store: Store) -> None:
    log = AccessLog(store, HandClock())
    areas = ["33.74", "33.74.16", "33.74.16.1006", "33.74.16.1006.rw04", "33.74.16.1006.rw04.rt03", "33.74.1", "33.75"]
    for area in areas:
        log.start(replace(LOOK, area=area))
    for area, expected in (("33.74", 6), ("33.74.16", 4), ("33.74.16.1006.rw04", 2), ("33.74.16.1006.rw04.rt03", 1)):
        assert len(await log.entries(100, wanted=Wanted(areas=(area,)))) == expected, area
    assert len(await log.entries(100, wanted=Wanted(areas=("33.75", "33.74.16")))) == 5
    assert await log.entries(100, wanted=Wanted(areas=())) == []


COUNT = 1_000


@pytest.fixture
def old(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the first version, with looks in it."""
    url = empty_url(database_kind, tmp_path)
    connections = engine_for(url).create(Limits())
    upgrade(connections.writing, None, "0001")
    table = sa.Table("access_log", sa.MetaData(), autoload_with=connections.writing)
    rows = [
        {
            "id": 3 * number + 5,
            "view": f"v{number // 2}",
            "event": "started" if number % 2 == 0 else "ended",
            "at": number,
            "who": "budi",
            "action": "live",
            "camera": "gang",
            "purpose": "" if number % 4 else "motor hilang",
            "from_90k": None,
            "to_90k": 5,
            "remote": "internet",
            "reason": "",
        }
        for number in range(COUNT)
    ]
    with connections.writing.begin() as connection:
        connection.execute(table.insert(), rows)
    connections.dispose()
    yield url


async def test_an_old_log_becomes_the_first_leaves(old: str, tmp_path: Path) -> None:
    store = await Store.open(old, tmp_path / KEY_FILE)
    try:
        log = AccessLog(store, HandClock())
        log.start(LOOK)
        report = await store.read(lambda connection: verify(connection, None))
        assert report.problems == []
        await log.flush()
        report = await store.read(lambda connection: verify(connection, None))
        assert (report.entries, report.problems) == (COUNT + 1, [])
        assert await log.frontier() == await store.read(load)
        (number, newest), (before, oldest) = (await log.entries(2))[0], (await log.entries(1, before=COUNT))[0]
        assert (number, newest.look) == (COUNT, LOOK)
        assert (before, oldest.look.who, oldest.started_90k, oldest.ended_90k) == (
            COUNT - 2,
            "budi",
            COUNT - 2,
            COUNT - 1,
        )
        assert (await log.entries(1, before=1))[0][1].look.purpose == "motor hilang"
        leaves = await store.read(
            lambda connection: (
                connection.execute(sa.select(ACCESS_LOG.c.leaf).order_by(ACCESS_LOG.c.number)).scalars().all()
            )
        )
        assert Frontier().extended(map(bytes, leaves))[0] == await log.frontier()
    finally:
        await store.close()


def test_the_migration_keeps_the_roots_that_the_tree_keeps() -> None:
    migration = importlib.import_module("ronda.store.migrations.versions.0004_access_log_tree")
    leaves = [leaf_hash(str(number).encode()) for number in range(66_000)]
    _, nodes = Frontier().extended(leaves)
    kept = {(row["level"], row["position"]): row["hash"] for row in migration.kept_roots(leaves)}
    assert kept == {(node.level, node.position): node.hash for node in nodes}
    assert (16, 0) in kept
