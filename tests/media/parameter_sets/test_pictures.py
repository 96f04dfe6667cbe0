"""Pictures out of NAL units whose parameter sets come and change."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.parameter_sets.coded import annex_b

from ronda.media.access_unit import Codec
from ronda.media.parameter_sets import is_parameter_set, nal_type, split_length_prefixed
from ronda.media.parameter_sets.pictures import PictureBuilder


def access_units(nals: list[bytes]) -> list[list[bytes]]:
    """Split a stream coded with delimiters into pictures."""
    units: list[list[bytes]] = []
    for nal in nals:
        if nal_type(Codec.H264, nal) == 9:
            units.append([])
        units[-1].append(nal)
    return units


def stream(size: tuple[int, int]) -> list[list[bytes]]:
    options = {"bf": "0", "x264-params": "aud=1:repeat-headers=1:keyint=4:scenecut=0"}
    return access_units(annex_b("libx264", size, pictures=10, options=options))


def test_parameter_sets_and_delimiters_are_left_out_and_the_encoding_comes_once() -> None:
    builder = PictureBuilder(Codec.H264)
    pictures = [builder.build(unit) for unit in stream((320, 240))]
    assert all(picture is not None for picture in pictures)
    found = [picture for picture in pictures if picture is not None]
    assert [picture.keyframe for picture in found] == [index % 4 == 0 for index in range(10)]
    assert [picture.encoding is not None for picture in found] == [True] + [False] * 9
    for picture in found:
        kinds = {nal_type(Codec.H264, nal) for nal in split_length_prefixed(picture.data)}
        assert kinds <= {1, 5, 6}


def test_a_new_size_is_a_new_encoding_at_its_keyframe() -> None:
    builder = PictureBuilder(Codec.H264)
    pictures = [builder.build(unit) for unit in (*stream((320, 240)), *stream((640, 480)), *stream((640, 480)))]
    sizes = [(i, p.encoding.width) for i, p in enumerate(pictures) if p is not None and p.encoding is not None]
    assert sizes == [(0, 320), (10, 640)]


def test_nothing_before_the_first_keyframe() -> None:
    builder = PictureBuilder(Codec.H264)
    units = stream((320, 240))
    assert [builder.build(unit) for unit in units[1:4]] == [None] * 3
    assert builder.build(units[4]) is not None


def test_sets_from_beside_the_stream() -> None:
    units = stream((320, 240))
    sets = [nal for nal in units[0] if is_parameter_set(Codec.H264, nal)]
    bare = [nal for nal in units[0] if not is_parameter_set(Codec.H264, nal)]
    assert PictureBuilder(Codec.H264).build(bare) is None
    picture = PictureBuilder(Codec.H264, sets).build(bare)
    assert picture is not None
    assert picture.encoding is not None


def test_broken_sets_do_not_replace_good_ones() -> None:
    builder = PictureBuilder(Codec.H264)
    units = stream((320, 240))
    assert builder.build(units[0]) is not None
    picture = builder.build([b"\x67\xff", *units[4]])
    assert picture is not None
    assert picture.keyframe
    assert builder.encoding is not None
    assert builder.encoding.width == 320
    assert builder.bad_parameter_sets == 1
    later = builder.build(stream((640, 480))[0])
    assert later is not None
    assert later.encoding is not None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(Codec), st.lists(st.lists(st.binary(max_size=30), max_size=5), max_size=8))
def test_garbage_never_raises(codec: Codec, units: list[list[bytes]]) -> None:
    builder = PictureBuilder(codec)
    for unit in units:
        assert builder.build(unit, entry=True) is None or builder.encoding is not None
