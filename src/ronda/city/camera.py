"""One camera as the city knows it, and its addresses with the credentials kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ronda.base.errors import BadInput
from ronda.base.redaction import MASK
from ronda.bus.contract import CameraSpec, Recording
from ronda.media.sources.address import StreamAddress


class AddressPart(StrEnum):
    """What an address of a camera is for."""

    MAIN = "main"
    SUB = "sub"
    SNAPSHOT = "snapshot"


def parse_address(text: str, stored: StreamAddress | None = None) -> StreamAddress:
    """Return the address that `text` writes; a masked one takes its credentials from `stored`.

    Raises:
        BadInput: It is no address, or it is masked and what is stored cannot fill it in.
    """
    if stored is not None and text.strip() == stored.redacted:
        return stored
    address = StreamAddress.parse(text)
    if stored is not None and address.redacted == stored.redacted and MASK in text:
        return stored
    if MASK in address.path:
        raise BadInput(f"the path of {address.redacted} is masked", "write the whole address")
    if address.username == MASK and address.password is None:
        return _unmasked(address, stored)
    return address


def _unmasked(address: StreamAddress, stored: StreamAddress | None) -> StreamAddress:
    """Fill in stored credentials, but never carry them to another host than the one they were given for."""
    if stored is None or stored.username is None:
        raise BadInput(f"the credentials in {address} are masked and none are stored", "write user and password")
    if address.host != stored.host:
        raise BadInput(f"the stored credentials belong to {stored.host}", "write user and password again")
    return replace(address, username=stored.username, password=stored.password)


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
    addresses: Mapping[AddressPart, StreamAddress]
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
            url=self.addresses[AddressPart.MAIN].with_credentials,
            sub_url=sub.with_credentials if sub else None,
            snapshot_url=snapshot.with_credentials if snapshot else None,
            recording=self.recording,
        )

    def shown(self) -> dict[str, object]:
        """Return its document with every secret masked, as the history keeps it."""
        return {
            "name": self.name,
            "addresses": {part.value: address.redacted for part, address in self.addresses.items()},
            "recording": self.recording.model_dump(mode="json"),
            "simulated": self.simulated,
            "node": self.node,
        }
