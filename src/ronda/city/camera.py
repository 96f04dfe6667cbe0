"""One camera as the city knows it, and its addresses with the credentials kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter

from ronda.base.errors import BadInput
from ronda.base.redaction import MASK
from ronda.bus.contract import CameraSpec, Recording, Watching
from ronda.city.publication import Polygon
from ronda.city.strict import strict
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


class CameraStage(StrEnum):
    """How far a camera has come; each is reached on a day."""

    PLANNED = "planned"
    BUDGETED = "budgeted"
    INSTALLED = "installed"
    CONNECTED = "connected"
    PUBLISHED = "published"
    RETIRED = "retired"


class TroubleCause(StrEnum):
    """Why a camera is not connected or does not work."""

    UNPLUGGED = "unplugged"
    CABLE = "cable"
    RECORDER_LOST = "recorder-lost"
    INSECTS = "insects"
    NO_INTERNET = "no-internet"
    CONTRACT = "contract-suspended"
    MOVED = "moved"
    NO_NETWORK = "no-network"
    VENDOR = "vendor-closed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a camera from working: its cause, since when, and by when it shall be mended."""

    __pydantic_config__ = strict(
        cause="recorder-lost", since="2026-11-20", target="2026-12-15", note="Teknisi datang Selasa"
    )

    cause: TroubleCause
    since: date
    target: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A camera withdrawn from publication until a person has looked: why, since when (`utc_90k`), by whom."""

    reason: str
    since_90k: int
    by: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a camera hangs and looks.

    Attributes:
        site: Id of its site; None: it has none, so only the whole city's people reach it.
        recorder: Id of the recorder it hangs on.
        channel: Channel of that recorder, from 1.
        lat: Latitude where it differs from its site's, degrees (WGS 84).
        lon: Longitude likewise.
        bearing_deg: Direction of view, degrees clockwise from north.
        angle_deg: Width of view.
    """

    __pydantic_config__ = strict(
        site="krapyak-rt03-rw04",
        recorder="krapyak-rt03-rw04-nvr",
        channel=1,
        lat=-6.98419,
        lon=110.36984,
        bearing_deg=120.0,
        angle_deg=80.0,
    )

    site: str | None = None
    recorder: str | None = None
    channel: int | None = None
    lat: float | None = None
    lon: float | None = None
    bearing_deg: float | None = None
    angle_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """What stands about a camera in the city's books.

    Attributes:
        purpose: What it is there for (UU PDP 27/2022 Art. 17): security, disaster prevention or traffic.
        sign: Day on which the notice was put up; None is not yet.
        budget: Where its money came from.
        stages: The stages it has reached, with their days.
    """

    __pydantic_config__ = strict(
        purpose="keamanan",
        sign="2026-10-02",
        budget="APBD 2026",
        stages={"planned": "2026-03-01", "installed": "2026-09-20", "connected": "2026-10-01"},
    )

    purpose: str = ""
    sign: date | None = None
    budget: str = ""
    stages: Mapping[CameraStage, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Camera:
    """One view, as it is registered.

    Attributes:
        id: See `ronda.base.identity.camera_id`.
        name: What people call it; any text.
        addresses: Where its profiles and its snapshot come from; without `MAIN` it is known and not pulled.
        recording: How it is recorded.
        simulated: Whether its pictures are made up; marked as such wherever it is shown.
        node: The node that takes it.
        created_90k: When it was added, `utc_90k`.
        changed_90k: When it was last changed, `utc_90k`.
        spot: Where it hangs and looks.
        papers: What stands about it in the city's books.
        trouble: What keeps it from working; None when nothing is known to.
        masks: What is painted over in everything public.
        quarantine: Set while it is withdrawn from publication.
        watching: What it is looked at for, as `ronda.vision.configuration` reads it; None for what every camera is.
    """

    id: str
    name: str
    addresses: Mapping[AddressPart, StreamAddress]
    recording: Recording
    simulated: bool
    node: str
    created_90k: int
    changed_90k: int
    spot: Spot = field(default_factory=Spot)
    papers: Papers = field(default_factory=Papers)
    trouble: Trouble | None = None
    masks: tuple[Polygon, ...] = ()
    quarantine: Quarantine | None = None
    watching: Mapping[str, Any] | None = None

    @property
    def pulled(self) -> bool:
        """Whether there is an address to pull it from."""
        return AddressPart.MAIN in self.addresses

    def spec(self) -> CameraSpec:
        """Return what the node must know, credentials included; only for a camera that is `pulled`."""
        sub, snapshot = self.addresses.get(AddressPart.SUB), self.addresses.get(AddressPart.SNAPSHOT)
        return CameraSpec(
            id=self.id,
            name=self.name,
            url=self.addresses[AddressPart.MAIN].with_credentials,
            sub_url=sub.with_credentials if sub else None,
            snapshot_url=snapshot.with_credentials if snapshot else None,
            recording=self.recording,
            vision=_vision(self.watching),
        )

    def shown(self) -> dict[str, Any]:
        """Return its document with every secret masked, as the history keeps it."""
        return {
            "name": self.name,
            "addresses": {part.value: address.redacted for part, address in self.addresses.items()},
            "recording": self.recording.model_dump(mode="json"),
            "simulated": self.simulated,
            "node": self.node,
            **_CITY_FACTS.dump_python(_city_facts(self), mode="json"),
            **({} if self.watching is None else {"watching": dict(self.watching)}),
        }


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What the city knows of a camera beside its pictures; the part of its document that is not about addresses."""

    spot: Spot
    papers: Papers
    trouble: Trouble | None
    masks: tuple[Polygon, ...]
    quarantine: Quarantine | None


_CITY_FACTS: Final = TypeAdapter(CityFacts)


def _city_facts(camera: Camera) -> CityFacts:
    return CityFacts(camera.spot, camera.papers, camera.trouble, camera.masks, camera.quarantine)


_LOOKED_AT: Final = Watching()


def _vision(document: Mapping[str, Any] | None) -> Watching:
    """Return how a camera is looked at; its document was checked when it was written."""
    if document is None:
        return _LOOKED_AT
    tier, eye = document.get("tier", "count"), document.get("eye", "builtin")
    return Watching(tier=tier, eye=eye, document={key: document[key] for key in document if key != "tier"})
