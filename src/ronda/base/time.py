"""UTC in 90 kHz ticks, RFC 3339 at the edges, and clocks that are passed in.

Timeline time everywhere inside is `utc_90k`: whole 90 kHz ticks since 1970-01-01T00:00:00Z.
"""

import time as _time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from ronda.base.errors import BadInput

HZ_90K: Final = 90_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where time comes from; tests pass one that they move by hand."""

    def utc_90k(self) -> int:
        """Return the system's UTC in 90 kHz ticks since 1970; it may step."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never step, for waiting and for elapsed time."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def utc_90k(self) -> int:
        """Return the system's UTC in 90 kHz ticks since 1970; it may step."""
        return _time.time_ns() * 9 // 100_000

    def monotonic(self) -> float:
        """Return seconds that never step, for waiting and for elapsed time."""
        return _time.monotonic()


def parse_rfc3339(text: str) -> int:
    """Return the `utc_90k` that an RFC 3339 moment names.

    Raises:
        BadInput: `text` is not RFC 3339 with a zone (`Z` or an offset).
    """
    try:
        # A "+" that a form or URL turned into a space is meant as an offset's sign.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise BadInput(f"{text!r} is not a time", "write it as 2026-11-21T19:00:00Z") from error
    if moment.tzinfo is None:
        raise BadInput(f"{text!r} names no time zone", "add Z for UTC, or an offset such as +07:00")
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * HZ_90K + since.microseconds * 9 // 100


def format_rfc3339(utc_90k: int) -> str:
    """Return `utc_90k` as RFC 3339 in UTC with milliseconds."""
    moment = _EPOCH + timedelta(microseconds=utc_90k * 100 // 9)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
