"""The documents of the registry's routes."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.city.camera import Papers, Spot, Trouble, TroubleCause
from ronda.city.publication import PublicationMode
from ronda.city.region import Level
from ronda.city.site import SiteKind
from ronda.web.documents import Given, HoursDocument
from ronda.web.fields import AreaCode, AreaName, CameraId, CameraName, Label, Later, Mode, SiteKindName, SiteName

Corner = tuple[float, float]


class RegisterAsked(BaseModel):
    """What somebody asks of a register."""

    model_config = ConfigDict(extra="forbid")

    area: str = Field("", max_length=40, description="Region code; everything below counts", examples=["33.74.16"])
    kind: SiteKind | None = Field(None, description="Kind of site")
    q: str = Field("", max_length=200, description="Words; typing errors are forgiven")
    level: Level | None = Field(None, description="Of areas: only those of this depth")
    having: Literal["link", "tower"] | None = Field(None, description="Of sites: only those with such a record")
    site: str = Field("", max_length=63, description="Of recorders: only those of this site")
    outline: bool = Field(False, description="Whether areas come with their outlines")
    limit: int = Field(100, ge=1, le=1000)
    after: int = Field(0, ge=0, le=1_000_000, description="`next` of the answer before")


class DecisionGiven(Given):
    """How residents shall see a camera, or a kind of site in an area and all below it, and why."""

    camera: str | None = Field(None, max_length=63, examples=[None])
    area: str | None = Field(None, max_length=40, examples=["33.74.16"])
    kind: SiteKind | None = Field(None, description="Kind of site; left out: every kind")
    mode: Annotated[PublicationMode, Field(examples=["live"])]
    hours: tuple[HoursDocument, ...] = Field((), max_length=21, description="For mode live-in-hours")
    delay_s: int = Field(0, ge=0, le=7 * 86_400, description="For mode delayed")
    reason: str = Field(min_length=3, max_length=500, examples=["Perwal 5/2019: titik RT disiarkan"])


class DecisionShown(BaseModel):
    """A decision in force."""

    id: Annotated[str, Field(examples=["33.74.13:rt"])]
    camera: Annotated[str | None, Field(examples=[None])]
    area: Annotated[str, Field(examples=["33.74.13"])]
    kind: SiteKindName | None
    mode: Mode
    hours: Annotated[list[HoursDocument], Field(examples=[[]])]
    delay_s: Annotated[int, Field(examples=[0])]
    by: Label
    reason: Annotated[str, Field(examples=["Perwal 5/2019: titik RT disiarkan"])]
    at: Annotated[str, Field(examples=["2026-11-20T02:00:00.000Z"])]


class DecisionsShown(BaseModel):
    """The decisions in force."""

    decisions: list[DecisionShown]


class PreviewGiven(Given):
    """A decision that is only thought of; without `mode` the one that is in force there is taken back."""

    camera: str | None = Field(None, max_length=63, examples=[None])
    area: str | None = Field(None, max_length=40, examples=["33.74.16"])
    kind: SiteKind | None = None
    mode: Annotated[PublicationMode | None, Field(examples=["stills"])] = None
    hours: tuple[HoursDocument, ...] = Field((), max_length=21)
    delay_s: int = Field(0, ge=0, le=7 * 86_400)


class PreviewShown(BaseModel):
    """What a decision would change for the cameras that it is about."""

    cameras: int = Field(description="How many it is about", examples=[7])
    changed: int = Field(description="How many of them residents would see in another way", examples=[5])
    before: dict[str, int] = Field(description="Cameras by mode as they are", examples=[{"no": 2, "live": 5}])
    after: dict[str, int] = Field(description="Cameras by mode as they would be", examples=[{"no": 2, "stills": 5}])
    unconnected: int = Field(
        description="How many have no address: they are not shown whatever is decided", examples=[2]
    )
    quarantined: int = Field(description="How many are withdrawn until somebody has looked", examples=[0])
    unrecorded: int = Field(
        description="How many would be shown late and are not recorded all the time: nothing shows", examples=[1]
    )
    examples: list[str] = Field(description="Names of some that would change", examples=[["Gang masuk", "Pos ronda"]])


class MasksGiven(Given):
    """What is painted over in everything public: corners 0..1 from the upper left of the view."""

    masks: tuple[tuple[Corner, ...], ...] = Field(max_length=20, examples=[[[[0, 0], [0.3, 0], [0.3, 0.4]]]])


class QuarantineGiven(Given):
    """Why a camera is withdrawn from publication."""

    reason: str = Field(min_length=3, max_length=500, examples=["Kamera bergeser dan melihat ke dalam rumah"])


class PlaceGiven(Given):
    """Where a camera hangs and looks, and what stands about it in the books; what is left out stays."""

    spot: Spot | None = None
    papers: Papers | None = None


class TroubleGiven(Given):
    """What keeps a camera from working."""

    cause: TroubleCause
    since: str | None = Field(None, description="First day, YYYY-MM-DD; left out: today", examples=["2026-11-20"])
    target: Later | None = Field(None, description="Day by which it shall be mended")
    note: str = Field("", max_length=500, examples=["Teknisi datang Selasa"])


class PublicationShown(BaseModel):
    """How residents see a camera now, and by whose word."""

    mode: Mode
    quarantined: bool
    decision: DecisionShown | None


class QuarantineShown(BaseModel):
    """A quarantine in force."""

    reason: Annotated[str, Field(examples=["Kamera bergeser dan melihat ke dalam rumah"])]
    since: Annotated[str, Field(examples=["2026-11-20T02:00:00.000Z"])]
    by: Label


class WithdrawnShown(QuarantineShown):
    """A camera that is withdrawn, and where it is."""

    camera: CameraId
    name: CameraName
    area: AreaCode
    area_name: AreaName
    site_name: SiteName | None
    masks: Annotated[int, Field(examples=[1])]


class WithdrawnCamerasShown(BaseModel):
    """Cameras in quarantine, the longest withdrawn first."""

    cameras: list[WithdrawnShown]


class StandingShown(BaseModel):
    """Where a camera stands in the order of the city."""

    camera: CameraId
    name: CameraName
    area: AreaCode
    kind: SiteKindName | None
    site_name: SiteName | None
    spot: Spot
    papers: Papers
    trouble: Annotated[Trouble | None, Field(examples=[None])]
    masks: Annotated[list[list[Corner]], Field(examples=[[[[0.0, 0.0], [0.3, 0.0], [0.3, 0.4]]]])]
    quarantine: Annotated[QuarantineShown | None, Field(examples=[None])]
    publication: PublicationShown


class ReportGiven(Given):
    """A fault that somebody of the place reports."""

    kind: Literal["broken", "blocked", "event", "other"] = "broken"
    camera: CameraId = Field(max_length=63)
    text: str = Field(min_length=1, max_length=2000, examples=["Gambar gelap sejak tadi malam"])


class RevocationGiven(Given):
    """Why a partner's consent is withdrawn; the partner itself owes nobody a reason."""

    reason: str = Field("", max_length=500, examples=["Kamera dipasang menghadap rumah warga"])


