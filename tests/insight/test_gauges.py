"""Recorded levels beside what the eye reads: kept once a minute, compared minute by minute."""

import pytest
from tests.insight.test_observations import EYE, NIGHT, observing
from tests.store.databases import database_kind, store, store_url

from ronda.base.errors import BadInput
from ronda.bus.observations import MinuteMeasure, ObservationBatch
from ronda.insight.gauges import Apart, Gauges, Reading
from ronda.insight.observations import MINUTE_90K
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]


def read(minute: int, cm: float) -> MinuteMeasure:
    at_90k = NIGHT + minute * MINUTE_90K
    fields = {
        "camera": "river",
        "minute_90k": at_90k,
        "analytic": "flood",
        "zone": "gate",
        "name": "level",
        "unit": "cm",
    }
    return MinuteMeasure(**fields, eye=EYE, values=2, sum=2 * cm, least=cm, most=cm, last=cm)  # type: ignore[arg-type]


async def test_levels_are_kept_once_a_minute_and_measure_the_eye(store: Store) -> None:
    await observing(store).take(
        ObservationBatch(node="n", sequence=1, measures=(read(0, 100), read(1, 110), read(5, 90)))
    )
    gauges = Gauges(store)
    assert await gauges.apart("river", "gate", NIGHT) == Apart(0, None, None)
    given = [
        Reading(NIGHT + 10, 90),
        Reading(NIGHT + 20, 104),
        Reading(NIGHT + MINUTE_90K, 108),
        Reading(NIGHT + 9 * MINUTE_90K, 0),
    ]
    assert await gauges.add("river", "gate", given, NIGHT + 10 * MINUTE_90K) == 3
    assert await gauges.apart("river", "gate", NIGHT) == Apart(2, 3.0, 4.0)
    assert await gauges.add("river", "gate", [Reading(NIGHT, 100)], NIGHT) == 1
    assert await gauges.apart("river", "gate", NIGHT) == Apart(2, 1.0, 2.0)
    assert await gauges.apart("river", "elsewhere", NIGHT) == Apart(0, None, None)


@pytest.mark.parametrize(
    ("readings", "says"),
    [
        ([], "0 levels"),
        ([Reading(NIGHT, 20_000)], "no level of a river"),
        ([Reading(NIGHT + 10 * MINUTE_90K, 5)], "still to come"),
    ],
)
async def test_what_is_no_level_is_refused(store: Store, readings: list[Reading], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        await Gauges(store).add("river", "gate", readings, NIGHT)
