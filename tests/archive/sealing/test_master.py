"""A master for evidence: every byte as it was recorded, time that runs through gaps, and what is found altered."""

import asyncio
import hashlib
import struct
import threading
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import pytest
from tests.archive.footage import FILM, START_90K, files_of, new_run, one_volume, record, settled

from ronda.archive import Archive
from ronda.archive.errors import NoFootage
from ronda.archive.sealing import writing
from ronda.archive.sealing.master import Master, plan_master
from ronda.archive.sealing.writing import SIGNED_VIDEO, MasterWriter, Written, put_signature
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, SystemClock

S = HZ_90K
TAIL = b"\0\0\0\x20meta" + bytes(24)
WIDER = replace(FILM, width=192)


def write(master: Master, path: Path, tail: bytes = TAIL) -> Written:
    with MasterWriter(master, path, b"") as writer:
        while writer.step():
            assert 0 < writer.progress <= 1
        return writer.finish(tail)


async def test_it_holds_the_pictures_and_hashes_everything_in_one_pass(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path, segment_90k=4 * S), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 16)
        recorder.close()
        await settled(archive)
        master = await archive.master("gate", "main", START_90K + 5 * S, START_90K + 11 * S)
        path = tmp_path / "master.mp4"
        written = await archive.in_pool(partial(write, master, path))
        master.close()
        kept = {row.sha256 for row in await archive.segments("gate", "main", START_90K, START_90K + 60 * S)}
    assert written.size == path.stat().st_size
    assert written.digest == hashlib.sha256(path.read_bytes()).digest()
    assert not any(one.altered for one in written.hashes)
    assert {one.sha256 for one in written.hashes} <= kept
    whole, at = path.read_bytes(), written.head_bytes
    assert hashlib.sha256(whole[:at]).hexdigest() == written.head_sha256
    for piece in (piece for one in written.hashes for piece in one.pieces):
        assert piece.offset == at
        at += piece.bytes
        assert hashlib.sha256(whole[piece.offset : at]).hexdigest() == piece.sha256
    assert at == written.size - len(TAIL)
    assert master.spans[0][0] <= START_90K + 5 * S
    assert not written.signed_video
    signed = put_signature(path, written, TAIL, 16, b"s" * 8)
    assert signed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert signed.crc32 == zlib.crc32(path.read_bytes())
    with pytest.raises(ValueError, match="no room"):
        put_signature(path, written, TAIL, 28, b"s" * 8)
    with av.open(str(path)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    assert pictures == round((master.spans[0][1] - master.spans[0][0]) / S * FILM.fps)


async def test_time_runs_through_gaps_and_changes_of_encoding(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 4)
        record(recorder, new_run(start_90k=START_90K + 100 * S, film=WIDER), 4, film=WIDER)
        record(recorder, new_run(start_90k=START_90K + 104 * S), 4)
        recorder.close()
        await settled(archive)
        master = await archive.master("gate", "main", START_90K, START_90K + 200 * S)
        path = tmp_path / "master.mp4"
        await archive.in_pool(partial(write, master, path))
        master.close()
        with pytest.raises(NoFootage):
            await archive.master("gate", "main", START_90K + 20 * S, START_90K + 90 * S)
        with pytest.raises(BadInput, match="six hours"):
            await archive.master("gate", "main", START_90K, START_90K + 7 * 3600 * S)
    assert [round((end - start) / S) for start, end in master.spans] == [4, 8]
    assert [(one.at_90k, one.encoding.width) for one in master.changes] == [
        (START_90K + 100 * S, 192),
        (START_90K + 104 * S, 160),
    ]
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        times = [float(packet.pts * stream.time_base) for packet in container.demux(stream) if packet.pts is not None]
    assert len(times) == 12 * FILM.fps
    assert times[4 * FILM.fps] == pytest.approx(100, abs=0.1)
    assert times[-1] == pytest.approx(108, abs=0.1)


async def test_a_byte_changed_on_the_disk_is_told(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path, segment_90k=4 * S), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 12)
        recorder.close()
        await settled(archive)
        file = files_of(tmp_path / "volume")[1]
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        master = await archive.master("gate", "main", START_90K, START_90K + 60 * S)
        written = await archive.in_pool(partial(write, master, tmp_path / "master.mp4"))
        master.close()
    assert [one.source.place.path for one in written.hashes if one.altered] == [file]


