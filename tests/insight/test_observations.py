"""What nodes see, kept once on both kinds of database, and told by minute, hour and day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.people.conftest import HandClock
from tests.store.databases import database_kind, store, store_url

from ronda.base.errors import BadInput, Conflict
from ronda.base.time import HZ_90K
from ronda.bus.observations import (
    EyeId,
    MinuteCount,
    MinuteMeasure,
    ObservationBatch,
    ObservationGap,
    SeenTrack,
    ShotName,
)
from ronda.insight.counts import Asked, Counts, Step
from ronda.insight.observations import MINUTE_90K, Observations
from ronda.insight.rollups import Rollups
from ronda.insight.tables import SEEN_TRACKS
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]

WIB = ZoneInfo("Asia/Jakarta")
EYE = EyeId(id="builtin", version="1 of 2026")
NIGHT = int(datetime(2026, 11, 20, 17, 0, tzinfo=UTC).timestamp()) * HZ_90K
"""Midnight in Semarang."""


def count(minutes: int, count: int = 1, camera: str = "gate", label: str = "car", **more: float) -> MinuteCount:
    return MinuteCount(
        camera=camera,
        minute_90k=NIGHT + minutes * MINUTE_90K,
        line="main",
        direction="down",
        label=label,
        eye=EYE,
        count=count,
        **more,  # type: ignore[arg-type]
    )


def measure(minutes: int, *values: float) -> MinuteMeasure:
    return MinuteMeasure(
        camera="gate",
        minute_90k=NIGHT + minutes * MINUTE_90K,
        analytic="crowd",
        zone="square",
        name="persons",
        unit="",
        values=len(values),
        sum=sum(values),
        least=min(values),
        most=max(values),
        last=values[-1],
    )


def gap(from_s: int, to_s: int, *, lasts: bool) -> ObservationGap:
    start, end = NIGHT + from_s * HZ_90K, NIGHT + to_s * HZ_90K
    return ObservationGap(camera="gate", cause="worker-died", from_90k=start, to_90k=end, lasts=lasts)


def asked(step: Step, hours: float = 24, *cameras: str) -> Asked:
    return Asked(cameras or ("gate",), NIGHT, NIGHT + round(hours * 3600) * HZ_90K, step, WIB)


def observing(store: Store) -> Observations:
    observations = Observations(store, HandClock())
    observations.parties.append(Rollups(WIB).take)
    return observations


async def test_each_batch_counts_once(store: Store) -> None:
    observations, counts = observing(store), Counts(store)
    batch = ObservationBatch(node="n", sequence=7, counts=(count(0, 3, speed_kmh=90.0, speeds=3), count(1)))
    told: list[ObservationBatch] = []
    observations.followers.append(told.append)
    await observations.take(batch)
    await observations.take(batch)
    await observations.take(ObservationBatch(node="n", sequence=6, counts=(count(0, 100),)))
    await observations.take(ObservationBatch(node="n", sequence=9, counts=(count(0, 2, speed_kmh=10.0, speeds=1),)))
    await observations.take(ObservationBatch(node="other", sequence=1, counts=(count(0, 1, camera="lane"),)))
    by_minute = await counts.counts(asked(Step.MINUTE))
    assert [(one.from_90k, one.count, one.speed_kmh) for one in by_minute] == [
        (NIGHT, 5, 25.0),
        (NIGHT + MINUTE_90K, 1, None),
    ]
    assert (by_minute[0].line, by_minute[0].direction, by_minute[0].label) == ("main", "down", "car")
    assert by_minute[0].eye == "builtin 1 of 2026"
    assert (observations.taken, observations.repeated, len(told)) == (3, 2, 3)


async def test_a_party_that_refuses_undoes_the_whole_batch(store: Store) -> None:
    observations = observing(store)

    def refuse(_connection: sa.Connection, _batch: ObservationBatch) -> None:
        raise Conflict("no")

    observations.parties.append(refuse)
    batch = ObservationBatch(node="n", sequence=1, counts=(count(0),))
    with pytest.raises(Conflict):
        await observations.take(batch)
    observations.parties.remove(refuse)
    await observations.take(batch)
    assert [one.count for one in await Counts(store).counts(asked(Step.DAY))] == [1]


async def test_hours_and_days_are_those_of_the_city(store: Store) -> None:
    observations, counts = observing(store), Counts(store)
    some = (count(-1, 50), count(0, 1), count(59, 2), count(60, 4), count(23 * 60, 8), count(24 * 60, 16))
    await observations.take(ObservationBatch(node="n", sequence=1, counts=(*some, count(5, 3, label="person"))))
    hours = await counts.counts(asked(Step.HOUR))
    assert [(one.from_90k - NIGHT) // (60 * MINUTE_90K) for one in hours] == [0, 0, 1, 23]
    assert [(one.label, one.count) for one in hours] == [("car", 3), ("person", 3), ("car", 4), ("car", 8)]
    days = await counts.counts(asked(Step.DAY, 48))
    assert [(one.from_90k - NIGHT, one.label, one.count) for one in days] == [
        (0, "car", 15),
        (0, "person", 3),
        (24 * 60 * MINUTE_90K, "car", 16),
    ]
    with pytest.raises(BadInput, match="62 days"):
        await counts.counts(asked(Step.HOUR, 24 * 63))


async def test_measures_keep_their_mean_and_extremes(store: Store) -> None:
    observations, counts = observing(store), Counts(store)
    await observations.take(ObservationBatch(node="n", sequence=1, measures=(measure(0, 2, 4), measure(3, 9))))
    await observations.take(ObservationBatch(node="n", sequence=2, measures=(measure(0, 0, 6),)))
    first, second = await counts.measures(asked(Step.MINUTE))
    assert (first.mean, first.least, first.most, first.values, first.eye) == (3, 0, 6, 4, "")
    assert (second.mean, second.zone) == (9, "square")
    (hour,) = await counts.measures(asked(Step.HOUR))
    assert (hour.mean, hour.most, hour.values) == (21 / 5, 9, 5)


async def test_a_gap_grows_until_it_is_over(store: Store) -> None:
    observations, counts = observing(store), Counts(store)
    for sequence, told in enumerate((gap(10, 20, lasts=True), gap(10, 80, lasts=True), gap(10, 95, lasts=False))):
        await observations.take(ObservationBatch(node="n", sequence=sequence, gaps=(told,)))
    assert await counts.gaps(asked(Step.MINUTE)) == [gap(10, 95, lasts=False)]


async def test_old_rows_go_and_tracks_sooner(store: Store) -> None:
    clock = HandClock()
    observations, counts = Observations(store, clock), Counts(store)
    observations.parties.append(Rollups(WIB).take)
    track = SeenTrack(
        camera="gate",
        track=1,
        label="car",
        colour="red",
        direction="down",
        lines=(("main", "down"),),
        first_90k=NIGHT,
        last_90k=NIGHT + HZ_90K,
        best=ShotName(id="1-00000000", at_90k=NIGHT, xyxy=(0, 0, 0.5, 0.5)),
        eye=EYE,
    )
    batch = ObservationBatch(
        node="n", sequence=1, counts=(count(0),), measures=(measure(0, 1),), gaps=(gap(0, 9, lasts=False),)
    )
    await observations.take(batch.model_copy(update={"tracks": (track, track)}))
    clock.seconds = NIGHT / HZ_90K + 31 * 86_400
    assert await observations.tidy() == 2
    assert await store.read(lambda connection: connection.execute(sa.select(SEEN_TRACKS)).all()) == []
    assert len(await counts.counts(asked(Step.MINUTE))) == 1
    clock.seconds = NIGHT / HZ_90K + 64 * 86_400
    assert await observations.tidy() == 2
    assert await counts.counts(asked(Step.MINUTE)) == []
    assert [one.count for one in await counts.counts(asked(Step.HOUR))] == [1], "hours stay when minutes go"
    clock.seconds = NIGHT / HZ_90K + 1_832 * 86_400
    assert await observations.tidy() == 4
    assert await counts.counts(asked(Step.HOUR)) == []


async def test_an_hour_is_as_long_as_it_was_watched(store: Store) -> None:
    observations, counts = observing(store), Counts(store)
    quiet = [
        MinuteMeasure(
            camera="gate",
            minute_90k=NIGHT + minute * MINUTE_90K,
            analytic="counting",
            zone="main",
            name="flow down",
            unit="pcu/h",
            values=1,
            sum=0,
            least=0,
            most=0,
            last=0,
        )
        for minute in range(31, 91)
    ]
    await observations.take(ObservationBatch(node="n", sequence=1, measures=tuple(quiet[:40])))
    await observations.take(ObservationBatch(node="n", sequence=2, measures=tuple(quiet[35:]), counts=(count(40),)))
    watched = await counts.watched(asked(Step.HOUR, 3))
    assert watched == {NIGHT: 30 * 60, NIGHT + 60 * MINUTE_90K: 30 * 60}, "a flow is told as its minute ends"
    assert await counts.watched(asked(Step.DAY, 48)) == {NIGHT: 3600}
    assert await counts.watched(asked(Step.HOUR, 3, *(f"camera-{number}" for number in range(501)), "gate")) == watched
    with pytest.raises(BadInput, match="by the hour"):
        await counts.watched(asked(Step.MINUTE, 3))
