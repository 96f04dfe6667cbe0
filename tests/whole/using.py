"""What people and programs do with a server: ask, watch, read, give commands."""

import io
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import av
import httpx
from tests.alone import free_port
from tests.browser.town import PASSWORD, RONDA, Server
from websockets.sync.client import ClientConnection, connect


def port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    return free_port()


def ago(seconds: float) -> str:
    """Return a moment as the API takes it."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cli(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the server's data folder."""
    command = (*RONDA, *words, "--data", str(server.data))
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def refused(done: subprocess.CompletedProcess[str], *named: str) -> None:
    """Check that a command said in one line what was wrong and how to mend it, and did nothing."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    said = done.stderr.strip()
    assert said.startswith("ronda: ")
    assert len(said.splitlines()) == 1, said
    assert "Traceback" not in said
    for name in named:
        assert name in said, said


def visitor(server: Server, token: str = "") -> httpx.Client:
    """Return a client: anonymous, or one that carries a token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=server.url, trust_env=False, headers=headers, timeout=20)


@contextmanager
def administrator(server: Server) -> Iterator[httpx.Client]:
    """Yield a client that has signed in as admin."""
    with httpx.Client(base_url=server.url, trust_env=False, headers={"Origin": server.url}, timeout=20) as client:
        assert client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD}).status_code == 204
        yield client


def new_token(server: Server, name: str = "test") -> str:
    """Return a token, the last thing that the command prints."""
    done = cli(server, "token", "create", "--name", name)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """Check that an answer is a problem document and return it."""
    assert answer.status_code == status, (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = answer.json()
    assert document["status"] == status
    assert document["title"]
    return document


def times(data: bytes) -> list[float]:
    """Return the presentation times (s) of all decodable pictures, in the order of decoding and output."""
    with av.open(io.BytesIO(data), "r") as film:
        return [float(frame.time or 0.0) for frame in film.decode(video=0)]


def in_order(moments: list[float], least: int) -> None:
    """Check that pictures come one after the other, and are not too few."""
    assert len(moments) >= least
    assert moments == sorted(moments)
    assert len(set(moments)) == len(moments)


def open_socket(server: Server, path: str, **headers: str) -> ClientConnection:
    """Open a media socket, with headers as given (`_` for `-`)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    address = server.url.replace("http", "ws", 1) + path
    return connect(address, compression=None, max_size=None, additional_headers=named, proxy=None)


def watch(server: Server, path: str, fragments: int) -> tuple[list[dict[str, object]], bytes]:
    """Return what a player is told, and the bytes it would append."""
    told, media = [], bytearray()
    with open_socket(server, path) as player:
        while fragments >= 0:
            message = player.recv(timeout=15)
            if isinstance(message, str):
                told.append(json.loads(message))
            else:
                media += message
                fragments -= 1
    return told, bytes(media)
