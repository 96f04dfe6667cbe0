"""Some hours of each of several days, as stretches of time in the city's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K

_MOST_DAYS: Final = 31


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, its end excluded."""

    from_90k: int
    to_90k: int


def spans(from_90k: int, to_90k: int, hours: tuple[time, time] | None, zone: tzinfo) -> Sequence[Span]:
    """Return the stretches between two moments, newest first.

    Args:
        from_90k: The first moment.
        to_90k: The moment before which it ends.
        hours: Only from then until then of each day; an end at or before the beginning is of the day after. None for
            all of the time.
        zone: The city's: hours are its.

    Raises:
        BadInput: It is more than one answer tells.
    """
    days = (to_90k - from_90k) / (86_400 * HZ_90K)
    if days > _MOST_DAYS:
        raise BadInput(f"{days:.0f} days are more than one search looks through", f"ask for at most {_MOST_DAYS} days")
    if hours is None:
        return (Span(from_90k, to_90k),)
    found = []
    day = datetime.fromtimestamp(to_90k / HZ_90K, UTC).astimezone(zone).date()
    begin, end = hours
    for back in range(_MOST_DAYS + 3):
        on = day - timedelta(days=back)
        begin_90k = _moment(datetime.combine(on, begin, zone))
        end_90k = _moment(datetime.combine(on if end > begin else on + timedelta(days=1), end, zone))
        cut = Span(max(begin_90k, from_90k), min(end_90k, to_90k))
        if cut.from_90k < cut.to_90k:
            found.append(cut)
    return found


def _moment(at: datetime) -> int:
    return int(at.timestamp()) * HZ_90K
