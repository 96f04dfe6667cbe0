"""Burning masks in: the stretch and nothing else, from any coding, with or without reordered pictures."""

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.pictures import Film, encode, picture

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.codec.burning import Burner, picture_at, samples_of
from ronda.media.codec.keyframe import open_decoder
from ronda.media.codec.masks import TONE_RGB
from ronda.media.codec.moving_masks import MovingMasks, MovingShape
from ronda.media.codec.watermark import Watermark

RIGHT = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
TICK = HZ_90K // 25
FILMS = [
    Film(pictures=60, light=70),
    Film(codec=Codec.H265, pictures=60, light=70),
    Film(b_frames=2, pictures=60, light=70),
]


@pytest.mark.parametrize("film", FILMS, ids=str)
def test_a_stretch_is_burnt_whole_and_its_pictures_are_painted(film: Film) -> None:
    units = list(encode(film))
    zero = min(unit.pts_90k for unit in units)
    begin, end = zero + 10 * TICK, zero + 40 * TICK
    masks = MovingMasks(hidden=(MovingShape(begin, zero + 30 * TICK, ((begin, RIGHT),)),))
    burner = Burner(masks.cover(), begin, end, stills=[begin, end])
    burnt = [one for start in range(0, 60, 7) for one in burner.feed(units[start : start + 7])] + burner.finish()
    assert [one.at_90k for one in burnt] == [number * TICK for number in range(30)]
    assert burnt[0].keyframe
    assert burner.bad_pictures == 0
    assert len(burner.stills) == 2
    assert burner.encoding is not None
    decoder = open_decoder(burner.encoding)
    frames = [frame for one in burnt for frame in decoder.decode(av.Packet(one.data))] + decoder.decode(None)
    assert len(frames) == 30
    half = film.width // 2
    for number, frame in enumerate(frames):
        shown, original = frame.to_ndarray(format="rgb24").astype(int), picture(film, number + 10).astype(int)
        assert np.abs(shown[:, : half - 8] - original[:, : half - 8]).mean() < 12
        gone = np.abs(shown[:, half + 8 :] - TONE_RGB).max() <= 14
        assert gone == (number < 20), number


@pytest.mark.parametrize("film", FILMS, ids=str)
def test_the_picture_of_a_moment_is_the_one_that_is_shown_then(film: Film) -> None:
    units = list(encode(film))
    zero = min(unit.pts_90k for unit in units)
    for number in (0, 7, 33):
        frame, since = picture_at(units, zero + number * TICK + TICK // 2)
        assert since == zero + number * TICK
        shown = frame.to_ndarray(format="rgb24").astype(int)
        assert np.abs(shown - picture(film, number).astype(int)).mean() < 12


def test_the_last_picture_stands_until_the_end_within_reason() -> None:
    burnt = [(10, 0, True), (10, TICK, False), (10, 3 * TICK, False)]
    assert [one.duration_90k for one in samples_of(burnt, 4 * TICK)] == [TICK, 2 * TICK, TICK]
    assert samples_of(burnt, 99 * HZ_90K)[-1].duration_90k == TICK


def test_words_are_written_all_over_and_the_picture_can_still_be_made_out() -> None:
    film = Film(width=640, height=360, pictures=10, light=70)
    units = list(encode(film))
    zero = min(unit.pts_90k for unit in units)
    plain, marked = (
        _burnt(Burner(MovingMasks().cover(), zero, zero + 10 * TICK, mark=mark), units)
        for mark in (None, Watermark("Bripka Anton · 2026-0007 · 2026-11-26 06:10 UTC"))
    )
    changed = np.abs(marked.astype(int) - plain.astype(int)).max(axis=2) > 20
    height, width = changed.shape
    for top in range(0, height, height // 3):
        for left in range(0, width, width // 3):
            part = changed[top : top + height // 3, left : left + width // 3]
            if part.size > 1000:
                assert 0.01 < part.mean() < 0.6, "words stand in every ninth of the picture"
    assert np.corrcoef(plain.reshape(-1), marked.reshape(-1))[0, 1] > 0.7


def _burnt(burner: Burner, units: list[AccessUnit]) -> NDArray[np.uint8]:
    """Return the first picture that comes out."""
    burnt = burner.feed(units) + burner.finish()
    assert burner.encoding is not None
    decoder = open_decoder(burner.encoding)
    frames = [frame for one in burnt for frame in decoder.decode(av.Packet(one.data))] + decoder.decode(None)
    return np.asarray(frames[0].to_ndarray(format="rgb24"), np.uint8)
