"""A node's eyes with real worker processes: tiers, what is told, workers that die or hang."""

import asyncio
import os
import signal
from pathlib import Path

from tests.node.conftest import until
from tests.node.vision.conftest import looking, spec

from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Done, request_subject
from ronda.bus.observations import FOLLOW_SIGHT, FollowSight, Sight, sight_subject
from ronda.media.leases import Purpose
from ronda.node.vision.process import totals
from ronda.vision.own_eyes.memory import Asked, Memory


async def test_what_passes_is_counted_told_once_and_shown(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars)) as (_, vision, centre):
        await until(lambda: sum(count.count for count in centre.counts) >= 2, 30)
        await until(lambda: centre.tracks, 30)
        count = centre.counts[0]
        assert (count.camera, count.line, count.direction, count.label) == ("gate", "middle", "right", "car")
        assert (count.eye.id, count.eye.version) == ("bar", "1")
        assert count.minute_90k % (60 * HZ_90K) == 0
        assert abs(count.minute_90k - SystemClock().utc_90k()) < 120 * HZ_90K
        assert [sign.turn for sign in centre.signs[:1]] == ["raised"]
        jpeg = await vision.sightings.read("gate", centre.signs[0].shots[0].id)
        assert jpeg.startswith(b"\xff\xd8")
        best = centre.tracks[0].best
        assert best is not None
        assert (await vision.sightings.read("gate", best.id)).startswith(b"\xff\xd8")
        assert (centre.tracks[0].colour, centre.tracks[0].direction) == ("yellow", "right")
        sequences = [batch.sequence for batch in centre.batches]
        assert sequences == sorted(set(sequences))
        assert not list((tmp_path / "sightings").rglob("*.part"))


async def test_the_centre_gets_everything_when_it_is_back(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars)) as (_, vision, centre):
        centre.refuses = True
        await until(lambda: vision.outbox.waiting >= 2, 30)
        assert not centre.batches
        centre.refuses = False
        await until(lambda: vision.outbox.waiting == 0, 30)
        await until(lambda: sum(count.count for count in centre.counts) >= 1, 30)


async def test_a_worker_killed_in_mid_batch_costs_a_gap_and_nothing_else(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars), spec("lane", bars, "watch")) as (town, vision, centre):
        stream = town.node.streams.get("gate", "main")
        await until(lambda: totals(vision.workers).looked > 3)
        received, first = stream.counters.pictures, vision.workers[0].pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: vision.workers[0].pid not in (None, first))
        await until(lambda: {gap.camera for gap in centre.gaps if not gap.lasts} == {"gate", "lane"}, 30)
        assert {gap.cause for gap in centre.gaps} == {"worker-died"}
        over = next(gap for gap in centre.gaps if gap.camera == "gate" and not gap.lasts)
        assert 0 < over.to_90k - over.from_90k < 15 * HZ_90K
        assert stream.counters.pictures > received
        assert stream.failures == 0
        assert vision.workers[0].counted.restarts == 1
        assert totals(vision.workers).looked > 3, "what was counted stays counted"


async def test_a_worker_that_hangs_is_ended_and_the_gap_says_so(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars), hung_s=2.5) as (town, vision, centre):
        await until(lambda: totals(vision.workers).looked > 3)
        first = vision.workers[0].pid
        await town.assign(spec("gate", bars, hang=True))
        await until(lambda: vision.workers[0].pid not in (None, first), 30)
        await town.assign(spec("gate", bars))
        await until(lambda: any(gap.cause == "worker-died" for gap in centre.gaps), 30)


async def test_one_picture_a_second_is_had_of_keyframes_alone(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("lane", bars, "watch")) as (town, vision, _):
        await until(lambda: totals(vision.workers).looked >= 3, 30)
        before = totals(vision.workers)
        await asyncio.sleep(3)
        after = totals(vision.workers)
        assert 1 <= after.looked - before.looked <= 6
        assert after.decoded - before.decoded <= 8, "keyframes come each second: nothing else is decoded"
        held = [stream for stream in town.node.streams if stream.active]
        assert len(held) == 1
        assert held[0].viewers == 0


