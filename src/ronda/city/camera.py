"""One camera as the city knows it, and its addresses with the credentials kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ronda.base.errors import BadInput
from ronda.base.redaction import MASK, redact
from ronda.bus.contract import CameraSpec, Recording

_LONGEST: Final = 2048
_SCHEMES: Final = frozenset({"rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "srt", "file"})


class AddressPart(StrEnum):
    """What an address of a camera is for."""

    MAIN = "main"
    SUB = "sub"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Address:
    """Where pictures come from. `url` holds no user and no password; a secret in its query is masked when shown."""

    url: str
    username: str | None = None
    password: str | None = None

    @property
    def full(self) -> str:
        """The address with its credentials: for the node alone."""
        if self.username is None:
            return self.url
        parts = urlsplit(self.url)
        user = quote(self.username, safe="")
        if self.password is not None:
            user += ":" + quote(self.password, safe="")
        return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc}"))

    @property
    def shown(self) -> str:
        """The address as a person may see it: `rtsp://***@host/path`."""
        if self.username is None:
            return redact(self.url)
        parts = urlsplit(self.url)
        return redact(urlunsplit(parts._replace(netloc=f"{MASK}@{parts.netloc}")))

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"


def parse_address(text: str, stored: Address | None = None) -> Address:
    """Return the address that `text` writes; a masked one takes its secrets from `stored`.

    Raises:
        BadInput: The scheme is unknown, there is no host, or the text is masked where nothing is stored to fill it in.
    """
    text = text.strip()
    if stored is not None and text == stored.shown:
        return stored
    if not text or len(text) > _LONGEST or any(ord(letter) <= 32 or ord(letter) == 127 for letter in text):
        raise BadInput(f"{redact(text)[:80]!r} is not an address", "write it like rtsp://user:password@10.0.0.5/stream")
    address = _split(text)
    _validate(address)
    if address.username == MASK and address.password is None:
        address = _unmasked(address, stored)
    if MASK in urlsplit(address.url).query:
        raise BadInput(f"the query of {address.shown} is masked", "write the whole address")
    return address


def _split(text: str) -> Address:
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Address(text)
    # A password may hold "@", ":" or "#" unescaped: what people paste from a recorder's menu.
    ends = [place for place in (rest.find("/"), rest.find("?")) if place >= 0]
    authority = rest[: min(ends)] if ends else rest
    user, at, host = authority.rpartition("@")
    if not at:
        return Address(text)
    name, colon, password = user.partition(":")
    return Address(
        f"{scheme}://{host}{rest[len(authority) :]}",
        unquote(name),
        unquote(password) if colon else None,
    )


def _unmasked(address: Address, stored: Address | None) -> Address:
    """Fill in stored credentials, but never carry them to another host than the one they were given for."""
    if stored is None or stored.username is None:
        raise BadInput(f"the credentials in {address.shown} are masked and none are stored", "write user and password")
    if urlsplit(address.url).hostname != urlsplit(stored.url).hostname:
        raise BadInput(
            f"the stored credentials belong to {urlsplit(stored.url).hostname}", "write user and password again"
        )
    return Address(address.url, stored.username, stored.password)


def _validate(address: Address) -> None:
    try:
        parts = urlsplit(address.url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise BadInput(f"{redact(address.url)[:200]!r} is not an address: {error}") from error
    if parts.scheme not in _SCHEMES:
        raise BadInput(f"{parts.scheme[:20]!r} is not a kind of address", f"use one of {', '.join(sorted(_SCHEMES))}")
    if parts.scheme != "file" and not host:
        raise BadInput(f"{address.shown[:200]!r} names no host", "write it like rtsp://10.0.0.5/stream")


@dataclass(frozen=True, slots=True)
class Camera:
    """One view, as it is registered.

    Attributes:
        id: See `ronda.base.identity.camera_id`.
        name: What people call it; any text.
        addresses: Where its profiles and its snapshot come from; `MAIN` is always there.
        recording: How it is recorded.
        simulated: Whether its pictures are made up; marked as such wherever it is shown.
        node: The node that takes it.
        created_90k: When it was added, `utc_90k`.
        changed_90k: When it was last changed, `utc_90k`.
    """

    id: str
    name: str
    addresses: Mapping[AddressPart, Address]
    recording: Recording
    simulated: bool
    node: str
    created_90k: int
    changed_90k: int

    def spec(self) -> CameraSpec:
        """Return what the node must know, credentials included."""
        sub, snapshot = self.addresses.get(AddressPart.SUB), self.addresses.get(AddressPart.SNAPSHOT)
        return CameraSpec(
            id=self.id,
            name=self.name,
            url=self.addresses[AddressPart.MAIN].full,
            sub_url=sub.full if sub else None,
            snapshot_url=snapshot.full if snapshot else None,
            recording=self.recording,
        )

    def shown(self) -> dict[str, object]:
        """Return its document with every secret masked, as the history keeps it."""
        return {
            "name": self.name,
            "addresses": {part.value: address.shown for part, address in self.addresses.items()},
            "recording": self.recording.model_dump(mode="json"),
            "simulated": self.simulated,
            "node": self.node,
        }
