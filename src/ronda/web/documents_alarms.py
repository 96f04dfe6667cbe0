"""The documents of alarms, dispatches and accuracy."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.response.alarm import Verdict
from ronda.response.dispatch import Outcome
from ronda.web.documents import Given, Moment
from ronda.web.documents_watching import EyeShown
from ronda.web.fields import (
    AgencyId,
    AgencyName,
    AreaCode,
    AreaName,
    CameraId,
    CameraName,
    Label,
    Latitude,
    Longitude,
    SiteName,
)

LONGEST_NOTE: Final = 1_000
AlarmId = Annotated[str, Field(examples=["k7m2xq4pzr"])]
DispatchId = Annotated[str, Field(examples=["w3n8vt5hca"])]
Analytic = Annotated[str, Field(examples=["parking"])]
NoMoment = Annotated[str | None, Field(examples=[None])]
Note = Annotated[str, Field(max_length=LONGEST_NOTE, examples=["Truk derek sudah dipanggil"])]
_HEX: Final = "1791659645000000-0a1b2c3d"


class AlarmsAsked(BaseModel):
    """Which alarms are asked for."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["", "open", "new", "in-progress", "on-hold", "closed"] = "open"
    analytic: str = Field("", max_length=60, pattern=r"^[a-z0-9-]*$", examples=["parking"])
    area: str = Field("", max_length=40, examples=["33.74.16"])
    camera: str = Field("", max_length=63, pattern=r"^[a-z0-9-]*$", examples=[""])
    since: str | None = Field(None, max_length=40, description="Raised at that moment or later, RFC 3339")
    order: Literal["priority", "time"] = Field("priority", description="Newest first in both")
    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", max_length=60, pattern=r"^[a-z0-9-]*$", description="`next` of the answer before")


class PictureShown(BaseModel):
    """A picture that shows why, and the place on it that matters, in 0..1: left, top, right, bottom."""

    url: Annotated[str, Field(examples=[f"/media/krapyak-rt03-rw04-1/sightings/{_HEX}.jpg"])]
    at: Moment
    xyxy: Annotated[tuple[float, float, float, float] | None, Field(examples=[[0.41, 0.52, 0.58, 0.71]])]


class SpotShown(BaseModel):
    """Where something is; what is not known is null or empty."""

    camera: CameraId
    camera_name: CameraName | None
    site_name: SiteName | None
    area: AreaCode
    area_name: AreaName
    lat: Latitude | None
    lon: Longitude | None


class CauseShown(SpotShown):
    """What was seen, and where."""

    analytic: Analytic
    zone: Annotated[str, Field(description="Zone or line on the view", examples=["tepi jalan"])]
    key: Annotated[str, Field(description="Names the cause; of own-eyes: what is wrong", examples=["car-17"])]
    eye: EyeShown | None
    label: Annotated[str | None, Field(description="Class of the thing", examples=["car"])]
    level: Annotated[int | None, Field(description="How grave; 1 is the gravest", examples=[None])]
    priority: Annotated[int, Field(description="1 (now) to 3 (when there is time)", examples=[3])]
    begun: Annotated[Moment, Field(description="When the cause began")]
    over: Annotated[NoMoment, Field(description="When it was over; null while it lasts")]
    pictures: list[PictureShown]
    detail: Annotated[dict[str, Any], Field(description="Numbers of the analytic", examples=[{"seconds": 420}])]


class AlarmShown(CauseShown):
    """An alarm."""

    id: AlarmId
    state: Annotated[str, Field(description="new, in-progress, on-hold, closed", examples=["new"])]
    attention: Annotated[
        str,
        Field(
            description="Why somebody should look again: came-back, graver, hold-over, not-answered, declined, late, "
            "done, still-wrong; or empty",
            examples=[""],
        ),
    ]
    owner: Annotated[str | None, Field(description="Who looks at it", examples=["operator"])]
    verdict: Annotated[str | None, Field(description="confirmed, rejected, none; null while open", examples=[None])]
    judged_by: Annotated[str | None, Field(examples=[None])]
    held_until: NoMoment
    raised: Moment
    signed: Annotated[Moment, Field(description="When the eyes last said something of it")]
    closed: NoMoment
    times: Annotated[int, Field(description="How often the cause has come", examples=[1])]
    more: Annotated[int, Field(description="Causes beyond it that were only counted", examples=[0])]
    view: Annotated[
        str,
        Field(
            description="How far the quarantine is, where it is about the camera's view: withdraw, withdrawn, compare, "
            "comparing, accept, release, released; else empty",
            examples=[""],
        ),
    ]


class AlarmsShown(BaseModel):
    """Alarms, and how many are open in all that the caller may see."""

    alarms: list[AlarmShown]
    counts: Annotated[dict[str, int], Field(examples=[{"new": 3, "in-progress": 1, "on-hold": 0}])]
    open_cameras: Annotated[
        list[str], Field(description="Cameras with open alarms, 200 at most", examples=[["krapyak-rt03-rw04-1"]])
    ]
    next: Annotated[str | None, Field(description="`after` for the next ones; null at the end", examples=[None])]


