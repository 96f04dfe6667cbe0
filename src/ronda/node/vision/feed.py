"""What a worker is fed with of one camera that is watched or counted: the coded pictures of its stream.

Lives on the event loop; holds a lease while it is open.
"""

from collections.abc import Callable

from ronda.base.errors import NotFound
from ronda.bus.contract import CameraSpec
from ronda.media.access_unit import AccessUnit
from ronda.media.fragment import Run
from ronda.media.leases import Lease, Purpose
from ronda.media.stream import Stream
from ronda.media.streams import Streams
from ronda.node.vision.process import Offer
from ronda.vision.configuration import needs_full_picture
from ronda.vision.worker.messages import Coding, UnitTold
from ronda.vision.worker.pace import Need, Sparing


class Feed:
    """One camera's pictures on their way to a worker.

    Args:
        spec: The camera.
        streams: Where its profiles are.
        offer: Gives a picture to the worker; says whether it was taken.
        sparing: Tells what need not be decoded; None where all is given.

    Attributes:
        spec: The camera.
        sent: Pictures given to the worker.
        refused: Pictures that it did not take.
    """

    def __init__(self, spec: CameraSpec, streams: Streams, offer: Offer, sparing: Sparing | None = None) -> None:
        self.spec = spec
        self.sent = 0
        self.refused = 0
        self._streams = streams
        self._offer = offer
        self._stream: Stream | None = None
        self._lease: Lease | None = None
        self._unlisten: Callable[[], None] | None = None
        self._run: Run | None = None
        self._lost = True
        self._sparing = sparing

    @property
    def profile(self) -> str:
        """The profile that is looked at: the smaller one, where there is one and a rule needs no larger."""
        return "sub" if self.spec.sub_url and not needs_full_picture(self.spec.vision.document) else "main"

    @property
    def stream(self) -> Stream | None:
        """The stream while it is held."""
        return self._stream

    def keep(self) -> None:
        """Hold the stream as it is now: another one where the camera has changed; called about once a second."""
        try:
            stream = self._streams.get(self.spec.id, self.profile)
            if stream is self._stream:
                return
            self.close()
            self._lease = stream.lease(Purpose.VISION)
        except NotFound:
            self.close()
            return
        self._stream = stream
        self._unlisten = stream.listen(self._picture)

    def begin_again(self) -> None:
        """The worker knows nothing of the camera: it needs a keyframe and what a decoder must know."""
        self._lost = True

    def close(self) -> None:
        """Let go of the stream."""
        if self._unlisten is not None:
            self._unlisten()
        if self._lease is not None:
            self._lease.close()
        self._stream = self._lease = self._unlisten = self._run = None
        self._lost = True

    def _picture(self, run: Run, unit: AccessUnit) -> None:
        zero = run.start_utc_90k
        need = Need.DECODED
        if self._sparing is not None:
            need = self._sparing.needs(zero + unit.pts_90k, unit.keyframe)
        if need is Need.NOTHING or (self._lost and not unit.keyframe):
            return
        coding: Coding | None = None
        data = unit.data
        if self._lost or run is not self._run:
            coding = Coding.of(run.encoding)
            data = run.encoding.decoder_configuration + data
        told = UnitTold(
            camera=self.spec.id,
            at_90k=zero + unit.pts_90k,
            dts_90k=zero + unit.dts_90k,
            keyframe=unit.keyframe,
            alone=need is Need.LAST,
            coding=coding,
        )
        if self._offer(told, data):
            self.sent += 1
            self._lost, self._run = False, run
        else:
            self.refused += 1
            self._lost = True
