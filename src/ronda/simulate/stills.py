"""Loops of pictures that do not move: black, and frozen at one moment."""

from pathlib import Path

import av
import numpy as np

from ronda.base.errors import StorageFailed
from ronda.media.access_unit import Codec
from ronda.simulate.build import RATE
from ronda.simulate.encode import Quality, write_pictures


def black_like(film: Path, cache: Path) -> Path:
    """Return a black loop of the size and coding of another (blocking: call it on a thread)."""
    quality, _ = _look(film)
    path = cache / f"black-{quality.codec}-{quality.width}x{quality.height}-{RATE}.mp4"
    if not path.exists():
        black = np.full((quality.height * 3 // 2, quality.width), 128, np.uint8)
        black[: quality.height] = 16
        write_pictures(path, quality, [black] * (RATE * 2))
    return path


def frozen_like(film: Path, cache: Path) -> Path:
    """Return a loop that shows the first picture of another for ever (blocking: call it on a thread)."""
    path = cache / f"{film.stem}-frozen.mp4"
    if not path.exists():
        quality, picture = _look(film)
        write_pictures(path, quality, [picture] * (RATE * 2))
    return path


def _look(film: Path) -> tuple[Quality, np.ndarray]:
    try:
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            frame = next(container.decode(stream))
            codec = Codec.H264 if stream.codec_context.name == "h264" else Codec.H265
            bitrate = 1_600_000 if frame.width > 640 else 420_000
            return Quality(codec, frame.width, frame.height, RATE, bitrate), frame.to_ndarray(format="yuv420p")
    except (av.FFmpegError, OSError, StopIteration) as error:
        raise StorageFailed(f"cannot read the loop {film}: {error}") from error
