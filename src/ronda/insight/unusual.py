"""What is unusual now: the last hour of each line and measure against the same hour of the last weeks.

A count is told where it lies outside of what nine weeks in ten had and is further off than chance makes it: the number
of what passes by chance varies by its square root, that of weeks by their band, and both are taken together. What
counts below ten is no news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from math import sqrt
from typing import Final

import sqlalchemy as sa

from ronda.insight.counts import AT_ONCE
from ronda.insight.last_hour import FLOW, Hours, What, before, hours_before, watched, within
from ronda.insight.observations import MINUTE_90K
from ronda.insight.rollups import HOUR
from ronda.insight.trends import LEAST_SHARE, LEAST_VALUES, band
from ronda.store.database import Store

LEAST_COUNT: Final = 10
STRANGE: Final = 3.0
"""So many standard deviations from the median something is said from."""
_LATE: Final = 2
"""Minutes that batches of observations may still be under way."""
_BAND_SIGMAS: Final = 2.563
"""How many standard deviations lie between one in ten and nine in ten of a normal distribution."""
_ROUGH: Final = 0.1
"""Share of a measure's median within which it is as usual, whatever the weeks were."""
_PERSONS: Final = "persons"


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something that is not as usual.

    Attributes:
        what: Which series.
        eye: Which eyes say so, as the tables name them.
        value: Within the last hour: how many passed, or the mean.
        median: What is usual.
        low: What one week in ten is below.
        high: What one week in ten is above.
        weeks: From how many weeks that is known.
        score: How far off it is, in standard deviations; above zero is more than usual.
    """

    what: What
    eye: tuple[str, ...]
    value: float
    median: float
    low: float
    high: float
    weeks: int
    score: float


@dataclass(frozen=True, slots=True)
class Now:
    """What is unusual within the last hour.

    Attributes:
        from_90k: When that hour began.
        to_90k: When it ended.
        weeks: Of how many weeks this hour is known, by camera that is watched.
        found: The strongest first.
    """

    from_90k: int = 0
    to_90k: int = 0
    weeks: Mapping[str, int] = field(default_factory=dict)
    found: tuple[Unusual, ...] = ()


async def unusual_now(store: Store, cameras: Sequence[str], now_90k: int, zone: tzinfo) -> Now:
    """Return what is unusual at cameras; worked out in the store's reading thread, some hundred cameras at a time."""
    last = now_90k // MINUTE_90K - _LATE
    hours = hours_before(last, zone)
    weeks, found = dict[str, int](), list[Unusual]()
    for at in range(0, len(cameras), AT_ONCE):
        some = cameras[at : at + AT_ONCE]
        known, strange = await store.read(lambda connection, some=some: _look(connection, some, hours))  # type: ignore[misc]
        weeks |= known
        found += strange
    found.sort(key=lambda one: -abs(one.score))
    return Now((last - HOUR) * MINUTE_90K, last * MINUTE_90K, weeks, tuple(found))


def _look(connection: sa.Connection, cameras: Sequence[str], hours: Hours) -> tuple[dict[str, int], list[Unusual]]:
    there = watched(connection, cameras, hours)
    now, eyes = within(connection, cameras, hours)
    weeks_before = before(connection, cameras, hours)
    known = {camera: len(weeks) for camera, (_, weeks) in there.items()}
    best: dict[tuple[str, str, str], Unusual] = {}
    for what in now.keys() | weeks_before.keys():
        share, weeks = there.get(what.camera, (0.0, {}))
        if share < LEAST_SHARE:
            continue
        counted = what.analytic == FLOW
        value = now.get(what, 0.0) / share if counted else now.get(what)
        usual = (_usual(weeks_before[what], hours, week, seen, counted) for week, seen in weeks.items())
        judged = _judged(what, value, [one for one in usual if one is not None])
        if judged is None:
            continue
        one = Unusual(what, tuple(sorted(eyes[what])), *judged)
        group = (what.camera, what.analytic, what.place if counted else f"{what.place} {what.name}")
        if group not in best or abs(best[group].score) < abs(one.score):
            best[group] = one
    return known, list(best.values())


def _usual(
    totals: Mapping[int, float], hours: Hours, week: int, seen: Mapping[int, float], counted: bool
) -> float | None:
    """Return what a week had in the same hour, or None where that is not known."""
    value, whole = 0.0, 0.0
    for hour, share in hours.before(week):
        if counted:
            value += share * totals.get(hour, 0.0) / seen[hour]
            whole += share
        elif hour in totals:
            value += share * totals[hour]
            whole += share
    return value / whole if whole else None


def _judged(
    what: What, value: float | None, usual: Sequence[float]
) -> tuple[float, float, float, float, int, float] | None:
    if value is None or len(usual) < LEAST_VALUES:
        return None
    low, median, high = band(usual)
    if low <= value <= high:
        return None
    spread = (high - low) / _BAND_SIGMAS
    if what.analytic == FLOW or what.unit == _PERSONS:
        if max(value, median) < LEAST_COUNT:
            return None
        spread = sqrt(max(median, 1.0) + spread * spread)
    else:
        spread = max(spread, _ROUGH * abs(median), 1e-9)
    score = (value - median) / spread
    return (value, median, low, high, len(usual), score) if abs(score) >= STRANGE else None