@pytest.mark.parametrize("block", [1 << 20, 700])
async def test_some_seconds_of_pictures_have_a_hash_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(writing, "BLOCK_BYTES", block)
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 26)
        recorder.close()
        await settled(archive)
        master = await archive.master("gate", "main", START_90K, START_90K + 60 * S)
        written = await archive.in_pool(partial(write, master, tmp_path / "master.mp4"))
        master.close()
    (one,) = written.hashes
    spans = [((piece.from_90k - START_90K) / S, (piece.to_90k - START_90K) / S) for piece in one.pieces]
    assert spans == [(0, 10), (10, 20), (20, 26)]
    whole = (tmp_path / "master.mp4").read_bytes()
    at = written.head_bytes
    for piece in one.pieces:
        assert piece.offset == at
        at += piece.bytes
        assert hashlib.sha256(whole[piece.offset : at]).hexdigest() == piece.sha256
    assert at == written.size - len(TAIL)


async def test_what_still_grows_is_taken_as_far_as_it_goes(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 6)
        await settled(archive)
        master = await archive.master("gate", "main", START_90K, START_90K + 60 * S)
        written = await archive.in_pool(partial(write, master, tmp_path / "master.mp4"))
        master.close()
        recorder.close()
    assert [one.source.place.row for one in written.hashes] == [None]
    assert not written.hashes[0].altered


@pytest.mark.parametrize("block", [1 << 20, 8])
async def test_the_cameras_own_signatures_are_carried_and_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(writing, "BLOCK_BYTES", block)  # eight: it lies across three
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 4)
        recorder.close()
        await settled(archive)
        # Written over a picture of the file: what a camera signs is bytes among pictures to us.
        file = files_of(tmp_path / "volume")[0]
        data = bytearray(file.read_bytes())
        at = data.rindex(b"mdat") + 20  # however late: all pictures pass
        data[at : at + 24] = struct.pack(">IBBBB", 20, 6, 5, 16, 0)[:8] + SIGNED_VIDEO
        file.write_bytes(data)
        master = await archive.master("gate", "main", START_90K, START_90K + 60 * S)
        written = await archive.in_pool(partial(write, master, tmp_path / "master.mp4"))
        master.close()
    assert written.signed_video
    assert SIGNED_VIDEO in (tmp_path / "master.mp4").read_bytes()


async def test_one_that_is_given_up_in_the_middle_of_a_step_closes_its_file_after_it(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 8)
        recorder.close()
        await settled(archive)
        master = await archive.master("gate", "main", START_90K, START_90K + 60 * S)

        def given_up() -> tuple[bool, bool]:
            writer = MasterWriter(master, tmp_path / "master.mp4", b"")
            held, closed = threading.Event(), threading.Event()

            def hold(data: memoryview, pictures: object = None) -> None:
                held.set()
                assert not closed.wait(0.2), "the file is closed under a step that writes to it"

            writer._put = hold  # type: ignore[method-assign]
            step = threading.Thread(target=writer.step)
            step.start()
            held.wait(5)
            writer.close()
            closed.set()
            step.join()
            return writer.step(), step.is_alive()

        assert await archive.in_pool(given_up) == (False, False)
        master.close()


async def test_a_plan_that_is_given_up_leaves_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 8)
        recorder.close()
        await settled(archive)
        begun, go = threading.Event(), threading.Event()
        closed: list[Master] = []

        def slowly(*asked: object) -> Master:
            begun.set()
            go.wait(5)
            return plan_master(*asked)  # type: ignore[arg-type]

        close = Master.close
        monkeypatch.setattr("ronda.archive.archive.plan_master", slowly)

        def noted(one: Master) -> None:
            closed.append(one)
            close(one)

        monkeypatch.setattr(Master, "close", noted)
        planning = asyncio.ensure_future(archive.master("gate", "main", START_90K, START_90K + 60 * S))
        await asyncio.to_thread(begun.wait, 5)
        planning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await planning
        go.set()
        async with asyncio.timeout(5):
            while not closed:
                await asyncio.sleep(0.01)
