"""What cameras are looked at for, what is counted and measured there, and what is seen of them now."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from ronda.base.errors import BadInput
from ronda.base.time import format_rfc3339
from ronda.bus.observations import ObservationGap, Sight
from ronda.city.camera import Camera
from ronda.insight.counts import Asked, Counted, Measured, Step
from ronda.insight.observations import eye_of
from ronda.people.action import Action
from ronda.vision.configuration import Configuration
from ronda.vision.objects import MASK_LABELS
from ronda.web.answers import as_json, as_table
from ronda.web.documents_watching import (
    CountsShown,
    MeasuresShown,
    OpenCountsShown,
    WatchingDocument,
    WatchingShown,
)
from ronda.web.gate import Asks, Caller, PartsOf, Sees, SeesTimeline
from ronda.web.routes.cameras import CameraId, From, To, Works, moments
from ronda.web.routes.public import CACHE

router = APIRouter(prefix="/api/v1", tags=["eyes"])
_Watches = Annotated[Caller, Depends(Asks(Action.LIVE))]
_AsStep = Annotated[Step, Query(description="How finely")]
_Format = Annotated[Literal["json", "csv"], Query(description="`csv` for a table")]
_LARGEST: Final = 256 << 10
_STREAM: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_TABLE: Final[dict[str, Any]] = {"content": {"text/csv": {}}}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Of which camera, over which time, how finely, and as what."""

    camera: str
    start: str
    end: str
    step: Step
    format: str

    def asked(self, caller: Caller) -> Asked:
        caller.parts.centre.cameras.get(self.camera)
        from_90k, to_90k = moments(self.start, self.end)
        return Asked((self.camera,), from_90k, to_90k, self.step, caller.parts.observing.zone)

    def answer(self, caller: Caller, name: str, rows: list[dict[str, Any]], gaps: Iterable[ObservationGap]) -> Response:
        if self.format == "csv":
            return as_table(f"{self.camera}-{name}.csv", rows)
        head = {"camera": self.camera, "step": self.step.value, "timezone": caller.parts.facts.timezone}
        return as_json(head | {name: rows, "gaps": [_gap(one) for one in gaps]})


async def _stretch(
    camera: CameraId, start: From, end: To, step: _AsStep = Step.HOUR, format: _Format = "json"
) -> _Stretch:
    """On the loop: FastAPI would make a plain class on a thread, for each request."""
    return _Stretch(camera, start, end, step, format)


_Wanted = Annotated[_Stretch, Depends(_stretch)]


@router.get("/cameras/{camera}/watching", summary="What a camera is looked at for")
async def get_watching(caller: Sees, camera: CameraId) -> WatchingShown:
    """Return tier, eye, lines, zones and rules; null where nothing beyond what every camera is looked at for."""
    return _shown(caller.parts.centre.cameras.get(camera))


@router.put("/cameras/{camera}/watching", summary="Say what a camera is looked at for")
async def put_watching(caller: Works, camera: CameraId, given: WatchingDocument | None = None) -> WatchingShown:
    """Let a camera be looked at from now on for what the document says; without one, for what every camera is.

    For whoever keeps the register of the area. 400 says which part is wrong and how to mend it.
    """
    document = None if given is None else checked(given.model_dump())

    def alter(before: Camera) -> Camera:
        return replace(before, watching=document)

    return _shown(await caller.parts.centre.alter_camera(camera, alter, caller.label))


@router.get(
    "/cameras/{camera}/counts",
    response_model=None,
    responses={200: {"model": CountsShown, **_TABLE}},
    summary="What was counted at a camera",
)
async def get_counts(caller: SeesTimeline, wanted: _Wanted) -> Response:
    """Return what passed each line, by direction and class, by the minute, hour or day; and when nobody looked."""
    counts = caller.parts.observing.counts
    asked = wanted.asked(caller)
    rows = [_count(one) for one in await counts.counts(asked)]
    return wanted.answer(caller, "counts", rows, await counts.gaps(asked))


@router.get(
    "/cameras/{camera}/measures",
    response_model=None,
    responses={200: {"model": MeasuresShown, **_TABLE}},
    summary="What was measured at a camera",
)
async def get_measures(caller: SeesTimeline, wanted: _Wanted) -> Response:
    """Return what analytics measured, such as people in a zone: mean and extremes; and when nobody looked."""
    counts = caller.parts.observing.counts
    asked = wanted.asked(caller)
    rows = [_measure(one) for one in await counts.measures(asked)]
    return wanted.answer(caller, "measures", rows, await counts.gaps(asked))


