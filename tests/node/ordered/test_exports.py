"""A node's sealed exports: real footage, a real key, whole or not there at all."""

import asyncio
import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, new_run, one_volume, record, settled

from ronda.archive import Archive
from ronda.base.causes import GapCause
from ronda.base.errors import Busy, Conflict, NotFound, StorageFailed
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Gap
from ronda.bus.evidence import BesideFile, CompleteExport, ExportPlace, ExportStanding, ExportState, MakeExport
from ronda.bus.evidence import SignExport as Sign
from ronda.evidence.seal import certificates
from ronda.evidence.seal.signing import KeySigner, verify_digest
from ronda.node.ordered import exporting
from ronda.node.ordered.exporting import Unsigned, holes, make_export
from ronda.node.ordered.exports import Exports

S = HZ_90K
IDS = [f"{number:016x}" for number in range(40)]


@pytest.fixture(scope="session")
def signer() -> KeySigner:
    now, key, root_key = datetime.now(UTC), certificates.make_key(), certificates.make_key()
    root = certificates.make_authority("Semarang", root_key, now)
    certificate = certificates.make_sealing("Semarang", key.public_key(), root, root_key, now)
    return KeySigner(key, certificates.der(certificate), certificates.pem(certificate, root))


def order(signer: KeySigner, number: int = 0, seconds: float = 8, until_s: float = 3600) -> MakeExport:
    now = SystemClock().utc_90k()
    return MakeExport(
        id=IDS[number],
        name="gate_malam",
        camera="gate",
        from_90k=START_90K,
        to_90k=START_90K + round(seconds * S),
        until_90k=now + round(until_s * S),
        at_90k=now,
        unit="Ronda Semarang",
        operator="ketua.rt03",
        camera_name="Gerbang RT 03",
        address="rtsp://***@10.0.0.5/stream1",
        place=ExportPlace(name="Krapyak", latitude=-6.98, longitude=110.38),
        certificate=signer.certificate_der.hex(),
        signature_bytes=signer.signature_bytes,
    )


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with Archive(one_volume(tmp_path, segment_90k=4 * S), SystemClock()) as opened:
        recorder = opened.recorder("gate", "main")
        record(recorder, new_run(), 12)
        recorder.close()
        await settled(opened)
        yield opened


@pytest.fixture
async def exports(tmp_path: Path, archive: Archive) -> AsyncIterator[Exports]:
    async def make(asked: MakeExport, folder: Path, progress: Callable[[float], None]) -> Unsigned:
        return await make_export(archive, "main", asked, folder, progress)

    async with (made := Exports(tmp_path / "exports", make, archive.pool, SystemClock())).running():
        yield made


async def never(asked: MakeExport, folder: Path, progress: Callable[[float], None]) -> Unsigned:
    raise AssertionError


async def copied(exports: Exports, id: str) -> ExportStanding:
    async with asyncio.timeout(10):
        while (standing := exports.standing(id)).state in (ExportState.WAITING, ExportState.MAKING):
            await asyncio.sleep(0.01)
    return standing


def beside(ending: str, data: bytes) -> BesideFile:
    return BesideFile(ending=ending, data=base64.b64encode(data).decode())


async def sealed(exports: Exports, signer: KeySigner, asked: MakeExport) -> ExportStanding:
    exports.order(asked)
    standing = await copied(exports, asked.id)
    assert standing.made is not None
    signature = signer.sign_digest(bytes.fromhex(standing.made.digest))
    await exports.sign(Sign(id=asked.id, signature=signature.hex()))
    return await exports.complete(CompleteExport(id=asked.id, files=(beside(".manifest.json", b"{}"),)))


async def test_an_export_is_copied_signed_and_whole(
    exports: Exports, archive: Archive, signer: KeySigner, tmp_path: Path
) -> None:
    asked = order(signer)
    assert exports.order(asked).state is ExportState.WAITING
    with pytest.raises(Conflict, match="ordered already"):
        exports.order(asked)
    standing = await copied(exports, asked.id)
    assert standing.state is ExportState.TO_SIGN
    made = standing.made
    assert made is not None
    assert (made.width, made.gaps, made.signed_video) == (160, (), False)
    assert len(made.segments) >= 2
    assert all(one.closed and not one.altered and one.sha256 == one.kept_sha256 for one in made.segments)
    with pytest.raises(Conflict, match="not signed"):
        await exports.complete(CompleteExport(id=asked.id, files=()))
    with pytest.raises(NotFound):
        exports.kept(asked.id)
    signature = signer.sign_digest(bytes.fromhex(made.digest))
    signed = await exports.sign(Sign(id=asked.id, signature=signature.hex()))
    assert (signed.state, await exports.sign(Sign(id=asked.id, signature="00"))) == (ExportState.SIGNED, signed)
    ready = await exports.complete(CompleteExport(id=asked.id, files=(beside(".sig", b"s"),)))
    assert ready.files == ("gate_malam.mp4", "gate_malam.sig")
    assert await exports.complete(CompleteExport(id=asked.id, files=())) == ready
    kept = exports.kept(asked.id)
    data = await archive.in_pool(exports.path(kept, "gate_malam.mp4").read_bytes)
    assert hashlib.sha256(data).hexdigest() == signed.sha256 == kept.sha256
    at = made.signature_offset
    unsigned = hashlib.sha256(data[:at] + bytes(len(signature)) + data[at + len(signature) :])
    assert unsigned.hexdigest() == made.digest
    assert verify_digest(signer.certificate_der, unsigned.digest(), data[at : at + len(signature)])
    assert b"loci" in data
    with pytest.raises(NotFound):
        exports.path(kept, "about.json")
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == [asked.id]
    await exports.remove(asked.id)
    assert list((tmp_path / "exports").iterdir()) == []


