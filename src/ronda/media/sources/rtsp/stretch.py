"""A stretch of a recording, as RTSP asks for it and is answered (RFC 2326, 3.7; ONVIF Streaming Specification, 6)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ronda.base.time import HZ_90K

REPLAY: Final = "onvif-replay"
"""What `Require` says where a server must know about replay."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK: Final = re.compile(r"clock\s*=\s*(\d{8}T\d{6})(\.\d{1,9})?Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What to play, by the recorder's clock.

    Attributes:
        from_90k: Its first moment; a server begins at the keyframe at or before it.
        to_90k: Its end.
    """

    from_90k: int
    to_90k: int

    def headers(self) -> list[tuple[str, str]]:
        """Return the headers of PLAY: as fast as the network carries it, at once."""
        return [
            ("Require", REPLAY),
            ("Range", f"clock={clock_text(self.from_90k)}-{clock_text(self.to_90k)}"),
            ("Rate-Control", "no"),
            ("Immediate", "yes"),
        ]


def clock_text(utc_90k: int) -> str:
    """Return a moment as RTSP writes it, to the millisecond: `20261121T190000.000Z`."""
    moment = _EPOCH + timedelta(microseconds=utc_90k * 100 // 9)
    return f"{moment:%Y%m%dT%H%M%S}.{moment.microsecond // 1000:03}Z"


def range_start_90k(header: str) -> int | None:
    """Return where the range begins that a `Range` header names by the clock; None where it names none."""
    found = _CLOCK.search(header[:200])
    if found is None:
        return None
    try:
        moment = datetime.strptime(f"{found[1]}Z", "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * HZ_90K + round(float(found[2] or 0) * HZ_90K)
