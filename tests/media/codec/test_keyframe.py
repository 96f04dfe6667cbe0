"""Keyframes alone become pictures; garbage becomes `CannotDecode`."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.media.pictures import Film, encode, encoding, picture

from ronda.media.access_unit import Codec
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import (
    Keyframe,
    StillFormat,
    decode_keyframe,
    still_of_image,
    still_of_keyframe,
)


def keyframe(film: Film) -> Keyframe:
    return Keyframe(encoding(film), encode(film)[0].data, 0, "key")


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("kind", list(StillFormat))
def test_a_keyframe_becomes_a_picture_of_what_was_filmed(codec: Codec, kind: StillFormat) -> None:
    film = Film(codec=codec, pictures=50)
    data = still_of_keyframe(keyframe(film), 320, kind)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == ("JPEG" if kind is StillFormat.JPEG else "WEBP")
        shown = np.asarray(image.convert("RGB")).astype(int)
    assert shown.shape == (180, 320, 3)
    assert np.abs(shown - picture(film, 0)).mean() < 12


@pytest.mark.parametrize(("width", "size"), [(160, (160, 90)), (1280, (320, 180))])
def test_pictures_shrink_and_never_grow(width: int, size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(still_of_keyframe(keyframe(Film()), width, StillFormat.JPEG))) as image:
        assert image.size == size


def test_a_jpeg_is_resized_and_recoded() -> None:
    jpeg = still_of_keyframe(keyframe(Film()), 320, StillFormat.JPEG)
    with Image.open(io.BytesIO(still_of_image(jpeg, 160, StillFormat.WEBP))) as image:
        assert (image.size, image.format) == ((160, 90), "WEBP")


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_garbage_cannot_be_decoded(data: bytes) -> None:
    with pytest.raises(CannotDecode):
        decode_keyframe(encoding(), data)
    with pytest.raises(CannotDecode):
        still_of_image(data, 160, StillFormat.JPEG)


def test_a_broken_configuration_cannot_be_decoded() -> None:
    with pytest.raises(CannotDecode):
        decode_keyframe(replace(encoding(), decoder_configuration=b"\x01\x02"), encode()[0].data)
