"""The GOP cache and its cursors."""

import asyncio

import pytest
from tests.media.pictures import encoding

from ronda.media.fragment import Fragment, Run
from ronda.media.ring import FragmentRing, RingLimits, StreamClosed

RUN = Run("r", "gate", "main", encoding(), 0, b"init")


def fragment(number: int, gop: int = 10, size: int = 1000) -> Fragment:
    return Fragment(RUN, number, number % gop == 0, number * 18_000, 18_000, 5, b"m" * 10, b"d" * size, number * 0.2)


def filled(count: int, *, watched: bool = False, gop: int = 10, limits: RingLimits | None = None) -> FragmentRing:
    ring = FragmentRing(limits or RingLimits())
    ring.watched = watched
    for number in range(count):
        ring.append(fragment(number, gop))
    return ring


def test_a_viewer_joins_at_the_newest_keyframe() -> None:
    cursor = filled(27).cursor()
    taken = [cursor.take() for _ in range(8)]
    assert [part.sequence for part in taken if part] == list(range(20, 27))
    assert taken[-1] is None
    assert cursor.skipped_pictures == 0


def test_without_viewers_only_the_current_gop_is_kept() -> None:
    ring = filled(27)
    assert [part.sequence for part in ring.gop()] == list(range(20, 27))
    assert ring.bytes_held == 7 * 1010


def test_with_viewers_three_seconds_are_kept() -> None:
    ring = filled(32, watched=True)
    assert ring.bytes_held == 16 * 1010
    assert [part.sequence for part in ring.gop()] == [30, 31]


def test_a_reader_that_is_too_slow_goes_on_at_the_newest_keyframe() -> None:
    ring = filled(3, watched=True)
    cursor = ring.cursor()
    assert cursor.take() is not None
    for number in range(3, 23):
        ring.append(fragment(number))
    part = cursor.take()
    assert part is not None
    assert part.sequence == 20
    assert part.keyframe
    assert cursor.skipped_pictures == 19 * 5


def test_a_reader_within_a_long_gop_goes_on_where_it_was() -> None:
    ring = filled(90, gop=100)
    cursor = ring.cursor()
    assert [part.sequence for part in iter(cursor.take, None) if part] == list(range(90))
    for number in range(90, 99):
        ring.append(fragment(number, 100))
    assert cursor.take() is ring.at(90)


def test_a_gop_beyond_the_bound_cannot_be_joined_and_does_not_grow() -> None:
    ring = filled(5, gop=1000, limits=RingLimits(most_bytes=20_000))
    cursor = ring.cursor()
    assert cursor.take() is not None
    for number in range(5, 300):
        ring.append(fragment(number, 1000))
        assert ring.bytes_held <= 20_000
    assert ring.cursor().take() is None
    assert cursor.take() is None
    ring.append(fragment(1000, 1000))
    part = cursor.take()
    assert part is not None
    assert part.sequence == 1000


def test_a_sealed_ring_cannot_be_joined_but_can_be_read_out() -> None:
    ring = filled(5)
    cursor = ring.cursor()
    cursor.take()
    ring.seal()
    assert ring.cursor().take() is None
    assert cursor.take() is not None
    assert ring.newest_keyframe is not None


def test_the_joined_bytes_are_shared() -> None:
    ring = filled(5)
    one, two = ring.cursor(), ring.cursor()
    for _ in range(5):
        first, second = one.take_wire(), two.take_wire()
        assert first is not None
        assert second is not None
        assert first[1] == first[0].moof + first[0].mdat
        if first[0].sequence >= 1:
            assert first[1] is second[1]


async def test_all_waiters_wake_and_a_cancelled_one_harms_nobody() -> None:
    ring = filled(1)
    cursors = [ring.cursor() for _ in range(20)]
    assert all(cursor.take() for cursor in cursors)
    waiting = [asyncio.ensure_future(cursor.next()) for cursor in cursors]
    await asyncio.sleep(0)
    waiting[3].cancel()
    ring.append(fragment(1))
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(part, Fragment) for part in done) == 19


async def test_closing_ends_every_cursor() -> None:
    ring = filled(1)
    cursor = ring.cursor()
    cursor.take()
    waiting = asyncio.ensure_future(cursor.next())
    await asyncio.sleep(0)
    ring.close()
    with pytest.raises(StreamClosed):
        await waiting
