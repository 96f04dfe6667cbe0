"""A log with a past, and the ways of somebody who may write there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.people.conftest import HandClock
from tests.store.databases import fresh_url

from ronda.people.access_log import AccessLog, Look
from ronda.people.access_log.head import Head, Signer
from ronda.people.access_log.heads import all_of
from ronda.people.access_log.leaf import hash_of
from ronda.people.access_log.merkle import Frontier
from ronda.people.access_log.tables import ACCESS_HEADS, ACCESS_LOG, ACCESS_NODES
from ronda.people.access_log.verify import Report, Witness, verify
from ronda.store.append_only import dropping
from ronda.store.database import Store
from ronda.store.secrets import KEY_FILE

LOOK = Look("budi", "replay", "gang", "motor hilang", "internet", 90_000, 180_000, area="33.74.16.1006.rw04.rt03")


@dataclass
class Past:
    """A log of 600 entries: heads over 100, 400 and 600 were signed, and the last is kept outside."""

    store: Store
    log: AccessLog
    signer: Signer
    clock: HandClock
    heads: list[Head] = field(default_factory=list)

    async def grow(self, to: int) -> None:
        """Log until there are `to` entries, and sign."""
        for _ in range((to - (await self.log.frontier()).size) // 2):
            view = self.log.start(LOOK)
            self.log.end(view, LOOK)
            self.clock.seconds += 1
        tree = await self.log.frontier()
        self.heads.append(self.signer.sign(tree.size, tree.root, self.clock.utc_90k()))
        await self.store.run(lambda connection: _remember(connection, self.heads[-1]))

    async def tamper(self, *statements: sa.Executable | str) -> None:
        """Do as an administrator of the database: let go of the triggers, and change what is there."""

        def work(connection: sa.Connection) -> None:
            for table in (ACCESS_LOG, ACCESS_NODES, ACCESS_HEADS):
                for drop in dropping(table.name, connection.dialect.name):
                    connection.exec_driver_sql(drop)

        await self.store.run(work)
        await self.tamper_again(*statements)

    async def tamper_again(self, *statements: sa.Executable | str) -> None:
        """Change more, once the triggers are gone."""

        def work(connection: sa.Connection) -> None:
            for statement in statements:
                connection.execute(sa.text(statement) if isinstance(statement, str) else statement)

        await self.store.run(work)

    async def rehash(self, resign: Signer | None = None) -> None:
        """Make hashes, kept roots and, with `resign`, all heads agree with the changed rows."""

        def work(connection: sa.Connection) -> None:
            leaves = []
            for row in connection.execute(sa.select(ACCESS_LOG).order_by(ACCESS_LOG.c.number)).all():
                leaves.append(hash_of(row))
                here = ACCESS_LOG.c.number == row.number
                connection.execute(ACCESS_LOG.update().where(here).values(leaf=leaves[-1]))
            connection.execute(ACCESS_NODES.delete())
            _, nodes = Frontier().extended(leaves)
            for node in nodes:
                connection.execute(
                    ACCESS_NODES.insert().values(level=node.level, position=node.position, hash=node.hash)
                )
            if resign is not None:
                heads = all_of(connection)
                connection.execute(ACCESS_HEADS.delete())
                for head in heads:
                    tree, _ = Frontier().extended(leaves[: head.size])
                    _remember(connection, resign.sign(tree.size, tree.root, head.at_90k))

        await self.store.run(work)

    async def verify(self, *witnesses: Head, key: bytes | None = None) -> Report:
        """Verify against heads kept outside."""
        told = [Witness("HEAD.json", head) for head in witnesses]
        return await self.store.read(lambda connection: verify(connection, key or self.signer.key, told))


def new_signer() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


def _remember(connection: sa.Connection, head: Head) -> None:
    row = {"size": head.size, "root": head.root, "at": head.at_90k, "key": head.key, "signature": head.signature}
    connection.execute(ACCESS_HEADS.insert().values(row))


async def new_past(store: Store) -> Past:
    clock = HandClock(1_784_000_000)
    made = Past(store, AccessLog(store, clock), new_signer(), clock)
    for size in (100, 400, 600):
        await made.grow(size)
    return made


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return fresh_url("sqlite", tmp_path)


@pytest.fixture
async def past(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Past]:
    """A past in SQLite, which is quicker; `test_databases.py` looks at the other kind."""
    store = await Store.open(sqlite_url, tmp_path / KEY_FILE)
    yield await new_past(store)
    await store.close()