async def test_no_worker_runs_where_nothing_is_looked_at(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("a", bars, "off"), spec("b", bars, "sweep")) as (town, vision, _):
        await asyncio.sleep(0.5)
        assert vision.workers[0].pid is None
        assert not town.node.streams.awake("a")
        assert not town.node.streams.awake("b")


async def test_every_camera_is_swept_in_its_turn_and_sleeps_again(tmp_path: Path, bars: str) -> None:
    cameras = [spec(f"c{number}", bars, "sweep") for number in range(6)]
    gone = spec("gone", "file:///nowhere/at-all.mp4", "sweep")
    sweep = {"sweep_s": 1.5, "first_sweep_s": 0.0, "sweeps_at_once": 2}
    async with looking(tmp_path, *cameras, gone, **sweep) as (town, vision, _):
        await until(lambda: totals(vision.workers).swept >= 6, 40)
        assert vision.sweep.failed >= 1
        assert not any(stream.viewers for stream in town.node.streams)
        await town.assign(spec("c0", bars, "off"))
        await until(lambda: not town.node.roster.all_awake, 30)
        assert vision.sweep.cameras == 0


async def test_a_new_camera_need_not_wait_for_its_turn_to_be_seen_once(tmp_path: Path, bars: str) -> None:
    cameras = [spec(f"c{number}", bars, "sweep") for number in range(4)]
    async with looking(tmp_path, *cameras, sweep_s=3600.0, first_sweep_s=0.0) as (town, vision, _):
        await until(lambda: totals(vision.workers).swept == 4, 40)
        await town.assign(*cameras, spec("new", bars, "sweep"))
        await until(lambda: totals(vision.workers).swept == 5, 40)


async def test_views_of_cameras_that_are_gone_are_forgotten(tmp_path: Path, bars: str) -> None:
    views = tmp_path / "own-eyes.sqlite"
    memory = await asyncio.to_thread(Memory, views)
    for id in ("gate", "lane", "long gone"):
        await asyncio.to_thread(memory.ask, id, Asked.ACCEPT)
    cameras = [spec(id, bars, "sweep") for id in ("gate", "lane")]

    async def known() -> list[str]:
        return await asyncio.to_thread(memory.cameras)

    async with looking(tmp_path, *cameras, own_eyes=views, first_sweep_s=3600.0) as (town, _, _):
        assert await known() == ["gate", "lane"], "what went while the node was away"
        await town.assign(cameras[0])
        async with asyncio.timeout(20):
            while await known() != ["gate"]:
                await asyncio.sleep(0.05)
    memory.close()


async def test_who_follows_a_camera_sees_boxes_and_what_passes(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars)) as (town, vision, _):
        await until(lambda: totals(vision.workers).looked > 0)
        seen: list[Sight] = []
        async with town.bus.subscribe(sight_subject("gate"), Sight) as sights:
            await asyncio.sleep(0.5)
            subject = request_subject("local", FOLLOW_SIGHT)
            await town.bus.request(subject, FollowSight(camera="gate", seconds=30), Done)
            async with asyncio.timeout(20):
                async for sight in sights:
                    seen.append(sight)
                    if any(one.passed for one in seen):
                        break
        assert seen[0].boxes
        assert [one.passed for one in seen if one.passed] == [(("middle", "right", "car"),)]


async def test_a_camera_that_brings_nothing_is_a_gap_with_its_cause(tmp_path: Path) -> None:
    async with looking(tmp_path, spec("gone", "rtsp://127.0.0.1:1/live"), patience_s=2.0) as (_, vision, centre):
        await until(lambda: centre.gaps, 40)
        assert centre.gaps[0].cause == "unreachable"
        assert centre.gaps[0].lasts
        assert vision.gaps == 1


async def test_no_lease_is_left_when_a_camera_is_looked_at_no_more(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars)) as (town, vision, _):
        await until(lambda: totals(vision.workers).looked > 0)
        stream = town.node.streams.get("gate", "main")
        with stream.lease(Purpose.STILL):
            await town.assign(spec("gate", bars, "off"))
            await until(lambda: vision.fed == 0)
        await until(lambda: not stream.active)
