"""Playback as HLS (RFC 8216): byte ranges into the segments themselves, a discontinuity and its time per file."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ronda.archive.archive import Archive
from ronda.archive.delivery.asked import Range, range_of, refuse_treated
from ronda.archive.delivery.byte_range import Content, answer
from ronda.archive.errors import NoFootage
from ronda.archive.filing.layout import Place, place_of
from ronda.archive.filing.segment import Keyframe
from ronda.archive.filing.segment_reader import SegmentReader
from ronda.archive.reading.footage import Footage, SegmentPlace
from ronda.base.errors import BadInput, NotFound
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.media.delivery.permission import ORIGINAL, Ask, Authorise, MediaAction
from ronda.media.fmp4.errors import BadMp4

LONGEST_90K: Final = 3600 * HZ_90K
_PIECE_90K: Final = 4 * HZ_90K


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole GOPs of a file: start from the file's zero, duration, bytes."""

    start_90k: int
    duration_90k: int
    offset: int
    size: int


async def answer_playlist(request: Request, archive: Archive, authorise: Authorise) -> Response:
    """Answer `GET /{camera}/playback.m3u8?from=&to=&profile=`.

    Raises:
        BadInput: The range is wrong or longer than an hour.
        NoFootage: Nothing is recorded in it.
        RondaError: What `authorise` raises.
    """
    asked = range_of(request)
    if asked.to_90k - asked.from_90k > LONGEST_90K:
        raise BadInput("a playlist may be an hour long", "ask for the next hour in another one")
    permit = await authorise(Ask(MediaAction.REPLAY, asked.camera, request, asked.from_90k, asked.to_90k))
    refuse_treated(permit)
    try:
        text = await archive.in_pool(partial(playlist, Footage(archive.volumes), asked))
    finally:
        permit.close()
    return Response(text, media_type="application/vnd.apple.mpegurl", headers={"Cache-Control": "private, no-cache"})


def playlist(footage: Footage, asked: Range) -> str:
    """Return the playlist of a range; blocks.

    Raises:
        NoFootage: Nothing is recorded in it.
        OSError: The disk refuses.
    """
    lines: list[str] = []
    longest_90k = _PIECE_90K
    for place in footage.segments(asked.camera, asked.profile, asked.from_90k, asked.to_90k):
        try:
            with place.open() as reader:
                init_bytes = len(reader.head().init)
                pieces = _pieces(place, reader, asked)
        except (FileNotFoundError, BadMp4):
            continue
        if not pieces:
            continue
        uri = f"archive/{asked.profile}/{place.path.parent.name}/{place.path.name}"
        lines += [
            *(["#EXT-X-DISCONTINUITY"] if lines else []),
            f'#EXT-X-MAP:URI="{uri}",BYTERANGE="{init_bytes}@0"',
            f"#EXT-X-PROGRAM-DATE-TIME:{format_rfc3339(place.start_90k + pieces[0].start_90k)}",
        ]
        for piece in pieces:
            lines += [
                f"#EXTINF:{piece.duration_90k / HZ_90K:.5f},",
                f"#EXT-X-BYTERANGE:{piece.size}@{piece.offset}",
                uri,
            ]
        longest_90k = max(longest_90k, *(piece.duration_90k for piece in pieces))
    if not lines:
        raise NoFootage(f"nothing of {asked.camera!r} is recorded then", "look at its timeline")
    head = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{-(-longest_90k // HZ_90K)}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    return "\n".join([*head, *lines, "#EXT-X-ENDLIST", ""])


def _pieces(place: SegmentPlace, reader: SegmentReader, asked: Range) -> list[_Piece]:
    """Return whole GOPs of about four seconds that overlap what is asked for."""
    keyframes = place.keyframes(reader)
    growing = place.growing is not None
    end = Keyframe(place.end_90k - place.start_90k, reader.limit if growing else _before_last_box(reader))
    pieces: list[_Piece] = []
    first: Keyframe | None = None
    for number, mark in enumerate(keyframes):
        following = keyframes[number + 1] if number + 1 < len(keyframes) else end
        starts_90k, ends_90k = place.start_90k + mark.time_90k, place.start_90k + following.time_90k
        if ends_90k <= asked.from_90k or starts_90k >= asked.to_90k:
            continue
        first = first or mark
        last = following is end or ends_90k >= asked.to_90k
        if following.time_90k - first.time_90k >= _PIECE_90K or last:
            duration_90k = following.time_90k - first.time_90k
            pieces.append(_Piece(first.time_90k, duration_90k, first.offset, following.offset - first.offset))
            first = None
    return pieces


def _before_last_box(reader: SegmentReader) -> int:
    tail = reader.read(reader.limit - 16, 16)
    found = tail[4:8] == b"mfro"
    return reader.limit - int.from_bytes(tail[12:16], "big") if found else reader.limit


async def answer_file(request: Request, archive: Archive, authorise: Authorise) -> Response:
    """Answer `GET /{camera}/archive/{profile}/{day}/{name}`: bytes of a segment that a playlist names.

    Raises:
        NotFound: There is no such segment.
        RondaError: What `authorise` raises.
    """
    parts = request.path_params
    file = f"{parts['camera']}/{parts['profile']}/{parts['day']}/{parts['name']}"
    place = place_of(file)
    if place is None:
        raise NotFound(f"{file[:200]!r} is no segment")
    permit = await authorise(Ask(MediaAction.REPLAY, place.camera, request, place.start_90k, None))
    refuse_treated(permit)
    try:
        reader = await archive.in_pool(partial(_open, archive, file, place))
    except BaseException:
        permit.close()
        raise

    async def close() -> None:
        permit.close()
        await archive.in_pool(reader.close)

    async def read(offset: int, size: int) -> bytes:
        if permit.revoked or permit.treatment != ORIGINAL:
            return b""
        return await archive.in_pool(partial(reader.read, offset, size))

    keep = "public, max-age=10" if permit.public else "private, max-age=3600"
    content = Content(
        reader.limit, f'"{place.run}-{place.start_90k}-{reader.limit}"', {"Cache-Control": keep}, read, close
    )
    return await answer(request, content, "video/mp4")


def _open(archive: Archive, file: str, place: Place) -> SegmentReader:
    for volume in archive.volumes:
        growing = [one for one in volume.growing(place.camera, place.profile) if one.file == file]
        path: Path = volume.folder / file
        try:
            return SegmentReader(path, growing[0].flushed.bytes if growing else None)
        except FileNotFoundError:
            continue
    raise NotFound(f"{file!r} is not here any more", "ask for the playlist again")
