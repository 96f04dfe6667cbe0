"""The documents of onboarding: searches, what they found, and what is added of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from ronda.city.site import SiteKind
from ronda.web.documents import Given
from ronda.web.fields import RecorderId, SiteId

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
    username: Annotated[str, Field(max_length=100, examples=["admin"])] = ""
    password: Annotated[SecretStr, Field(examples=["kata-sandi-perekam"])] = SecretStr("")


class RangeGiven(Given):
    """Addresses to be looked at, at most 1,024."""

    range: Annotated[str, Field(max_length=60, examples=["192.168.1.0/24"])]
    ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], Field(max_length=8)] = ()
    public: Annotated[bool, Field(description="Addresses of the internet are meant, too")] = False


class DeviceShown(BaseModel):
    """Something that may be a camera or recorder; `known` is set where cameras of that host are registered."""

    address: Annotated[str, Field(examples=["192.168.1.20"])]
    name: Annotated[str, Field(examples=["NVR Balai RW"])]
    hardware: Annotated[str, Field(examples=["DS-7604"])]
    onvif: Annotated[bool, Field(examples=[True])]
    rtsp: Annotated[bool, Field(examples=[True])]
    known: bool


class ChannelShown(BaseModel):
    """One view of a recorder; addresses are masked. `camera` is the camera that is registered under this address."""

    number: Annotated[int, Field(examples=[1])]
    name: Annotated[str, Field(examples=["Gang masuk"])]
    url: Annotated[str, Field(examples=["rtsp://***@192.168.1.20/Streaming/Channels/101"])]
    sub_url: Annotated[str | None, Field(examples=["rtsp://***@192.168.1.20/Streaming/Channels/102"])]
    codec: Annotated[str | None, Field(examples=["h264"])]
    width: Annotated[int | None, Field(examples=[1920])]
    height: Annotated[int | None, Field(examples=[1080])]
    still: Annotated[
        str | None, Field(description="Address of a still of it", examples=["/media/onboarding/j7Xq2mPz/1.jpg"])
    ]
    problem: Annotated[str | None, Field(examples=[None])]
    camera: Annotated[str | None, Field(examples=[None])]


class RecorderShown(BaseModel):
    """A recorder that was visited; its account is never shown."""

    address: Annotated[str, Field(examples=["192.168.1.20"])]
    how: Annotated[Literal["onvif", "hikvision", "dahua"], Field(examples=["onvif"])]
    brand: Annotated[str, Field(examples=["Contoso"])]
    model: Annotated[str, Field(examples=["NVR-4"])]
    serial: Annotated[str, Field(examples=["C0042"])]
    firmware: Annotated[str, Field(examples=["V4.30"])]
    clock_offset_s: Annotated[float | None, Field(examples=[-2.5])]
    channels: list[ChannelShown]
    notes: Annotated[list[str], Field(examples=[[]])]


class DeviceJobShown(BaseModel):
    """How a search or visit stands, and what it has found so far."""

    job: Annotated[str, Field(examples=["j7Xq2mPz"])]
    state: Annotated[Literal["running", "done", "failed", "cancelled"], Field(examples=["done"])]
    done: Annotated[int, Field(examples=[4])]
    total: Annotated[int, Field(examples=[4])]
    devices: list[DeviceShown]
    recorder: RecorderShown | None
    problem: Annotated[str | None, Field(examples=[None])]
    mend: Annotated[str | None, Field(examples=[None])]


class SiteGiven(Given):
    """The site of what is added: one that is there (`id` alone), or a new one with all the rest."""

    id: Annotated[Id, Field(examples=["krapyak-rt03-rw04"])]
    name: Annotated[Name | None, Field(examples=["RT 3 RW 4 Krapyak"])] = None
    kind: SiteKind | None = None
    area: Annotated[str | None, Field(max_length=40, examples=["33.74.13.1003.rw04.rt03"])] = None
    lat: Lat | None = None
    lon: Lon | None = None
    agency: Annotated[str | None, Field(max_length=63, examples=["diskominfo"])] = None


class ChannelGiven(Given):
    """A channel that becomes a camera."""

    number: Annotated[int, Field(ge=1, le=256, examples=[1])]
    id: Id
    name: Name
    lat: Lat | None = None
    lon: Lon | None = None
    bearing: Annotated[float | None, Field(ge=0, lt=360, examples=[120.0])] = None
    record: bool = True


class AddGiven(Given):
    """What is added of a visited recorder; without a recorder's id, cameras alone."""

    job: Annotated[str, Field(max_length=64, examples=["j7Xq2mPz"])]
    site: SiteGiven
    recorder: Annotated[Id | None, Field(examples=["krapyak-rt03-rw04-nvr"])] = None
    channels: Annotated[list[ChannelGiven], Field(min_length=1, max_length=64)]


class AddedShown(BaseModel):
    """What was added."""

    site: SiteId
    recorder: RecorderId | None
    cameras: Annotated[list[str], Field(examples=[["krapyak-rt03-rw04-1"]])]
