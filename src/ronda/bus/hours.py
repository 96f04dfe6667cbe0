"""Weekly hours in the zone of the city: whether it is time, and how they are told."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from ronda.base.time import HZ_90K
from ronda.bus.contract import Hours

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def within_hours(hours: Sequence[Hours], utc_90k: int, zone: tzinfo) -> bool:
    """Return whether `utc_90k` falls into one of `hours`, which may reach over midnight."""
    local = (_EPOCH + timedelta(seconds=utc_90k // HZ_90K)).astimezone(zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    for one in hours:
        if one.from_minute < one.to_minute:
            if today in one.weekdays and one.from_minute <= minute < one.to_minute:
                return True
        elif (today in one.weekdays and minute >= one.from_minute) or (
            yesterday in one.weekdays and minute < one.to_minute
        ):
            return True
    return False


def hours_document(hours: Iterable[Hours]) -> list[dict[str, Any]]:
    """Return hours as the API writes them: `{"weekdays", "from": "05:00", "to": "21:00"}`."""
    return [
        {"weekdays": list(one.weekdays), "from": _clock_time(one.from_minute), "to": _clock_time(one.to_minute)}
        for one in hours
    ]


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
