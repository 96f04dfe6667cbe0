"""Masks: what they cover is gone from every coded picture, and nothing else is."""

import io
from math import nan

import av
import numpy as np
import pytest
from PIL import Image
from tests.media.pictures import Film, encode, encoding, picture

from ronda.media.access_unit import Codec
from ronda.media.codec.keyframe import (
    Keyframe,
    StillFormat,
    decode_keyframe,
    open_decoder,
    still_of_image,
    still_of_keyframe,
)
from ronda.media.codec.masks import TONE_RGB, Masks, covered, masks_key, painted
from ronda.media.codec.transcoder import Transcoder

RIGHT_HALF: Masks = (((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)),)
FILM = Film(light=70)


def pixels(data: bytes) -> np.ndarray:
    """Return a coded still as (height, width, 3)."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def assert_right_half_is_gone(shown: np.ndarray, original: np.ndarray) -> None:
    """The right half is one flat tone, and the left half, but for the rim, is what it was."""
    middle = shown.shape[1] // 2
    assert np.abs(shown[:, middle + 8 :] - TONE_RGB).max() <= 12
    assert np.abs(original[:, middle + 8 :] - TONE_RGB).mean() > 25, "the test would not notice a missing mask"
    assert np.abs(shown[:, : middle - 8] - original[:, : middle - 8]).mean() < 12


@pytest.mark.parametrize("kind", list(StillFormat))
def test_a_masked_still_has_lost_what_is_masked(kind: StillFormat) -> None:
    keyframe = Keyframe(encoding(FILM), encode(FILM)[0].data, 0, "k")
    shown = pixels(still_of_keyframe(keyframe, 320, kind, RIGHT_HALF))
    assert_right_half_is_gone(shown, picture(FILM, 0).astype(int))


def test_a_masked_snapshot_has_lost_it_too() -> None:
    keyframe = Keyframe(encoding(FILM), encode(FILM)[0].data, 0, "k")
    whole = still_of_keyframe(keyframe, 320, StillFormat.JPEG)
    shown = pixels(still_of_image(whole, 160, StillFormat.JPEG, RIGHT_HALF))
    assert_right_half_is_gone(shown, pixels(still_of_image(whole, 160, StillFormat.JPEG)))


@pytest.mark.parametrize(
    "film", [FILM, Film(codec=Codec.H265, pictures=30, light=70), Film(b_frames=2, pictures=30, light=70)], ids=str
)
def test_no_picture_of_masked_video_shows_it(film: Film) -> None:
    units = list(encode(film))[:30]
    made = Transcoder(masks=RIGHT_HALF).feed(units)
    assert made[0].encoding is not None
    decoder = open_decoder(made[0].encoding)
    shown = [frame for unit in made for frame in decoder.decode(av.Packet(unit.data))] + decoder.decode(None)
    assert len(shown) >= 20
    for number, frame in enumerate(shown):
        assert_right_half_is_gone(frame.to_ndarray(format="rgb24").astype(int), picture(film, number).astype(int))


def test_what_a_decoder_goes_on_with_is_not_painted() -> None:
    frame = decode_keyframe(encoding(FILM), encode(FILM)[0].data)
    before = frame.to_ndarray().copy()
    copy = painted(frame, RIGHT_HALF)
    assert (frame.to_ndarray() == before).all()
    assert not (copy.to_ndarray() == before).all()


def test_a_pixel_that_is_covered_in_part_is_covered() -> None:
    area = covered((((0.26, 0.26), (0.74, 0.26), (0.74, 0.74), (0.26, 0.74)),), 8, 8)
    assert area[2:6, 2:6].all()
    assert not area[0].any()
    assert not area[:, 7].any()


def test_a_shape_that_crosses_itself_is_filled() -> None:
    star = ((0.5, 0.0), (0.8, 1.0), (0.0, 0.35), (1.0, 0.35), (0.2, 1.0))
    assert covered((star,), 100, 100)[55, 50]


@pytest.mark.parametrize("corners", [(), ((0.1, 0.1), (0.9, 0.9)), ((0.1, 0.1), (nan, 0.5), (0.9, 0.9))], ids=str)
def test_a_shape_that_is_none_covers_everything(corners: tuple[tuple[float, float], ...]) -> None:
    assert covered((corners,), 16, 8).all()


def test_corners_outside_the_view_do_no_harm() -> None:
    area = covered((((-5.0, -5.0), (0.5, -5.0), (0.5, 5.0), (-5.0, 5.0)),), 100, 50)
    assert area[:, :50].all()
    assert not area[:, 52:].any()


def test_other_masks_have_another_key() -> None:
    assert masks_key(()) == ""
    assert masks_key(RIGHT_HALF) == masks_key(tuple(RIGHT_HALF))
    assert masks_key(RIGHT_HALF) != masks_key((RIGHT_HALF[0][:3],))
