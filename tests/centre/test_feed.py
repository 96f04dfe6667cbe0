"""The feed: newest state first for the slow, a bound for the very slow, an end for everybody."""

import asyncio

import pytest

from ronda.base.errors import Busy
from ronda.centre.feed import RESYNC, EventFeed, FeedEvent


def event(camera: str, number: int = 0, kind: str = "camera-status") -> FeedEvent:
    return FeedEvent.of(kind, camera, {"camera": camera, "number": number})


async def test_everybody_gets_every_event_in_order() -> None:
    feed = EventFeed()
    with feed.follow() as one, feed.follow() as two:
        for camera in "abc":
            feed.publish(event(camera))
        for follower in (one, two):
            assert [e.camera for e in [await follower.next(1) for _ in range(3)] if e] == ["a", "b", "c"]
        assert feed.followers == 2
    assert feed.followers == 0


async def test_the_slow_get_the_newest_state_of_each_camera() -> None:
    feed = EventFeed()
    with feed.follow() as slow:
        for number in range(1_000):
            feed.publish(event("ab"[number % 2], number))
        told = [await slow.next(1), await slow.next(1)]
        assert [e.data for e in told if e] == ['{"camera":"a","number":998}', '{"camera":"b","number":999}']
        assert await slow.next(0.01) is None
    assert feed.dropped == 0


async def test_the_very_slow_are_told_to_read_again() -> None:
    feed = EventFeed(size=3)
    with feed.follow() as slow:
        for camera in "abcde":
            feed.publish(event(camera))
        first = await slow.next(1)
        assert first is not None
        assert first.kind == RESYNC
        second = await slow.next(1)
        assert second is not None
        assert second.camera == "d"
    assert feed.dropped == 3


async def test_closing_ends_those_who_wait_and_those_who_come_late() -> None:
    feed = EventFeed()
    with feed.follow() as follower:
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            waiting = group.create_task(follower.next(60))
            await asyncio.sleep(0)
            feed.close()
        assert waiting.result() is None
    with feed.follow() as late:
        assert await late.next(60) is None


async def test_only_so_many_follow_and_each_what_they_want() -> None:
    feed = EventFeed(most=2)
    with feed.follow(lambda event: event.camera == "b") as choosy:
        feed.publish(event("a"))
        feed.publish(event("b"))
        told = await choosy.next(1)
        assert told is not None
        assert told.camera == "b"
        assert choosy.waiting == 0
        with pytest.raises(Busy):
            feed.make_room(left_over=1)
        with feed.follow(), pytest.raises(Busy), feed.follow():
            pass
    feed.make_room(left_over=1)
