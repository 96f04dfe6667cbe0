"""Public camera list and detail at 300 requests a second on one core, the map's file, and registry search.

    python -m bench.public_api [--seconds 15] [--rate 300]

The server holds the demonstration's city of 14,000 cameras and is bound to one core; the client asks from the other, at
fixed moments whether or not earlier answers have come (so a slow answer delays nobody else's question).
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.process import fetch, usage
from bench.server import server
from ronda.centre.finder import Finder
from ronda.cli.composition import composed
from ronda.cli.demo_city import bring_the_city
from ronda.config.load import load

_PORT = 8761
_CONNECTIONS = 32
_QUESTIONS = ("krapyak gang", "pasar johra", "rt 3 rw 4", "simpagn lima", "kaligawe", "balai")


async def prepare(data: Path) -> dict[str, float]:
    """Load the city into `data`; return milliseconds of registry searches, first (index built) and later ones."""
    async with composed(load(data, {}), pulls=False) as composition:
        await bring_the_city(composition.parts, 8555, 8556)
        finder = Finder(composition.centre.city)
        times = []
        for question in (*_QUESTIONS, *_QUESTIONS):
            began = time.perf_counter()
            await finder.cameras(question)
            times.append((time.perf_counter() - began) * 1e3)
        finder.close()
    return {"first": times[0], "median": statistics.median(times[1:]), "worst": max(times[1:])}


class Connection:
    """One kept-alive connection, used by one question at a time."""

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", _PORT)

    async def get(self, path: str) -> int:
        """Ask, read the whole answer, return its status."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{_PORT}\r\nAccept-Encoding: gzip\r\n\r\n"
        self._writer.write(head.encode())
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line.split(":")[1]) for line in lines.split("\r\n") if line.startswith("content-length"))
        await self._reader.readexactly(length)
        return int(lines.split(" ", 2)[1])


async def ask(paths: list[str], rate: int, seconds: float) -> list[float]:
    """Ask `rate` times a second; return each answer's seconds from the moment it was due."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        connection = Connection()
        await connection.open()
        free.put_nowait(connection)
    taken: list[float] = []

    async def one(path: str, due: float) -> None:
        connection = await free.get()
        status = await connection.get(path)
        free.put_nowait(connection)
        taken.append(time.perf_counter() - due)
        assert status == 200, (path, status)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(one(paths[number % len(paths)], due))
    return taken


def _row(name: str, taken: list[float]) -> str:
    ordered = sorted(taken)
    at = [ordered[int(len(ordered) * share)] * 1e3 for share in (0.5, 0.95, 0.99)]
    return f"{name:28} p50 {at[0]:7.2f} ms   p95 {at[1]:7.2f} ms   p99 {at[2]:7.2f} ms   ({len(taken)} answers)"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=15)
    arguments.add_argument("--rate", type=int, default=300)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ronda-bench-") as folder:
        data = Path(folder)
        searches = asyncio.run(prepare(data))
        with server(_PORT, data=data, log="public-api") as served:
            os.sched_setaffinity(served.pid, {0})
            for task in Path(f"/proc/{served.pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), {0})
            os.sched_setaffinity(0, {1})
            time.sleep(5)  # the start's own work is over
            document = json.loads(fetch(f"{served.url}/api/v1/public/map"))
            ids, codes = document["cameras"]["id"], document["areas"]["code"]
            random.seed(1)
            lists = [f"/api/v1/public/cameras?area={random.choice(codes)}&limit=50" for _ in range(200)]
            lists += [f"/api/v1/public/cameras?near={-6.95 - random.random() / 10},110.4" for _ in range(200)]
            lists += [
                f"/api/v1/public/cameras?q={q.replace(' ', '+')}&after={n}" for q in _QUESTIONS for n in range(30)
            ]
            random.shuffle(lists)
            details = [f"/api/v1/public/cameras/{id}" for id in random.sample(ids, 2000)]
            before = usage(served.pid)
            listed = asyncio.run(ask(lists, given.rate, given.seconds))
            detailed = asyncio.run(ask(details, given.rate, given.seconds))
            after = usage(served.pid)
            compressed = len(_gzip(served.url))
    print(_row("list", listed))
    print(_row("detail", detailed))
    share = (after.cpu_s - before.cpu_s) / (2 * given.seconds)
    print(f"server: {share:.0%} of its core, {after.memory_bytes / 2**20:.0f} MiB")
    print(f"map: {len(ids)} cameras, {compressed / 1000:.0f} kB compressed")
    print("registry search over 14,000 cameras: " + ", ".join(f"{k} {v:.2f} ms" for k, v in searches.items()))


def _gzip(url: str) -> bytes:
    request = urllib.request.Request(f"{url}/api/v1/public/map", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


if __name__ == "__main__":
    main()