@router.get(
    "/cameras/{camera}/sight",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
    summary="Follow what is seen of a camera",
)
async def follow_sight(caller: _Watches, camera: CameraId) -> StreamingResponse:
    """Send what is seen, picture by picture, as server-sent events; for whoever may watch it live.

    `sight` carries `{"at","eye":{"id","version"},"boxes":[{"track","label","xyxy","hidden","speed_kmh"}],
    "passed":[[line, direction, class]]}`, boxes in 0..1 of the view: left, top, right, bottom. A comment comes each
    15 s when nothing is seen. 503 where as many follow as this server tells.
    """
    caller.parts.centre.cameras.get(camera)
    caller.parts.observing.make_room()
    sights = caller.parts.observing.sights(camera)
    return StreamingResponse(_told(caller, camera, sights), media_type="text/event-stream", headers=_STREAM)


@router.get(
    "/public/counts",
    response_model=None,
    responses={200: {"model": OpenCountsShown, **_TABLE}},
    summary="Open counts of published cameras",
    tags=["public"],
)
async def get_open_counts(
    parts: PartsOf,
    camera: str | None = None,
    step: Annotated[Literal["hour", "day"], Query(description="How finely")] = "hour",
    format: _Format = "json",
) -> Response:
    """Return what passed the lines of published cameras; open to everybody.

    By the hour for the last two days, as of the last minute; by the day for the last 31, as of the last hour. Of a
    camera that is not published, or not now, there is no number; nor of masks, where a few people are somebody.
    """
    open_counts = parts.observing.open_counts if step == "hour" else parts.observing.open_days
    shown = {id for id in {one.camera for one in open_counts.counts} if parts.portal.brief(id) is not None}
    rows = [
        {"camera": one.camera, **_count(one)}
        for one in open_counts.counts
        if one.camera in shown and camera in (None, one.camera) and one.label not in MASK_LABELS
    ]
    if format == "csv":
        return as_table("counts.csv", rows, {"Cache-Control": CACHE})
    at = format_rfc3339(open_counts.at_90k)
    document = {"at": at, "step": step, "timezone": parts.facts.timezone, "counts": rows}
    return as_json(document, {"Cache-Control": CACHE})


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document of what a camera is looked at for, points in 0..1.

    Raises:
        BadInput: It is not as it should be; says where and how to mend it.
    """
    if len(json.dumps(document)) > _LARGEST:
        raise BadInput("the document is too long", f"at most {_LARGEST // 1024} KiB are taken")
    off = document.get("tier") == "off"
    rest = {key: value for key, value in document.items() if not (off and key == "tier")}
    made = Configuration.from_document(rest, "the document").document()
    return made | ({"tier": "off"} if off else {})


async def _told(caller: Caller, camera: str, sights: AsyncGenerator[Sight | None, None]) -> AsyncIterator[str]:
    yield "retry: 2000\n: following\n\n"
    async with aclosing(sights):
        async for sight in sights:
            # Asked after the wait: what is seen since the session was revoked is not theirs any more.
            if caller.credential.revoked or not _may_watch(caller, camera) or caller.parts.centre.feed.closed:
                return
            yield ": still here\n\n" if sight is None else f"event: sight\ndata: {_sight(sight)}\n\n"


def _may_watch(caller: Caller, camera: str) -> bool:
    return caller.may(Action.LIVE, camera) or caller.may_for_purpose(Action.LIVE, camera)


def _sight(sight: Sight) -> str:
    document = sight.model_dump(mode="json", exclude={"camera", "at_90k"})
    return json.dumps({"at": format_rfc3339(sight.at_90k), **document}, ensure_ascii=False, separators=(",", ":"))


def _count(one: Counted) -> dict[str, Any]:
    return {
        "at": format_rfc3339(one.from_90k),
        "line": one.line,
        "direction": one.direction,
        "label": one.label,
        "count": one.count,
        "speed_kmh": None if one.speed_kmh is None else round(one.speed_kmh, 1),
        "eye": eye_of(one.eye),
    }


def _measure(one: Measured) -> dict[str, Any]:
    return {
        "at": format_rfc3339(one.from_90k),
        "analytic": one.analytic,
        "zone": one.zone,
        "name": one.name,
        "unit": one.unit,
        "mean": round(one.mean, 4),
        "least": one.least,
        "most": one.most,
        "values": one.values,
        "eye": eye_of(one.eye),
    }


def _gap(gap: ObservationGap) -> dict[str, Any]:
    return {
        "from": format_rfc3339(gap.from_90k),
        "to": format_rfc3339(gap.to_90k),
        "cause": gap.cause,
        "lasts": gap.lasts,
        "problem": gap.problem,
    }


def _shown(camera: Camera) -> WatchingShown:
    return WatchingShown(camera=camera.id, watching=None if camera.watching is None else dict(camera.watching))
