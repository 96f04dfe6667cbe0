"""14,000 cameras into the register, from each kind of file; the same again, which changes nothing; and out of it.

    python -m bench.importing [--cameras N] [--desk]

Over the API of a real server, on SQLite in a folder of its own: seconds until it can be looked at and until it is
written, and how long somebody else waits for the server meanwhile, who asks for its health a hundred times a second.
Then (alone with `--desk`) through the desk that the server has, in this process: the same for each kind of file, the
longest that the loop was held, and the most memory.

What was predicted before the reading moved into a process of its own (2026-11-26), and what came in, in CPU seconds of
14,000 cameras as the machine's clock was shared:

- A process holds the loop less than a thread that works in bites of 1-4 ms. So it was: of a loop with 300 requests a
  second on a busy machine the worst lag was 97 ms beside a process (148 ms beside nothing), 200-860 ms beside bites,
  690 ms beside a thread that never rests: the system puts a thread aside with the interpreter in its hands.
- Telling the process the register and the plan costs less than 0.3 s each. Not so at first, 0.6 s each in both
  processes together, as frozen dataclasses pickle themselves slowly; with reducers of our own 0.23 s and 0.27 s.
- Starting it costs 0.5 s. Half of that: without the database's library, which only a type needed, 0.2-0.3 s.
- Checking values by their class, looked at once, halves the writing. It was 1.95 s and is 1.5 s: the checks were the
  third of it that was thought and became a tenth; SQLAlchemy's and SQLite's own work is what is left.
- Comparing before making anew takes a fifth from an unchanged repetition: 0.99 s became 0.84 s; remembering values by
  their column took another fifth, which nobody had predicted.
- No old garbage is collected meanwhile: three to six pauses of 60-160 ms were to go, and went; one came back between
  reading and writing, until what was read was kept from the collector too.
- The loop's p99 under 30 ms and its worst lag under 100 ms at any load. Nearly: at load 12 on 2 cores 21-32 ms, and
  44-228 ms (before: 44-131 and 45-985 ms); a server with nothing to do answered after up to 124 ms then.
"""

import argparse
import asyncio
import http.client
import json
import resource
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.process import fetch
from bench.server import Server, server
from ronda.base.loop import run
from ronda.base.time import SystemClock
from ronda.bus.memory import MemoryBus
from ronda.centre.centre import Centre
from ronda.centre.importing import Import, ImportDesk, ImportKind
from ronda.city.area import Area
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.importing.export import Register, TableFormat
from ronda.city.importing.known import Rights
from ronda.store.database import Store

HEAD = (
    "id,nama,titik,nama titik,jenis titik,kode wilayah,lintang,bujur,alamat,perekam,merek perekam,kanal,url,url kecil,"
    "arah,tujuan,papan,sumber anggaran,dianggarkan,dipasang,terhubung,rekam,hari rekaman"
)
KELURAHAN = 177
_PORT = 18651


def areas() -> list[Area]:
    """Return the areas that the table names, above its RW."""
    kelurahan = [Area(f"33.74.01.{1001 + n}", f"Kelurahan {n}") for n in range(KELURAHAN)]
    return [Area("33.74", "Semarang", -7.0, 110.42), Area("33.74.01", "Semarang Tengah"), *kelurahan]


def table(cameras: int) -> bytes:
    """Return a table as a city keeps it: two cameras to an RT, each RT with a recorder."""
    lines = [HEAD]
    for number in range(cameras):
        rt, channel = divmod(number, 2)
        code = f"33.74.01.{1001 + rt % KELURAHAN}.rw{rt // KELURAHAN % 12 + 1:02d}.rt{rt // KELURAHAN // 12 + 1:02d}"
        host = f"10.{rt // 65_536}.{rt // 256 % 256}.{rt % 256}"
        lines.append(
            f"rt{rt:05d}-{channel + 1},Gang {channel + 1},rt{rt:05d},RT {rt},rt,{code},"
            f"{-6.95 - rt % 1000 / 10_000:.5f},{110.35 + rt // 1000 / 100:.5f},Jalan {rt % 300},nvr{rt:05d},Hikvision,"
            f"{channel + 1},rtsp://admin:s%40ndi{rt}@{host}/Streaming/Channels/{channel + 1}01,"
            f"rtsp://admin:s%40ndi{rt}@{host}/Streaming/Channels/{channel + 1}02,{number % 360},keamanan,2026-01-15,"
            "APBD 2026,2025-11-02,14/02/2026,,continuous,7"
        )
    return "\n".join(lines).encode()


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    """Yield a file as it arrives."""
    for start in range(0, len(data), 65_536):
        yield data[start : start + 65_536]


class Bystander:
    """Somebody else who asks the server a hundred times a second, one question after another."""

    def __init__(self, url: str) -> None:
        self.waited_ms: list[float] = []
        self._url = url
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Bystander":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(self._url.removeprefix("http://"), timeout=30)
        while not self._ended.wait(0.01):
            began = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            self.waited_ms.append((time.perf_counter() - began) * 1000)

    def take(self) -> str:
        """Return what it had to wait since the last time."""
        waited, self.waited_ms = sorted(self.waited_ms) or [0.0], []
        return f"others wait p99 {waited[int(len(waited) * 0.99)]:5.1f} ms, longest {waited[-1]:5.1f} ms"


