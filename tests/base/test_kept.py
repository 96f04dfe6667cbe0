"""Answers that are kept for a while."""

import asyncio

import pytest

from ronda.base.errors import Busy
from ronda.base.kept import Kept


class Hand:
    """A clock that a test moves, and an answer that it makes."""

    def __init__(self) -> None:
        self.now, self.made, self.broken = 0.0, 0, False

    def utc_90k(self) -> int:
        return 0

    def monotonic(self) -> float:
        return self.now

    async def make(self) -> int:
        await asyncio.sleep(0)
        if self.broken:
            raise Busy("not now")
        self.made += 1
        return self.made


async def test_an_answer_is_made_once_however_many_ask_and_an_error_is_not_kept() -> None:
    hand = Hand()
    kept = Kept(hand.make, hand, 10.0)
    assert await asyncio.gather(*(kept.get() for _ in range(50))) == [1] * 50
    hand.now = 9.9
    assert await kept.get() == 1
    hand.now, hand.broken = 10.0, True
    with pytest.raises(Busy):
        await kept.get()
    hand.broken = False
    assert await kept.get() == 2
