"""Runs and fragments: what a stream makes of access units, and what is told to those who follow it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ronda.base.causes import GapCause
from ronda.media.access_unit import Encoding


class Origin(StrEnum):
    """How footage came here."""

    LIVE = "live"
    FETCHED = "fetched"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Run:
    """One uninterrupted stretch of one encoding.

    Attributes:
        id: See `ronda.base.identity.new_run_id`.
        camera: Camera id.
        profile: `main` or `sub`, or a derived profile's name.
        encoding: What a decoder needs.
        start_utc_90k: Timeline time of the run's zero (the decoding time of its first picture).
        init: The init segment: `ftyp` and `moov` of a fragmented MP4, timescale 90 kHz.
        origin: How it came here.
        clock_offset_90k: The camera's own clock minus ours where it was measured.
    """

    id: str
    camera: str
    profile: str
    encoding: Encoding
    start_utc_90k: int
    init: bytes
    origin: Origin = Origin.LIVE
    clock_offset_90k: int | None = None


@dataclass(slots=True, eq=False)
class Fragment:
    """At most 200 ms of a run as a complete CMAF chunk; a keyframe always starts a new one.

    `moof + mdat` is what live sends. Times are counted from the run's zero and already corrected
    for the camera's drift. The `moof` has one fixed layout, so that `fmp4.restamp` can count it
    from another zero without touching the payload.

    Attributes:
        run: The run.
        sequence: 0 for the run's first fragment.
        keyframe: Its first picture is a keyframe.
        start_90k: Decoding time of its first picture, from the run's zero.
        duration_90k: Sum of its pictures' durations; the last one is estimated.
        pictures: How many pictures.
        moof: The box, `tfdt` counted from the run's zero.
        mdat: The box, header included.
        arrival: Monotonic seconds at which its last picture was complete.
    """

    run: Run
    sequence: int
    keyframe: bool
    start_90k: int
    duration_90k: int
    pictures: int
    moof: bytes
    mdat: bytes
    arrival: float


class FragmentSink(Protocol):
    """Somebody who takes every fragment of a stream, such as the archive's recorder.

    Called on the event loop; must return at once and never raise.
    """

    def begin(self, run: Run) -> None:
        """A run starts; its first fragment follows and starts with a keyframe."""
        ...

    def fragment(self, fragment: Fragment) -> None:
        """The next fragment of the run that began last."""
        ...

    def end(self, cause: GapCause) -> None:
        """The run is over, and `cause` is why there may be nothing for a while.

        Called again without a run in between when the cause becomes known better or changes
        (first unreachable, then refused for its credentials).
        """
        ...
