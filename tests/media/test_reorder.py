"""Decoding times against those that real encoders write."""

import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import cast

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.media.access_unit import Codec
from ronda.media.parameter_sets import from_decoder_configuration
from ronda.media.reorder import DecodingTimes

SHARED = Path(os.environ.get("RONDA_SHARED", Path(__file__).parents[2].parent / "shared"))
DURATION_90K = 3_600


def coded(encoder: str, options: dict[str, str], pictures: int = 40) -> list[tuple[int, int]]:
    """Return (pts, dts) at 90 kHz in decoding order as the encoder writes them."""
    context = cast("av.VideoCodecContext", av.CodecContext.create(encoder, "w"))
    context.width, context.height, context.pix_fmt = 128, 96, "yuv420p"
    context.time_base = Fraction(1, 25)
    context.framerate = Fraction(25)
    context.options = options
    noise = np.random.default_rng(1).integers(0, 255, (96, 128 + pictures, 3), dtype=np.uint8)
    packets = []
    for index in range(pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(noise[:, index : index + 128]), "rgb24")
        frame.pts = index
        packets += context.encode(frame)
    packets += context.encode(None)
    return [(packet.pts * DURATION_90K, packet.dts * DURATION_90K) for packet in packets]  # type: ignore[operator]


ENCODINGS = [
    ("libx264", {"bf": "0"}, 0),
    ("libx264", {"bf": "1", "b_strategy": "0"}, 1),
    ("libx264", {"bf": "2", "b_strategy": "0", "b-pyramid": "none"}, 1),
    ("libx264", {"bf": "3", "b_strategy": "0", "b-pyramid": "normal"}, 2),
    ("libx265", {"x265-params": "bframes=0:log-level=none:pools=1"}, 0),
    ("libx265", {"x265-params": "bframes=3:b-adapt=0:b-pyramid=1:log-level=none:pools=1"}, 2),
]


@pytest.mark.parametrize(("encoder", "options", "depth"), ENCODINGS)
def test_a_known_depth_gives_the_encoder_s_own_times(encoder: str, options: dict[str, str], depth: int) -> None:
    times = coded(encoder, options)
    assert (sorted(pts for pts, _ in times) != [pts for pts, _ in times]) == (depth > 0)
    derived = DecodingTimes(depth, DURATION_90K)
    assert [derived.stamp(pts) for pts, _ in times] == [dts for _, dts in times]


@pytest.mark.parametrize(("encoder", "options", "depth"), ENCODINGS)
def test_an_unknown_depth_is_learnt(encoder: str, options: dict[str, str], depth: int) -> None:
    times = coded(encoder, options)
    derived = DecodingTimes(None)
    stamped = [derived.stamp(pts) for pts, _ in times]
    assert derived.depth == depth
    assert all(before < after for before, after in pairwise(stamped))
    settled = slice(12, None)
    assert all(dts <= pts for dts, (pts, _) in zip(stamped[settled], times[settled], strict=True))


def test_too_deep_a_depth_is_harmless() -> None:
    times = coded("libx264", {"bf": "1", "b_strategy": "0"})
    derived = DecodingTimes(4)
    stamped = [derived.stamp(pts) for pts, _ in times]
    assert stamped == sorted(set(stamped))
    assert all(dts <= pts for dts, (pts, _) in zip(stamped, times, strict=True))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared street footage is not there")
def test_street_footage_with_b_frames() -> None:
    with av.open(str(SHARED / "assets/videos/one-by-one-person-detection.mp4")) as container:
        video = container.streams.video[0]
        encoding = from_decoder_configuration(Codec.H264, video.codec_context.extradata or b"")
        assert video.time_base is not None
        to_90k = video.time_base * 90_000
        times = [
            (round(packet.pts * to_90k), round(packet.dts * to_90k))
            for packet in container.demux(video)
            if packet.pts is not None and packet.dts is not None
        ]
    # Its VUI does not say how deep it reorders, as with many cameras: the first pictures teach it.
    assert encoding.reorder_depth is None
    learning = DecodingTimes(None)
    learnt = [learning.stamp(pts) for pts, _ in times]
    assert all(before < after for before, after in pairwise(learnt))
    assert all(dts <= pts for dts, (pts, _) in zip(learnt[8:], times[8:], strict=True))

    derived = DecodingTimes(learning.depth, times[1][1] - times[0][1])
    stamped = [derived.stamp(pts) for pts, _ in times]
    assert all(dts <= pts for dts, (pts, _) in zip(stamped, times, strict=True))
    shift = stamped[0] - times[0][1]
    assert all(abs(dts - theirs - shift) <= 16 for dts, (_, theirs) in zip(stamped, times, strict=True))


def test_reset_starts_anew() -> None:
    derived = DecodingTimes(1)
    derived.stamp(900_000)
    derived.reset(0)
    assert derived.stamp(5) == 5
    assert derived.depth == 0


def test_a_jump_back_without_reset_stays_monotonic_and_learns_nothing() -> None:
    derived = DecodingTimes(0)
    stamped = [derived.stamp(pts) for pts in (10_000_000, 10_003_600, 5, 3_605)]
    assert stamped == [10_000_000, 10_003_600, 10_003_601, 10_003_602]
    assert derived.depth == 0


@given(st.one_of(st.none(), st.integers(-3, 40)), st.lists(st.integers(-(2**40), 2**40)))
def test_any_input_gives_rising_times(depth: int | None, presentation: list[int]) -> None:
    derived = DecodingTimes(depth)
    stamped = [derived.stamp(pts) for pts in presentation]
    assert all(before < after for before, after in pairwise(stamped))


@given(st.integers(0, 6), st.lists(st.integers(1, 9_000), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_the_right_depth_never_decodes_late(depth: int, steps: list[int], random: Random) -> None:
    """Any order in which at most `depth` pictures overtake another, at varying picture rates."""
    presentation = [90_000]
    for step in steps:
        presentation.append(presentation[-1] + step)
    waiting, decoded = presentation[1:], presentation[:1]
    overtaken = dict.fromkeys(waiting, 0)
    while waiting:
        blocked = next((i for i, pts in enumerate(waiting) if overtaken[pts] >= depth), len(waiting) - 1)
        chosen = random.randint(0, min(blocked, depth))
        for pts in waiting[:chosen]:
            overtaken[pts] += 1
        decoded.append(waiting.pop(chosen))
    derived = DecodingTimes(depth)
    assert all(derived.stamp(pts) <= pts for pts in decoded)
