"""Footage from elsewhere into the archive: packaged like live, at its own time."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from ronda.archive.archive import Archive
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit
from ronda.media.fragment import Fragment, Origin, Run
from ronda.media.fragmenter import Fragmenter

_BATCH: Final = 250


@dataclass(frozen=True, slots=True)
class Footage:
    """An uninterrupted stretch of pictures.

    Attributes:
        camera: Camera id.
        profile: Profile name.
        start_utc_90k: Timeline time of the first picture.
        units: Its pictures, the first a keyframe with its encoding; reading them may block.
        origin: How it came here.
        cause_after: Why there is nothing behind it, if there is nothing.
    """

    camera: str
    profile: str
    start_utc_90k: int
    units: Iterator[AccessUnit]
    origin: Origin = Origin.IMPORTED
    cause_after: GapCause | None = None


@dataclass(slots=True)
class _FilmClock:
    """The clock of a film: it stands where the film is."""

    start_utc_90k: int
    elapsed_90k: int = 0

    def utc_90k(self) -> int:
        return self.start_utc_90k + self.elapsed_90k

    def monotonic(self) -> float:
        return self.elapsed_90k / HZ_90K


@dataclass(slots=True)
class _Packaged:
    """Takes what the fragmenter makes."""

    runs: list[tuple[Run, list[Fragment]]] = field(default_factory=list)

    def run_began(self, run: Run) -> None:
        self.runs.append((run, []))

    def picture_stamped(self, run: Run, unit: AccessUnit, start_90k: int) -> None:
        """Nobody listens to single pictures."""

    def fragment_made(self, fragment: Fragment) -> None:
        self.runs[-1][1].append(fragment)


class _Import:
    """Reads a footage's pictures in batches and packages them."""

    def __init__(self, archive: Archive, footage: Footage) -> None:
        self._archive = archive
        self._units = footage.units
        self._clock = _FilmClock(footage.start_utc_90k)
        self._first_dts_90k: int | None = None
        self.packaged = _Packaged()
        self._fragmenter = Fragmenter(footage.camera, footage.profile, self._clock, self.packaged, footage.origin)
        self.more = True

    async def read(self) -> None:
        """Package the next pictures."""
        self.more = await self._archive.in_pool(self._read)

    async def fragments(self) -> AsyncIterator[Fragment]:
        """Yield the fragments of the first run that is not taken yet."""
        while True:
            run, made = self.packaged.runs[0]
            self.packaged.runs[0] = (run, [])
            for fragment in made:
                yield fragment
            if not self.more or len(self.packaged.runs) > 1:
                return
            await self.read()

    def _read(self) -> bool:
        units = list(islice(self._units, _BATCH))
        for unit in units:
            if self._first_dts_90k is None:
                self._first_dts_90k = unit.dts_90k
            self._clock.elapsed_90k = unit.dts_90k - self._first_dts_90k
            unit.arrival = self._clock.monotonic()
            self._fragmenter.push(unit)
        if len(units) < _BATCH:
            self._fragmenter.end()
        return len(units) == _BATCH


async def import_footage(archive: Archive, footage: Footage) -> None:
    """Take `footage` in; a change of its encoding makes another run of it.

    Raises:
        SourceFailed: What reading its pictures raises.
    """
    reading = _Import(archive, footage)
    while reading.more or reading.packaged.runs:
        if reading.packaged.runs:
            await archive.import_run(reading.packaged.runs[0][0], reading.fragments(), footage.cause_after)
            reading.packaged.runs.pop(0)
        else:
            await reading.read()