class SharedCameraShown(BaseModel):
    """One camera that a partner shares."""

    id: CameraId
    name: CameraName
    site_name: SiteName
    area: AreaCode
    area_name: AreaName
    mode: PublicationMode = Field(description="How residents see it now", examples=["stills"])
    connected: bool = Field(description="Whether it has an address", examples=[True])


class WithdrawalShown(BaseModel):
    """By whose word a partner's consent was withdrawn."""

    at: Annotated[str, Field(examples=["2026-11-20T02:00:00.000Z"])]
    by: Label
    reason: Annotated[str, Field(examples=["Pengelola pasar berganti"])]


class SharingShown(BaseModel):
    """What a partner shares, whether that is in force, and what the caller may do about it."""

    partner: dict[str, Any] = Field(
        description="As the register tells of it",
        examples=[{"id": "pasar-krapyak", "name": "Pengelola Pasar Krapyak", "number": "043/PKS/XI/2026"}],
    )
    in_force: bool = Field(description="The agreement runs today and was not withdrawn", examples=[True])
    total: int = Field(description="Cameras at its sites", examples=[4])
    connected: int = Field(
        description="How many of them have an address: these go dark when consent is withdrawn", examples=[4]
    )
    published: int = Field(description="How many residents see now", examples=[3])
    cameras: list[SharedCameraShown] = Field(description="500 at most")
    withdrawn: Annotated[WithdrawalShown | None, Field(examples=[None])]
    may_withdraw: Annotated[bool, Field(examples=[True])]
    may_restore: bool
