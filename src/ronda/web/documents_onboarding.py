"""The documents of onboarding: searches, what they found, and what is added of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from ronda.city.site import SiteKind
from ronda.web.documents import Given

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["krapyak-rt03-rw04-1"])]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Gang masuk"])]
Lat = Annotated[float, Field(ge=-90, le=90, examples=[-6.98419])]
Lon = Annotated[float, Field(ge=-180, le=180, examples=[110.36984])]


class SearchGiven(Given):
    """Where and how long to search; without an interface, on every local network of the node."""

    interface: Annotated[str | None, Field(max_length=45, examples=["192.168.1.2"])] = None
    seconds: Annotated[float, Field(gt=0, le=15)] = 4.0


class RecorderGiven(Given):
    """A recorder to be asked what it has."""

    address: Annotated[str, Field(max_length=300, examples=["192.168.1.20"])]
    username: Annotated[str, Field(max_length=100)] = ""
    password: SecretStr = SecretStr("")


class RangeGiven(Given):
    """Addresses to be looked at, at most 1,024."""

    range: Annotated[str, Field(max_length=60, examples=["192.168.1.0/24"])]
    ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], Field(max_length=8)] = ()
    public: Annotated[bool, Field(description="Addresses of the internet are meant, too")] = False


class DeviceShown(BaseModel):
    """Something that may be a camera or recorder; `known` is set where cameras of that host are registered."""

    address: str
    name: str
    hardware: str
    onvif: bool
    rtsp: bool
    known: bool


class ChannelShown(BaseModel):
    """One view of a recorder; addresses are masked. `camera` is the camera that is registered under this address."""

    number: int
    name: str
    url: str
    sub_url: str | None
    codec: str | None
    width: int | None
    height: int | None
    still: Annotated[str | None, Field(description="Address of a still of it")]
    problem: str | None
    camera: str | None


class RecorderShown(BaseModel):
    """A recorder that was visited; its account is never shown."""

    address: str
    how: Literal["onvif", "hikvision", "dahua"]
    brand: str
    model: str
    serial: str
    firmware: str
    clock_offset_s: float | None
    channels: list[ChannelShown]
    notes: list[str]


class DeviceJobShown(BaseModel):
    """How a search or visit stands, and what it has found so far."""

    job: str
    state: Literal["running", "done", "failed", "cancelled"]
    done: int
    total: int
    devices: list[DeviceShown]
    recorder: RecorderShown | None
    problem: str | None
    mend: str | None


class SiteGiven(Given):
    """The site of what is added: one that is there (`id` alone), or a new one with all the rest."""

    id: Id
    name: Name | None = None
    kind: SiteKind | None = None
    area: Annotated[str | None, Field(max_length=40, examples=["33.74.13.1003.rw04.rt03"])] = None
    lat: Lat | None = None
    lon: Lon | None = None
    agency: Annotated[str | None, Field(max_length=63)] = None


class ChannelGiven(Given):
    """A channel that becomes a camera."""

    number: Annotated[int, Field(ge=1, le=256)]
    id: Id
    name: Name
    lat: Lat | None = None
    lon: Lon | None = None
    bearing: Annotated[float | None, Field(ge=0, lt=360)] = None
    record: bool = True


class AddGiven(Given):
    """What is added of a visited recorder; without a recorder's id, cameras alone."""

    job: Annotated[str, Field(max_length=64)]
    site: SiteGiven
    recorder: Id | None = None
    channels: Annotated[list[ChannelGiven], Field(min_length=1, max_length=64)]


class AddedShown(BaseModel):
    """What was added."""

    site: str
    recorder: str | None
    cameras: list[str]
