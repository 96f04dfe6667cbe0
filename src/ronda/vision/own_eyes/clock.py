"""Wrong clock: what a camera has burnt in as the time, against the time at which its picture came."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from ronda.base.time import HZ_90K
from ronda.vision.own_eyes.outcome import Key, Outcome

TOLERANCE_S: Final = 30.0
"""A clock may be so wrong: pictures need their time, and cameras answer with an old one now and then."""
_DATE: Final = r"(\d{4}|\d{1,2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{4}|\d{1,2})"
_TIME: Final = r"(\d{1,2})\s?[:.]\s?(\d{2})\s?[:.]\s?(\d{2})(?:\s?([AP]M)(?![A-Z]))?"
_CLOCK: Final = re.compile(_DATE + r"\D{0,12}?" + _TIME, re.IGNORECASE)
_ZONE_STEP_S: Final = 1800.0
_FORMATS: Final = ("YMD", "DMY", "MDY")


@dataclass(frozen=True, slots=True)
class Shown:
    """A clock that was read.

    Attributes:
        offset_s: How far it is ahead of the true time.
        order: In which order year, month and day stand.
    """

    offset_s: float
    order: str


def shown_clock(text: str, at_90k: int, zone: tzinfo, order: str = "") -> Shown | None:
    """Read a clock out of a text; None where there is none.

    Args:
        text: All that was read.
        at_90k: The true time.
        zone: The city's.
        order: The order of this camera's dates, where that is known; else the one that fits best.
    """
    found = _CLOCK.search(text)
    if found is None:
        return None
    first, second, third, hour, minute, sec = (int(part) for part in found.groups()[:6])
    half = (found.group(7) or "").upper()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("P") else 0)
    true = datetime.fromtimestamp(at_90k / HZ_90K, UTC).astimezone(zone)
    read: list[Shown] = []
    for one in _FORMATS:
        parts = dict(zip(one, (first, second, third), strict=True))
        year = parts["Y"] + (2000 if parts["Y"] < 100 else 0)
        try:
            clock = datetime(year, parts["M"], parts["D"], hour, minute, sec, tzinfo=zone)
        except ValueError:
            continue
        read.append(Shown((clock - true).total_seconds(), one))
    usual = [one for one in read if one.order == order]
    return min(usual or read, key=lambda one: abs(one.offset_s), default=None)


def wrong_clock(shown: Shown | None) -> Outcome:
    """Say whether a clock is wrong; measured is how far it is ahead, in seconds."""
    if shown is None:
        return Outcome(Key.WRONG_CLOCK, None)
    detail: dict[str, float | int | str] = {"offset_s": round(shown.offset_s, 1), "order": shown.order}
    steps = round(shown.offset_s / _ZONE_STEP_S)
    if steps and abs(steps) <= 28 and abs(shown.offset_s - steps * _ZONE_STEP_S) < TOLERANCE_S:
        detail["zone_h"] = steps / 2
    wrong = abs(shown.offset_s) > TOLERANCE_S
    return Outcome(Key.WRONG_CLOCK, wrong, shown.offset_s, 0.9, detail)
