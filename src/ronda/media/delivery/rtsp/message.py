"""Requests and responses as text, RFC 2326, 4 to 7. Sans-I/O."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from ronda.base.errors import BadInput

HEAD_BYTES_MAX: Final = 16 * 1024
BODY_BYTES_MAX: Final = 16 * 1024

REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport",
    500: "Internal Server Error",
    503: "Service Unavailable",
    505: "RTSP Version Not Supported",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case."""

    method: str
    url: str
    version: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """The presentation that the URL names: no host, query, track or slash at the end."""
        path = unquote(urlsplit(self.url).path)
        head, _, last = path.rstrip("/").rpartition("/")
        return head.rstrip("/") if last.startswith("trackID=") else path.rstrip("/")

    @property
    def content_length(self) -> int:
        """Bytes of body that follow.

        Raises:
            BadInput: The header is no number, or names more than `BODY_BYTES_MAX`.
        """
        text = self.headers.get("content-length", "0")
        if not text.isdecimal() or int(text) > BODY_BYTES_MAX:
            raise BadInput(f"Content-Length {text[:20]!r} is not acceptable")
        return int(text)


@dataclass(frozen=True, slots=True)
class Response:
    """One response, not yet told which request it answers."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self, cseq: str) -> bytes:
        """Return its bytes as the answer to the request numbered `cseq`."""
        lines = [f"RTSP/1.0 {self.status} {REASONS[self.status]}", f"CSeq: {cseq}", "Server: ronda"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join((*lines, "", "")).encode() + self.body


def parse_request(head: bytes) -> Request:
    """Return the request whose line and headers `head` holds (the empty line may be included).

    Raises:
        BadInput: It is not a request of RTSP.
    """
    lines = head.decode("utf-8", "replace").strip("\r\n").split("\r\n")
    words = lines[0].split()
    if len(words) != 3 or not words[2].startswith("RTSP/"):
        raise BadInput(f"{lines[0][:80]!r} is not an RTSP request")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    try:
        urlsplit(words[1])
    except ValueError as error:
        raise BadInput(f"{words[1][:80]!r} is not an address") from error
    return Request(words[0], words[1], words[2], headers)


def interleaved_channel(transport: str) -> int | None:
    """Return the RTP channel that a Transport header asks for, or None where it offers no TCP.

    Of several transports the first that is interleaved counts (RFC 2326, 12.39); a client that
    names no channels gets 0 and 1.
    """
    for offer in transport.split(","):
        parts = [part.strip() for part in offer.split(";")]
        if parts[0].upper() != "RTP/AVP/TCP" and not any(part.startswith("interleaved") for part in parts):
            continue
        for part in parts:
            name, _, value = part.partition("=")
            first = value.partition("-")[0]
            if name == "interleaved" and first.isdecimal() and int(first) < 254:
                return int(first)
        return 0
    return None
