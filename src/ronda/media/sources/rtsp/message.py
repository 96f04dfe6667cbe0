"""RTSP messages as bytes (RFC 2326 sections 4 to 7): reading them tolerantly, writing them strictly."""

from dataclasses import dataclass, field
from typing import Final

from ronda.media.sources.contract import SourceFailed

LONGEST_HEAD_BYTES: Final = 16_384
LONGEST_BODY_BYTES: Final = 65_536
_MOST_HEADERS: Final = 128


class BadRtsp(SourceFailed):
    """The other side does not speak RTSP as anybody could understand it."""


@dataclass(slots=True)
class Headers:
    """Header fields in order; names compare without case."""

    fields: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of `name`."""
        name = name.lower()
        return next((value for its_name, value in self.fields if its_name == name), default)

    def all(self, name: str) -> list[str]:
        """Return every value of `name`."""
        name = name.lower()
        return [value for its_name, value in self.fields if its_name == name]


@dataclass(slots=True)
class Response:
    """A response to a request of ours."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""


@dataclass(slots=True)
class ServerRequest:
    """A request that the server sends us (RFC 2326: ANNOUNCE, REDIRECT, OPTIONS, ...)."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""


Message = Response | ServerRequest


def parse_head(head: bytes) -> tuple[Message, int]:
    """Read a message's start line and headers.

    Args:
        head: Everything before the empty line.

    Returns:
        The message without its body, and the body's length.

    Raises:
        BadRtsp: The start line or the length of the body makes no sense.
    """
    lines = head.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headers = _headers(lines[1:])
    message = _start_line(lines[0], headers)
    text = headers.get("content-length", "0").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) > LONGEST_BODY_BYTES:
        raise BadRtsp(f"a body of {text[:20]!r} bytes is not accepted")
    return message, int(text)


def _headers(lines: list[str]) -> Headers:
    headers = Headers()
    for line in lines[:_MOST_HEADERS]:
        if line[:1] in (" ", "\t") and headers.fields:
            name, value = headers.fields[-1]
            headers.fields[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.fields.append((name.strip().lower(), value.strip()))
    return headers


def _start_line(line: str, headers: Headers) -> Message:
    first, _, rest = line.strip().partition(" ")
    if first.upper().startswith("RTSP/"):
        code, _, reason = rest.strip().partition(" ")
        if not (code.isascii() and code.isdigit() and len(code) == 3):
            raise BadRtsp(f"{line[:80]!r} is not an RTSP status line")
        return Response(int(code), reason.strip(), headers)
    url, _, version = rest.strip().partition(" ")
    if not version.strip().upper().startswith("RTSP/"):
        raise BadRtsp(f"{line[:80]!r} is not RTSP")
    return ServerRequest(first.upper(), url, headers)


def write_request(method: str, url: str, headers: list[tuple[str, str]]) -> bytes:
    """Return a request without a body; line breaks in values are removed."""
    lines = [f"{method} {url} RTSP/1.0", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(line.replace("\r", "").replace("\n", "") for line in lines) + "\r\n\r\n").encode()


def write_answer(request: ServerRequest, status: str = "200 OK") -> bytes:
    """Return our answer to a server's request."""
    headers = [f"CSeq: {request.headers.get('cseq', '0')}"]
    session = request.headers.get("session")
    if session:
        headers.append(f"Session: {session}")
    return ("\r\n".join([f"RTSP/1.0 {status}", *headers]) + "\r\n\r\n").encode()
