"""A file of footage, as a recorder writes it onto a USB stick, read once from its beginning to its end.

Everything here blocks; calls come one after the other, from whichever thread.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import quote

import av.error

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceUnsupported
from ronda.media.sources.libav.axis import Axis
from ronda.media.sources.libav.containers import Interruption, opened, translated
from ronda.media.sources.libav.reading import Reader, Timed, reader_for
from ronda.media.sources.libav.transcoding import Transcoders

_BATCH_BYTES: Final = 4 << 20
_MICRO_PER_S: Final = 1_000_000


class FootageFile:
    """One file; `close` must follow.

    Args:
        path: The file.
        transcoders: Places for codings that are not carried as they are.

    Raises:
        SourceFailed: It cannot be read as video.
    """

    def __init__(self, path: Path, transcoders: Transcoders) -> None:
        self._address = StreamAddress.parse(f"file://{quote(str(path.absolute()))}")
        self._axis = Axis()
        self._fresh = True
        self._jumped = False
        self._stack = ExitStack()
        try:
            self._opened = self._stack.enter_context(opened(self._address, Interruption()))
            self._reader: Reader = reader_for(self._opened, transcoders)
            self._stack.callback(self._reader.close)
            self._reader.begin(self._opened)
        except BaseException:
            self._stack.close()
            raise
        self._packets = self._opened.container.demux(self._opened.video)

    @property
    def duration_90k(self) -> int | None:
        """How long the file says that it is; None where it does not say."""
        duration = self._opened.container.duration
        return None if duration is None else duration * HZ_90K // _MICRO_PER_S

    def read(self) -> list[AccessUnit]:
        """Return the next pictures, some megabytes of them; none at the end.

        Raises:
            SourceFailed: It cannot be read on.
        """
        units: list[AccessUnit] = []
        size = 0
        try:
            for packet in self._packets:
                for timed in self._reader.read(packet, 0) if packet.size else ():
                    if (unit := self._unit(timed)) is not None:
                        units.append(unit)
                        size += len(unit.data)
                if size >= _BATCH_BYTES:
                    break
        except av.error.InvalidDataError:
            return units  # cut short, as when the stick was pulled out: what there is counts
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise translated(error, self._address) from error
        if not units and self._fresh:
            raise SourceUnsupported("there is no moving picture in it that can be read", "use MP4, AVI or MKV")
        return units

    def close(self) -> None:
        """Close it."""
        self._stack.close()

    def _unit(self, timed: Timed) -> AccessUnit | None:
        pts, dts, jumped = self._axis.place(timed.pts_90k, timed.dts_90k)
        self._jumped = self._jumped or jumped
        picture = timed.picture
        if (self._fresh or self._jumped) and not picture.keyframe:
            return None
        encoding = picture.encoding or (self._reader.encoding if self._fresh else None)
        unit = AccessUnit(picture.data, pts, dts, 0.0, picture.keyframe, encoding, self._jumped)
        self._fresh = self._jumped = False
        return unit
