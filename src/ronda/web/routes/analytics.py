"""The analytics that there are, and what a rule of each is made of: pages make their forms of it."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ronda.vision.analytics.kinds import RULES
from ronda.web.gate import SeesSome

router = APIRouter(prefix="/api/v1", tags=["eyes"])


class AnalyticShown(BaseModel):
    """One analytic."""

    name: Annotated[str, Field(description="Under which a document lists its rules", examples=["counting"])]
    needs_model: Annotated[bool, Field(description="The built-in eye does not do for it", examples=[False])]
    models: Annotated[
        list[str],
        Field(description="Fields of a rule that name models, beside the camera's eye", examples=[["finder", "judge"]]),
    ]
    fields: Annotated[
        dict[str, Any],
        Field(
            alias="schema",
            description="The JSON schema of one rule",
            examples=[{"type": "object", "properties": {"lines": {"type": "array", "items": {"type": "string"}}}}],
        ),
    ]


class AnalyticsShown(BaseModel):
    """The analytics that there are."""

    analytics: list[AnalyticShown]


@router.get("/analytics", summary="What cameras can be looked at for")
async def get_analytics(_: SeesSome) -> AnalyticsShown:
    """Return the analytics that there are, each with the JSON schema of its rules."""
    return AnalyticsShown(analytics=list(_analytics()))


@cache
def _analytics() -> tuple[AnalyticShown, ...]:
    return tuple(
        AnalyticShown.model_validate(
            {
                "name": name,
                "needs_model": rule.needs_model,
                "models": list(rule.models),
                "schema": rule.model_json_schema(),
            }
        )
        for name, rule in RULES.items()
    )
