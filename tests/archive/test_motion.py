"""Motion told by the size of coded pictures: real encodings of a night street, noise and all, in which things pass."""

from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from tests.archive.footage import START_90K, files_of, one_volume
from tests.media.hand_clock import HandClock

from ronda.archive import Archive
from ronda.archive.reading.motion import bursts
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.parameter_sets.encoding import encoding_of
from ronda.media.parameter_sets.nal import is_parameter_set, join_length_prefixed, split_annex_b

WIDE, HIGH, FPS = 320, 192, 8
PASSES = ((30, 36), (70, 74))
WALL = np.kron(np.random.default_rng(1).integers(40, 90, (HIGH // 4, WIDE // 4)), np.ones((4, 4)))
THING = (48, 64)


def street(second: float, rng: np.random.Generator) -> np.ndarray:
    """Return a picture, (HIGH, WIDE, 3) uint8: a still wall in a sensor's noise, and what passes before it."""
    wall = WALL.copy()
    for begin, end in PASSES:
        if begin <= second < end:
            left = int((second - begin) / (end - begin) * (WIDE - THING[1]))
            # Its legs and wheels turn: it is not the last picture's, moved.
            thing = np.kron(rng.integers(80, 240, (THING[0] // 4, THING[1] // 4)), np.ones((4, 4)))
            wall[80 : 80 + THING[0], left : left + THING[1]] = thing
    noisy = wall + rng.normal(0, 3, wall.shape)
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


async def night(seconds: int) -> AsyncIterator[AccessUnit]:
    """Yield a night as a camera codes it."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = WIDE, HIGH, "yuv420p"
    context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
    context.options = {"preset": "ultrafast", "crf": "28", "x264-params": "keyint=16:scenecut=0:bframes=0:threads=1"}
    rng, tick, sets = np.random.default_rng(3), HZ_90K // FPS, dict[bytes, None]()
    for number in range(seconds * FPS):
        frame = av.VideoFrame.from_ndarray(street(number / FPS, rng), format="rgb24")
        frame.pts = number
        for packet in context.encode(frame):
            nals = split_annex_b(bytes(packet))
            sets.update(dict.fromkeys(nal for nal in nals if is_parameter_set(Codec.H264, nal)))
            data = join_length_prefixed(nal for nal in nals if not is_parameter_set(Codec.H264, nal))
            at_90k = (packet.pts or 0) * tick
            unit = AccessUnit(data, at_90k, at_90k, 0.0, packet.is_keyframe)
            unit.encoding = encoding_of(Codec.H264, list(sets)) if packet.is_keyframe else None
            yield unit


async def test_what_passes_is_found_and_noise_is_not(tmp_path: Path) -> None:
    clock = HandClock(START_90K + 3_600 * HZ_90K)
    async with Archive(one_volume(tmp_path), clock) as archive:
        await archive.import_footage("gate", "main", night(100), START_90K)
        await archive.settled()

        async def moved(from_s: float, to_s: float) -> list[tuple[float, float]]:
            found = await archive.motion(
                "gate", "main", START_90K + int(from_s * HZ_90K), START_90K + int(to_s * HZ_90K)
            )
            return [((start - START_90K) / HZ_90K, (end - START_90K) / HZ_90K) for start, end in found]

        everything = await moved(-10, 200)
        assert len(everything) == len(PASSES)
        for (start, end), (begin, over) in zip(everything, PASSES, strict=True):
            assert begin - 1 <= start <= begin + 2
            assert over - 2 <= end <= over + 2
        assert await moved(50, 200) == everything[1:]
        assert await moved(40, 60) == []
        assert await archive.motion("nobody", "main", START_90K, START_90K + HZ_90K) == []
        with pytest.raises(BadInput, match="six hours"):
            await moved(0, 7 * 3600)
        segment = files_of(tmp_path)[0]
        segment.write_bytes(b"\0" * 100)
        assert await moved(0, 100) == [], "what cannot be read does not end the search"


def test_in_too_short_a_time_nothing_is_usual() -> None:
    assert bursts(dict.fromkeys(range(10), 100.0) | {5: 9_000.0}) == []
    assert bursts(dict.fromkeys(range(60), 100.0)) == []
    assert bursts(dict.fromkeys(range(60), 100.0) | {5: 900.0, 7: 900.0}) == [(5 * HZ_90K, 8 * HZ_90K)]
