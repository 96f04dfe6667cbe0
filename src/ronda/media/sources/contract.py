"""What every source offers and what it tells: the seam between protocols and streams."""

from dataclasses import dataclass
from typing import Protocol

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import RondaError
from ronda.media.access_unit import AccessUnit


class SourceFailed(RondaError):
    """A connection attempt or a running source ended; trying again may help."""

    cause: GapCause = GapCause.UNREACHABLE


class SourceSilent(SourceFailed):
    """Connected, and nothing comes."""

    cause = GapCause.SILENT


class SourceRefused(SourceFailed):
    """The credentials are wrong: dialling again would lock the account of the recorder."""

    cause = GapCause.CREDENTIALS


class SourceBusy(SourceFailed):
    """The other side works and serves as many as it can: its stills may still be had."""


class SourceUnsupported(SourceFailed):
    """There is no video that can be carried."""

    cause = GapCause.UNKNOWN


class SourceNothing(SourceFailed):
    """The other side works and has nothing of the time that was asked for."""

    cause = GapCause.UNKNOWN


@dataclass(slots=True)
class SourceCounters:
    """What a source has counted since it was made; read by metrics, never reset."""

    pictures: int = 0
    received_bytes: int = 0
    packets: int = 0
    lost_packets: int = 0
    bad_packets: int = 0
    reconnects: int = 0
    clock_offset_90k: int | None = None


class SourceListener(Protocol):
    """Who a source tells. Called on the event loop; returns at once, never raises."""

    def picture(self, unit: AccessUnit) -> None:
        """The next access unit, in decoding order."""
        ...

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """The state changed; `reason` is one sentence for a person, free of credentials.

        `cause` is given with every state in which no pictures come.
        """
        ...


class Source(Protocol):
    """One connection attempt to one address, played until it ends.

    Built from an address, a `SourceListener` (only `picture` is called by the source itself; states
    are the supervisor's) and `SourceCounters`.
    """

    async def run(self) -> None:
        """Connect and deliver pictures until the other side ends it or the task is cancelled.

        Raises:
            SourceFailed: One of its kinds; also when a stream that should be endless ends.
        """
        ...

    def watch(self, watched: bool) -> None:
        """Say whether somebody watches live; otherwise the source may read in larger gulps."""
        ...
