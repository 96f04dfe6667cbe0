"""14,000 cameras into the register, from each kind of file; the same again, which changes nothing; and out of it.

    python -m bench.importing [--cameras N]

Through the desk that the server has, on SQLite in a folder of its own: seconds until it can be looked at, until it is
written, the longest that the loop was held meanwhile, and the most memory.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

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
    began = time.perf_counter()
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
        f"{name:28} {looked:6.2f} s {whole:6.2f} s   {len(plan.new):6} new {plan.unchanged:6} unchanged   "
        f"loop p99 {p99:5.1f} ms, longest {longest:5.1f} ms"
    )
    return job


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
        areas = [Area("33.74", "Semarang", -7.0, 110.42), Area("33.74.01", "Semarang Tengah")]
        areas += [Area(f"33.74.01.{1001 + n}", f"Kelurahan {n}") for n in range(KELURAHAN)]
        await centre.apply(Edit(areas=areas), "bench")
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
    options = parser.parse_args()
    asyncio.run(measure(options.cameras))
    return 0


if __name__ == "__main__":
    sys.exit(main())
