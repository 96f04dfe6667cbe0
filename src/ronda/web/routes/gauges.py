"""Recorded water levels: a gauge's readings beside the eye's, which they measure."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.city.camera import Camera
from ronda.insight.gauges import Gauges, Reading
from ronda.people.action import Action
from ronda.web.documents_gauges import LevelsGiven, LevelsShown
from ronda.web.gate import Asks, Caller, SeesTimeline
from ronda.web.routes.cameras import CameraId

router = APIRouter(prefix="/api/v1/cameras/{camera}/levels", tags=["eyes"])
_Judges = Annotated[Caller, Depends(Asks(Action.ALARMS))]
_COMPARED_90K: Final = 31 * 86_400 * HZ_90K


@router.get("", summary="How right a staff is read")
async def get_levels(caller: SeesTimeline, camera: CameraId, staff: str) -> LevelsShown:
    """Return how far the eye's readings of a staff lie from its gauge's: the measured accuracy of water there."""
    return await _shown(caller, caller.parts.centre.cameras.get(camera), staff)


@router.post("", status_code=201, summary="Take in what a gauge recorded")
async def add_levels(caller: _Judges, camera: CameraId, given: LevelsGiven) -> LevelsShown:
    """Keep a gauge's levels, one a minute, beside what the eye reads at the staff; for whoever judges alarms there.

    A gauge's program sends them with a token; a level of the same minute replaces the one before.
    """
    known = caller.parts.centre.cameras.get(camera)
    _staff(known, given.staff)
    readings = [Reading(parse_rfc3339(one.at), one.cm) for one in given.levels]
    gauges = Gauges(caller.parts.observing.counts.store)
    await gauges.add(camera, given.staff, readings, caller.parts.clock.utc_90k())
    return await _shown(caller, known, given.staff)


async def _shown(caller: Caller, camera: Camera, staff: str) -> LevelsShown:
    name = _staff(camera, staff)
    since_90k = caller.parts.clock.utc_90k() - _COMPARED_90K
    apart = await Gauges(caller.parts.observing.counts.store).apart(camera.id, name, since_90k)
    return LevelsShown(
        staff=name,
        since=format_rfc3339(since_90k),
        minutes=apart.minutes,
        mean_error_cm=None if apart.mean_cm is None else round(apart.mean_cm, 1),
        most_error_cm=None if apart.most_cm is None else round(apart.most_cm, 1),
    )


def _staff(camera: Camera, name: str) -> str:
    """Return the name of a staff that the camera's flood rules read.

    Raises:
        BadInput: There is none of that name.
    """
    staffs = [rule["staff"] for rule in (camera.watching or {}).get("flood", ()) if "staff" in rule]
    if name not in staffs:
        raise BadInput(f"no flood rule of this camera reads a staff {name[:60]!r}", f"it reads: {staffs}")
    return name
