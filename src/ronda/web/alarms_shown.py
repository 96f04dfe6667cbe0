"""Alarms and dispatches as documents."""

from collections.abc import Container
from typing import Any, Final

from ronda.base.time import format_rfc3339
from ronda.city.city import City
from ronda.insight.observations import eye_of
from ronda.response.accuracy import Accuracy
from ronda.response.alarm import Alarm
from ronda.response.dispatch import Dispatch
from ronda.web.documents_alarms import AccuracyShown, AlarmShown, PictureShown

_MOMENT_DIGITS: Final = 12


def words(text: str) -> str:
    """Return what somebody wrote, without what is no letter."""
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()


def moment(at_90k: int | None) -> str | None:
    """Return a moment as documents tell it."""
    return None if at_90k is None else format_rfc3339(at_90k)


def cause_shown(city: City, alarm: Alarm) -> dict[str, Any]:
    """Return what was seen and where: what operators and agencies both read."""
    camera = city.cameras.find(alarm.camera)
    site = city.sites.find(camera.spot.site) if camera is not None else None
    area = city.areas.find(site.area if site is not None else alarm.area)
    spot = camera.spot if camera is not None else None
    known = spot is not None and spot.lat is not None
    return {
        "camera": alarm.camera,
        "camera_name": camera.name if camera is not None else None,
        "site_name": site.name if site is not None else None,
        "area": site.area if site is not None else alarm.area,
        "area_name": area.name if area is not None else "",
        "lat": spot.lat if spot is not None and known else site.lat if site is not None else None,
        "lon": spot.lon if spot is not None and known else site.lon if site is not None else None,
        "analytic": alarm.analytic,
        "zone": alarm.zone,
        "key": alarm.key,
        "eye": eye_of(alarm.eye),
        "label": alarm.label,
        "level": alarm.level,
        "priority": alarm.priority,
        "begun": format_rfc3339(alarm.begun_90k),
        "over": moment(alarm.over_90k),
        "pictures": [
            PictureShown(
                url=f"/media/{alarm.camera}/sightings/{shot.id}.jpg", at=format_rfc3339(shot.at_90k), xyxy=shot.xyxy
            )
            for shot in alarm.shots
        ],
        "detail": alarm.detail,
    }


def alarm_shown(city: City, alarm: Alarm) -> AlarmShown:
    """Return an alarm as the API tells it."""
    return AlarmShown(
        **cause_shown(city, alarm),
        id=alarm.id,
        state=alarm.state.value,
        attention=alarm.attention.value,
        owner=alarm.owner,
        verdict=alarm.verdict.value if alarm.verdict else None,
        judged_by=alarm.judged_by,
        held_until=moment(alarm.held_until_90k),
        raised=format_rfc3339(alarm.raised_90k),
        signed=format_rfc3339(alarm.signed_90k),
        closed=moment(alarm.closed_90k),
        times=alarm.times,
        more=alarm.more,
        view=alarm.view.value,
    )


def dispatch_shown(city: City, dispatch: Dispatch, photos: Container[str] = ()) -> dict[str, Any]:
    """Return a dispatch as the API tells it; `photos` are those that have one."""
    agency = city.agencies.find(dispatch.agency)
    return {
        "id": dispatch.id,
        "alarm": dispatch.alarm,
        "agency": dispatch.agency,
        "agency_name": agency.name if agency is not None else dispatch.agency,
        "state": dispatch.state.value,
        "by": dispatch.by,
        "note": dispatch.note,
        "offered": format_rfc3339(dispatch.offered_90k),
        "due": moment(dispatch.due_90k),
        "person": dispatch.person,
        "accepted": moment(dispatch.accepted_90k),
        "arrived": moment(dispatch.arrived_90k),
        "ended": moment(dispatch.ended_90k),
        "outcome": dispatch.outcome.value if dispatch.outcome else None,
        "answer": dispatch.answer,
        "photo": f"/api/v1/dispatches/{dispatch.id}/photo.jpg" if dispatch.id in photos else None,
    }


def accuracy_shown(one: Accuracy) -> AccuracyShown:
    """Return verdicts as the API tells them."""
    return AccuracyShown(
        analytic=one.analytic,
        camera=one.camera or None,
        eye=eye_of(one.eye),  # type: ignore[arg-type]  # pydantic makes the model of it
        alarms=one.alarms,
        confirmed=one.confirmed,
        rejected=one.rejected,
        share=None if one.share is None else round(one.share, 4),
    )


def subject_shown(subject: str) -> str:
    """Return what a step of the log is about; moments, which are kept as numbers, as moments."""
    return format_rfc3339(int(subject)) if subject.isdecimal() and len(subject) > _MOMENT_DIGITS else subject
