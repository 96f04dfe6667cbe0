"""The documents of the public routes, for the API's description; the texts are made in `centre.portal`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.base.errors import BadInput
from ronda.city.site import SiteKind
from ronda.web.documents import HoursDocument
from ronda.web.fields import (
    AgencyId,
    AgencyName,
    AreaCode,
    AreaName,
    Bearing,
    CameraId,
    CameraName,
    Count,
    Latitude,
    Longitude,
    SiteId,
    SiteKindName,
    SiteName,
    Still,
)

Mode = Literal["stills", "stills-without-people", "live", "live-in-hours", "delayed"]


def parse_point(text: str) -> tuple[float, float]:
    """Return the latitude and longitude that `text` writes.

    Raises:
        BadInput: It is no place on earth.
    """
    lat, _, lon = text.partition(",")
    try:
        point = float(lat), float(lon)
    except ValueError as error:
        raise BadInput(
            f"near={text[:60]!r} is no place", "write it as LAT,LON in degrees, such as -6.99,110.42"
        ) from error
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise BadInput(f"near={text[:60]!r} lies nowhere on earth", "write it as LAT,LON in degrees")
    return point


class CamerasAsked(BaseModel):
    """What somebody asks of the published cameras."""

    model_config = ConfigDict(extra="forbid")

    area: str = Field("", max_length=40, description="Region code", examples=["33.74.16.1006"])
    kind: SiteKind | None = Field(None, description="Kind of site")
    agency: str = Field("", max_length=63, description="Id of the agency")
    site: str = Field("", max_length=63, description="Id of the site")
    near: str = Field("", max_length=60, description="LAT,LON to sort from", examples=["-6.99,110.42"])
    q: str = Field("", max_length=200, description="Words; typing errors are forgiven")
    limit: int = Field(50, ge=1, le=200)
    after: int = Field(0, ge=0, le=100_000, description="`next` of the answer before")


class PublicCamera(BaseModel):
    """A published camera."""

    id: CameraId
    name: CameraName
    kind: SiteKindName | None = Field(description="Kind of its site")
    area: AreaCode | None = Field(description="Region code")
    area_name: AreaName
    site: SiteId | None
    lat: Latitude | None
    lon: Longitude | None
    bearing: Bearing | None = Field(description="Degrees clockwise from north")
    agency: AgencyId | None
    mode: Annotated[Mode, Field(examples=["live"])]
    hours: Annotated[list[HoursDocument], Field(examples=[[]])]
    delay_s: Annotated[int, Field(examples=[0])]
    masked: bool = Field(description="Whether parts of its view are painted over", examples=[False])
    state: Annotated[Literal["working", "broken", "unknown"], Field(examples=["working"])]
    simulated: Annotated[bool, Field(examples=[True])]
    live: bool = Field(description="Whether live may be asked for now", examples=[True])
    still: Still


class PublicNeighbour(PublicCamera):
    """A published camera near another."""

    distance_m: Annotated[int, Field(examples=[42])]


class PublicSite(BaseModel):
    """The site of a published camera."""

    id: SiteId
    name: SiteName
    address: Annotated[str, Field(examples=["Pos ronda, Jalan Subali Raya"])]


class CameraPublished(BaseModel):
    """A published camera with its surroundings; as `PublicCamera`, but `site` is a document."""

    id: CameraId
    name: CameraName
    kind: SiteKindName | None
    area: AreaCode | None
    area_name: AreaName
    site: PublicSite | None
    lat: Latitude | None
    lon: Longitude | None
    bearing: Bearing | None
    agency: AgencyId | None
    agency_name: AgencyName | None
    purpose: Annotated[str, Field(examples=["keamanan"])]
    mode: Annotated[Mode, Field(examples=["live"])]
    hours: Annotated[list[HoursDocument], Field(examples=[[]])]
    delay_s: Annotated[int, Field(examples=[0])]
    masked: bool
    state: Literal["working", "broken", "unknown"]
    simulated: bool
    live: Annotated[bool, Field(examples=[True])]
    still: Still
    around: list[PublicNeighbour]


class CamerasPublished(BaseModel):
    """One page of published cameras."""

    cameras: list[PublicCamera]
    total: Count
    next: str | None = Field(description="What to send as `after` for the next page; null on the last", examples=["50"])


class PublicArea(BaseModel):
    """An area that holds published cameras."""

    code: Annotated[str, Field(examples=["33.74.13.1003"])]
    name: Annotated[str, Field(examples=["Krapyak"])]
    level: Annotated[str, Field(examples=["kelurahan"])]
    lat: Annotated[float | None, Field(examples=[-6.984])]
    lon: Annotated[float | None, Field(examples=[110.37])]
    cameras: Annotated[int, Field(examples=[86])]


class AreasPublished(BaseModel):
    """The areas of the portal."""

    areas: list[PublicArea]
