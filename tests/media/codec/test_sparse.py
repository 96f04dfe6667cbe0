"""Pictures decoded small, and only those that are wanted."""

import pytest
from av.codec.hwaccel import hwdevices_available
from tests.media.pictures import Film, encode, encoding, picture

from ronda.base.errors import BadInput
from ronda.media.access_unit import Codec
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.sparse import Decoded, SparseDecoder, Sparseness


def decode_all(film: Film, wanted: Sparseness) -> list[Decoded]:
    decoder = SparseDecoder(encoding(film), wanted)
    found = [one for unit in encode(film) for one in decoder.feed(unit.data, unit.pts_90k, unit.dts_90k)]
    return found + decoder.finish()


@pytest.mark.parametrize("codec", list(Codec))
def test_every_picture_comes_in_order_with_its_own_time_and_size(codec: Codec) -> None:
    film = Film(pictures=30, codec=codec, width=640, height=360)
    found = decode_all(film, Sparseness(width=320, rate=25))
    assert [one.pts_90k for one in found] == [number * 3600 for number in range(30)]
    assert [one.keyframe for one in found] == [True] + [False] * 29
    rgb = found[20].rgb()
    assert rgb.shape == (180, 320, 3)
    assert (found[20].width, found[20].height) == (640, 360)
    assert abs(rgb.astype(int) - picture(film, 20)[::2, ::2]).mean() < 6


def test_pictures_that_no_other_needs_are_left_out_where_few_are_wanted() -> None:
    film = Film(pictures=48, b_frames=3, gop=24)
    every, few = decode_all(film, Sparseness(rate=25)), decode_all(film, Sparseness(rate=5))
    assert len(every) == 48
    assert 12 <= len(few) < 48
    assert [one.pts_90k for one in few] == sorted(one.pts_90k for one in few)


def test_it_starts_again_at_a_keyframe_after_a_loss() -> None:
    film = Film(pictures=100, gop=25)
    units = encode(film)
    decoder = SparseDecoder(encoding(film), Sparseness(rate=25))
    for unit in units[:10]:
        decoder.feed(unit.data, unit.pts_90k)
    decoder.restart()
    found = [one for unit in units[50:60] for one in decoder.feed(unit.data, unit.pts_90k)]
    assert found[0].keyframe
    assert found[0].pts_90k == units[50].pts_90k


def test_garbage_is_said_to_be_garbage() -> None:
    decoder = SparseDecoder(encoding(), Sparseness())
    with pytest.raises(CannotDecode):
        decoder.feed(b"\x00\x00\x10\x00abc", 0)


def test_hardware_that_is_not_here_is_named() -> None:
    with pytest.raises(BadInput, match="abacus"):
        SparseDecoder(encoding(), Sparseness(hardware="abacus"))


@pytest.mark.parametrize("hardware", ["auto", *hwdevices_available()])
def test_hardware_that_does_not_take_it_leaves_it_to_the_processor(hardware: str) -> None:
    decoder = SparseDecoder(encoding(), Sparseness(hardware=hardware, rate=25))
    found = [one for unit in encode()[:5] for one in decoder.feed(unit.data, unit.pts_90k)] + decoder.finish()
    assert [one.rgb().shape for one in found] == [(180, 320, 3)] * 5
    assert decoder.hardware in ("none", hardware) or hardware == "auto"
