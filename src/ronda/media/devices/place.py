"""Where a device is: one address, or a range of them."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from ronda.base.errors import BadInput
from ronda.base.redaction import redact
from ronda.media.sources.address import StreamAddress

MOST_ADDRESSES: Final = 1024
_EXAMPLE: Final = "write it as 192.168.1.20, 192.168.1.20:8080 or http://192.168.1.20/onvif/device_service"
_RANGE_EXAMPLE: Final = "write it as 192.168.1.0/24 or 192.168.1.10-50"
_SPAN: Final = re.compile(r"([0-9.]+)\s*-\s*([0-9.]+)")
_SERVICE: Final = "/onvif/device_service"


@dataclass(frozen=True, slots=True)
class DevicePlace:
    """Where a device's management is.

    Attributes:
        host: Name or address.
        port: Port as given; None where none was, so that the usual ones are tried.
        scheme: `http`, `https` or `rtsp`.
        path: Path of the ONVIF device service.
    """

    host: str
    port: int | None = None
    scheme: str = "http"
    path: str = _SERVICE

    @classmethod
    def parse(cls, text: str) -> "DevicePlace":
        """Return the place that `text` writes.

        Raises:
            BadInput: It is no address of a device.
        """
        text = text.strip()
        whole = text if "://" in text else f"http://{text}"
        scheme = whole.partition(":")[0].lower()
        if scheme not in ("http", "https", "rtsp"):
            raise BadInput(f"{redact(text)[:80]!r} is not the address of a recorder", _EXAMPLE)
        address = StreamAddress.parse(whole)
        if address.username is not None:
            raise BadInput("the address holds a user name", "give user name and password in their own fields")
        try:
            port = urlsplit(whole).port
        except ValueError as error:
            raise BadInput(f"{redact(text)[:80]!r} has a wrong port", _EXAMPLE) from error
        return cls(address.host, port, scheme, address.path.partition("?")[0].rstrip("/") or _SERVICE)

    def url(self, port: int | None = None, scheme: str | None = None) -> str:
        """Return the address of the ONVIF device service."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        chosen = port or self.port
        return f"{scheme or self.scheme}://{host}{f':{chosen}' if chosen else ''}{self.path}"


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """A recorder's account."""

    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def given(self) -> bool:
        """Whether there is one."""
        return bool(self.username)


def parse_range(text: str, *, public: bool = False) -> list[str]:
    """Return the addresses of a range, in order.

    Raises:
        BadInput: It is no range, too large, or beyond the networks that are one's own.
    """
    found = _addresses(text.strip())
    if not public:
        for one in found:
            if not (one.is_private or one.is_loopback or one.is_link_local):
                raise BadInput(
                    f"{one} is an address of the internet", "search your own networks only, or say that you mean it"
                )
    return [str(one) for one in found]


def _addresses(text: str) -> list[ipaddress.IPv4Address]:
    shown = redact(text)[:60]
    try:
        if span := _SPAN.fullmatch(text):
            first = ipaddress.IPv4Address(span[1])
            last = ipaddress.IPv4Address(span[2] if "." in span[2] else f"{span[1].rpartition('.')[0]}.{span[2]}")
            if last < first:
                raise BadInput(f"{shown!r} ends before it begins", _RANGE_EXAMPLE)
            count = int(last) - int(first) + 1
            _bounded(count)
            return [first + n for n in range(count)]
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError as error:
        raise BadInput(f"{shown!r} is not a range of addresses", _RANGE_EXAMPLE) from error
    _bounded(network.num_addresses)
    return list(network.hosts())


def _bounded(count: int) -> None:
    if count > MOST_ADDRESSES:
        raise BadInput(f"the range has {count} addresses", f"give at most {MOST_ADDRESSES}, such as a /22")
