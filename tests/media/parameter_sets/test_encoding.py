"""Parameter sets against real encoders, and against what ffmpeg makes of the same stream."""

import base64
from typing import cast

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.parameter_sets.coded import annex_b

from ronda.media.access_unit import Codec
from ronda.media.parameter_sets import (
    BadParameterSets,
    encoding_of,
    from_decoder_configuration,
    is_parameter_set,
    join_length_prefixed,
    nal_type,
    read_decoder_configuration,
    split_annex_b,
    split_length_prefixed,
)


def h264(size: tuple[int, int] = (320, 240), pix_fmt: str = "yuv420p", **options: str) -> list[bytes]:
    return annex_b("libx264", size, pix_fmt, options=options)


def h265(
    size: tuple[int, int] = (320, 240), pix_fmt: str = "yuv420p", params: str = "bframes=0", preset: str = "ultrafast"
) -> list[bytes]:
    options = {"preset": preset, "x265-params": f"{params}:log-level=none:pools=1"}
    return annex_b("libx265", size, pix_fmt, options=options)


@pytest.mark.parametrize("size", [(320, 240), (1920, 1080), (642, 362), (176, 144)])
def test_h264_size_is_the_displayed_one(size: tuple[int, int]) -> None:
    encoding = encoding_of(Codec.H264, h264(size, preset="ultrafast"))
    assert (encoding.width, encoding.height) == size


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (642, 362)])
def test_h265_size_is_the_displayed_one(size: tuple[int, int]) -> None:
    encoding = encoding_of(Codec.H265, h265(size))
    assert (encoding.width, encoding.height) == size
    assert [nal_type(Codec.H265, nal) for nal in encoding.parameter_sets] == [32, 33, 34]


def test_interlaced_h264_has_its_full_height() -> None:
    encoding = encoding_of(Codec.H264, annex_b("libx264", (720, 576), options={"x264-params": "interlaced=1"}))
    assert (encoding.width, encoding.height) == (720, 576)


@pytest.mark.parametrize(
    ("profile", "pix_fmt", "rfc6381"),
    [
        ("baseline", "yuv420p", "avc1.42c00d"),
        ("main", "yuv420p", "avc1.4d400d"),
        ("high", "yuv420p", "avc1.64000d"),
        ("high422", "yuv422p", "avc1.7a000d"),
        ("high444", "yuv444p", "avc1.f4000d"),
        ("high10", "yuv420p10le", "avc1.6e000d"),
    ],
)
def test_h264_profiles(profile: str, pix_fmt: str, rfc6381: str) -> None:
    encoding = encoding_of(Codec.H264, h264(pix_fmt=pix_fmt, profile=profile, level="1.3"))
    assert encoding.rfc6381 == rfc6381
    assert (encoding.width, encoding.height) == (320, 240)


def test_h265_is_named_by_profile_tier_and_level() -> None:
    encoding = encoding_of(Codec.H265, h265(params="level-idc=3.1"))
    assert encoding.rfc6381 == "hvc1.1.6.L93.90"
    ten_bit = encoding_of(Codec.H265, h265(pix_fmt="yuv420p10le", params="level-idc=3.1"))
    assert ten_bit.rfc6381.startswith("hvc1.2.4.L93")


@pytest.mark.parametrize(
    ("options", "depth"),
    [
        ({"bf": "0"}, 0),
        ({"bf": "1"}, 1),
        ({"bf": "3", "b-pyramid": "none"}, 1),
        ({"bf": "3", "b-pyramid": "normal"}, 2),
        ({"profile": "baseline"}, 0),
    ],
)
def test_h264_reorder_depth(options: dict[str, str], depth: int) -> None:
    assert encoding_of(Codec.H264, annex_b("libx264", options=options)).reorder_depth == depth


@pytest.mark.parametrize(("bframes", "depth"), [("bframes=0", 0), ("bframes=3:b-pyramid=1", 2)])
def test_h265_reorder_depth(bframes: str, depth: int) -> None:
    assert encoding_of(Codec.H265, h265(params=bframes, preset="medium")).reorder_depth == depth


