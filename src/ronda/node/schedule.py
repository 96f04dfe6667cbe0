"""When a camera is to be recorded, by its recording's mode and hours (no clocks of its own)."""

from datetime import UTC, datetime, timedelta, tzinfo

from ronda.base.time import HZ_90K
from ronda.bus.contract import Hours, Recording, RecordingMode


def records_at(recording: Recording, utc_90k: int, zone: tzinfo) -> bool:
    """Return whether `recording` wants footage of the moment `utc_90k`.

    The hours of a schedule are the city's; a stretch that ends before it starts runs past midnight
    and belongs to the weekday on which it starts.
    """
    if recording.mode is RecordingMode.CONTINUOUS:
        return True
    if recording.mode is not RecordingMode.SCHEDULE:
        return False
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=utc_90k // HZ_90K)).astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(_within(hours, local.weekday(), minute) for hours in recording.hours)


def _within(hours: Hours, weekday: int, minute: int) -> bool:
    if hours.from_minute <= hours.to_minute:
        return weekday in hours.weekdays and hours.from_minute <= minute < hours.to_minute
    yesterday = (weekday - 1) % 7
    return (weekday in hours.weekdays and minute >= hours.from_minute) or (
        yesterday in hours.weekdays and minute < hours.to_minute
    )
