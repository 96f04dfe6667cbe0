"""What sealing costs: ten minutes of 4 Mbps, against `cp` and `sha256sum` of the same bytes, in pairs.

    python -m bench.sealing [--folder DIR] [--minutes 10] [--mbps 4] [--pairs 7]

Sealing reads what was recorded, writes the master with its seal, hashes it, every segment whole and every segment's
pictures, has it signed, and brings it to the disk; `cp` writes a copy of one file with the same bytes, `sha256sum`
reads it again; that `sync` brings it to the disk, as sealing does, is told apart. Which of a pair comes first changes.
Must: 3 times; aim: 1.5 times.

It also says what the days' trees cost: a day of 500 cameras.
"""

import argparse
import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.media.pictures import Film, encoding

from ronda.archive import Archive, Quota, VolumeSettings
from ronda.archive.sealing.writing import put_signature
from ronda.base.identity import new_run_id
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.evidence import MakeExport
from ronda.evidence.day_tree import Leaf, tree_of
from ronda.evidence.seal import certificates
from ronda.evidence.seal.signing import KeySigner
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes, init_segment
from ronda.media.fragment import Fragment, Origin, Run
from ronda.node.ordered.exporting import make_export

START_90K = 1_790_000_000 * HZ_90K
FPS = 25
PICTURES = 5  # a fragment of 0.2 s
GOP_S = 2


async def footage(archive: Archive, seconds: int, mbps: float) -> None:
    """Record random bytes of the wanted rate, as a camera's pictures."""
    known = encoding(Film())
    run = Run(new_run_id(), "gate", "main", known, START_90K, init_segment(known), Origin.IMPORTED, None)
    size = round(mbps * 1e6 / 8 / FPS)
    pool = os.urandom(size * 64)

    async def made() -> AsyncIterator[Fragment]:
        tick = HZ_90K // FPS
        for number in range(seconds * FPS // PICTURES):
            first = number * PICTURES
            key = first % (GOP_S * FPS) == 0
            samples = [Sample(size, tick, 0, key and one == 0) for one in range(PICTURES)]
            data = [pool[(first + one) % 63 * size :][:size] for one in range(PICTURES)]
            moof, mdat = fragment_boxes(samples, data, number, first * tick)
            yield Fragment(run, number, key, first * tick, tick * PICTURES, PICTURES, moof, mdat, arrival=0.0)

    await archive.import_run(run, made())


async def sealed(archive: Archive, signer: KeySigner, folder: Path, seconds: int) -> float:
    """Seal all of it; return the seconds that it took."""
    now = SystemClock().utc_90k()
    order = MakeExport(
        id="0" * 16,
        name="bench",
        camera="gate",
        from_90k=START_90K,
        to_90k=START_90K + seconds * HZ_90K,
        until_90k=now + HZ_90K,
        at_90k=now,
        unit="Ronda",
        operator="bench",
        camera_name="Gerbang",
        certificate=signer.certificate_der.hex(),
        signature_bytes=signer.signature_bytes,
    )
    await archive.in_pool(partial(folder.mkdir, parents=True))
    began = time.perf_counter()
    made = await make_export(archive, "main", order, folder, lambda _: None)
    signature = await archive.in_pool(partial(signer.sign_digest, made.written.digest))
    put = partial(put_signature, made.path, made.written, made.meta.data, made.meta.signature_offset, signature)
    await archive.in_pool(put)
    took = time.perf_counter() - began
    await archive.in_pool(partial(shutil.rmtree, folder))
    return took


def copied(source: Path, target: Path) -> tuple[float, float]:
    """Copy, hash, and bring to the disk; return the seconds without and with the last."""
    began = time.perf_counter()
    subprocess.run(["cp", source, target], check=True)
    subprocess.run(["sha256sum", target], check=True, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - began
    subprocess.run(["sync", target], check=True)
    synced = time.perf_counter() - began
    target.unlink()
    return took, synced


def make_signer() -> KeySigner:
    """Return a key with a certificate."""
    now, key, root_key = datetime.now(UTC), certificates.make_key(), certificates.make_key()
    root = certificates.make_authority("Bench", root_key, now)
    certificate = certificates.make_sealing("Bench", key.public_key(), root, root_key, now)
    return KeySigner(key, certificates.der(certificate), certificates.pem(certificate, root))


def days_cost(signer: KeySigner, cameras: int = 500, segments: int = 288) -> tuple[float, float]:
    """Return the seconds of computing for a day of so many cameras: trees, and signatures."""
    began = time.perf_counter()
    for number in range(cameras):
        leaves = (
            Leaf(f"camera-{number}/main/2026-11-21/{one:06d}.000Z-abcdef012345.mp4", one, one + 1, 1, "ab" * 32)
            for one in range(segments)
        )
        tree_of(leaf.hash for leaf in leaves)
    trees = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(50):
        signer.sign_digest(bytes(32))
    return trees, (time.perf_counter() - began) * cameras / 50


async def run(folder: Path, seconds: int, mbps: float, pairs: int) -> None:
    """Measure in pairs, and print."""
    signer = await asyncio.to_thread(make_signer)
    volume = VolumeSettings(folder / "volume", Quota(min_free_bytes=0))
    async with Archive([volume], SystemClock()) as archive:
        await footage(archive, seconds, mbps)
        size = sum(row.bytes for row in await archive.segments("gate", "main", START_90K, START_90K * 2))
        plain = folder / "plain"
        await archive.in_pool(partial(_write, plain, size))
        ours: list[float] = []
        cpu: list[tuple[float, float]] = []
        theirs: list[tuple[float, float]] = []
        for pair in range(pairs + 1):
            before = time.process_time(), _children()
            if pair % 2:
                other = await archive.in_pool(partial(copied, plain, folder / "copy"))
                mine = await sealed(archive, signer, folder / "sealed", seconds)
            else:
                mine = await sealed(archive, signer, folder / "sealed", seconds)
                other = await archive.in_pool(partial(copied, plain, folder / "copy"))
            if pair:  # the first warms the cache
                ours.append(mine)
                cpu.append((time.process_time() - before[0], _children() - before[1]))
                theirs.append(other)
    print(f"{size / 1e6:.0f} MB, {pairs} pairs")
    print(f"sealing            {statistics.median(ours):.2f} s (best {min(ours):.2f})")
    for number, name in enumerate(("cp + sha256sum", "the same + sync")):
        other = [one[number] for one in theirs]
        ratios = [mine / one for mine, one in zip(ours, other, strict=True)]
        print(f"{name:18} {statistics.median(other):.2f} s (best {min(other):.2f})")
        print(f"  ratio            {statistics.median(ratios):.2f} (best {min(ratios):.2f}, worst {max(ratios):.2f})")
    print(
        f"computing alone    {statistics.median(one for one, _ in cpu):.2f} s against "
        f"{statistics.median(other for _, other in cpu):.2f} s, ratio "
        f"{statistics.median(one / other for one, other in cpu):.2f}"
    )
    trees, signatures = days_cost(signer)
    print(f"a day of 500 cameras: trees {trees:.2f} s, signatures {signatures:.2f} s of computing")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(path: Path, size: int) -> None:
    block = os.urandom(1 << 20)
    with path.open("wb") as file:
        for _ in range(size >> 20):
            file.write(block)
        file.write(block[: size % (1 << 20)])


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--mbps", type=float, default=4.0)
    parser.add_argument("--pairs", type=int, default=7)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sealing-", dir=asked.folder))
    try:
        asyncio.run(run(folder, asked.minutes * 60, asked.mbps, asked.pairs))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
