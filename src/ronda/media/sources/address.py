"""The address of a stream: one value type that parses itself and never shows its credentials."""

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote

from ronda.base.errors import BadInput
from ronda.base.redaction import MASK, redact

_DEFAULT_PORTS: Final = {
    "rtsp": 554,
    "rtsps": 322,
    "rtmp": 1935,
    "rtmps": 443,
    "http": 80,
    "https": 443,
    "srt": None,
}
SCHEMES: Final = (*_DEFAULT_PORTS, "file", "device")
_LONGEST: Final = 2048
_DEVICE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?(\.[A-Za-z0-9_-]{1,63})*\.?")
_NUMBERS: Final = re.compile(r"[0-9.]+")
_EXAMPLE: Final = "write it as rtsp://user:password@192.168.1.10:554/stream1"


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a camera's stream is.

    Attributes:
        scheme: One of `SCHEMES`, in lower case.
        host: Name or address in lower case, IPv6 without brackets; empty for `file` and `device`.
        port: Given or usual port; 0 for `file` and `device`.
        path: Everything after the authority, query included, as it was written; for `file` the
            absolute path of the file, decoded; for `device` the id of the camera that it sends for.
        username: Decoded; None where none was given.
        password: Decoded; None where none was given.
    """

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> "StreamAddress":
        """Return the address that `text` writes.

        A password may hold "@", "?" and "#" as they are; only "/" must be written %2F.

        Raises:
            BadInput: The scheme is unknown, there is no host, or the port is wrong.
        """
        text = text.strip()
        shown = _Shown(text)
        if len(text) > _LONGEST or not text.isprintable() or " " in text:
            raise BadInput(f"{shown!r} is not an address", f"use at most {_LONGEST} characters and no spaces")
        found = _SCHEME.match(text)
        scheme = found[1].lower() if found else ""
        if scheme not in SCHEMES:
            raise BadInput(
                f"{shown!r} has no scheme that is known", f"begin with one of {', '.join(f'{s}:' for s in SCHEMES)}"
            )
        rest = text[len(scheme) + 1 :]
        if scheme == "file":
            return _file(rest, shown)
        if scheme == "device":
            return _device(rest, shown)
        if not rest.startswith("//"):
            raise BadInput(f"{shown!r} names no host", _EXAMPLE)
        return _network(scheme, rest[2:], shown)

    @property
    def host_key(self) -> str:
        """What all channels of one recorder have in common."""
        return self.host or "file"

    @property
    def account_key(self) -> str:
        """What all channels of one recorder with the same login have in common; a secret."""
        return f"{self.host_key}\n{self.username}\n{self.password}"

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address, the usual port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"

    @property
    def without_credentials(self) -> str:
        """The address as a server is told it: no user, no password in front of the host."""
        if self.scheme == "file":
            return f"file://{quote(self.path)}"
        if self.scheme == "device":
            return f"device:{self.path}"
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def with_credentials(self) -> str:
        """The whole address, credentials escaped: never log, never show."""
        if self.username is None:
            return self.without_credentials
        user = _quoted(self.username)
        if self.password is not None:
            user += f":{_quoted(self.password)}"
        return f"{self.scheme}://{user}@{self.authority}{self.path}"

    @property
    def redacted(self) -> str:
        """The address for people and logs, credentials hidden."""
        if self.scheme == "file":
            return f"file://{self.path}"
        if self.scheme == "device":
            return f"device:{self.path}"
        user = "" if self.username is None else f"{MASK}@"
        return f"{self.scheme}://{user}{self.authority}{redact(self.path)}"

    def __str__(self) -> str:
        return self.redacted


def _quoted(text: str) -> str:
    return text if text.isascii() and text.isalnum() else quote(text, safe="")


class _Shown:
    """An address as an error quotes it: looked through for secrets only when there is an error."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return repr(redact("".join(self._text.split()))[:120])  # the whole of it is one address, spaces or not


def _file(rest: str, shown: _Shown) -> StreamAddress:
    path = unquote(rest.removeprefix("//localhost").removeprefix("//"))
    if not path.startswith("/") or "\x00" in path:
        raise BadInput(
            f"{shown!r} is not the address of a file", "give an absolute path: file:///srv/videos/street.mp4"
        )
    return StreamAddress("file", "", 0, str(PurePosixPath(path)))


def _device(rest: str, shown: _Shown) -> StreamAddress:
    if not _DEVICE.fullmatch(rest):
        raise BadInput(f"{shown!r} names no camera that a device sends for", "write it as device:CAMERA")
    return StreamAddress("device", "", 0, rest)


def _network(scheme: str, rest: str, shown: _Shown) -> StreamAddress:
    authority, slash, path = rest.partition("/")
    path = slash + path
    userinfo, at, hostport = authority.rpartition("@")
    cut = re.search(r"[?#]", hostport)
    if cut:
        hostport, path = hostport[: cut.start()], hostport[cut.start() :] + path
    user, colon, password = userinfo.partition(":")
    host, port = _host_and_port(hostport, scheme, shown)
    return StreamAddress(
        scheme=scheme,
        host=host,
        port=port,
        path=path,
        username=unquote(user) if at else None,
        password=unquote(password) if colon else None,
    )


def _host_and_port(hostport: str, scheme: str, shown: _Shown) -> tuple[str, int]:
    if hostport.startswith("["):
        host, closed, after = hostport[1:].partition("]")
        written = after.removeprefix(":")
        if not closed or (after and not after.startswith(":")):
            raise BadInput(f"{shown!r} has a host that cannot be read", _EXAMPLE)
    else:
        host, _, written = hostport.partition(":")
    if not host:
        raise BadInput(f"{shown!r} names no host", _EXAMPLE)
    return _host(host, hostport.startswith("["), shown), _port(written, scheme, shown)


def _host(host: str, bracketed: bool, shown: _Shown) -> str:
    try:
        if bracketed:
            return str(ipaddress.IPv6Address(host))
        name = host if host.isascii() else host.encode("idna").decode("ascii")
        if _NUMBERS.fullmatch(name):  # also one that was written in other digits
            return str(ipaddress.IPv4Address(name))
    except ValueError as error:
        raise BadInput(f"{shown!r} has a host that cannot be read", _EXAMPLE) from error
    if not _NAME.fullmatch(name):
        raise BadInput(f"{shown!r} has a host that cannot be read", _EXAMPLE)
    return name.lower()


def _port(written: str, scheme: str, shown: _Shown) -> int:
    usual = _DEFAULT_PORTS[scheme]
    if not written:
        if usual is None:
            raise BadInput(f"{shown!r} names no port", f"{scheme} has no usual port: add one, such as :9000")
        return usual
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:6]) <= 65_535):
        raise BadInput(f"{shown!r} has a wrong port", "use a number from 1 to 65535")
    return int(written)
