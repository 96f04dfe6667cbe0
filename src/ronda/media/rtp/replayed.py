"""A recording's video track: RTP whose header extension tells when each picture was taken.

ONVIF Streaming Specification, 6.3: extension 0xABAC holds an NTP time in three words, on the first packet of a picture
at least. Owns the times of the few pictures that are being put together.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit
from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters

_EXTENSION: Final = 0xABAC
_HEAD: Final = Struct(">HHII")
_ERA_S: Final = 1 << 32
_NTP_EPOCH_S: Final = 2_208_988_800
_MOST: Final = 64


class ReplayReceiver(VideoReceiver):
    """See `VideoReceiver`; also knows when the picture that is being delivered was taken.

    Attributes:
        unit_utc_90k: By the recorder's clock; None where the recorder does not say. Right while `deliver` is called.
    """

    def __init__(
        self,
        video: VideoFormat,
        deliver: Callable[[AccessUnit], None],
        counters: SourceCounters,
        channel: int = 0,
    ) -> None:
        super().__init__(video, deliver, counters, channel)
        self._utc_of: dict[int, int] = {}
        self.unit_utc_90k: int | None = None

    def packet(self, view: memoryview, start: int, end: int) -> None:
        """Take one packet; see `VideoReceiver.packet`."""
        if end - start >= 12 and view[start] & 0x10:
            self._note(view, start, end)
        super().packet(view, start, end)

    def _note(self, view: memoryview, start: int, end: int) -> None:
        at = start + 12 + 4 * (view[start] & 0x0F)
        if at + _HEAD.size > end:
            return
        kind, words, seconds, fraction = _HEAD.unpack_from(view, at)
        if kind != _EXTENSION or words < 2 or not seconds:
            return
        if seconds < _ERA_S // 2:  # after 2036
            seconds += _ERA_S
        known = self._utc_of
        if len(known) >= _MOST:
            known.pop(next(iter(known)))
        known[int.from_bytes(view[start + 4 : start + 8], "big")] = (seconds - _NTP_EPOCH_S) * HZ_90K + (
            fraction * HZ_90K >> 32
        )

    def _end(self) -> None:
        self.unit_utc_90k = self._utc_of.pop(self._timestamp, None)
        super()._end()
