"""Session descriptions (RFC 8866, and RFC 2326 appendix C) as cameras write them.

Tolerant: a line that cannot be read is passed over. Bounded: in bytes, lines and media.
"""

from dataclasses import dataclass, field
from typing import Final

from ronda.base.errors import RondaError

LONGEST_BYTES: Final = 65_536
_MOST_MEDIA: Final = 32
# RFC 3551 section 6, as far as cameras use it: encoding and clock rate.
_STATIC_PAYLOADS: Final = {
    0: ("PCMU", 8_000),
    8: ("PCMA", 8_000),
    9: ("G722", 8_000),
    14: ("MPA", 90_000),
    26: ("JPEG", 90_000),
    31: ("H261", 90_000),
    32: ("MPV", 90_000),
    33: ("MP2T", 90_000),
    34: ("H263", 90_000),
}


class BadSessionDescription(RondaError):
    """What should be a session description describes nothing."""


@dataclass(slots=True)
class MediaDescription:
    """One `m=` section.

    Attributes:
        kind: `video`, `audio`, `application`, ...
        payload_type: The first RTP payload type offered.
        encoding: Encoding name in upper case, empty where none is told.
        clock_rate: Ticks per second of the RTP timestamps.
        parameters: The `fmtp` parameters, names in lower case.
        control: The `a=control` value as written; empty where there is none.
    """

    kind: str
    payload_type: int
    encoding: str = ""
    clock_rate: int = 90_000
    parameters: dict[str, str] = field(default_factory=dict)
    control: str = ""


@dataclass(slots=True)
class SessionDescription:
    """The session's own control value (as written) and its media."""

    control: str
    media: list[MediaDescription]


def parse_sdp(body: bytes) -> SessionDescription:
    """Return what `body` describes; lines that cannot be read are passed over.

    Raises:
        BadSessionDescription: It is longer than `LONGEST_BYTES` or holds no media.
    """
    if len(body) > LONGEST_BYTES:
        raise BadSessionDescription(f"a session description of {len(body)} bytes is too long")
    session = SessionDescription("", [])
    for raw in body.decode("utf-8", "replace").replace("\r", "\n").split("\n"):
        kind, equals, value = raw.strip(" \t\0").partition("=")
        if not equals:
            continue
        if kind == "m":
            if len(session.media) == _MOST_MEDIA:
                break
            session.media.append(_media(value))
        elif kind == "a":
            _attribute(session, value)
    if not session.media:
        raise BadSessionDescription("the session description holds no media")
    return session


def _media(value: str) -> MediaDescription:
    fields = value.split()
    payload_type = _number(fields[3]) if len(fields) > 3 else None
    media = MediaDescription(fields[0].lower() if fields else "", -1 if payload_type is None else payload_type)
    media.encoding, media.clock_rate = _STATIC_PAYLOADS.get(media.payload_type, ("", 90_000))
    return media


def _attribute(session: SessionDescription, value: str) -> None:
    name, _, content = value.partition(":")
    name, content = name.strip().lower(), content.strip()
    if not session.media:
        if name == "control":
            session.control = content
        return
    media = session.media[-1]
    if name == "control":
        media.control = content
    elif name == "rtpmap":
        _rtpmap(media, content)
    elif name == "fmtp":
        _fmtp(media, content)


def _rtpmap(media: MediaDescription, content: str) -> None:
    number, _, mapping = content.partition(" ")
    if _number(number) != media.payload_type:
        return
    parts = mapping.strip().split("/")
    media.encoding = parts[0].strip().upper()
    rate = _number(parts[1]) if len(parts) > 1 else None
    if rate is not None and 0 < rate <= 1_000_000_000:
        media.clock_rate = rate


def _fmtp(media: MediaDescription, content: str) -> None:
    number, _, rest = content.partition(" ")
    if _number(number) != media.payload_type:
        return
    for parameter in rest.split(";"):
        name, equals, value = parameter.partition("=")
        if equals:
            media.parameters[name.strip().lower()] = value.strip()


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
