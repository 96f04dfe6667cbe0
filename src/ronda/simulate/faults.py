"""What goes wrong with cameras, on demand."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, Clock
from ronda.media.delivery.rtsp.presentation import Picture, Sink
from ronda.simulate.loops import Loop, LoopPicture, LoopPresentation

SLOW_BPS: Final = 250_000
_SLOW_BACKLOG_S: Final = 3.0
_JUMP_EVERY_S: Final = 4
_JUMP_90K: Final = 3600 * HZ_90K


class FaultKind(StrEnum):
    """What can go wrong."""

    DROP = "drop"
    SILENCE = "silence"
    FREEZE = "freeze"
    BLACK = "black"
    TURNED = "turned"
    TIMESTAMPS = "timestamps"
    UNAUTHORISED = "unauthorised"
    SLOW = "slow"


WITH_PICTURES: Final = {FaultKind.FREEZE, FaultKind.BLACK, FaultKind.TURNED}


def fault_kind(text: str) -> FaultKind:
    """Return the fault that `text` names.

    Raises:
        BadInput: There is no such fault.
    """
    try:
        return FaultKind(text)
    except ValueError as error:
        raise BadInput(f"{text[:40]!r} is not a fault", f"use one of {', '.join(FaultKind)}") from error


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one camera.

    Attributes:
        kind: What.
        until: Monotonic seconds at which it ends by itself; None lasts until cleared.
    """

    kind: FaultKind
    until: float | None = None


class FaultyPresentation(LoopPresentation):
    """A camera's pictures, with whatever is wrong with it at the moment."""

    def __init__(self, loop: Loop, phase_s: float, clock: Clock) -> None:
        super().__init__(loop, phase_s, clock)
        self._usual = loop
        self._clock_now = clock.monotonic
        self._fault: Fault | None = None
        self._instead: Loop | None = None
        self._begun = 0
        self._need_keyframe = False
        self._line_free_at = 0.0

    def attach(self, sink: Sink) -> None:
        """Start playing to `sink`; pictures in place of the usual ones begin with their first."""
        super().attach(sink)
        self._begun = self._next

    def inflict(self, fault: Fault | None, instead: Loop | None = None) -> None:
        """Change what is wrong; `instead` are the pictures to show, for faults that have their own."""
        if instead is not self._instead:
            self._need_keyframe, self._begun = True, self._next
        self._fault, self._instead = fault, instead
        self._line_free_at = 0.0

    def show(self, index: int, picture: LoopPicture, pts_90k: int, utc_90k: int) -> None:
        """Send one picture on, or what the fault makes of it."""
        if self._fault and self._fault.until is not None and self._clock_now() >= self._fault.until:
            self.inflict(None)
        kind = self._fault.kind if self._fault else None
        if kind is FaultKind.SILENCE:
            self._need_keyframe = True
            return
        if self._instead is not None:
            picture = self._instead.pictures[(index - self._begun) % len(self._instead.pictures)]
        if self._need_keyframe and not picture.keyframe:
            return
        self._need_keyframe = False
        if kind is FaultKind.TIMESTAMPS and utc_90k // (_JUMP_EVERY_S * HZ_90K) % 2:
            pts_90k -= _JUMP_90K
        sent = Picture(picture.payloads, pts_90k, picture.keyframe, utc_90k)
        if kind is FaultKind.SLOW:
            self._squeeze(sent, picture.size_bytes)
        elif self._sink:
            self._sink.picture(sent)

    def _squeeze(self, picture: Picture, size_bytes: int) -> None:
        """Send through a line that is too thin: later and later, then with holes."""
        now = self._clock_now()
        free = max(now, self._line_free_at)
        if free - now > _SLOW_BACKLOG_S:
            self._need_keyframe = True
            return
        self._line_free_at = free + size_bytes * 8 / SLOW_BPS
        asyncio.get_running_loop().call_later(self._line_free_at - now, self._arrive, picture)

    def _arrive(self, picture: Picture) -> None:
        if self._sink:
            self._sink.picture(picture)
