"""What a recorder has kept of one camera, and where it is played; whichever way it was learnt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.rtsp.stretch import Stretch

_SURE_90K: Final = 2 * HZ_90K


def ahead_of(clock_offset_90k: int | None) -> int:
    """Return by how much to move moments for a clock that was found to be off by so much."""
    return clock_offset_90k if clock_offset_90k is not None and abs(clock_offset_90k) > _SURE_90K else 0


@dataclass(frozen=True, slots=True)
class KeptFootage:
    """What there is. All moments are in true time: the recorder's clock was set right by `clock_offset_90k`.

    Attributes:
        how: `onvif`, `hikvision` or `dahua`.
        spans: Where footage is, in order, within what was asked for.
        clock_offset_90k: The recorder's clock minus ours; None where it could not be asked.
        ahead_90k: By how much moments are moved to ask for them by the recorder's clock: its offset, or 0 where that is
            too small to be told from the whole seconds in which it is measured.
        exact: Whether `spans` knows of holes; else it is from the first to the last moment.
        play: Returns the address and the stretch to ask for, by the recorder's clock, of two moments in true time.
    """

    how: str
    spans: tuple[tuple[int, int], ...]
    clock_offset_90k: int | None
    ahead_90k: int
    exact: bool
    play: Callable[[int, int], tuple[StreamAddress, Stretch | None]]
