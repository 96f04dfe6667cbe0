"""Looking for cameras and recorders near a node, over the bus: a job begins, is asked about, ends or is cancelled.

Stills of what was found stay with the node, which serves them itself.
"""

from enum import StrEnum
from typing import Final

from pydantic import Field

from ronda.bus.contract import Message


class DeviceJobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SearchDevices(Message):
    """Asks for what answers a search of the local networks (ONVIF WS-Discovery)."""

    interface: str | None = None
    seconds: float = Field(default=4.0, gt=0, le=15)


class VisitRecorder(Message):
    """Asks what a recorder or camera at an address has, with a still of each channel."""

    address: str
    username: str = Field(default="", repr=False)
    password: str = Field(default="", repr=False)


class SweepRange(Message):
    """Asks which addresses of a range have cameras or recorders; `public` also lets addresses of the internet in."""

    range: str
    ports: tuple[int, ...] = ()
    public: bool = False


class DeviceJobAbout(Message):
    """Asks how a job stands."""

    job: str


class CancelDeviceJob(Message):
    """Asks that a job end."""

    job: str


class FoundDevice(Message):
    """Something that may be a camera or recorder.

    Attributes:
        address: What to visit it by: `host` or `host:port`.
        name: What it calls itself; untrusted.
        hardware: Which model it says it is; untrusted.
        onvif: Whether it speaks ONVIF.
        rtsp: Whether it speaks RTSP at the usual port.
    """

    address: str
    name: str = ""
    hardware: str = ""
    onvif: bool = False
    rtsp: bool = False


class FoundChannel(Message):
    """One view of a recorder; the addresses hold credentials: never log, never show.

    Attributes:
        number: From 1, in the recorder's order.
        name: What the recorder calls it; untrusted.
        url: Its main profile.
        sub_url: Its small profile.
        snapshot_url: Its snapshot.
        codec: Of the main profile, as the recorder says or as was seen.
        width: Likewise, pixels.
        height: Likewise.
        still: Whether the node has a still of it.
        problem: Why there is no still.
    """

    number: int
    name: str = ""
    url: str = Field(repr=False)
    sub_url: str | None = Field(default=None, repr=False)
    snapshot_url: str | None = Field(default=None, repr=False)
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    still: bool = False
    problem: str | None = None


class FoundRecorder(Message):
    """A recorder or camera that was visited.

    Attributes:
        address: `host` or `host:port` that answered.
        how: `onvif`, `hikvision` or `dahua`: what its channels were learnt by.
        brand: As it says; `model`, `serial` and `firmware` likewise, untrusted.
        clock_offset_s: How far its clock is ahead of ours.
        username: The name that let us in; secret, as the password.
        channels: Its channels.
        notes: What was set right on the way, as sentences.
    """

    address: str
    how: str
    brand: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    clock_offset_s: float | None = None
    username: str = Field(default="", repr=False)
    password: str = Field(default="", repr=False)
    channels: tuple[FoundChannel, ...] = ()
    notes: tuple[str, ...] = ()


class DeviceJob(Message):
    """How a job stands and what it has found so far."""

    job: str
    state: DeviceJobState
    done: int = 0
    total: int = 0
    devices: tuple[FoundDevice, ...] = ()
    recorder: FoundRecorder | None = None
    problem: str | None = None
    mend: str | None = None


DEVICE_REQUESTS: Final[dict[type[Message], str]] = {
    SearchDevices: "devices-search",
    VisitRecorder: "devices-visit",
    SweepRange: "devices-sweep",
    DeviceJobAbout: "devices-job",
    CancelDeviceJob: "devices-cancel",
}
"""The last part of the subject on which a node answers each kind of request."""