def muxed(encoder: str, pix_fmt: str, tmp_path: object, **options: str) -> tuple[bytes, int, int]:
    """Return the decoder configuration that ffmpeg's own muxer writes, and the size."""
    path = f"{tmp_path}/muxed.mp4"
    with av.open(path, "w") as out:
        stream = cast("VideoStream", out.add_stream(encoder, rate=25, options=options))
        stream.width, stream.height, stream.pix_fmt = 320, 240, pix_fmt
        if encoder == "libx265":
            stream.codec_context.codec_tag = "hvc1"
        for index in range(4):
            picture = np.full((240, 320, 3), index * 30, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pix_fmt)))
        out.mux(stream.encode(None))
    with av.open(path) as container:
        video = container.streams.video[0]
        assert video.codec_context.extradata is not None
        return video.codec_context.extradata, video.width, video.height


@pytest.mark.parametrize(
    ("pix_fmt", "profile"),
    [("yuv420p", "main"), ("yuv420p", "high"), ("yuv420p10le", "high10"), ("yuv422p", "high422")],
)
def test_avcc_is_what_ffmpeg_writes(pix_fmt: str, profile: str, tmp_path: object) -> None:
    extradata, width, height = muxed("libx264", pix_fmt, tmp_path, profile=profile)
    encoding = from_decoder_configuration(Codec.H264, extradata)
    assert encoding.decoder_configuration == extradata
    assert (encoding.width, encoding.height) == (width, height)


def test_hvcc_is_read_and_written(tmp_path: object) -> None:
    extradata, width, height = muxed("libx265", "yuv420p", tmp_path, **{"x265-params": "log-level=none:pools=1"})
    encoding = from_decoder_configuration(Codec.H265, extradata)
    assert (encoding.width, encoding.height) == (width, height)
    # Version to level, then chroma format and bit depths, which depend on the SPS alone.
    assert encoding.decoder_configuration[:13] == extradata[:13]
    assert encoding.decoder_configuration[16:19] == extradata[16:19]
    again = from_decoder_configuration(Codec.H265, encoding.decoder_configuration)
    assert again == encoding


def test_annex_b_header_is_read() -> None:
    sets = [nal for nal in h264() if is_parameter_set(Codec.H264, nal)]
    header = b"".join(b"\x00\x00\x00\x01" + nal for nal in sets)
    stored = read_decoder_configuration(Codec.H264, header)
    assert stored.length_bytes == 0
    assert from_decoder_configuration(Codec.H264, header) == encoding_of(Codec.H264, sets)


def test_last_of_an_id_wins_and_foreign_units_are_left_out() -> None:
    old, new = h264((320, 240)), h264((640, 480))
    encoding = encoding_of(Codec.H264, [*old, *new])
    assert (encoding.width, encoding.height) == (640, 480)
    assert len(encoding.parameter_sets) == 2


def test_a_missing_kind_is_named() -> None:
    sets = [nal for nal in h264() if nal_type(Codec.H264, nal) != 8]
    with pytest.raises(BadParameterSets, match="PPS"):
        encoding_of(Codec.H264, sets)
    with pytest.raises(BadParameterSets, match="VPS"):
        encoding_of(Codec.H265, [])


def test_a_botched_vui_does_not_cost_the_picture() -> None:
    sets = h264(bf="2", profile="high")
    sps = next(nal for nal in sets if nal_type(Codec.H264, nal) == 7)
    pps = next(nal for nal in sets if nal_type(Codec.H264, nal) == 8)
    encoding = encoding_of(Codec.H264, [sps[:-6], pps])
    assert (encoding.width, encoding.height) == (320, 240)
    assert encoding.reorder_depth is None


