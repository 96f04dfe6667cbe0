"""What was seen and is not told yet: gathered by the minute, told in numbered batches, kept until the centre has it.

What the centre does not take at once is on the disk too (`backlog`), and told after a restart.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ronda.base.errors import BadInput, RondaError
from ronda.base.logging import Repeated, get_logger
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Bus, Done, centre_subject
from ronda.bus.observations import (
    MOST_IN_A_BATCH,
    OBSERVATIONS,
    EyeId,
    MinuteCount,
    MinuteMeasure,
    ObservationBatch,
    ObservationGap,
    SeenSign,
    SeenTrack,
)
from ronda.node.vision.backlog import Backlog

_log = get_logger("node.vision")
MINUTE_90K: Final = 60 * HZ_90K
_SOON_S: Final = 0.25
_AGAIN_S: Final = 30.0
_MOST_BATCHES: Final = 2_000
_MOST_KEYS: Final = 50_000
"""Lines, measures and minutes that are gathered at once; more wait for nothing and are dropped."""


What = tuple[str, str, str, EyeId]
"""What was counted: line, direction, class, eye."""
Which = tuple[str, str, str, str, EyeId | None]
"""What was measured: analytic, zone, name, unit, eye."""


@dataclass(slots=True)
class _Count:
    count: int = 0
    speed_kmh: float = 0.0
    speeds: int = 0


@dataclass(slots=True)
class _Measure:
    values: int = 0
    sum: float = 0.0
    least: float = float("inf")
    most: float = float("-inf")
    last: float = 0.0


@dataclass(slots=True)
class _Gathered:
    counts: dict[tuple[str, int, What], _Count] = field(default_factory=dict)
    measures: dict[tuple[str, int, Which], _Measure] = field(default_factory=dict)
    tracks: deque[SeenTrack] = field(default_factory=lambda: deque(maxlen=_MOST_KEYS))
    signs: deque[SeenSign] = field(default_factory=lambda: deque(maxlen=_MOST_KEYS))
    gaps: deque[ObservationGap] = field(default_factory=lambda: deque(maxlen=_MOST_KEYS))


class Outbox:
    """The observations of a node on their way to the centre; lives on the event loop.

    Args:
        node: The node's id.
        bus: Where the centre answers.
        clock: The time.
        gather_s: How long is gathered before it is told, alarms apart.
        kept: Where what cannot be told is written down; None for nowhere.

    Attributes:
        backlog: What is written down.
        dropped: Batches and entries given up because the centre was away for too long.
        limit: How many batches may wait.
    """

    limit: Final = _MOST_BATCHES

    def __init__(self, node: str, bus: Bus, clock: Clock, gather_s: float = 5.0, kept: Path | None = None) -> None:
        self.backlog = Backlog(kept)
        self.dropped = 0
        self._node = node
        self._bus = bus
        self._gather_s = gather_s
        # Numbers go on growing over restarts: no node tells ninety thousand batches a second.
        self._sequence = clock.utc_90k()
        self._gathered = _Gathered()
        self._batches: deque[ObservationBatch] = deque()
        self._urgent = asyncio.Event()
        self._trouble = Repeated(_log, "the centre does not take what is seen", clock)

    @property
    def waiting(self) -> int:
        """Batches that the centre has not taken yet."""
        return len(self._batches)

    def count(self, camera: str, at_90k: int, what: What, speed_kmh: float | None) -> None:
        """One thing has passed."""
        place = (camera, at_90k // MINUTE_90K * MINUTE_90K, what)
        held = self._gathered.counts
        if place not in held and len(held) >= _MOST_KEYS:
            self.dropped += 1
            return
        one = held.setdefault(place, _Count())
        one.count += 1
        if speed_kmh is not None:
            one.speed_kmh, one.speeds = one.speed_kmh + speed_kmh, one.speeds + 1

    def measure(self, camera: str, at_90k: int, which: Which, value: float) -> None:
        """A measure has a value."""
        place = (camera, at_90k // MINUTE_90K * MINUTE_90K, which)
        held = self._gathered.measures
        if place not in held and len(held) >= _MOST_KEYS:
            self.dropped += 1
            return
        one = held.setdefault(place, _Measure())
        one.values, one.sum, one.last = one.values + 1, one.sum + value, value
        one.least, one.most = min(one.least, value), max(one.most, value)

    def tracks(self, tracks: Iterable[SeenTrack]) -> None:
        """Things have gone."""
        self._gathered.tracks.extend(tracks)

    def signs(self, signs: Iterable[SeenSign]) -> None:
        """Causes of alarms began, changed or are over: told at once."""
        before = len(self._gathered.signs)
        self._gathered.signs.extend(signs)
        if len(self._gathered.signs) > before:
            self._urgent.set()

    def gap(self, gap: ObservationGap | None) -> None:
        """A gap begins, lasts or is over."""
        if gap is not None:
            self._gathered.gaps.append(gap)

    async def run(self) -> None:
        """Tell until cancelled."""
        pause_s = _SOON_S
        self._batches.extendleft(reversed(await self.backlog.read(self.limit)))
        while True:
            if not self._batches:
                await self._gather()
            try:
                await self._tell()
                await self.backlog.clear()
                pause_s = _SOON_S
            except BadInput as error:
                # It will never be taken: what comes after it must not wait for ever.
                self._trouble.happened(reason=error.message, waiting=self.waiting)
                self._batches.popleft()
                self.dropped += 1
            except RondaError as error:
                self._trouble.happened(reason=error.message, waiting=self.waiting)
                await self.backlog.keep(self._batches)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _AGAIN_S)
                self.pack()

    async def flush(self, patience_s: float) -> None:
        """Tell what there is, at the end; after a while what is left is written down, for the next start."""
        self.pack()
        try:
            async with asyncio.timeout(patience_s):
                await self._tell()
            await self.backlog.clear()
        except (TimeoutError, RondaError):
            await self.backlog.keep(self._batches)
            _log.warning(
                "the centre does not take what was seen last: it is told after the start", batches=self.waiting
            )
        finally:
            self.backlog.close()

    def pack(self) -> None:
        """Make batches of what was gathered."""
        gathered, self._gathered = self._gathered, _Gathered()
        self._urgent.clear()
        counts = [_count(*item) for item in gathered.counts.items()]
        measures = [_measure(*item) for item in gathered.measures.items()]
        tracks, signs, gaps = list(gathered.tracks), list(gathered.signs), list(gathered.gaps)
        longest = max(len(part) for part in (counts, measures, tracks, signs, gaps))
        for first in range(0, longest, MOST_IN_A_BATCH):
            self._sequence += 1
            some = slice(first, first + MOST_IN_A_BATCH)
            batch = ObservationBatch(
                node=self._node,
                sequence=self._sequence,
                counts=tuple(counts[some]),
                measures=tuple(measures[some]),
                tracks=tuple(tracks[some]),
                signs=tuple(signs[some]),
                gaps=tuple(gaps[some]),
            )
            self._batches.append(batch)
        while len(self._batches) > self.limit:
            self._batches.popleft()
            self.dropped += 1

    async def _gather(self) -> None:
        try:
            async with asyncio.timeout(self._gather_s):
                await self._urgent.wait()
            await asyncio.sleep(_SOON_S)
        except TimeoutError:
            pass
        self.pack()

    async def _tell(self) -> None:
        while self._batches:
            batch = self._batches[0]
            await self._bus.request(centre_subject(OBSERVATIONS), batch, Done)
            if self._batches and self._batches[0] is batch:
                self._batches.popleft()


def _count(place: tuple[str, int, What], one: _Count) -> MinuteCount:
    camera, minute_90k, (line, direction, label, eye) = place
    return MinuteCount(
        camera=camera,
        minute_90k=minute_90k,
        line=line,
        direction=direction,
        label=label,
        eye=eye,
        count=one.count,
        speed_kmh=one.speed_kmh,
        speeds=one.speeds,
    )


def _measure(place: tuple[str, int, Which], one: _Measure) -> MinuteMeasure:
    camera, minute_90k, (analytic, zone, name, unit, eye) = place
    return MinuteMeasure(
        camera=camera,
        minute_90k=minute_90k,
        analytic=analytic,
        zone=zone,
        name=name,
        unit=unit,
        eye=eye,
        values=one.values,
        sum=one.sum,
        least=one.least,
        most=one.most,
        last=one.last,
    )
