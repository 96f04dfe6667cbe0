"""What PostgreSQL alone can do wrong: two centres, restarts, passwords, timeouts, odd databases."""

import asyncio
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from tests.needs import requires_tool
from tests.store.databases import PASSWORD, empty_url, fresh_url, server

from ronda.base.errors import BadInput, Busy, Conflict, RondaError, StorageFailed
from ronda.store.database import Store
from ronda.store.engines.contract import Limits

pytestmark = requires_tool("postgres")
INSERT = sa.text("INSERT INTO assignments VALUES (:node, 1)")
NODES = sa.text("SELECT node FROM assignments ORDER BY node")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "secret.key"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return fresh_url("postgresql", tmp_path)


async def add(store: Store, node: str) -> None:
    await store.run(lambda connection: connection.execute(INSERT.bindparams(node=node)))


async def nodes(store: Store) -> list[str]:
    return list(await store.read(lambda connection: connection.execute(NODES).scalars().all()))


async def test_two_centres_cannot_share_a_database(url: str, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await Store.open(url, key)
    monkeypatch.setattr("ronda.store.engines.postgresql._PATIENCE_S", 0.3)
    with pytest.raises(Conflict, match="another Ronda"):
        await Store.open(url, key)
    await add(store, "a")
    await store.close()
    again = await Store.open(url, key)  # at once
    assert await nodes(again) == ["a"]
    await again.close()


async def test_a_restarted_server_loses_nothing_and_is_found_again(url: str, key: Path) -> None:
    store = await Store.open(url, key)
    for stop in ("fast", "immediate"):
        await add(store, f"before-{stop}")
        await asyncio.to_thread(server().stop, stop)
        try:
            for work in (nodes(store), add(store, "never"), nodes(store)):
                with pytest.raises(Busy, match="away"):
                    await work
        finally:
            await asyncio.to_thread(server().start)
        assert f"before-{stop}" in await nodes(store)
        await add(store, f"after-{stop}")
    assert await nodes(store) == ["after-fast", "after-immediate", "before-fast", "before-immediate"]
    await store.close()


async def test_a_transaction_that_the_server_breaks_off_is_undone(url: str, key: Path) -> None:
    store = await Store.open(url, key)

    def work(connection: sa.Connection) -> None:
        connection.execute(INSERT.bindparams(node="half"))
        server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'")
        connection.execute(INSERT.bindparams(node="other half"))

    with pytest.raises(Busy, match="away"):
        await store.run(work)
    assert await nodes(store) == []
    await store.close()


async def test_whoever_took_the_database_meanwhile_keeps_it(url: str, key: Path) -> None:
    store = await Store.open(url, key)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'"
    await asyncio.to_thread(server().execute, end)
    other = await Store.open(url, key)
    await add(other, "theirs")
    with pytest.raises(Conflict, match="another Ronda"):
        await add(store, "ours")
    assert await nodes(store) == ["theirs"]
    await other.close()
    await store.close()


async def test_a_slow_statement_is_cut_off(url: str, key: Path) -> None:
    store = await Store.open(url, key, Limits(statement_s=0.1))
    with pytest.raises(Busy, match="too long"):
        await store.read(lambda connection: connection.execute(sa.text("SELECT pg_sleep(5)")))
    assert await nodes(store) == []
    await store.close()


async def test_reading_work_cannot_write(url: str, key: Path) -> None:
    store = await Store.open(url, key)
    with pytest.raises(StorageFailed, match="read-only"):
        await store.read(lambda connection: connection.execute(INSERT.bindparams(node="a")))
    await store.close()


async def test_what_cannot_be_stored_is_the_callers_fault(url: str, key: Path) -> None:
    store = await Store.open(url, key)
    with pytest.raises(BadInput, match="NUL"):
        await add(store, "a\0b")
    await store.close()


async def test_a_refusal_tells_no_password(key: Path) -> None:
    name = server().empty()
    right = await Store.open(server().network_url(name), key)
    await right.close()
    for url in (
        server().network_url(name, "wrong-Password9"),
        server().network_url("nowhere", PASSWORD),
        f"postgresql://ronda:{PASSWORD}@127.0.0.1:1/ronda",
        f"postgresql://ronda:{PASSWORD}@127.0.0.1:notaport/ronda",
        f"postgresql://ronda:{PASSWORD}@127.0.0.1",
        f"{server().network_url(name)}?sslmode=nonsense",
        f"{server().network_url(name)}?nonsense=1",
    ):
        with pytest.raises((StorageFailed, Busy, BadInput)) as refused:
            await Store.open(url, key)
        _assert_silent(refused.value)


def _assert_silent(error: RondaError) -> None:
    told = f"{error} {error.__cause__}"
    assert PASSWORD not in told
    assert "wrong-Password9" not in told
    assert error.mend


async def test_tls_is_asked_for_in_the_address(key: Path) -> None:
    with pytest.raises(Busy, match="SSL"):
        await Store.open(f"{server().network_url(server().empty())}?sslmode=require", key)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("TEMPLATE template0 ENCODING 'SQL_ASCII'", "SQL_ASCII"),
        ("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'", "LATIN1"),
    ],
)
async def test_a_database_of_another_encoding_is_refused(key: Path, options: str, named: str) -> None:
    with pytest.raises(BadInput, match=f"{named}.*createdb"):
        await Store.open(server().url(server().empty(options)), key)


async def test_a_key_file_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="secret_key_file"):
        await Store.open(empty_url("postgresql", tmp_path))


async def test_an_upgrade_that_fails_leaves_the_database_as_it_was(key: Path, tmp_path: Path) -> None:
    url = empty_url("postgresql", tmp_path)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE persons (name text)")
    with pytest.raises(StorageFailed):
        await Store.open(url, key)
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("persons",)]
