"""A recorder's pictures put in their places on the timeline: whole GOPs, each with its moment in true time."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.sources.rtsp.replay import Replayed

_APART_90K: Final = HZ_90K
_LARGEST_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class Gop:
    """A keyframe and what follows it up to the next one.

    Attributes:
        units: The pictures, in decoding order.
        encoding: Their encoding.
        start_90k: When the first one is decoded, in true time.
        fresh: Whether it does not go on where the one before it ended: time jumped or the encoding changed.
    """

    units: tuple[AccessUnit, ...]
    encoding: Encoding
    start_90k: int
    fresh: bool

    @property
    def bytes(self) -> int:
        """How large it is."""
        return sum(len(unit.data) for unit in self.units)

    @property
    def end_90k(self) -> int:
        """When its last picture is decoded."""
        return self.start_90k + self.units[-1].dts_90k - self.units[0].dts_90k

    @property
    def shown_until_90k(self) -> int:
        """When the picture that is shown last has been shown, as long as the one before it."""
        step = self.units[-1].dts_90k - self.units[-2].dts_90k if len(self.units) > 1 else 0
        return self.start_90k + max(unit.pts_90k for unit in self.units) - self.units[0].dts_90k + step


async def gops(pictures: AsyncIterator[Replayed], first_90k: Callable[[], int], ahead_90k: int) -> AsyncIterator[Gop]:
    """Yield whole GOPs; the last one ends where the pictures end.

    A recorder that stamps its pictures (0xABAC) is believed for each keyframe; of one that does not, the first
    picture is taken to be of the moment that was asked for, or that it says it begins at.

    Args:
        pictures: What the recorder plays.
        first_90k: Returns the moment of the first picture where none is stamped, by the recorder's clock.
        ahead_90k: How far the recorder's clock is ahead of the true time.
    """
    units: list[AccessUnit] = []
    size = 0
    placing = _Placing(first_90k, ahead_90k)
    async for one in pictures:
        unit = one.unit
        if unit.keyframe or size > _LARGEST_BYTES:
            if units and (made := placing.gop(units)) is not None:
                yield made
            units, size = [], 0
            if unit.keyframe:
                placing.begin(one)
        if units or unit.keyframe:
            units.append(unit)
            size += len(unit.data)
    if units and (made := placing.gop(units)) is not None:
        yield made


class _Placing:
    def __init__(self, first_90k: Callable[[], int], ahead_90k: int) -> None:
        self._zero_90k: int | None = None
        self._first_90k, self._ahead_90k = first_90k, ahead_90k
        self._encoding: Encoding | None = None
        self._fresh = True

    def begin(self, one: Replayed) -> None:
        """A keyframe begins a GOP: is it where the axis of the run says?"""
        unit = one.unit
        if unit.encoding is not None:
            self._encoding, self._fresh = unit.encoding, True
        if one.utc_90k is not None:
            zero = one.utc_90k - self._ahead_90k - unit.pts_90k
            if self._zero_90k is None or unit.discontinuity or abs(zero - self._zero_90k) > _APART_90K:
                self._zero_90k, self._fresh = zero, True
        elif self._zero_90k is None:
            self._zero_90k = self._first_90k() - self._ahead_90k - unit.pts_90k
        elif unit.discontinuity:
            self._fresh = True

    def gop(self, units: list[AccessUnit]) -> Gop | None:
        if self._zero_90k is None or self._encoding is None:
            return None
        made = Gop(tuple(units), self._encoding, self._zero_90k + units[0].dts_90k, self._fresh)
        self._fresh = False
        return made
