"""The source of an address, by its scheme: the one place that knows them all."""

from collections.abc import Awaitable, Callable, Sequence

from ronda.base.time import Clock
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import Source, SourceCounters, SourceListener, SourceUnsupported
from ronda.media.sources.libav import LibavSource, Transcoders
from ronda.media.sources.rtsp.source import RtspSource

Resolve = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]
"""See `Resolver.resolve`."""


class Opening:
    """Makes sources; the `Opener` of supervisors.

    Args:
        resolve: Looks names up.
        clock: The time.
        transcoders: Places for codings that no browser plays.
    """

    def __init__(self, resolve: Resolve, clock: Clock, transcoders: Transcoders | None = None) -> None:
        self.clock = clock
        self.transcoders = transcoders or Transcoders()
        self._resolve = resolve

    def __call__(self, address: StreamAddress, listener: SourceListener, counters: SourceCounters) -> Source:
        """Return the source of `address`, ready to run once."""
        if address.scheme == "device":
            return _NotDialled(address)
        if address.scheme in ("rtsp", "rtsps"):
            return RtspSource(address, listener, counters, self._resolve, self.clock)
        return LibavSource(address, listener, counters, self.clock, self._resolve, self.transcoders)


class _NotDialled:
    """A device sends by itself; see `ronda.media.sources.device`."""

    def __init__(self, address: StreamAddress) -> None:
        self._address = address

    async def run(self) -> None:
        """Say so."""
        raise SourceUnsupported(
            f"{self._address} sends by itself and cannot be dialled", "open the page on the device and use its camera"
        )

    def watch(self, watched: bool) -> None:
        """Do nothing."""
