"""The documents that the API takes and gives; times are RFC 3339 in UTC with milliseconds."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.base.errors import BadInput
from ronda.bus.contract import Hours, Recording, RecordingMode
from ronda.city.site import SiteKind

Moment = Annotated[str, Field(examples=["2026-11-21T19:14:05.000Z"])]
ClockTime = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Url = Annotated[str, Field(max_length=2048, examples=["rtsp://user:password@10.0.0.5/stream1"])]


class Given(BaseModel):
    """Base of what clients send: an unknown field is an error, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class HoursDocument(Given):
    """A weekly stretch in the city's time zone; one that ends before it begins runs past midnight."""

    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(
        default=(0, 1, 2, 3, 4, 5, 6), min_length=1, description="0 is Monday"
    )
    begin: ClockTime = Field(alias="from", examples=["18:00"])
    end: ClockTime = Field(alias="to", examples=["06:00"])

    def hours(self) -> Hours:
        """Return it as nodes know it."""
        return Hours(weekdays=self.weekdays, from_minute=_minute(self.begin), to_minute=_minute(self.end))


def _minute(clock_time: str) -> int:
    hour, _, minute = clock_time.partition(":")
    return int(hour) * 60 + int(minute)


class RecordingGiven(Given):
    """How a camera is recorded; what is left out stays as it is."""

    mode: RecordingMode | None = None
    profile: Literal["main", "sub"] | None = None
    days: int | None = Field(default=None, ge=1, le=3650)
    hours: tuple[HoursDocument, ...] | None = Field(default=None, max_length=21, description="For mode schedule")

    def over(self, before: Recording, record: bool | None) -> Recording:
        """Return `before` with what is given here, and with `record` where that is given.

        Raises:
            BadInput: `record` and `mode` contradict each other, or a schedule has no hours.
        """
        changes: dict[str, Any] = self.model_dump(exclude_none=True, exclude={"hours"})
        if self.hours is not None:
            changes["hours"] = tuple(one.hours() for one in self.hours)
        if record is not None:
            if self.mode is not None and (self.mode is not RecordingMode.OFF) != record:
                raise BadInput(f"record is {record} and recording.mode is {self.mode.value}", "say one of them")
            if (before.mode is not RecordingMode.OFF) != record:
                changes.setdefault("mode", RecordingMode.CONTINUOUS if record else RecordingMode.OFF)
        after = before.model_copy(update=changes)
        if after.mode is RecordingMode.SCHEDULE and not after.hours:
            raise BadInput("a schedule without hours records nothing", 'give hours: [{"from": "18:00", "to": "06:00"}]')
        return after


class CameraGiven(Given):
    """A camera to be added."""

    id: Annotated[str, Field(max_length=200, examples=["simpang-lima-1"])]
    url: Url | None = Field(description="null: it is known, but there is nowhere yet to pull it from")
    name: str = ""
    sub_url: Url | None = None
    snapshot_url: Url | None = None
    record: bool | None = None
    recording: RecordingGiven = RecordingGiven()
    simulated: bool = False


class CameraChanges(Given):
    """Any part of a camera; a masked address keeps its stored credentials, an empty one is removed."""

    name: str | None = None
    url: Url | None = None
    sub_url: Url | None = None
    snapshot_url: Url | None = None
    record: bool | None = None
    recording: RecordingGiven = RecordingGiven()


class RecordingShown(BaseModel):
    """How a camera is recorded."""

    mode: RecordingMode
    profile: str
    days: int
    hours: tuple[HoursDocument, ...]


class ProfileShown(BaseModel):
    """What one profile's source is doing, and what it has counted since the server started."""

    state: str
    since: Moment
    reason: str | None
    codec: str | None
    width: int | None
    height: int | None
    fps: float | None
    bitrate_bps: int | None
    keyframe_distance_s: float | None
    clock_offset_ms: float | None
    pictures: int
    lost_packets: int
    bad_packets: int
    reconnects: int
    viewers: int