class EntryShown(BaseModel):
    """One step of an alarm."""

    at: Moment
    by: Label
    what: Annotated[str, Field(examples=["taken"])]
    subject: Annotated[str, Field(description="Agency, verdict or moment that it is about", examples=[""])]
    note: Annotated[str, Field(examples=[""])]


class DispatchShown(BaseModel):
    """An alarm in an agency's hands."""

    id: DispatchId
    alarm: AlarmId
    agency: AgencyId
    agency_name: AgencyName
    state: Annotated[
        str,
        Field(description="offered, not-answered, accepted, on-scene, done, declined, withdrawn", examples=["offered"]),
    ]
    by: Annotated[str, Field(description="Who handed it over", examples=["operator"])]
    note: Annotated[str, Field(examples=["Truk menutup jalan"])]
    offered: Moment
    due: Annotated[NoMoment, Field(description="By when they must answer, or be there")]
    person: Annotated[str | None, Field(description="Who of the agency has it", examples=[None])]
    accepted: NoMoment
    arrived: NoMoment
    ended: NoMoment
    outcome: Annotated[str | None, Field(description="handled, nothing-there, passed-on", examples=[None])]
    answer: Annotated[str, Field(description="What the agency says", examples=[""])]
    photo: Annotated[
        str | None,
        Field(
            description="Its photo of what it found; null: none", examples=["/api/v1/dispatches/k7m2xq4pzr/photo.jpg"]
        ),
    ]


class AccuracyShown(BaseModel):
    """How right an analytic was, by what people said of its alarms."""

    analytic: Analytic
    camera: Annotated[str | None, Field(description="Null: all cameras together", examples=["krapyak-rt03-rw04-1"])]
    eye: EyeShown | None
    alarms: Annotated[int, Field(examples=[14])]
    confirmed: Annotated[int, Field(examples=[9])]
    rejected: Annotated[int, Field(examples=[3])]
    share: Annotated[
        float | None, Field(description="Confirmed of those with a verdict; null: not measured", examples=[0.75])
    ]


class AccuracyListShown(BaseModel):
    """Measured accuracy, over the alarms that are kept."""

    accuracy: list[AccuracyShown]
    days: Annotated[int, Field(description="For how many days alarms are kept", examples=[400])]


class AlarmWholeShown(AlarmShown):
    """An alarm with everything that belongs to it."""

    dispatches: list[DispatchShown]
    log: list[EntryShown]
    accuracy: AccuracyShown | None
    instructions: Annotated[
        str | None, Field(description="What to do, as this installation says; null: the usual", examples=[None])
    ]
    quarantined: Annotated[bool, Field(description="Whether the camera is withdrawn now", examples=[False])]
    may: Annotated[list[str], Field(description="What the caller may do there", examples=[["alarms", "dispatch"]])]


class TakeGiven(Given):
    """Somebody looks at an alarm from now on."""

    over: bool = Field(False, description="Out of somebody else's hands, if it must be")


class HoldAlarmGiven(Given):
    """An alarm waits for something."""

    until: Moment = Field(max_length=40)
    note: Note = ""


class CloseGiven(Given):
    """What an alarm was."""

    verdict: Annotated[Verdict, Field(examples=["confirmed"])]
    note: Note = ""


class NoteGiven(Given):
    """A word on what is done."""

    note: Note = ""


class ViewGiven(Given):
    """What somebody who has compared says of a camera's view.

    `accept`: it has changed, and is right as it is now. `false-alarm`: it had not changed. `compare`: it was mended,
    let the camera's node compare again. `keep-out`: it is still wrong.
    """

    choice: Annotated[Literal["accept", "false-alarm", "compare", "keep-out"], Field(examples=["accept"])]
    note: Note = ""


class DispatchGiven(Given):
    """To whom an alarm is handed."""

    agency: AgencyId = Field(max_length=63)
    note: Note = ""


class DeclineGiven(Given):
    """Why an agency does not go."""

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, examples=["Regu sedang di Kaligawe"])


class DoneGiven(Given):
    """What an agency found."""

    outcome: Annotated[Outcome, Field(examples=["handled"])]
    note: Note = ""


class DutyShown(DispatchShown, CauseShown):
    """A dispatch with what was seen and where."""

    instructions: Annotated[str | None, Field(examples=[None])]


class DutiesShown(BaseModel):
    """What an agency has: under way first, then what ended within a day."""

    agencies: Annotated[list[str], Field(description="Whose; empty for all", examples=[["satpol-pp"]])]
    duties: list[DutyShown]


class TakerShown(BaseModel):
    """An agency that alarms can be handed to."""

    id: AgencyId
    name: AgencyName


class TakersShown(BaseModel):
    """The agencies, by name."""

    agencies: list[TakerShown]
