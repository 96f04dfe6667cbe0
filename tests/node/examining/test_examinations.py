"""A node's examinations: a clip out of a real archive, a process that is followed and ended, what it found kept whole.

The process is a stand-in of a few lines: what the real one sees is tested where it is (`tests/whole/test_traces.py`).
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, new_run, one_volume, record, settled

from ronda.archive import Archive
from ronda.base.errors import Busy, NotFound
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.examining import (
    ExaminationStanding,
    ExamState,
    FoundWanted,
    KeepExamination,
    StartExamination,
)
from ronda.node.examining import work
from ronda.node.examining.orders import Examinations
from ronda.node.examining.process import Examiner
from ronda.node.examining.work import Examined, ExamTools, examine
from ronda.node.ordered.orders import Progress

S = HZ_90K
IDS = [f"{number:016x}" for number in range(40)]

STAND_IN = """
import json, os, sys, time
order = json.load(sys.stdin)
how = os.environ["HOW"]
os.makedirs(order["out"], exist_ok=True)
def say(what):
    print(json.dumps(what), flush=True)
say({"done": 0.5})
if how == "hangs":
    open(os.environ["PID"], "w").write(str(os.getpid()))
    time.sleep(600)
if how == "fails":
    print("Traceback of something", file=sys.stderr)
    print("there is no eye 'owl': add it with `ronda models add`", file=sys.stderr)
    sys.exit(1)
if how == "dies":
    os.abort()
if how == "babbles":
    print("x" * 200_000, flush=True)
size, start = os.path.getsize(order["clip"]), order["start_90k"]
def thing(n, begun_s, ended_s, **more):
    at = start + round(begun_s * 90000)
    return {"n": n, "label": "car", "begun_90k": at, "ended_90k": start + round(ended_s * 90000), "best_90k": at,
        "xyxy": [0.1, 0.1, 0.9, 0.9], "colour": "red", "direction": "left", "plate": None, "likeness": None,
        "likeness_model": "", **more}
plate = {"text": "H 1234 AB", "kind": "private", "confidence": 0.8, "height_px": 24, "readings": 3, "alternatives": []}
things = [thing(1, 1, 3, plate=plate, likeness="AAA8AAA8"), thing(2, 4, 5), thing(3, 900, 901)]
if how == "many":
    things = [thing(n, 1, 3) for n in range(1, 231)]
if how == "nonsense":
    things = [{"n": "one"}]
for one in things if how != "nonsense" else []:
    open(f"{order['out']}/{one['n']}.jpg", "wb").write(b"picture %d of %d" % (one["n"], size))
    if one["plate"]:
        open(f"{order['out']}/{one['n']}-plate.jpg", "wb").write(b"plate")
