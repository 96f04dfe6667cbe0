"""Trends: the typical week, what is unusual now, the measures of an area, alarms by day."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ronda.base.errors import BadInput
from ronda.city.city import City
from ronda.insight.series import measures_there
from ronda.insight.trends import LEAST_DAYS, Series
from ronda.people.action import Action
from ronda.people.policy import Reach
from ronda.response.by_day import alarms_by_day
from ronda.web.answers import as_json, as_table
from ronda.web.documents_trends import AlarmDaysShown, SeriesListShown, UnusualNowShown, WeekShown
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import From, To, moments
from ronda.web.routes.traffic import AskedWhere, Where, asked_for, lined_cameras
from ronda.web.trends_shown import alarm_day_shown, series_shown, unusual_shown

router = APIRouter(prefix="/api/v1/trends", tags=["eyes"])
_SeesSomeTimeline = Annotated[Caller, Depends(Asks(Action.TIMELINE, somewhere=True))]
_SeesSomeAlarms = Annotated[Caller, Depends(Asks(Action.ALARMS, somewhere=True))]
_Format = Annotated[Literal["json", "csv"], Query(description="`csv` for a table")]
_Name = Annotated[str, Query(max_length=60)]
_TABLE: Final[dict[str, Any]] = {"content": {"text/csv": {}}}
_MOST_SERIES: Final = 300
_MOST_DAYS: Final = 366


@router.get(
    "/week", response_model=None, responses={200: {"model": WeekShown, **_TABLE}}, summary="A typical week of counts"
)
async def get_week(
    caller: _SeesSomeTimeline, where: AskedWhere, line: _Name = "", direction: _Name = "", format: _Format = "json"
) -> Response:
    """Return by hour of the week what passes the lines of a camera or an area: median, and where most weeks lie.

    Of the last eight weeks, hours that were watched for at least three quarters; nothing before 21 days are known.
    """
    parts = caller.parts
    _, lined = await parts.finder.pool.run(lined_cameras, parts.centre.city, caller.reach(Action.TIMELINE), where)
    return await _week(caller, Series(tuple(lined), line, direction, where.things()), format, where.name)


@router.get(
    "/week/measure",
    response_model=None,
    responses={200: {"model": WeekShown, **_TABLE}},
    summary="A typical week of a measure",
)
async def get_measure_week(
    caller: _SeesSomeTimeline,
    where: AskedWhere,
    analytic: _Name,
    zone: _Name,
    measure: _Name,
    format: _Format = "json",
) -> Response:
    """Return the same of a measure of one camera, such as `crowd` `lapangan` `persons`: of its means by the hour.

    400 where no camera is named.
    """
    if not where.camera:
        raise BadInput("no camera is named", "say which: camera=ID")
    cameras = await caller.parts.finder.pool.run(
        _watched, caller.parts.centre.city, caller.reach(Action.TIMELINE), where
    )
    return await _week(caller, Series(tuple(cameras), measure=(analytic, zone, measure)), format, where.name)


@router.get("/unusual", response_model=None, responses={200: {"model": UnusualNowShown}}, summary="What is unusual now")
async def get_unusual(caller: _SeesSomeTimeline, where: AskedWhere) -> Response:
    """Return what of the last hour is far from what this hour of the week usually has, the strongest first.

    Worked out each five minutes. What differs no more than chance makes it, or counts below ten, is not told.
    """
    parts = caller.parts
    now = parts.trending.now
    city = parts.centre.city
    cameras = await parts.finder.pool.run(_watched, city, caller.reach(Action.TIMELINE), where)
    return as_json(unusual_shown(city, now, cameras))


@router.get(
    "/measures", response_model=None, responses={200: {"model": SeriesListShown}}, summary="Which measures there are"
)
async def get_measures(
    caller: _SeesSomeTimeline,
    where: AskedWhere,
    analytic: Annotated[str, Query(max_length=60, description="Only of that analytic")] = "",
) -> Response:
    """Return the measures of the last seven days of an area's cameras, with their levels; at most 300.

    Their values are at `GET /api/v1/cameras/{camera}/measures`.
    """
    parts = caller.parts
    city = parts.centre.city
    cameras = await parts.finder.pool.run(_watched, city, caller.reach(Action.TIMELINE), where)
    store, now_90k = parts.observing.counts.store, parts.clock.utc_90k()
    found = await measures_there(store, tuple(cameras), now_90k, _MOST_SERIES + 1)
    document = await parts.finder.pool.run(series_shown, city, cameras, found[:_MOST_SERIES], analytic)
    return as_json({"series": document, "more": len(found) > _MOST_SERIES})


@router.get(
    "/alarms",
    response_model=None,
    responses={200: {"model": AlarmDaysShown, **_TABLE}},
    summary="Alarms by day and place",
)
async def get_alarm_days(
    caller: _SeesSomeAlarms,
    where: AskedWhere,
    start: From,
    end: To,
    analytic: Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9-]*$")] = "parking",
    format: _Format = "json",
) -> Response:
    """Return how many alarms of an analytic there were by day, site and zone, and how long what they saw lasted.

    Of cameras whose alarms you may see. What people rejected is counted apart.
    """
    parts, (from_90k, to_90k) = caller.parts, moments(start, end)
    city, reach, zone = parts.centre.city, caller.reach(Action.ALARMS), parts.observing.zone
    if to_90k - from_90k > _MOST_DAYS * 86_400 * 90_000:
        raise BadInput("this is longer than one answer tells", f"ask for at most {_MOST_DAYS} days")

    def may(id: str) -> bool:
        camera = city.cameras.find(id)
        return camera is not None and asked_for(city, reach, where, camera)

    store = parts.observing.counts.store
    rows = [alarm_day_shown(city, one) for one in await alarms_by_day(store, may, analytic, (from_90k, to_90k), zone)]
    if format == "csv":
        return as_table(f"{analytic}-{where.name}.csv", rows, first="day")
    return as_json({"analytic": analytic, "timezone": parts.facts.timezone, "days": rows})


async def _week(caller: Caller, series: Series, format: str, name: str) -> Response:
    parts = caller.parts
    week = await parts.trending.week(series)
    rows = [
        {
            "hour": one.hour,
            "median": round(one.median, 2),
            "low": round(one.low, 2),
            "high": round(one.high, 2),
            "weeks": one.weeks,
        }
        for one in week.cells
    ]
    if format == "csv":
        return as_table(f"typical-week-{name}.csv", rows, first="hour")
    return as_json({"timezone": parts.facts.timezone, "days": week.days, "needed": LEAST_DAYS, "cells": rows})


def _watched(city: City, reach: Reach, where: Where) -> dict[str, str]:
    """Return the names of the cameras in reach that are looked at for something, by id."""
    return {
        camera.id: camera.name
        for camera in city.cameras.all()
        if camera.watching is not None and asked_for(city, reach, where, camera)
    }