FROM_CAMERAS = [
    # (parameter sets as a camera or server wrote them into its SDP, width, height, codecs, reorder depth)
    (Codec.H264, "Z0IAKeKQCgDLYC3AQEBpB4kRUA==,aM48gA==", 1280, 800, "avc1.420029", 0),  # Axis
    (Codec.H264, "Z00AKpY1QPAET8s3AQEBQAABwgAAV+QB,aO48gA==", 1920, 1080, "avc1.4d002a", None),  # Hikvision
    (Codec.H264, "J2QAKKwrQFAe0IAAAAMAgAAAHnJQABMSwAAvrze9wDxImoA=,KO4fLA==", 640, 480, "avc1.640028", 0),
    (Codec.H264, "Z0LAHoyNQKD5APCIRqAAAAA=,aM48gAAAAA==", 320, 240, "avc1.42c01e", 0),  # padded with zeros
    (Codec.H264, "Z0IACpZTBYmI,aMljiA==,As0DEWlsIOp==,KyzFGleR", 176, 144, "avc1.42000a", 0),  # RFC 6184
    (
        Codec.H265,
        "QAEMAf//AWAAAAMAsAAAAwAAAwBdlZgJ,QgEBAWAAAAMAsAAAAwAAAwBdoAKAgC0WWVmkkyuAQEAAAAMAQAAAB4I=,RAHBcrRiQA==",
        1280,
        720,
        "hvc1.1.6.L93.B0",
        2,
    ),  # Hikvision
    (
        Codec.H265,
        (
            "QAEMAf//AWAAAAMAsAAAAwAAAwBarAwAAAMABAAAAwAyqA==,"
            "QgEBAWAAAAMAsAAAAwAAAwBaoAWCAeFja5JFL83BQYFBAAADAAEAAAMADKE=,RAHA8saNA7NA"
        ),
        704,
        480,
        "hvc1.1.6.L90.B0",
        0,
    ),
    (
        Codec.H265,
        "QAEMAf//AIAAAAMAAAMAAAMAAAMAALUCQA==,QgEBAIAAAAMAAAMAAAMAAAMAAKACgIAtH+W1kkbQzkkktySqSfKSyA==,RAHBpVgeSA==",
        1280,
        720,
        "hvc1.0.1.L0",
        1,
    ),  # says nothing of its profile
]


@pytest.mark.parametrize(("codec", "sdp", "width", "height", "rfc6381", "depth"), FROM_CAMERAS)
def test_what_cameras_write(codec: Codec, sdp: str, width: int, height: int, rfc6381: str, depth: int | None) -> None:
    nals = [base64.b64decode(part) for part in sdp.split(",")]
    encoding = encoding_of(codec, nals)
    assert (encoding.width, encoding.height, encoding.rfc6381) == (width, height, rfc6381)
    assert encoding.reorder_depth == depth
    assert not any(nal.endswith(b"\x00") for nal in encoding.parameter_sets)


def test_start_codes_of_three_and_four_bytes() -> None:
    assert split_annex_b(b"junk\x00\x00\x00\x01ab\x00\x00\x01c\x00\x00\x00\x00\x01\x00\x00\x01d\x00") == [
        b"ab",
        b"c",
        b"d",
    ]
    assert split_annex_b(b"nothing") == []


@given(st.lists(st.binary(min_size=1, max_size=50)))
def test_length_prefixes_round_trip(nals: list[bytes]) -> None:
    assert split_length_prefixed(join_length_prefixed(nals)) == nals


_REAL = {
    Codec.H264: [nal[:400] for nal in h264(bf="2")],
    Codec.H265: [nal[:400] for nal in h265()],
}
_STORED = {codec: encoding_of(codec, nals).decoder_configuration for codec, nals in _REAL.items()}


def damaged(data: st.DataObject, original: bytes) -> bytes:
    at = data.draw(st.integers(0, max(len(original) - 1, 0)))
    return original[:at] + data.draw(st.binary(max_size=6)) + original[at + data.draw(st.integers(0, 4)) :]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Codec), st.data())
def test_garbage_raises_nothing_else(codec: Codec, data: st.DataObject) -> None:
    nals = [damaged(data, nal) for nal in _REAL[codec]]
    nals += data.draw(st.lists(st.binary(max_size=40), max_size=3))
    stored = damaged(data, _STORED[codec])
    for attempt in (
        lambda: encoding_of(codec, nals),
        lambda: from_decoder_configuration(codec, stored),
        lambda: split_length_prefixed(stored, data.draw(st.integers(1, 4))),
    ):
        try:
            attempt()
        except BadParameterSets:
            pass
