"""What the server serves: the seam between it and whoever has the pictures."""

from dataclasses import dataclass
from typing import Protocol

from ronda.base.errors import Busy, RondaError
from ronda.media.access_unit import AccessUnit, Codec, Encoding
from ronda.media.rtp.packetise import payloads


class HungUp(RondaError):
    """The other side asked for the connection to be closed without an answer."""


class NoBandwidth(Busy):
    """As much is sent already as may be: RTSP says 453 for it (RFC 2326, 11.3.3)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture, ready for RTP.

    Attributes:
        payloads: RTP payloads; see `ronda.media.rtp.packetise.payloads`.
        pts_90k: Presentation time.
        keyframe: A decoder can start here; parameter sets are among the payloads.
        utc_90k: When it was taken, for sender reports.
    """

    payloads: tuple[bytes, ...]
    pts_90k: int
    keyframe: bool
    utc_90k: int


def picture_of(unit: AccessUnit, encoding: Encoding, utc_90k: int) -> Picture:
    """Return an access unit as a picture; keyframes carry their parameter sets."""
    sets = encoding.parameter_sets if unit.keyframe else ()
    return Picture(payloads(encoding.codec, unit.data, sets), unit.pts_90k, unit.keyframe, utc_90k)


class Sink(Protocol):
    """Who a presentation tells; called on the event loop, returns at once, never raises."""

    def picture(self, picture: Picture) -> None:
        """The next picture, in decoding order."""
        ...

    def end(self) -> None:
        """The presentation is over; those who watch it are hung up on."""
        ...


class Presentation(Protocol):
    """One stream of pictures that any number of clients may watch."""

    @property
    def codec(self) -> Codec:
        """The coding."""
        ...

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """What a decoder needs before the first picture; see `Encoding.parameter_sets`."""
        ...

    def attach(self, sink: Sink) -> None:
        """Send pictures to `sink`, from now on (one sink at a time, the server's)."""
        ...

    def detach(self, sink: Sink) -> None:
        """Send it no more; nobody watches."""
        ...


class Provider(Protocol):
    """Finds presentations by path."""

    async def open(self, path: str) -> Presentation:
        """Return the presentation at `path` (`/…`, no slash at the end); the same object while it is watched.

        Raises:
            NotFound: There is none.
            Busy: Not now.
            HungUp: The connection is to be closed without an answer.
        """
        ...

    async def close(self, presentation: Presentation) -> None:
        """Take back one `open`."""
        ...
