"""The typical week and what is unusual now, on both kinds of database: of counts as nodes tell them."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.store.databases import database_kind, store, store_url

from ronda.base.time import HZ_90K
from ronda.insight.observations import MINUTE_90K
from ronda.insight.tables import COUNTS, HOUR_COUNTS, HOUR_MEASURES, MEASURES, WATCHED_HOURS
from ronda.insight.trends import Series, band, typical_week, whole_hours
from ronda.insight.unusual import unusual_now
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 8, 2, tzinfo=WIB)
"""A Monday, two minutes past eight."""
NOW_90K = int(NOW.timestamp()) * HZ_90K
HOUR = (NOW_90K // MINUTE_90K) // 60 * 60
WHOLE = (1 << 60) - 1
EYE = "builtin 1"


def watched(camera: str, hours: range) -> list[dict[str, object]]:
    return [{"camera": camera, "hour": HOUR - 60 * back, "minutes": WHOLE, "seconds": 3600} for back in hours]


def counted(camera: str, back: int, count: int, label: str = "car") -> dict[str, object]:
    return {
        "camera": camera,
        "hour": HOUR - 60 * back,
        "line": "gang",
        "direction": "masuk",
        "label": label,
        "eye": EYE,
        "count": count,
        "speed_kmh": 0.0,
        "speeds": 0,
    }


async def kept(store: Store, rows: dict[sa.Table, list[dict[str, object]]]) -> None:
    def work(connection: sa.Connection) -> None:
        for table, some in rows.items():
            for first in range(0, len(some), 500):
                connection.execute(table.insert(), some[first : first + 500])

    await store.run(work)


async def four_weeks(store: Store, camera: str, usual: Callable[[int], int]) -> None:
    """Let a camera have been watched for four weeks, `usual(hour of the day)` things an hour."""
    backs = range(1, 28 * 24 + 2)
    of_day = {back: datetime.fromtimestamp((HOUR - 60 * back) * 60, UTC).astimezone(WIB).hour for back in backs}
    rows = [counted(camera, back, usual(of_day[back]) + back % 3) for back in backs if usual(of_day[back])]
    await kept(store, {WATCHED_HOURS: watched(camera, backs), HOUR_COUNTS: rows})


async def test_a_week_is_told_from_three_weeks_on(store: Store) -> None:
    await kept(store, {WATCHED_HOURS: watched("gate", range(1, 19 * 24)), HOUR_COUNTS: [counted("gate", 5, 9)]})
    early = await typical_week(store, Series(("gate",)), NOW_90K, WIB)
    assert (early.days, early.cells) == (20, ())


async def test_each_hour_of_the_week_has_its_median_and_its_band(store: Store) -> None:
    await four_weeks(store, "gate", lambda hour: 100 if 6 <= hour < 18 else 0)
    week = await typical_week(store, Series(("gate",)), NOW_90K, WIB)
    assert len(week.cells) == 168
    morning, night = week.cells[8], week.cells[2]
    assert (morning.hour, morning.weeks) == (8, 4)
    assert 100 <= morning.low <= morning.median <= morning.high <= 102
    assert (night.low, night.median, night.high) == (0, 0, 0), "hours that were watched and empty are nought"
    assert (await typical_week(store, Series(("gate",), labels=("person",)), NOW_90K, WIB)).cells[8].median == 0
    assert (await typical_week(store, Series(("gate",), "gang", "masuk"), NOW_90K, WIB)).cells[8] == morning
    assert (await typical_week(store, Series(("elsewhere",)), NOW_90K, WIB)).days == 0


async def test_a_measure_has_a_week_too(store: Store) -> None:
    backs = range(1, 28 * 24 + 1)
    row = {
        "camera": "square",
        "analytic": "crowd",
        "zone": "lapangan",
        "name": "persons",
        "eye": EYE,
        "unit": "persons",
    }
    rows = [
        {**row, "hour": HOUR - 60 * back, "measured": 10, "total": 70.0, "least": 0.0, "most": 9.0} for back in backs
    ]
    await kept(store, {WATCHED_HOURS: watched("square", backs), HOUR_MEASURES: rows})
    series = Series(("square",), measure=("crowd", "lapangan", "persons"))
    week = await typical_week(store, series, NOW_90K, WIB)
    assert len(week.cells) == 168
    assert week.cells[0].median == 7


def test_what_was_not_watched_is_left_out_and_the_rest_scaled_up() -> None:
    watched = {60: 3600.0, 120: 2700.0, 180: 2600.0}
    assert whole_hours({60: 10.0, 120: 9.0, 180: 8.0}, watched, 1, rate=True) == {60: 10.0, 120: 12.0}
    assert whole_hours({120: 9.0}, watched, 1, rate=False) == {120: 9.0}
    assert whole_hours({}, watched, 1, rate=True) == {60: 0.0, 120: 0.0}
    assert whole_hours({60: 10.0}, watched, 0, rate=True) == {}
    assert band([1, 2, 3, 4, 5]) == pytest.approx((1.4, 3, 4.6))


async def now_passed(store: Store, camera: str, count: int, label: str = "car", minutes: int = 60) -> None:
    """Let `count` have passed within the last hour, of which so many minutes were watched."""
    mask = (1 << minutes) - 1
    row = {"camera": camera, "line": "gang", "direction": "masuk", "label": label, "eye": EYE}
    rows = [{**row, "minute": HOUR - 59, "count": count, "speed_kmh": 0.0, "speeds": 0}] if count else []
    await kept(store, {COUNTS: rows} if rows else {})

    def change(connection: sa.Connection) -> None:
        table = WATCHED_HOURS.c
        mine = sa.and_(table.camera == camera, table.hour == HOUR - 60)
        connection.execute(WATCHED_HOURS.update().where(mine).values(minutes=mask, seconds=60 * minutes))

    await store.run(change)


async def test_what_is_far_from_usual_is_told_the_strongest_first(store: Store) -> None:
    for camera in ("busy", "empty", "usual", "quiet", "unwatched"):
        await four_weeks(store, camera, lambda hour, camera=camera: 0 if camera == "quiet" else 100)  # type: ignore[misc]
    await now_passed(store, "busy", 300)
    await now_passed(store, "empty", 0)
    await now_passed(store, "usual", 105)
    await now_passed(store, "quiet", 3)
    await now_passed(store, "unwatched", 20, minutes=30)
    await kept(store, {WATCHED_HOURS: watched("new", range(1, 24)), COUNTS: []})
    now = await unusual_now(store, ("busy", "empty", "usual", "quiet", "unwatched", "new"), NOW_90K, WIB)
    assert [(one.what.camera, round(one.value), one.score > 0) for one in now.found] == [
        ("busy", 300, True),
        ("empty", 0, False),
    ]
    busy = now.found[0]
    assert (busy.what.place, busy.eye, busy.weeks) == ("gang", (EYE,), 4)
    assert 99 < busy.low <= busy.median <= busy.high < 103
    assert (now.to_90k - now.from_90k) == 60 * MINUTE_90K
    assert now.weeks["busy"] == 4
    assert now.weeks["new"] == 0


async def test_a_class_that_is_rare_here_is_told_by_its_name(store: Store) -> None:
    await four_weeks(store, "gate", lambda _: 1000)
    await now_passed(store, "gate", 1000)
    await now_passed(store, "gate", 40, "bus-or-truck")
    now = await unusual_now(store, ("gate",), NOW_90K, WIB)
    assert [(one.what.name, one.value, one.median) for one in now.found] == [("bus-or-truck", 40, 0)]


async def test_a_crowd_where_nobody_stood_is_told(store: Store) -> None:
    backs = [7 * 24 * week + 1 for week in range(1, 6)]
    row = {
        "camera": "square",
        "analytic": "crowd",
        "zone": "lapangan",
        "name": "persons",
        "eye": EYE,
        "unit": "persons",
    }
    rows = [
        {**row, "hour": HOUR - 60 * back, "measured": 6, "total": 12.0, "least": 0.0, "most": 4.0} for back in backs
    ]
    newest = {"measured": 6, "total": 300.0, "least": 20.0, "most": 80.0, "newest": 60.0}
    await kept(
        store,
        {
            WATCHED_HOURS: [
                *watched("square", range(1, 2)),
                *(one for back in backs for one in watched("square", range(back, back + 1))),
            ],
            HOUR_MEASURES: rows,
            MEASURES: [{**row, **newest, "minute": HOUR - 20}],
        },
    )
    (one,) = (await unusual_now(store, ("square",), NOW_90K, WIB)).found
    assert (one.what.name, one.value, one.median) == ("persons", 50.0, 2.0)
    assert one.score > 20
