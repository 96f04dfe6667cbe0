"""The documents of recorded water levels."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.web.documents import Given, Moment
from ronda.web.documents_watching import LineName


class LevelGiven(Given):
    """What a gauge showed at a moment."""

    at: Annotated[str, Field(max_length=40, examples=["2026-11-21T19:14:00Z"])]
    cm: Annotated[float, Field(allow_inf_nan=False, examples=[172.5])]


class LevelsGiven(Given):
    """Levels of a gauge that stands beside a staff."""

    staff: Annotated[LineName, Field(min_length=1, max_length=60)]
    levels: Annotated[list[LevelGiven], Field(min_length=1, max_length=1_440)]


class LevelsShown(BaseModel):
    """How far the eye's readings of a staff lie from what its gauge recorded, over the last 31 days."""

    staff: LineName
    since: Moment
    minutes: Annotated[int, Field(description="In which both are known", examples=[1380])]
    mean_error_cm: Annotated[float | None, Field(description="null: not measured", examples=[3.4])]
    most_error_cm: Annotated[float | None, Field(examples=[12.0])]