async def test_a_new_life_finds_what_is_whole_and_sweeps_the_rest(
    exports: Exports, archive: Archive, signer: KeySigner, tmp_path: Path
) -> None:
    await sealed(exports, signer, order(signer))
    exports.order(order(signer, 1))
    await copied(exports, IDS[1])

    async with (later := Exports(tmp_path / "exports", never, archive.pool, SystemClock())).running():
        assert later.standing(IDS[0]).state is ExportState.READY
        with pytest.raises(NotFound):
            later.standing(IDS[1])
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == [IDS[0]]


async def test_an_export_ends_by_itself(exports: Exports, archive: Archive, signer: KeySigner, tmp_path: Path) -> None:
    await sealed(exports, signer, order(signer, until_s=-1))
    with pytest.raises(NotFound):
        exports.kept(IDS[0])
    async with Exports(tmp_path / "exports", never, archive.pool, SystemClock()).running():
        assert not list((tmp_path / "exports").iterdir())


async def test_one_is_given_up_in_the_middle(archive: Archive, signer: KeySigner, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def slow(asked: MakeExport, folder: Path, progress: Callable[[float], None]) -> Unsigned:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with (exports := Exports(tmp_path / "exports", slow, archive.pool, SystemClock())).running():
        with pytest.raises(Busy):
            for number in range(30):
                exports.order(order(signer, number))
        async with asyncio.timeout(5):
            await begun.wait()
        await exports.remove(IDS[0])
        with pytest.raises(NotFound):
            exports.standing(IDS[0])
        assert not (tmp_path / "exports" / f"{IDS[0]}.part").exists()


async def test_nothing_recorded_and_a_full_disk_are_told(
    exports: Exports, signer: KeySigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = order(signer).model_copy(update={"from_90k": 0, "to_90k": S})
    exports.order(nowhere)
    standing = await copied(exports, nowhere.id)
    assert (standing.state, standing.problem) == (ExportState.FAILED, "nothing of 'gate' is recorded then")
    # No disk here can be filled: the reserve is made larger than it.
    monkeypatch.setattr(exporting, "_RESERVE_BYTES", 1 << 60)
    exports.order(order(signer, 1))
    standing = await copied(exports, IDS[1])
    assert standing.state is ExportState.FAILED
    assert "its disk has 0 MB left" in standing.problem


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_disk_that_becomes_full_while_it_is_written(
    archive: Archive, signer: KeySigner, tmp_path: Path
) -> None:
    asked = order(signer)
    folder = tmp_path / "half"
    await archive.in_pool(folder.mkdir)
    # Writes to it are refused as by a full disk.
    await archive.in_pool(partial(os.symlink, "/dev/full", folder / "gate_malam.mp4"))
    opened = os.open

    def follow(path: str, flags: int, mode: int = 0o777) -> int:
        return opened(path, flags & ~os.O_EXCL, mode)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ronda.archive.sealing.writing.os.open", follow)
        with pytest.raises(StorageFailed, match="is full"):
            await make_export(archive, "main", asked, folder, lambda _: None)
    assert await archive.segments("gate", "main", START_90K, START_90K + 20 * S)


def test_gaps_and_their_causes() -> None:
    known = [
        Gap(from_90k=10 * S, to_90k=15 * S, cause=GapCause.UNREACHABLE),
        Gap(from_90k=15 * S, to_90k=20 * S, cause=GapCause.DISK_FULL),
    ]
    found = holes([(0, 10 * S), (20 * S, 30 * S)], known, 0, 60 * S)
    assert [(one.from_90k // S, one.to_90k // S, one.cause) for one in found] == [
        (10, 15, GapCause.UNREACHABLE),
        (15, 20, GapCause.DISK_FULL),
        (30, 60, GapCause.UNKNOWN),
    ]
    assert holes([(0, 10 * S)], [], S, 9 * S) == ()


_KILLED = """
import asyncio, os, sys
from pathlib import Path
from tests.archive.footage import one_volume
from tests.node.ordered.test_exports import order
from ronda.archive import Archive
from ronda.base.time import SystemClock
from ronda.bus.evidence import MakeExport
from ronda.node.ordered.exporting import make_export
from ronda.node.ordered.exports import Exports

async def main():
    folder = Path(sys.argv[1])
    async with Archive(one_volume(folder), SystemClock()) as archive:
        async def make(asked, part, progress):
            made = await make_export(archive, "main", asked, part, progress)
            os.kill(os.getpid(), 9)
            return made
        async with (exports := Exports(folder / "exports", make, archive.pool, SystemClock())).running():
            exports.order(MakeExport.model_validate_json(sys.stdin.read()))
            await asyncio.sleep(30)

asyncio.run(main())
"""


async def test_killed_in_the_middle_nothing_half_made_is_left(tmp_path: Path, signer: KeySigner) -> None:
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 8)
        recorder.close()
        await settled(archive)
    command = [sys.executable, "-c", _KILLED, str(tmp_path)]
    told = order(signer).model_dump_json()
    ended = await asyncio.to_thread(subprocess.run, command, input=told, text=True, capture_output=True, timeout=60)
    assert ended.returncode == -9, ended.stderr
    assert [path.name for path in (tmp_path / "exports").iterdir()] == [f"{IDS[0]}.part"]
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:

        async def make(asked: MakeExport, folder: Path, progress: Callable[[float], None]) -> Unsigned:
            return await make_export(archive, "main", asked, folder, progress)

        async with (exports := Exports(tmp_path / "exports", make, archive.pool, SystemClock())).running():
            assert not list((tmp_path / "exports").iterdir())
            ready = await sealed(exports, signer, order(signer))
            assert ready.state is ExportState.READY
