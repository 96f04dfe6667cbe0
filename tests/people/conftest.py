"""People over a real database, with a clock that is moved by hand."""

from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher
from starlette.requests import HTTPConnection
from tests.store.databases import database_kind, store, store_url

from ronda.people.passwords import Passwords
from ronda.people.people import LOCAL_MARK, PUBLIC_MARK, People
from ronda.people.policy import Policy
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]


@dataclass
class HandClock:
    """Stands still until it is moved."""

    seconds: float = 1_000_000.0

    def utc_90k(self) -> int:
        return int(self.seconds * 90_000)

    def monotonic(self) -> float:
        return self.seconds


def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def connection(
    kind: str = "http", *, local: bool = False, public: bool = False, query: str = "", **headers: str
) -> HTTPConnection:
    """Return a connection as a server makes it; underscores in header names stand for dashes."""
    return HTTPConnection(
        {
            "type": kind,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "query_string": query.encode(),
            "client": ("192.168.1.20", 4711),
            "path": "/",
            LOCAL_MARK: local,
            PUBLIC_MARK: public,
        }
    )


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def people(store: Store, clock: HandClock) -> People:
    return await People.open(store, clock, Policy(), "first password", passwords())
