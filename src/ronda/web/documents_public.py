"""The documents of the public routes, for the API's description; the texts are made in `centre.portal`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.base.errors import BadInput
from ronda.city.site import SiteKind
from ronda.web.documents import HoursDocument

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

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "simpang-lima-1",
                "name": "Simpang Lima, sisi utara",
                "kind": "crowd-centre",
                "area": "33.74.07.1002",
                "area_name": "Mugassari",
                "site": "simpang-lima",
                "lat": -6.99,
                "lon": 110.4229,
                "bearing": 0,
                "agency": "dishub",
                "mode": "live",
                "hours": [],
                "delay_s": 0,
                "masked": False,
                "state": "working",
                "simulated": True,
                "live": True,
                "still": "/media/public/simpang-lima-1/still.jpg",
            }
        }
    )

    id: str
    name: str
    kind: str | None = Field(description="Kind of its site")
    area: str | None = Field(description="Region code")
    area_name: str
    site: str | None
    lat: float | None
    lon: float | None
    bearing: float | None = Field(description="Degrees clockwise from north")
    agency: str | None
    mode: Mode
    hours: list[HoursDocument]
    delay_s: int
    masked: bool = Field(description="Whether parts of its view are painted over")
    state: Literal["working", "broken", "unknown"]
    simulated: bool
    live: bool = Field(description="Whether live may be asked for now")
    still: str


class PublicNeighbour(PublicCamera):
    """A published camera near another."""

    distance_m: int


class PublicSite(BaseModel):
    """The site of a published camera."""

    id: str
    name: str
    address: str


class CameraPublished(BaseModel):
    """A published camera with its surroundings; as `PublicCamera`, but `site` is a document."""

    id: str
    name: str
    kind: str | None
    area: str | None
    area_name: str
    site: PublicSite | None
    lat: float | None
    lon: float | None
    bearing: float | None
    agency: str | None
    agency_name: str | None
    purpose: str
    mode: Mode
    hours: list[HoursDocument]
    delay_s: int
    masked: bool
    state: Literal["working", "broken", "unknown"]
    simulated: bool
    live: bool
    still: str
    around: list[PublicNeighbour]


class CamerasPublished(BaseModel):
    """One page of published cameras."""

    cameras: list[PublicCamera]
    total: int
    next: str | None = Field(description="What to send as `after` for the next page; null on the last")


class PublicArea(BaseModel):
    """An area that holds published cameras."""

    code: str
    name: str
    level: str
    lat: float | None
    lon: float | None
    cameras: int


class AreasPublished(BaseModel):
    """The areas of the portal."""

    areas: list[PublicArea]