open(f"{order['out']}/found.json", "w").write(json.dumps(things))
open(f"{order['out']}/order.json", "w").write(json.dumps(order))
say({"found": len(things), "left_out": 4, "bad": 0})
"""


def order(number: int = 0, seconds: float = 8, until_s: float = 3600, from_s: float = 0) -> StartExamination:
    return StartExamination(
        id=IDS[number],
        camera="gate",
        from_90k=START_90K + round(from_s * S),
        to_90k=START_90K + round(seconds * S),
        until_90k=SystemClock().utc_90k() + round(until_s * S),
        masks=(((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),),
    )


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with Archive(one_volume(tmp_path, segment_90k=4 * S), SystemClock()) as opened:
        recorder = opened.recorder("gate", "main")
        record(recorder, new_run(), 12)
        recorder.close()
        await settled(opened)
        yield opened


class Desk:
    """Opens examinations that run the stand-in."""

    def __init__(self, archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.archive = archive
        self.folder = folder / "examinations"
        self.pid = folder / "pid"
        self.examiner = Examiner((sys.executable, "-c", STAND_IN))
        monkeypatch.setenv("PID", str(self.pid))
        self._monkeypatch = monkeypatch

    def behave(self, how: str) -> None:
        self._monkeypatch.setenv("HOW", how)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Examinations]:
        tools = ExamTools(self.archive, lambda _: "main", lambda _: "builtin", self.folder / "models", self.examiner)

        async def examined(asked: StartExamination, folder: Path, progress: Progress) -> Examined:
            return await examine(tools, asked, folder, progress)

        made = Examinations(self.folder, examined, self.archive.pool, SystemClock())
        async with made.running():
            yield made

    async def names(self) -> list[str]:
        return await self.archive.in_pool(
            lambda: sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []
        )


@pytest.fixture
def desk(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(archive, tmp_path, monkeypatch)
    desk.behave("well")
    return desk


async def over(examinations: Examinations, id: str) -> ExaminationStanding:
    async with asyncio.timeout(20):
        while (standing := examinations.standing(id)).state in (ExamState.WAITING, ExamState.LOOKING):
            await asyncio.sleep(0.01)
    return standing


async def test_what_is_found_within_the_stretch_is_kept_with_its_pictures_and_the_clip_is_not(desk: Desk) -> None:
    async with desk.opened() as examinations:
        asked = order(seconds=14)  # two seconds more than there are
        assert examinations.order(asked).state is ExamState.WAITING
        standing = await over(examinations, asked.id)
        assert (standing.state, standing.found, standing.progress) == (ExamState.READY, 2, 1.0), standing
        assert standing.gaps_s == pytest.approx(2, abs=0.2)
        assert standing.problem == "4 more things passed than are kept of one examination"
        page = await examinations.found(FoundWanted(id=asked.id))
        first, second = page.found
        assert (first.n, first.plate and first.plate.text, first.likeness) == (1, "H 1234 AB", "AAA8AAA8")
        assert (second.n, second.plate, page.more) == (2, None, False)
        assert (await examinations.picture(asked.id, "gate", 1)).startswith(b"picture 1 of ")
        assert await examinations.picture(asked.id, "gate", 1, plate=True) == b"plate"
        for camera, n, plate in (("gate", 3, False), ("gate", 2, True), ("other", 1, False)):
            with pytest.raises(NotFound):
                await examinations.picture(asked.id, camera, n, plate=plate)
        inside = await desk.archive.in_pool(lambda: sorted(one.name for one in (desk.folder / asked.id).iterdir()))
        assert inside == ["1-plate.jpg", "1.jpg", "2.jpg", "about.json", "found.json"]
        await examinations.remove(asked.id)
    assert await desk.names() == []


async def test_a_new_life_finds_what_is_whole_sweeps_the_rest_and_keeps_it_as_long_as_it_is_told(desk: Desk) -> None:
    async with desk.opened() as examinations:
        examinations.order(asked := order(until_s=60))
        await over(examinations, asked.id)
        later = SystemClock().utc_90k() + 3600 * S
        kept = await examinations.keep(KeepExamination(id=asked.id, until_90k=later))
        assert kept.state is ExamState.READY
        desk.behave("hangs")
        examinations.order(order(1))
        await until_written(desk.pid)
    await gone(int(desk.pid.read_text()))
    async with desk.opened() as examinations:
        assert examinations.kept(asked.id).until_90k == later
        assert len((await examinations.found(FoundWanted(id=asked.id))).found) == 2
        with pytest.raises(NotFound):
            examinations.standing(IDS[1])
        assert await desk.names() == [asked.id]
        await examinations.keep(KeepExamination(id=asked.id, until_90k=1))
        with pytest.raises(NotFound):
            await examinations.found(FoundWanted(id=asked.id))
    async with desk.opened():
        assert await desk.names() == []


async def test_one_that_is_withdrawn_is_ended_with_its_process(desk: Desk) -> None:
    desk.behave("hangs")
    async with desk.opened() as examinations:
        examinations.order(order(0))
        examinations.order(order(1))
        await until_written(desk.pid)
        pid = int(desk.pid.read_text())
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 12
        assert examinations.standing(IDS[0]).progress == pytest.approx(0.525)
        assert examinations.standing(IDS[1]).state is ExamState.WAITING
        await examinations.remove(IDS[1])
        await examinations.remove(IDS[0])
        await gone(pid)
        assert await desk.names() == []
        with pytest.raises(Busy):
            for number in range(2, 30):
                examinations.order(order(number))


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ("fails", "there is no eye 'owl'"),
        ("dies", "ended without an answer"),
        ("babbles", "says nothing that can be read"),
        ("nonsense", "cannot be read"),
    ],
)
async def test_a_process_that_fails_says_why_and_leaves_nothing(desk: Desk, how: str, problem: str) -> None:
    desk.behave(how)
    async with desk.opened() as examinations:
        examinations.order(asked := order())
        standing = await over(examinations, asked.id)
        assert (standing.state, problem in standing.problem) == (ExamState.FAILED, True), standing
        async with asyncio.timeout(5):
            while await desk.names():
                await asyncio.sleep(0.01)


async def test_one_that_is_silent_is_ended(desk: Desk) -> None:
    desk.behave("hangs")
    desk.examiner = replace(desk.examiner, silent_s=0.4)
    async with desk.opened() as examinations:
        examinations.order(asked := order())
        standing = await over(examinations, asked.id)
        assert (standing.state, standing.problem) == (ExamState.FAILED, "the examination took too long")
        await gone(int(await desk.archive.in_pool(desk.pid.read_text)))


async def test_nothing_recorded_and_a_full_disk_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk.opened() as examinations:
        examinations.order(nowhere := order().model_copy(update={"from_90k": 0, "to_90k": S}))
        assert (await over(examinations, nowhere.id)).problem == "nothing of 'gate' is recorded then"
        # No disk here can be filled: the reserve is made larger than it.
        monkeypatch.setattr(work, "_RESERVE_BYTES", 1 << 60)
        examinations.order(asked := order(1))
        assert "its disk is nearly full" in (await over(examinations, asked.id)).problem


async def test_much_that_was_found_is_told_in_pages(desk: Desk) -> None:
    desk.behave("many")
    async with desk.opened() as examinations:
        examinations.order(asked := order())
        assert (await over(examinations, asked.id)).found == 230
        after, pages = 0, []
        while True:
            page = await examinations.found(FoundWanted(id=asked.id, after=after))
            pages.append(len(page.found))
            after = page.found[-1].n
            if not page.more:
                break
        assert (pages, after) == ([100, 100, 30], 230)


async def test_the_process_is_told_what_to_look_for(desk: Desk, tmp_path: Path) -> None:
    told = tmp_path / "order.json"
    script = STAND_IN.replace(
        "order = json.load(sys.stdin)",
        f"order = json.load(sys.stdin); open({str(told)!r}, 'w').write(json.dumps(order))",
    )
    desk.examiner = Examiner((sys.executable, "-c", script))
    async with desk.opened() as examinations:
        examinations.order(asked := order(from_s=3))
        await over(examinations, asked.id)
    said = json.loads(told.read_text())
    assert (said["eye"], said["plates"], said["likeness"], said["most"]) == ("builtin", True, True, 500)
    assert said["masks"] == [[[0.0, 0.0], [0.5, 0.0], [0.5, 0.5]]]
    assert said["start_90k"] <= asked.from_90k


async def until_written(path: Path) -> None:
    async with asyncio.timeout(10):
        while not (path.exists() and path.read_text()):
            await asyncio.sleep(0.02)


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.02)
