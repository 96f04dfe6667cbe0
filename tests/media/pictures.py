"""Real H.264 and H.265, encoded once a session: access units as a source would deliver them."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np

from ronda.media.access_unit import AccessUnit, Codec, Encoding
from ronda.media.parameter_sets.encoding import encoding_of
from ronda.media.parameter_sets.nal import is_parameter_set, join_length_prefixed, split_annex_b


@dataclass(frozen=True)
class Film:
    """How to encode."""

    width: int = 320
    height: int = 180
    fps: int = 25
    gop: int = 50
    pictures: int = 100
    b_frames: int = 0
    codec: Codec = Codec.H264
    bitrate: int = 300_000
    noise: bool = False
    light: int = 0


def picture(film: Film, number: int) -> np.ndarray:
    """Return picture `number`, (height, width, 3) uint8 RGB: a grey ramp that brightens and a moving bar.

    With noise it does not compress: the bit rate is reached.
    """
    shade = np.linspace(0, 80, film.width, dtype=np.float32)[None, :, None]
    image = np.broadcast_to(shade + film.light + number % 100, (film.height, film.width, 3)).astype(np.uint8)
    left = number * 4 % (film.width - 20)
    image[:, left : left + 20] = (255, 200, 0)
    if film.noise:
        image ^= np.random.default_rng(number).integers(0, 128, image.shape, np.uint8)
    return image


@lru_cache(maxsize=16)
def encode(film: Film = Film()) -> tuple[AccessUnit, ...]:
    """Return the film's access units in decoding order, times from 0, `arrival` in real time."""
    name = "libx264" if film.codec is Codec.H264 else "libx265"
    context = av.CodecContext.create(name, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = film.width, film.height, "yuv420p"
    context.time_base = Fraction(1, film.fps)
    context.framerate = Fraction(film.fps)
    context.bit_rate = film.bitrate
    params = f"keyint={film.gop}:min-keyint={film.gop}:scenecut=0:bframes={film.b_frames}"
    context.options = (
        {"preset": "veryfast", "x264-params": params + ":threads=1"}
        if film.codec is Codec.H264
        else {"preset": "ultrafast", "x265-params": params + ":pools=none:frame-threads=1:log-level=none:open-gop=0"}
    )
    packets = []
    for number in range(film.pictures):
        frame = av.VideoFrame.from_ndarray(picture(film, number), format="rgb24")
        frame.pts = number
        packets += context.encode(frame)
    packets += context.encode(None)
    tick = 90_000 // film.fps
    units: list[AccessUnit] = []
    sets: dict[bytes, None] = {}
    for packet in packets:
        nals = split_annex_b(bytes(packet))
        sets.update(dict.fromkeys(nal for nal in nals if is_parameter_set(film.codec, nal)))
        data = join_length_prefixed(nal for nal in nals if not is_parameter_set(film.codec, nal))
        assert packet.pts is not None
        assert packet.dts is not None
        pts, dts = packet.pts * tick, packet.dts * tick
        units.append(AccessUnit(data, pts, dts, len(units) / film.fps, packet.is_keyframe))
    units[0].encoding = encoding_of(film.codec, list(sets))
    return tuple(units)


def encoding(film: Film = Film()) -> Encoding:
    """Return the film's encoding."""
    found = encode(film)[0].encoding
    assert found is not None
    return found


def shifted(units: tuple[AccessUnit, ...], *, by_90k: int = 0, arrival: float = 0.0) -> list[AccessUnit]:
    """Return copies of `units` with their times moved."""
    return [
        replace(unit, pts_90k=unit.pts_90k + by_90k, dts_90k=unit.dts_90k + by_90k, arrival=unit.arrival + arrival)
        for unit in units
    ]
