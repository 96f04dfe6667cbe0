"""Servers that several files of tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.town import Film, Server, wait_until
from tests.whole.using import administrator, new_token, port

STREET = "street-corner-1.mp4"


@pytest.fixture(scope="session")
def street(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    """A camera that plays real footage on every path."""
    film = Film(shared, STREET, port(), tmp_path_factory.mktemp("film"))
    film.start()
    yield film
    film.stop()


@pytest.fixture(scope="session")
def private(street: Film, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that shows nothing to strangers and records `street`."""
    server = Server(tmp_path_factory.mktemp("private") / "data", port())
    try:
        server.start()
        server.add("street", street.url, "Street")
        with administrator(server) as admin:
            wait_until(lambda: admin.get("/api/v1/cameras/street/still.jpg").status_code == 200, "a picture", 30)
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def token(private: Server) -> str:
    """A token of the private server."""
    return new_token(private)
