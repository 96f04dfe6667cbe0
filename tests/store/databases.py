"""Databases for tests: SQLite's file and a real PostgreSQL server, each test with a fresh one at the newest schema.

A server is made once per test process, at its first use, as a user who is not root, without syncing to disk; a test's
database is a copy of one that was migrated once. Where Debian's package is absent those tests are skipped by name.
"""

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import psycopg
import pytest
from tests.alone import free_port
from tests.needs import requires_tool

from ronda.store.database import Store
from ronda.store.engines import engine_for
from ronda.store.engines.contract import Limits
from ronda.store.schema import upgrade
from ronda.store.secrets import KEY_FILE

KINDS: Final = ("sqlite", "postgresql")
BOTH: Final = ("sqlite", pytest.param("postgresql", marks=requires_tool("postgres")))
"""What a fixture that makes databases of both kinds is parametrised with."""
_NAMES: Final = itertools.count()
_TEMPLATE: Final = "template_ronda"
USER: Final = "ronda"
PASSWORD: Final = "pintu-Belakang77"


@dataclass
class PostgresqlServer:
    """A running server; `folder` holds its data and its socket."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        """The maintenance database, over the socket, where nobody is asked for a password."""
        return self.url("postgres")

    def url(self, database: str) -> str:
        """Return a database's address over the socket."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def network_url(self, database: str, password: str = PASSWORD) -> str:
        """Return a database's address over the loopback network, where the password counts."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def empty(self, *options: str) -> str:
        """Make an empty database and return its name."""
        name = f"test_{next(_NAMES)}"
        self.execute(f"CREATE DATABASE {name} {' '.join(options)}")
        return name

    def execute(self, statement: str) -> None:
        """Run one statement as the owner of the server."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off -c full_page_writes=off"
        options += " -c max_connections=60 -c shared_buffers=32MB -c autovacuum=off"
        self._run(_program("pg_ctl"), "start", "--wait", "-D", "data", "-l", "log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` breaks off what is connected, `immediate` is a crash."""
        self._run(_program("pg_ctl"), "stop", "--wait", "-D", "data", "-m", mode)

    def create(self) -> None:
        """Make the cluster's files."""
        password = self.folder / "password"
        password.write_text(PASSWORD)
        _give(password)
        arguments = ("--no-sync", "--encoding=UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256")
        self._run(_program("initdb"), "-D", "data", "-U", USER, "--pwfile=password", *arguments)

    def _run(self, *command: str) -> None:
        person = _somebody() if not os.geteuid() else None  # PostgreSQL refuses to be root
        subprocess.run(
            command,
            cwd=self.folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            user=person.pw_uid if person else None,
            group=person.pw_gid if person else None,
            extra_groups=[] if person else None,
        )


def _program(name: str) -> str:
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=None)
    assert found, f"{name} is absent"
    return found


def _somebody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _give(path: Path) -> None:
    if not os.geteuid():
        os.chown(path, _somebody().pw_uid, _somebody().pw_gid)


@cache
def server() -> PostgresqlServer:
    """Return this process's server, started; it ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="ronda-postgresql-"))
    _give(folder)
    made = PostgresqlServer(folder, free_port())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made.create()
    made.start()
    atexit.register(made.stop, "immediate")
    return made


def fresh_url(kind: str, folder: Path) -> str:
    """Return the address of a new database at the newest schema; `folder` is the test's own."""
    if kind == "sqlite":
        path = folder / "ronda.db"
        path.write_bytes(_migrated_file())
        return f"sqlite:///{path}"
    return server().url(server().empty(f"TEMPLATE {_migrated_database()}"))


def empty_url(kind: str, folder: Path) -> str:
    """Return the address of a new database without a table."""
    if kind == "sqlite":
        return f"sqlite:///{folder / f'{next(_NAMES)}.db'}"
    return server().url(server().empty())


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ronda.db")
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _migrated_database() -> str:
    server().execute(f"CREATE DATABASE {_TEMPLATE}")
    _migrate(server().url(_TEMPLATE))
    return _TEMPLATE


def _migrate(url: str) -> None:
    connections = engine_for(url).create(Limits())
    upgrade(connections.writing, None)
    connections.dispose()


@pytest.fixture(params=BOTH)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every kind of database in turn."""
    return str(request.param)


@pytest.fixture
def store_url(database_kind: str, tmp_path: Path) -> str:
    """The address of a database at the newest schema, of every kind in turn."""
    return fresh_url(database_kind, tmp_path)


@pytest.fixture
async def store(store_url: str, tmp_path: Path) -> AsyncIterator[Store]:
    """An open store on every kind of database in turn."""
    store = await Store.open(store_url, tmp_path / KEY_FILE)
    yield store
    await store.close()
