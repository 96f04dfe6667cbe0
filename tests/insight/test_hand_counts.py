"""Counting by hand beside the eye: the measure, what is compared, and what cannot be."""

from dataclasses import replace

import pytest
from tests.insight.test_observations import EYE, NIGHT, gap, observing
from tests.store.databases import database_kind, store, store_url

from ronda.base.errors import BadInput, NotFound
from ronda.bus.observations import MinuteCount, ObservationBatch
from ronda.insight.hand_counts import HandCount, HandCounts, Lane, effectiveness
from ronda.insight.observations import MINUTE_90K
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]
CAR, MOTORCYCLE = Lane("down", "car"), Lane("down", "two-wheeler")


def test_effectiveness_is_that_of_the_challenge() -> None:
    assert effectiveness({CAR: [3, 2]}, {CAR: [3, 2]}, 2) == 1
    assert effectiveness({CAR: [4]}, {CAR: [3]}, 1) == 0.75
    # One too few in the first of two minutes, made up for in the second: w = 1/3, 2/3.
    assert effectiveness({CAR: [1, 1]}, {CAR: [0, 2]}, 2) == pytest.approx(1 - (1 / 3) ** 0.5 / 2)
    assert effectiveness({CAR: [10], MOTORCYCLE: [30]}, {CAR: [10]}, 1) == 0.25, "weighted by what passed"
    assert effectiveness({CAR: [2]}, {CAR: [9]}, 1) == 0
    assert effectiveness({}, {}, 5) == 1
    assert effectiveness({}, {CAR: [1]}, 1) == 0


def passed(minute: int, label: str, count: int) -> MinuteCount:
    return MinuteCount(
        camera="gate",
        minute_90k=NIGHT + minute * MINUTE_90K,
        line="main",
        direction="down",
        label=label,
        eye=EYE,
        count=count,
    )


def by_hand(hand: dict[Lane, list[int]], line: str = "main") -> HandCount:
    return HandCount("", "gate", line, NIGHT, NIGHT + 2 * MINUTE_90K, False, "ayu", NIGHT + 9, (), hand)


async def test_the_same_minutes_are_compared_and_kept(store: Store) -> None:
    counts = (passed(-1, "car", 50), passed(0, "car", 3), passed(1, "two-wheeler", 1), passed(2, "car", 50))
    await observing(store).take(ObservationBatch(node="n", sequence=1, counts=counts))
    kept = HandCounts(store)
    made = await kept.add(by_hand({CAR: [3, 0], MOTORCYCLE: [0, 2]}))
    assert made.counted == {CAR: [3, 0], MOTORCYCLE: [0, 1]}
    assert made.eye == ("builtin 1 of 2026",)
    assert made.effectiveness == pytest.approx((3 + 2 * (1 - (2 / 3) ** 0.5 / 2)) / 5)
    whole = await kept.add(by_hand({Lane("down", ""): [3, 2]}))
    assert whole.counted == {Lane("down", ""): [3, 1]}, "who tells no classes is compared without them"
    assert sorted(one.id for one in await kept.of("gate")) == sorted((made.id, whole.id))
    assert made in await kept.of("gate")
    await kept.remove("gate", whole.id)
    with pytest.raises(NotFound):
        await kept.remove("elsewhere", made.id)
    assert await kept.of("gate") == [made]


async def test_what_was_not_looked_at_is_not_compared(store: Store) -> None:
    batch = ObservationBatch(node="n", sequence=1, counts=(passed(0, "car", 3),), gaps=(gap(60, 95, lasts=False),))
    await observing(store).take(batch)
    with pytest.raises(BadInput, match="35 s"):
        await HandCounts(store).add(by_hand({CAR: [3, 0]}))
    with pytest.raises(BadInput, match="nowhere"):
        one_minute = replace(by_hand({CAR: [3]}, "nowhere"), to_90k=NIGHT + MINUTE_90K)
        await HandCounts(store).add(one_minute)
