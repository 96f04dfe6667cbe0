"""What passed is found by what it was, where, and when, on both kinds of database, page by page, newest first."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.people.conftest import HandClock
from tests.store.databases import database_kind, store, store_url

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.bus.observations import EyeId, ObservationBatch, ObservationGap, SeenTrack, ShotName
from ronda.city.tables import CAMERAS
from ronda.insight.observations import Observations
from ronda.insight.search import SeenSearch, Sought
from ronda.insight.spans import Span, spans
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]

WIB = ZoneInfo("Asia/Jakarta")
MINUTE = 60 * HZ_90K
DAY = 24 * 60 * MINUTE
NIGHT = int(datetime(2026, 11, 20, 17, 0, tzinfo=UTC).timestamp()) * HZ_90K
"""Midnight in Semarang."""
ALL = (Span(NIGHT, NIGHT + 2 * DAY),)


def seen(minute: int, camera: str = "gate", **more: Any) -> SeenTrack:
    first = NIGHT + minute * MINUTE
    given = {"camera": camera, "track": minute, "label": "motorcycle", "colour": "red", "direction": "down"} | more
    eye = EyeId(id="builtin", version="1")
    best = ShotName(id=f"{first}-0a1b2c3d", at_90k=first, xyxy=(0.1, 0.2, 0.3, 0.4))
    told = {"first_90k": first, "last_90k": first + 5 * HZ_90K, "eye": eye, "best": best} | given
    return SeenTrack.model_validate(told)


async def keep(store: Store, *tracks: SeenTrack, gaps: tuple[ObservationGap, ...] = ()) -> SeenSearch:
    batch = ObservationBatch(node="n", sequence=1, tracks=tracks, gaps=gaps)
    await Observations(store, HandClock()).take(batch)
    return SeenSearch(store)


async def minutes(search: SeenSearch, **wanted: Any) -> list[int]:
    found, _ = await search.found(Sought(**({"cameras": {"gate"}, "spans": ALL} | wanted)))
    return [(one.first_90k - NIGHT) // MINUTE for one in found]


async def test_it_is_found_by_what_it_was_and_where_it_went(store: Store) -> None:
    search = await keep(
        store,
        seen(1, lines=(("mulut gang", "masuk"), ("ujung", "keluar")), zones=("pos", 'kata "a"')),
        seen(2, label="two-wheeler", colour="blue", lines=(("Mulut gang", "masuk"),)),
        seen(3, label="car", direction="left", zones=("a",)),
        seen(4, camera="other"),
        seen(5, label="bicycle", colour=""),
    )
    assert await minutes(search) == [5, 3, 2, 1]
    assert await minutes(search, labels=("motorcycle",)) == [2, 1]
    assert await minutes(search, labels=("two-wheeler",)) == [5, 2, 1]
    assert await minutes(search, labels=("motorcycle", "car"), colours=("red",)) == [3, 1]
    assert await minutes(search, line="mulut gang") == [1], "letters are letters, large or small"
    assert await minutes(search, line="mulut gang", direction="keluar") == []
    assert await minutes(search, line="ujung", direction="keluar") == [1]
    assert await minutes(search, direction="masuk") == [2, 1]
    assert await minutes(search, direction="left") == [3]
    assert await minutes(search, zone="a") == [3]
    assert await minutes(search, zone='kata "a"') == [1]
    assert await minutes(search, line="%") == []
    assert await minutes(search, cameras={"gate", "other"}, colours=("red",)) == [4, 3, 1]
    assert await minutes(search, cameras=()) == []
    found, _ = await search.found(Sought(cameras={"gate"}, spans=ALL, line="ujung"))
    assert found[0].lines == [("mulut gang", "masuk"), ("ujung", "keluar")]
    assert (found[0].place, found[0].eye, found[0].zones[0]) == ([0.1, 0.2, 0.3, 0.4], "builtin 1", "pos")


async def test_pages_follow_each_other_without_a_hole(store: Store) -> None:
    times = [minute // 2 for minute in range(50)]  # two of each moment
    search = await keep(store, *(seen(minute) for minute in times))
    found, after = [], None
    for _ in range(20):
        some, after = await search.found(Sought(cameras={"gate"}, spans=ALL, limit=7, after=after))
        found += some
        if after is None:
            break
    assert [(one.first_90k - NIGHT) // MINUTE for one in found] == sorted(times, reverse=True)
    assert len({one.id for one in found}) == 50


async def test_an_answer_that_takes_long_ends_and_the_next_goes_on(store: Store) -> None:
    await keep(store, *(seen(minute) for minute in range(0, 2 * 24 * 60, 300)))
    search, found, after, answers = SeenSearch(store, longest_s=0), [], None, 0
    while answers < 20:
        answers += 1
        some, after = await search.found(Sought(cameras={"gate"}, spans=ALL, line="", after=after))
        assert len(some) < 3
        found += some
        if after is None:
            break
    assert [(one.first_90k - NIGHT) // MINUTE for one in found] == list(range(0, 2 * 24 * 60, 300))[::-1]
    assert answers > 7
    none, after = await search.found(Sought(cameras={"gate"}, spans=ALL, line="nowhere"))
    assert (none, after) == ([], (NIGHT + 2 * DAY - 6 * 60 * MINUTE, 0))


async def test_hours_of_several_days_are_the_citys(store: Store) -> None:
    nights = spans(NIGHT, NIGHT + 3 * DAY, (time(22), time(4)), WIB)
    hour = 60 * MINUTE
    assert [((one.from_90k - NIGHT) / hour, (one.to_90k - NIGHT) / hour) for one in nights] == [
        (70, 72),
        (46, 52),
        (22, 28),
        (0, 4),
    ]
    search = await keep(store, *(seen(hours * 60) for hours in (1, 5, 23, 27, 29, 47, 71)))
    assert [at // 60 for at in await minutes(search, spans=nights)] == [71, 47, 27, 23, 1]
    assert await minutes(search, spans=nights, limit=2) == [71 * 60, 47 * 60]
    with pytest.raises(BadInput, match="more than one search"):
        spans(NIGHT, NIGHT + 32 * DAY, None, WIB)


async def test_what_came_just_before_and_was_still_there_is_found_once(store: Store) -> None:
    long = NIGHT + 200 * MINUTE
    search = await keep(store, seen(118, last_90k=long), seen(117), seen(100, last_90k=long))
    assert await minutes(search, spans=(Span(NIGHT + 120 * MINUTE, NIGHT + 240 * MINUTE),)) == [118]
    close = (Span(NIGHT + 125 * MINUTE, NIGHT + 240 * MINUTE), Span(NIGHT, NIGHT + 120 * MINUTE))
    assert await minutes(search, spans=close) == [118, 117, 100]


async def test_which_cameras_have_something_and_when_nobody_looked(store: Store) -> None:
    def gap(minute: int, until: int, *, lasts: bool = False) -> ObservationGap:
        begin, end = NIGHT + minute * MINUTE, NIGHT + until * MINUTE
        return ObservationGap(camera="gate", cause="worker-died", from_90k=begin, to_90k=end, lasts=lasts)

    search = await keep(store, seen(1), seen(2, camera="gone"), gaps=(gap(5, 9), gap(50, 51, lasts=True)))
    row = {"node": "n", "recording": "{}", "simulated": False, "created": 1, "changed": 1}
    for id in ("gate", "quiet"):
        one = {"id": id, "name": id, **row}
        await store.run(lambda connection, one=one: connection.execute(CAMERAS.insert().values(**one)))  # type: ignore[misc]
    assert await search.cameras(ALL) == {"gate"}
    assert await search.cameras((Span(NIGHT + 30 * MINUTE, NIGHT + 40 * MINUTE),)) == frozenset()
    told, more = await search.unseen({"gate"}, ALL, NIGHT + 60 * MINUTE)
    assert [((one.from_90k - NIGHT) // MINUTE, (one.to_90k - NIGHT) // MINUTE) for one in told] == [(50, 60), (5, 9)]
    assert not more
    told, _ = await search.unseen({"gate"}, (Span(NIGHT + 7 * MINUTE, NIGHT + 8 * MINUTE),), NIGHT + 60 * MINUTE)
    assert [(one.to_90k - one.from_90k) // MINUTE for one in told] == [1]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_an_index_serves_it(store: Store) -> None:
    search = await keep(store, *(seen(minute, label="car" if minute % 9 else "bus") for minute in range(400)))
    asked = (
        "EXPLAIN QUERY PLAN SELECT * FROM seen_tracks WHERE camera IN ('gate', 'yard') AND label IN ('bus') "
        "AND colour IN ('red') AND first_90k >= 1 AND first_90k < 9 ORDER BY first_90k DESC LIMIT 9"
    )
    plan = await store.read(lambda connection: connection.execute(sa.text(asked)).all())
    assert "USING INDEX ix_seen_tracks_label_colour_first_90k" in str(plan)
    assert len(await minutes(search, labels=("bus",))) == 45
