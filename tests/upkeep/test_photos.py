"""Photos are made anew, upright and small, whatever was sent; what would unpack to far more than it is, is refused."""

import io

import pytest
from PIL import Image

from ronda.base.errors import BadInput
from ronda.upkeep.photos import cleaned


def file(width: int, height: int, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (0, 90, 30)).save(out, kind, **more)
    return out.getvalue()


def test_a_picture_of_a_phone_becomes_small_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "whose phone"
    made = Image.open(io.BytesIO(cleaned(file(4_000, 3_000, "JPEG", exif=exif))))
    assert made.size == (1_200, 1_600)
    assert not made.getexif()
    assert b"whose phone" not in cleaned(file(400, 300, "JPEG", exif=exif))


@pytest.mark.parametrize(
    ("width", "height", "kind"), [(7_000, 7_000, "PNG"), (8_000, 7_000, "JPEG"), (5_000, 4_000, "progressive")]
)
def test_a_bomb_is_not_unpacked(width: int, height: int, kind: str) -> None:
    progressive = kind == "progressive"
    packed = file(width, height, "JPEG" if progressive else kind, **({"progressive": True} if progressive else {}))
    assert len(packed) < 2_000_000
    with pytest.raises(BadInput, match="too many pixels"):
        cleaned(packed)


def test_what_is_just_small_enough_is_unpacked_once() -> None:
    assert Image.open(io.BytesIO(cleaned(file(4_000, 4_000, "PNG")))).size == (1_600, 1_600)
    assert Image.open(io.BytesIO(cleaned(file(4_000, 3_000, "WEBP")))).size == (1_600, 1_200)