def over_the_api(cameras: int) -> None:
    """Import a table twice into a server that has the areas, and once more with every camera changed."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_lay_out_areas(Path(folder)))
        data = table(cameras).replace(b",continuous,", b",off,")  # 14,000 are not recorded by one node
        with server(_PORT, data=Path(folder), log="importing") as tested, Bystander(tested.url) as bystander:
            time.sleep(3)
            print(f"{cameras} cameras over the API{'':6} read     written {'':44}{bystander.take()} (nothing going on)")
            for name, body in (
                ("new", data),
                ("again", data),
                ("another purpose each", data.replace(b",keamanan,", b",lalu lintas,")),
            ):
                bystander.take()
                print(f"{name:28} {_posted(tested, body)}   {bystander.take()}")
                time.sleep(3)
                print(f"{'the 3 s after it':57} {'':24}{bystander.take()}")


async def _lay_out_areas(folder: Path) -> None:
    store = await Store.open(f"sqlite:///{folder / 'ronda.db'}")
    try:
        await (await City.open(store, SystemClock())).apply(Edit(areas=areas()), "bench")
    finally:
        await store.close()


def _posted(tested: Server, body: bytes) -> str:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="kamera.csv"\r\n\r\n'
    headers = {"Authorization": f"Bearer {tested.token}", "Content-Type": "multipart/form-data; boundary=x"}
    began = time.perf_counter()
    url = f"{tested.url}/api/v1/import/cameras"
    with urllib.request.urlopen(
        urllib.request.Request(url, head + body + b"\r\n--x--\r\n", headers), timeout=60
    ) as reply:
        id = json.load(reply)["id"]
    found: dict[str, Any] = {"state": "reading"}
    while found["state"] == "reading":
        found = json.loads(fetch(f"{tested.url}/api/v1/import/{id}?wait=20", tested.token))
    looked, counts = time.perf_counter() - began, found["counts"]
    assert not counts["refused"], found["refused"][:2]
    if counts["new"] or counts["changed"]:
        fetch(f"{tested.url}/api/v1/import/{id}/commit", tested.token, b"{}")
    whole = time.perf_counter() - began
    return f"{looked:6.2f} s {whole:6.2f} s  {counts['new']:6} new {counts['changed']:6} changed"


class Lag:
    """The longest that the loop was held."""

    def __init__(self) -> None:
        self.samples: list[float] = []

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.005
            await asyncio.sleep(0.005)
            self.samples.append(loop.time() - due)

    def take(self) -> tuple[float, float]:
        """Return the 99th percentile and the longest since the last time, ms."""
        samples, self.samples = sorted(self.samples) or [0.0], []
        return samples[int(len(samples) * 0.99)] * 1000, samples[-1] * 1000


async def once(desk: ImportDesk, lag: Lag, name: str, data: bytes) -> Import:
    """Import a file and print how long it took."""
    lag.take()
    began, used = time.perf_counter(), _cpu_s()
    job = await desk.take(ImportKind.CAMERAS, name, chunks(data), "bench", Rights())
    await job.settled.wait()
    looked = time.perf_counter() - began
    plan = job.plan
    assert plan is not None, job.problem
    assert not plan.refused.count, plan.refused.kept[:2]
    if plan.nothing:
        await desk.drop(job)
    else:
        await desk.commit(job, partly=False)
    whole = time.perf_counter() - began
    p99, longest = lag.take()
    print(
        f"{name:28} {looked:6.2f} s {whole:6.2f} s   {_cpu_s() - used:5.2f} s of CPU   "
        f"{len(plan.new):6} new {plan.unchanged:6} unchanged   "
        f"loop p99 {p99:5.1f} ms, longest {longest:5.1f} ms"
    )
    return job


def _cpu_s() -> float:
    """Return what this process and those that it has waited for have computed."""
    every = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in every)


async def measure(cameras: int) -> None:
    """Measure it all."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clock = SystemClock()
        store = await Store.open(f"sqlite:///{folder / 'ronda.db'}")
        stack.push_async_callback(store.close)
        city = await City.open(store, clock)
        centre = Centre(store, MemoryBus(), city, clock)
        desk = ImportDesk(centre, folder / "imports", clock)
        await stack.enter_async_context(centre.running())
        await stack.enter_async_context(desk.running())
        await centre.apply(Edit(areas=areas()), "bench")
        lag = Lag()
        watching = asyncio.ensure_future(lag.run())
        data = table(cameras)
        print(f"{cameras} cameras, {len(data) / 1e6:.1f} MB of CSV{'':3} read     written")
        await once(desk, lag, "csv, new", data)
        await once(desk, lag, "csv, again", data)
        for kind in TableFormat:
            began = time.perf_counter()
            out = await desk.export(Register.CAMERAS, kind, lambda _: True, credentials=True)
            print(f"export {kind.value:21} {time.perf_counter() - began:6.2f} s            {len(out) / 1e6:.1f} MB")
            await once(desk, lag, f"{kind.value} of the export, again", out)
        watching.cancel()
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", type=int, default=14_000)
    parser.add_argument("--desk", action="store_true", help="Leave out the server.")
    options = parser.parse_args()
    if not options.desk:
        over_the_api(options.cameras)
    run(measure(options.cameras))
    return 0


if __name__ == "__main__":
    sys.exit(main())
