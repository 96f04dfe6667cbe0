"""The documents that the API takes and gives; times are RFC 3339 in UTC with milliseconds."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.base.errors import BadInput
from ronda.bus.contract import Hours, Recording, RecordingMode
from ronda.city.site import SiteKind
from ronda.web.fields import (
    AreaCode,
    Bearing,
    CameraId,
    CameraName,
    Count,
    Day,
    Label,
    Later,
    Latitude,
    Longitude,
    Mode,
    SiteId,
    SiteKindName,
    SiteName,
)

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

    mode: Annotated[RecordingMode | None, Field(examples=["schedule"])] = None
    profile: Annotated[Literal["main", "sub"] | None, Field(examples=["main"])] = None
    days: int | None = Field(default=None, ge=1, le=3650, examples=[7])
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
    name: CameraName = ""
    sub_url: Annotated[Url | None, Field(examples=["rtsp://user:password@10.0.0.5/stream2"])] = None
    snapshot_url: Annotated[Url | None, Field(examples=["http://user:password@10.0.0.5/snapshot.jpg"])] = None
    record: Annotated[bool | None, Field(examples=[True])] = None
    recording: RecordingGiven = RecordingGiven()
    simulated: bool = False


class CameraChanges(Given):
    """Any part of a camera; a masked address keeps its stored credentials, an empty one is removed."""

    name: CameraName | None = None
    url: Url | None = None
    sub_url: Url | None = None
    snapshot_url: Url | None = None
    record: bool | None = None
    recording: RecordingGiven = RecordingGiven()


class RecordingShown(BaseModel):
    """How a camera is recorded."""

    mode: Annotated[RecordingMode, Field(examples=["continuous"])]
    profile: Annotated[str, Field(examples=["main"])]
    days: Annotated[int, Field(examples=[7])]
    hours: Annotated[tuple[HoursDocument, ...], Field(examples=[[]])]


class ProfileShown(BaseModel):
    """What one profile's source is doing, and what it has counted since the server started."""

    state: Annotated[str, Field(examples=["running"])]
    since: Moment
    reason: Annotated[str | None, Field(examples=[None])]
    codec: Annotated[str | None, Field(examples=["h264"])]
    width: Annotated[int | None, Field(examples=[1920])]
    height: Annotated[int | None, Field(examples=[1080])]
    fps: Annotated[float | None, Field(examples=[15.0])]
    bitrate_bps: Annotated[int | None, Field(examples=[1800000])]
    keyframe_distance_s: Annotated[float | None, Field(examples=[2.0])]
    clock_offset_ms: Annotated[float | None, Field(examples=[-120.0])]
    pictures: Annotated[int, Field(examples=[81000])]
    lost_packets: Annotated[int, Field(examples=[3])]
    bad_packets: Annotated[int, Field(examples=[0])]
    reconnects: Annotated[int, Field(examples=[1])]
    viewers: Annotated[int, Field(examples=[2])]


class StateShown(BaseModel):
    """What a camera is doing."""

    state: Annotated[
        Literal["idle", "connecting", "running", "silent", "backing-off", "refused", "busy"],
        Field(examples=["running"]),
    ]
    since: Moment
    reason: Annotated[str | None, Field(examples=[None])]
    recording: Annotated[bool, Field(examples=[True])]
    gap: Annotated[str | None, Field(examples=[None])]
    last_picture: Moment | None
    profiles: dict[Annotated[str, Field(examples=["main"])], ProfileShown]


class TroubleShown(BaseModel):
    """What keeps a camera from working."""

    cause: Annotated[str, Field(examples=["recorder-lost"])]
    since: Day
    target: Later | None


class CameraShown(BaseModel):
    """A camera; its addresses, masked, only for those who may change it."""

    id: CameraId
    name: CameraName
    url: Annotated[str | None, Field(examples=["rtsp://***@10.0.0.5/stream1"])] = None
    sub_url: Annotated[str | None, Field(examples=["rtsp://***@10.0.0.5/stream2"])] = None
    snapshot_url: Annotated[str | None, Field(examples=[None])] = None
    recording: RecordingShown
    simulated: bool
    state: StateShown
    site: SiteId | None
    site_name: SiteName | None
    kind: SiteKindName | None
    area: AreaCode | None
    lat: Latitude | None
    lon: Longitude | None
    bearing: Bearing | None
    connected: bool = Field(description="It has an address: pictures of it may be asked for", examples=[True])
    published: Mode
    quarantined: bool
    trouble: Annotated[TroubleShown | None, Field(examples=[None])]
    may: list[str] | None = Field(
        None,
        description="What the caller may do to it; only of one camera",
        examples=[["see", "live", "still", "timeline", "replay"]],
    )
    may_for_purpose: list[str] | None = Field(
        None, description="What they may do as well once they say what for", examples=[["clip"]]
    )


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
    total: Count
    next: Annotated[str | None, Field(examples=["50"])]


