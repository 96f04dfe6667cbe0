"""Heads: signed with a key that only its owner reads, remembered, and taken outside by a real server."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.people.access_log.conftest import LOOK, Past

from ronda.base.errors import BadInput, StorageFailed
from ronda.base.pools import Pool
from ronda.people.access_log import AccessLog
from ronda.people.access_log.head import Head, Signer
from ronda.people.access_log.heads import Heads, all_of
from ronda.people.access_log.webhook import Webhook, leaving


@pytest.fixture
async def heads(past: Past, tmp_path: Path) -> AsyncIterator[Heads]:
    pool = Pool("crypto", 1)
    yield await Heads.open(past.log, past.store, past.clock, tmp_path / "accesslog.key", pool)
    pool.close()


def test_a_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "accesslog.key"
    assert Signer.public_key(path) is None
    made = Signer.at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer.at(path).key == made.key == Signer.public_key(path)
    assert [file.name for file in tmp_path.iterdir()] == ["accesslog.key"]


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "accesslog.key"
    path.write_text(text)
    with pytest.raises(StorageFailed, match=r"accesslog\.key"):
        Signer.at(path)
    assert path.read_text() == text


def test_a_head_survives_its_document_and_nothing_else(tmp_path: Path) -> None:
    head = Signer.at(tmp_path / "key").sign(7, b"r" * 32, 90_000 * 1_784_000_000)
    assert Head.parse(json.dumps(head.document())) == head
    assert head.genuine
    for forged in (
        replace(head, size=8),
        replace(head, root=b"x" * 32),
        replace(head, at_90k=head.at_90k + 90),
        replace(head, key=Signer.at(tmp_path / "other").key),
        replace(head, signature=b"x" * 64),
        replace(head, key=b"\xff" * 32),
    ):
        assert not forged.genuine


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{}",
        "[" * 5_000,
        '{"size":-1,"root":"","time":"2026-11-21T19:00:00Z","key":"","signature":""}',
        '{"size":1,"root":"00","time":"2026-11-21T19:00:00Z","key":"00","signature":"00"}',
        '{"size":true,"root":"00","time":"2026-11-21T19:00:00Z","key":"00","signature":"00"}',
        '{"size":1,"root":"zz","time":"2026-11-21T19:00:00Z","key":"00","signature":"00"}',
        '{"size":1,"root":"00","time":"yesterday","key":"00","signature":"00"}',
        '{"size":1,"root":7,"time":null,"key":"00","signature":"00"}',
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="my head holds no tree head"):
        Head.parse(text, "my head")


async def test_a_head_covers_everything_and_is_made_when_the_log_grew(past: Past, heads: Heads) -> None:
    newest = await heads.newest()
    assert newest.size == 600
    first = await heads.fresh()
    assert await heads.fresh() is first
    past.log.start(LOOK)
    second = await heads.fresh()
    assert (first.size, second.size) == (600, 601)
    assert await heads.newest() is second
    remembered = await past.store.read(all_of)
    assert remembered[-2:] == [first, second]
    assert (await past.verify(second, key=heads.key)).problems[0].startswith("heads until")  # the fixture's own key


async def test_many_who_ask_at_once_get_one_head(past: Past, heads: Heads) -> None:
    past.log.start(LOOK)
    found = await asyncio.gather(*(heads.fresh() for _ in range(50)))
    assert len(set(found)) == 1


async def test_a_new_start_goes_on_with_the_newest(past: Past, heads: Heads, tmp_path: Path) -> None:
    first = await heads.fresh()
    pool = Pool("crypto", 1)
    again = await Heads.open(
        AccessLog(past.store, past.clock), past.store, past.clock, tmp_path / "accesslog.key", pool
    )
    pool.close()
    assert await again.newest() == await again.fresh() == first


@dataclass
class Taker:
    """A real HTTP server that takes heads, or refuses as it is told."""

    port: int = 0
    answers: list[bytes] = field(default_factory=list)
    taken: list[Head] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heading = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(next(line.split(":")[1] for line in heading.lower().splitlines() if "content-length" in line))
            body = await reader.readexactly(length)
            self.asked.append(heading.split("\r\n", 1)[0])
            answer = self.answers.pop(0) if self.answers else b"HTTP/1.1 204 No Content\r\n\r\n"
            if b" 204 " in answer:
                self.taken.append(Head.parse(body.decode()))
            writer.write(answer)
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def taking() -> AsyncIterator[Taker]:
    taker = Taker()
    server = await asyncio.start_server(taker.serve, "127.0.0.1", 0)
    taker.port = server.sockets[0].getsockname()[1]
    async with server:
        yield taker


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_each_new_head_is_posted(past: Past, heads: Heads) -> None:
    async with taking() as taker, leaving(heads, 0.05, f"http://127.0.0.1:{taker.port}/heads?token=x"):
        await until(lambda: bool(taker.taken))
        past.log.start(LOOK)
        await until(lambda: taker.taken[-1].size == 601)
        await asyncio.sleep(0.2)
    # The fixture's head, one with this key, one that grew: nothing is posted while the log does not grow.
    assert [head.size for head in taker.taken] == [600, 600, 601]
    assert all(head.genuine for head in taker.taken)
    assert taker.asked[0] == "POST /heads?token=x HTTP/1.1"


async def test_a_refused_head_is_posted_again_and_its_address_stays_secret(
    past: Past, heads: Heads, capfd: pytest.CaptureFixture[str]
) -> None:
    async with taking() as taker:
        taker.answers = [
            b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 302 Away\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
            b"nonsense\r\n\r\n",
            b"",
        ]
        webhook = Webhook(heads, f"http://127.0.0.1:{taker.port}/secret-path", first_wait_s=0.01)
        task = asyncio.create_task(webhook.run())
        await until(lambda: bool(taker.taken))
        assert webhook.refusals == 4
        assert (webhook.taken, taker.taken) == (await heads.newest(), [await heads.newest()])
        task.cancel()
    assert "secret-path" not in "".join(capfd.readouterr())


async def test_nobody_there_holds_nothing_up(past: Past, heads: Heads, free_port: Callable[[], int]) -> None:
    async with leaving(heads, 0.05, f"http://127.0.0.1:{free_port()}/"):
        past.log.start(LOOK)
        await until(lambda: heads._newest is not None and heads._newest.size == 601)
    assert len(await past.log.entries(1)) == 1