class StateShown(BaseModel):
    """What a camera is doing."""

    state: Literal["idle", "connecting", "running", "silent", "backing-off", "refused", "busy"]
    since: Moment
    reason: str | None
    recording: bool
    gap: str | None
    last_picture: Moment | None
    profiles: dict[str, ProfileShown]


class TroubleShown(BaseModel):
    """What keeps a camera from working."""

    cause: str
    since: str
    target: str | None


class CameraShown(BaseModel):
    """A camera; its addresses, masked, only for those who may change it."""

    id: str
    name: str
    url: str | None = None
    sub_url: str | None = None
    snapshot_url: str | None = None
    recording: RecordingShown
    simulated: bool
    state: StateShown
    site: str | None
    site_name: str | None
    kind: str | None
    area: str | None
    lat: float | None
    lon: float | None
    bearing: float | None
    connected: bool = Field(description="It has an address: pictures of it may be asked for")
    published: str
    quarantined: bool
    trouble: TroubleShown | None
    may: list[str] | None = Field(None, description="What the caller may do to it; only of one camera")
    may_for_purpose: list[str] | None = Field(None, description="What they may do as well once they say what for")


class CamerasWanted(BaseModel):
    """Which cameras are asked for; all of them when nothing is."""

    model_config = ConfigDict(extra="forbid")

    area: str = Field("", max_length=40, description="Region code; everything below counts", examples=["33.74.16"])
    kind: SiteKind | None = Field(None, description="Kind of site")
    site: str = Field("", max_length=63, description="Id of the site")
    near: str = Field("", max_length=60, description="LAT,LON to sort from", examples=["-6.99,110.42"])
    q: str = Field("", max_length=200, description="Words; typing errors are forgiven")
    limit: int | None = Field(None, ge=1, le=1000)
    after: int = Field(0, ge=0, le=1_000_000, description="`next` of the answer before")


class CamerasShown(BaseModel):
    """Cameras that the caller may see."""

    cameras: list[CameraShown]
    total: int
    next: str | None


class SpanShown(BaseModel):
    """A half-open stretch of time."""

    start: Moment = Field(serialization_alias="from")
    end: Moment = Field(serialization_alias="to")


class GapShown(SpanShown):
    """A stretch without pictures, and why."""

    cause: str


class TimelineShown(BaseModel):
    """What is recorded of a camera, and what is missing."""

    profile: str
    coverage: list[SpanShown]
    gaps: list[GapShown]


class DeviceGiven(Given):
    """A camera whose pictures a device sends itself."""

    name: Annotated[str, Field(max_length=200)] = ""


class TriggerGiven(Given):
    """How long something that happens now is recorded."""

    seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0


class HoldGiven(Given):
    """A range that must not be deleted."""

    camera: str
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class HoldShown(SpanShown):
    """A range that is kept, why and by whom."""

    id: str
    camera: str
    reason: str
    by: str
    at: Moment


class HoldsShown(BaseModel):
    """Every hold, oldest first."""

    holds: list[HoldShown]


class ProbeGiven(Given):
    """An address to look at."""

    url: Url


class ChangeShown(BaseModel):
    """One change of a camera, secrets masked."""

    at: Moment
    by: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryShown(BaseModel):
    """Every change of a camera, oldest first."""

    changes: list[ChangeShown]


class CheckGiven(Given):
    """Whether to mend what is found, and whether to read every byte, which takes hours on a full disk."""

    repair: bool = False
    hashes: bool = True


class MapTilesShown(BaseModel):
    """The ground of the map, where it is not the map that ships."""

    tiles: str
    kind: str
    attribution: str


class InfoShown(BaseModel):
    """What anybody may know of this installation."""

    version: str
    name: str
    simulated: bool
    https: bool
    timezone: str
    sign_on: str | None = None
    map: MapTilesShown | None = None


class Health(BaseModel):
    """Whether it works."""

    status: Literal["ok", "degraded"]
    version: str
    cameras: int
    running: int
    recording: int
    alarms: int


class Problem(BaseModel):
    """What went wrong (RFC 9457); `mend` says what can be done about it, `code` which question a page can ask."""

    type: str
    title: str
    status: int
    detail: str
    mend: str | None = None
    code: str | None = None
