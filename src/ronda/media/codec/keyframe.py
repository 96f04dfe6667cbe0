"""A keyframe as it comes out of a stream or a file, and its decoding."""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import av
import numpy as np
from av.error import FFmpegError
from PIL import Image, UnidentifiedImageError

from ronda.media.access_unit import AccessUnit, Codec, Encoding
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.masks import Masks, Rgb, paint
from ronda.media.fmp4.reader import read_moof
from ronda.media.fragment import Fragment, Run

DECODERS: Final = {Codec.H264: "h264", Codec.H265: "hevc"}
_JPEG_QUALITY: Final = 80
_WEBP_QUALITY: Final = 74


class StillFormat(StrEnum):
    """How a still is coded; the values are file extensions."""

    JPEG = "jpg"
    WEBP = "webp"

    @property
    def mime(self) -> str:
        """Its MIME type."""
        return "image/jpeg" if self is StillFormat.JPEG else "image/webp"


@dataclass(frozen=True, slots=True)
class Keyframe:
    """One coded picture that can be decoded by itself.

    Attributes:
        encoding: What a decoder needs.
        data: NAL units, each behind a 4-byte length.
        utc_90k: Timeline time at which it is shown.
        key: Names the picture among all others.
    """

    encoding: Encoding
    data: bytes
    utc_90k: int
    key: str


def keyframe_of(fragment: Fragment) -> Keyframe:
    """Return the keyframe that a fragment starts with."""
    first = read_moof(fragment.moof).samples[0]
    run = fragment.run
    return Keyframe(
        encoding=run.encoding,
        data=fragment.mdat[8 : 8 + first.size],
        utc_90k=run.start_utc_90k + fragment.start_90k + first.composition_offset_90k,
        key=f"{run.id}-{fragment.start_90k}",
    )


def keyframe_of_unit(run: Run, unit: AccessUnit) -> Keyframe:
    """Return the keyframe that a stream has just brought, its times counted from the run's zero."""
    return Keyframe(run.encoding, unit.data, run.start_utc_90k + unit.pts_90k, f"{run.id}-{unit.dts_90k}")


def open_decoder(encoding: Encoding) -> av.VideoCodecContext:
    """Return a decoder, on the caller's thread alone, for pictures whose NAL units have 4-byte lengths.

    Raises:
        FFmpegError: The decoder does not take the encoding.
    """
    context = av.CodecContext.create(DECODERS[encoding.codec], "r")
    if not isinstance(context, av.VideoCodecContext):
        raise CannotDecode(f"FFmpeg has no decoder for {encoding.codec.value}")
    context.extradata = encoding.decoder_configuration
    context.thread_count = 1
    return context


def decode_keyframe(encoding: Encoding, data: bytes) -> av.VideoFrame:
    """Decode one keyframe by itself; call it in a thread.

    Args:
        encoding: What a decoder needs.
        data: NAL units, each behind a 4-byte length.

    Raises:
        CannotDecode: No picture comes out.
    """
    try:
        context = open_decoder(encoding)
        frames = [*context.decode(av.Packet(data)), *context.decode(None)]
    except (FFmpegError, ValueError) as error:
        raise CannotDecode(f"a {encoding.codec.value} picture cannot be decoded: {error}") from error
    if frames:
        return frames[0]
    raise CannotDecode(f"a {encoding.codec.value} picture holds nothing that can be shown")


def rgb_of_frame(frame: av.VideoFrame, width: int, masks: Masks = ()) -> Rgb:
    """Return a decoded picture in RGB, (height, width, 3), at most `width` pixels wide; call it in a thread."""
    width = max(min(width, frame.width) & ~1, 2)
    height = max(round(frame.height * width / frame.width) & ~1, 2)
    scaled = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    pixels = np.array(scaled.to_ndarray(), np.uint8, copy=bool(masks) or None)
    paint(pixels, masks)
    return pixels


def still_of_frame(frame: av.VideoFrame, width: int, kind: StillFormat, masks: Masks = ()) -> bytes:
    """Return a decoded picture as JPEG or WebP, at most `width` pixels wide; call it in a thread."""
    return coded(rgb_of_frame(frame, width, masks), kind)


def still_of_keyframe(keyframe: Keyframe, width: int, kind: StillFormat, masks: Masks = ()) -> bytes:
    """Return a keyframe as JPEG or WebP, at most `width` pixels wide; call it in a thread.

    Raises:
        CannotDecode: No picture comes out.
    """
    return still_of_frame(decode_keyframe(keyframe.encoding, keyframe.data), width, kind, masks)


def rgb_of_image(data: bytes, width: int, masks: Masks = ()) -> Rgb:
    """Return an image file in RGB, (height, width, 3), at most `width` pixels wide; call it in a thread.

    Raises:
        CannotDecode: It is no image, or a monstrous one.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > 64_000_000:
                raise CannotDecode(f"an image of {image.width} by {image.height} pixels is too large")
            image.draft("RGB", (width, width))
            colour = image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise CannotDecode("what should be an image is none") from error
    if colour.width > width:
        height = max(round(colour.height * width / colour.width), 1)
        colour = colour.resize((width, height), Image.Resampling.BOX)
    pixels = np.array(colour)
    paint(pixels, masks)
    return pixels


def still_of_image(data: bytes, width: int, kind: StillFormat, masks: Masks = ()) -> bytes:
    """Return an image file, such as a camera's snapshot, in another size; call it in a thread.

    Raises:
        CannotDecode: It is no image, or a monstrous one.
    """
    return coded(rgb_of_image(data, width, masks), kind)


def coded(pixels: Rgb, kind: StillFormat) -> bytes:
    """Return an RGB picture as JPEG or WebP."""
    image = Image.fromarray(pixels, "RGB")
    out = io.BytesIO()
    if kind is StillFormat.JPEG:
        image.save(out, "JPEG", quality=_JPEG_QUALITY)
    else:
        image.save(out, "WEBP", quality=_WEBP_QUALITY, method=2)
    return out.getvalue()
