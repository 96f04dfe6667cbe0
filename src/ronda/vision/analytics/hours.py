"""At which hours a rule holds, in the zone of the city."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from ronda.base.time import HZ_90K
from ronda.vision.geometry.drawn import Part

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|(24):(00)")
_MEND: Final = 'write it as "22:00-05:00"'


class Stretch(Part):
    """A stretch of the day, over midnight where it ends before it begins. Written `"22:00-05:00"`, or as a table.

    Attributes:
        begins: Its first minute: `from`.
        ends: The minute after its last: `to`.
        weekdays: On which it begins, 0 (Monday) to 6; by default on all.
    """

    begins: Annotated[str, Field(alias="from")]
    ends: Annotated[str, Field(alias="to")]
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1, max_length=7)] = (*range(7),)

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Self:
        if _minute(self.begins) == _minute(self.ends):
            raise ValueError(f"the hours {self.begins}-{self.ends} are none: give two times of the day that differ")
        return self

    def holds(self, weekday: int, minute: int) -> bool:
        """Whether a minute of a weekday lies in it."""
        begins, ends = _minute(self.begins), _minute(self.ends)
        if begins < ends:
            return weekday in self.weekdays and begins <= minute < ends
        return (weekday in self.weekdays and minute >= begins) or ((weekday - 1) % 7 in self.weekdays and minute < ends)


def _stretch(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    begins, dash, ends = (part.strip() for part in value.partition("-"))
    if not dash:
        raise ValueError(f"{value!r} are no hours: {_MEND}")
    return {"from": begins, "to": ends}


Hours = Annotated[tuple[Annotated[Stretch, BeforeValidator(_stretch)], ...], Field(max_length=50)]
"""Stretches in which a rule holds; none is always."""


def within(hours: Sequence[Stretch], at_90k: int, zone: tzinfo) -> bool:
    """Whether a moment lies in one of the hours; in any moment when there are none."""
    if not hours:
        return True
    local = (_EPOCH + timedelta(seconds=at_90k // HZ_90K)).astimezone(zone)
    return any(one.holds(local.weekday(), 60 * local.hour + local.minute) for one in hours)


def _minute(text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of the day: {_MEND}")
    hour, minute = (part for part in found.groups() if part is not None)
    return 60 * int(hour) + int(minute)
