"""Trends as documents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ronda.base.errors import BadInput
from ronda.base.time import format_rfc3339
from ronda.city.city import City
from ronda.insight.observations import eye_of
from ronda.insight.series import MeasureName
from ronda.insight.trends import LEAST_VALUES
from ronda.insight.unusual import Now, Unusual
from ronda.response.by_day import AlarmDay
from ronda.vision.configuration import Configuration

MOST_UNUSUAL: Final = 100


def unusual_shown(city: City, now: Now, cameras: Mapping[str, str]) -> dict[str, Any]:
    """Return what is unusual at cameras, given by id with their names."""
    weeks = [number for camera, number in now.weeks.items() if camera in cameras]
    found = [one for one in now.found if one.what.camera in cameras]
    return {
        "from": format_rfc3339(now.from_90k),
        "to": format_rfc3339(now.to_90k),
        "cameras": len(cameras),
        "known": sum(number >= LEAST_VALUES for number in weeks),
        "weeks": max(weeks, default=0),
        "needed": LEAST_VALUES,
        "found": [_strange(city, one, cameras[one.what.camera]) for one in found[:MOST_UNUSUAL]],
    }


def _strange(city: City, one: Unusual, name: str) -> dict[str, Any]:
    camera, analytic, place, label, unit = one.what
    held = city.cameras.find(camera)
    area = city.areas.find(city.place_of(held).area) if held is not None else None
    return {
        "camera": camera,
        "name": name,
        "area": area.name if area is not None else "",
        "analytic": analytic,
        "place": place,
        "label": label,
        "unit": unit,
        "value": round(one.value, 2),
        "median": round(one.median, 2),
        "low": round(one.low, 2),
        "high": round(one.high, 2),
        "weeks": one.weeks,
        "score": round(one.score, 1),
        "eyes": [eye for eye in map(eye_of, one.eye) if eye is not None],
    }


def series_shown(
    city: City, cameras: Mapping[str, str], found: Sequence[MeasureName], analytic: str
) -> list[dict[str, Any]]:
    """Return the measures of an analytic (empty for all) at cameras, given by id with their names."""
    plans: dict[str, Configuration | None] = {}
    shown = []
    for one in found:
        if analytic and one.analytic != analytic:
            continue
        if one.camera not in plans:
            plans[one.camera] = _plan(city, one.camera)
        shown.append(
            {
                "camera": one.camera,
                "name": cameras[one.camera],
                "analytic": one.analytic,
                "zone": one.zone,
                "measure": one.name,
                "unit": one.unit,
                "levels": _levels(plans[one.camera], one),
            }
        )
    return shown


def _plan(city: City, id: str) -> Configuration | None:
    camera = city.cameras.find(id)
    document = camera.watching if camera is not None else None
    if document is None:
        return None
    try:
        return Configuration.from_document({key: held for key, held in document.items() if key != "tier"}, id)
    except BadInput:
        return None  # of an earlier Ronda: it is looked at as it can be, and has no levels to show


def _levels(plan: Configuration | None, one: MeasureName) -> list[float]:
    for rule in plan.rules.get(one.analytic, ()) if plan is not None else ():
        if one.zone in (*rule.zones_used(), *rule.lines_used()) and (levels := rule.levels_of(one.name)):
            return sorted(levels)
    return []


def alarm_day_shown(city: City, one: AlarmDay) -> dict[str, Any]:
    """Return the alarms of a zone on a day."""
    camera = city.cameras.find(one.camera)
    site = city.sites.find(camera.spot.site) if camera is not None and camera.spot.site else None
    return {
        "day": one.day.isoformat(),
        "site": site.name if site is not None else None,
        "zone": one.zone,
        "camera": one.camera,
        "name": camera.name if camera is not None else one.camera,
        "alarms": one.alarms,
        "rejected": one.rejected,
        "lasted_s": None if one.lasted_s is None else round(one.lasted_s, 1),
        "longest_s": None if one.longest_s is None else round(one.longest_s, 1),
    }
