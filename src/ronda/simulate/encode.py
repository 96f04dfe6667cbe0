"""Films into files: H.264 or H.265 in MP4, a keyframe each two seconds, as a camera would send."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from ronda.media.access_unit import Codec
from ronda.simulate.scenes.film import Film, Sighting
from ronda.simulate.scenes.optics import Image

SUB_SIZE: Final = (640, 360)


@dataclass(frozen=True)
class Quality:
    """How one profile is encoded.

    Attributes:
        codec: The coding.
        width: Pixels; pictures are scaled down to it.
        height: Pixels.
        rate: Pictures a second, whole.
        bitrate_bps: Upper bound, over a second.
        gop_s: Distance of keyframes.
    """

    codec: Codec
    width: int
    height: int
    rate: int
    bitrate_bps: int
    gop_s: float = 2.0


class FilmFile:
    """One MP4 being written; it appears under its name only when complete."""

    def __init__(self, path: Path, quality: Quality, preset: str = "superfast", crf: int = 25) -> None:
        self._path, self._quality = path, quality
        self._part = path.with_name(f"{path.name}.{os.getpid()}.part")
        gop, kilobits = round(quality.rate * quality.gop_s), quality.bitrate_bps // 1000
        common = f"bframes=0:keyint={gop}:min-keyint={gop}:scenecut=0:vbv-maxrate={kilobits}:vbv-bufsize={kilobits}"
        if quality.codec is Codec.H264:
            name = "libx264"
            options = {"preset": preset, "crf": str(crf), "x264-params": f"{common}:threads=1:force-cfr=1"}
        else:
            name = "libx265"
            options = {
                "preset": "ultrafast",
                "crf": "27",
                "x265-params": f"{common}:pools=none:frame-threads=1:log-level=none",
            }
        self._container = av.open(str(self._part), "w", format="mp4")
        stream = self._container.add_stream(name, rate=quality.rate, options=options)
        if not isinstance(stream, VideoStream):
            raise TypeError(name)
        stream.width, stream.height, stream.pix_fmt = quality.width, quality.height, "yuv420p"
        self._stream = stream
        self._index = 0

    def write(self, planes: Image) -> None:
        """Encode one picture, I420 planes of any size with the same proportions."""
        quality = self._quality
        frame = av.VideoFrame.from_ndarray(resized(planes, quality.width, quality.height), "yuv420p")
        frame.pts = self._index
        self._index += 1
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._container.mux(self._stream.encode())
        self._container.close()
        self._part.replace(self._path)


def resized(planes: Image, width: int, height: int) -> Image:
    """Return I420 planes scaled to another size."""
    high, wide = planes.shape[0] * 2 // 3, planes.shape[1]
    if (wide, high) == (width, height):
        return planes
    flat = planes.reshape(-1)
    luma = cv2.resize(planes[:high], (width, height), interpolation=cv2.INTER_AREA)
    quarter = wide * high // 4
    chroma = [flat[wide * high + at * quarter :][:quarter].reshape(high // 2, wide // 2) for at in (0, 1)]
    small = [cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA) for plane in chroma]
    joined = np.concatenate([luma.reshape(-1), *(plane.reshape(-1) for plane in small)])
    return joined.reshape(height * 3 // 2, width)


def write_film(film: Film, files: dict[Path, Quality], truth: Path) -> Iterator[float]:
    """Draw a film once into several files and its truth beside them; yields its share done.

    The truth is JSON: `width`, `height`, `rate` and `pictures`, a list per picture of `track`,
    `label`, `box_xyxy` (pixels of the main profile), `visible` (the share that nothing hides that stands).
    """
    writers = [FilmFile(path, quality) for path, quality in files.items()]
    seen: list[list[Sighting]] = []
    for index in range(film.pictures):
        planes, sightings = film.draw(index)
        for writer in writers:
            writer.write(planes)
        seen.append(sightings)
        yield (index + 1) / film.pictures
    for writer in writers:
        writer.close()
    view = film.scene.view
    found = {"width": view.width, "height": view.height, "rate": film.rate, "pictures": seen}
    part = truth.with_name(f"{truth.name}.part")
    part.write_text(json.dumps(found, separators=(",", ":")))
    part.replace(truth)


def write_pictures(path: Path, quality: Quality, pictures: Iterable[Image]) -> None:
    """Encode I420 pictures into one file."""
    writer = FilmFile(path, quality)
    for planes in pictures:
        writer.write(planes)
    writer.close()
