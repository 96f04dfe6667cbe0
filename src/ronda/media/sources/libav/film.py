"""A whole film as access units, as fast as it can be read: for importing, not for live."""

from collections.abc import Iterator
from pathlib import Path

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.libav.containers import Interruption, opened
from ronda.media.sources.libav.reading import reader_for
from ronda.media.sources.libav.transcoding import Transcoders


def film_units(path: Path) -> Iterator[AccessUnit]:
    """Yield the pictures of the film at `path`, beginning with a keyframe. Blocks; one thread only.

    `arrival` is the decoding time in seconds, as if the film had come live.

    Raises:
        SourceFailed: There is no film, or none that can be carried.
    """
    with opened(StreamAddress.parse(f"file:{path.absolute()}"), Interruption()) as film:
        reader = reader_for(film, Transcoders())
        reader.begin(film)
        try:
            started = False
            for packet in film.container.demux(film.video):
                for timed in reader.read(packet, 0) if packet.size else ():
                    if not (started or timed.picture.keyframe):
                        continue
                    encoding = timed.picture.encoding or (None if started else reader.encoding)
                    started = True
                    yield AccessUnit(
                        data=timed.picture.data,
                        pts_90k=timed.pts_90k,
                        dts_90k=timed.dts_90k,
                        arrival=timed.dts_90k / HZ_90K,
                        keyframe=timed.picture.keyframe,
                        encoding=encoding,
                    )
        finally:
            reader.close()