class SpanShown(BaseModel):
    """A half-open stretch of time."""

    start: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:00:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:10:00.000Z"])


class GapShown(SpanShown):
    """A stretch without pictures, and why."""

    start: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:11:30.000Z"])
    cause: Annotated[str, Field(examples=["unreachable"])]


class TimelineShown(BaseModel):
    """What is recorded of a camera, and what is missing."""

    profile: Annotated[str, Field(examples=["main"])]
    coverage: list[SpanShown]
    gaps: list[GapShown]


class DeviceGiven(Given):
    """A camera whose pictures a device sends itself."""

    name: Annotated[str, Field(max_length=200, examples=["Teras Balai RW"])] = ""


class TriggerGiven(Given):
    """How long something that happens now is recorded."""

    seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0


class HoldGiven(Given):
    """A range that must not be deleted."""

    camera: CameraId
    start: Moment = Field(alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(alias="to", examples=["2026-11-21T19:20:00.000Z"])
    reason: Annotated[str, Field(min_length=1, max_length=500, examples=["Kejadian 02:14, menunggu permintaan polisi"])]
    case: Annotated[str, Field(max_length=80, description="Number of a case", examples=["STPL/112/XI/2026"])] = ""
    days: int = Field(30, ge=1, le=30, description="For how many days from now; it can be extended")


class HoldExtended(Given):
    """For how many days from now a hold shall go on."""

    days: int = Field(30, ge=1, le=30)


class HoldShown(SpanShown):
    """A range that is kept, why, by whom and until when."""

    id: Annotated[str, Field(examples=["h7Xq2mPz"])]
    camera: CameraId
    reason: Annotated[str, Field(examples=["Kejadian 02:14, menunggu permintaan polisi"])]
    by: Label
    at: Moment
    case: Annotated[str, Field(description="Number of its case", examples=["STPL/112/XI/2026"])] = ""
    until: Annotated[
        Moment | None,
        Field(description="When it ends by itself; null: when somebody ends it", examples=["2026-12-21T19:14:05.000Z"]),
    ] = None
    ends_soon: Annotated[bool, Field(description="Whether that is within seven days", examples=[False])] = False


class HoldsShown(BaseModel):
    """Every hold, oldest first."""

    holds: list[HoldShown]


class ProbeGiven(Given):
    """An address to look at."""

    url: Url


class ChangeShown(BaseModel):
    """One change of a camera, secrets masked."""

    at: Moment
    by: Label
    action: Annotated[str, Field(examples=["change"])]
    before: Annotated[dict[str, Any] | None, Field(examples=[{"name": "Gang"}])]
    after: Annotated[dict[str, Any] | None, Field(examples=[{"name": "Gang masuk"}])]


class HistoryShown(BaseModel):
    """Every change of a camera, oldest first."""

    changes: list[ChangeShown]


class CheckGiven(Given):
    """Whether to mend what is found, and whether to read every byte, which takes hours on a full disk."""

    repair: bool = False
    hashes: bool = True
    seal: bool = Field(False, description="Also hold what is left against the signed roots of days that are over")


class MapTilesShown(BaseModel):
    """The ground of the map, where it is not the map that ships."""

    tiles: Annotated[str, Field(examples=["https://peta.example.go.id/{z}/{x}/{y}.png"])]
    kind: Annotated[str, Field(examples=["raster"])]
    attribution: Annotated[str, Field(examples=["Peta dasar Kota Semarang"])]


class InfoShown(BaseModel):
    """What anybody may know of this installation."""

    version: Annotated[str, Field(examples=["0.3.0"])]
    name: Annotated[str, Field(examples=["Semarang"])]
    simulated: bool
    https: Annotated[bool, Field(examples=[True])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    sign_on: Annotated[str | None, Field(examples=[None])] = None
    map: Annotated[MapTilesShown | None, Field(examples=[None])] = None


class Health(BaseModel):
    """Whether it works."""

    status: Literal["ok", "degraded"]
    version: Annotated[str, Field(examples=["0.3.0"])]
    cameras: Annotated[int, Field(examples=[14000])]
    running: Annotated[int, Field(examples=[2400])]
    recording: Annotated[int, Field(examples=[24])]
    alarms: Annotated[int, Field(examples=[0])]


class Problem(BaseModel):
    """What went wrong (RFC 9457); `mend` says what can be done about it, `code` which question a page can ask."""

    type: Annotated[str, Field(examples=["about:blank"])]
    title: Annotated[str, Field(examples=["Bad Request"])]
    status: Annotated[int, Field(examples=[400])]
    detail: Annotated[str, Field(examples=["near='pasar' is no place"])]
    mend: Annotated[str | None, Field(examples=["write it as LAT,LON in degrees, such as -6.99,110.42"])] = None
    code: Annotated[str | None, Field(examples=[None])] = None
