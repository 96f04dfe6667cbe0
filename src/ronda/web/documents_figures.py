"""The document of the open figures, for the API's description; they are worked out in `insight.figures`."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.web.fields import Day, SiteKindName


class TallyShown(BaseModel):
    """Cameras counted: all that are not retired, connected, working, published."""

    total: Annotated[int, Field(examples=[14_000])]
    connected: Annotated[int, Field(examples=[9_800])]
    working: Annotated[int, Field(examples=[9_200])]
    published: Annotated[int, Field(examples=[8_700])]


class AreaTally(TallyShown):
    """The cameras of a kecamatan."""

    code: Annotated[str, Field(examples=["33.74.13"])]
    name: Annotated[str, Field(examples=["Semarang Barat"])]


class KindTally(TallyShown):
    """The cameras of a kind of site."""

    kind: SiteKindName


class PlanPoint(BaseModel):
    """How far the plan had come on a day."""

    date: Day
    connected: Annotated[int, Field(examples=[9_800])]
    plan: Annotated[int, Field(examples=[14_000])]


class PlanShown(BaseModel):
    """What was planned, and how much of it is there."""

    rt: Annotated[int, Field(description="RT cameras that were budgeted", examples=[10_293])]
    dangerous: Annotated[int, Field(description="Dangerous spots and crowd centres in the plan", examples=[30])]
    dangerous_connected: Annotated[int, Field(description="How many of them are connected", examples=[21])]


class AvailabilityShown(BaseModel):
    """Which share of the connected cameras worked on a day."""

    date: Day
    share: Annotated[float, Field(examples=[0.9388])]


class EvidenceShown(BaseModel):
    """Requests for evidence in a month."""

    month: Annotated[str, Field(examples=["2026-11"])]
    requested: Annotated[int, Field(examples=[14])]
    delivered: Annotated[int, Field(examples=[12])]


class ViewersShown(BaseModel):
    """How many people have a role."""

    role: Annotated[str, Field(examples=["rt-member"])]
    people: Annotated[int, Field(examples=[20_140])]


class WifiTally(BaseModel):
    """Points of free wifi counted."""

    points: Annotated[int, Field(examples=[2_200])]
    working: Annotated[int, Field(examples=[2_050])]


class FiguresShown(TallyShown):
    """The open figures, as of the last minute."""

    as_of: Day
    by_area: list[AreaTally]
    by_kind: list[KindTally]
    burn_up: Annotated[list[PlanPoint], Field(description="At most 62 points, oldest first")]
    plan: PlanShown
    availability: Annotated[list[AvailabilityShown], Field(description="Of eight weeks, oldest first")]
    evidence_requests: Annotated[list[EvidenceShown], Field(description="Of twelve months, oldest first")]
    who_may_see: list[ViewersShown]
    wifi: WifiTally
    simulated: bool
