"""Alarms: the inbox, what people do about them, and how right they were."""

from collections.abc import Container
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.city.region import parse_region
from ronda.people.action import Action
from ronda.response.alarm import OPEN, Alarm, AlarmState, Verdict, ViewStep
from ronda.response.asked import Asked
from ronda.response.dispatch import Dispatch
from ronda.web.alarms_shown import accuracy_shown, alarm_shown, dispatch_shown, subject_shown, words
from ronda.web.documents_alarms import (
    AccuracyListShown,
    AlarmsAsked,
    AlarmShown,
    AlarmsShown,
    AlarmWholeShown,
    CloseGiven,
    DispatchGiven,
    DispatchShown,
    EntryShown,
    HoldAlarmGiven,
    NoteGiven,
    TakeGiven,
    TakerShown,
    TakersShown,
    ViewGiven,
)
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1", tags=["alarms"])
_Sees = Annotated[Caller, Depends(Asks(Action.ALARMS, somewhere=True))]
_Acts = Annotated[Caller, Depends(Asks(Action.ALARMS, somewhere=True, noted=False))]
_Dispatches = Annotated[Caller, Depends(Asks(Action.DISPATCH, somewhere=True, noted=False))]
Id = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$", examples=["k7m2xq4pzr"])]
_CAMERAS_AT_MOST: Final = 200
_THERE: Final = (Action.ALARMS, Action.DISPATCH, Action.PUBLICATION, Action.LIVE, Action.REPLAY)
_ANALYTIC: Final = r"^[a-z0-9-]*$"


@router.get("/alarms", summary="Alarms: the inbox")
async def list_alarms(caller: _Sees, asked: Annotated[AlarmsAsked, Query()]) -> AlarmsShown:
    """Return alarms of cameras of which the caller sees alarms, the most urgent or the newest first."""
    reach, place = caller.reach(Action.ALARMS), caller.parts.centre.city.place
    wanted = Asked(
        states=OPEN if asked.state == "open" else (AlarmState(asked.state),) if asked.state else (),
        analytic=asked.analytic,
        area=parse_region(asked.area) if asked.area else "",
        camera=asked.camera,
        since_90k=parse_rfc3339(asked.since) if asked.since else None,
        urgent_first=asked.order == "priority",
        limit=asked.limit,
        after=asked.after,
    )
    alarms = caller.parts.responding.alarms
    page = await alarms.found(wanted, lambda alarm: reach.holds(place(alarm.camera)))
    counts, cameras = {state.value: 0 for state in OPEN}, dict[str, None]()
    for (camera, state), number in (await alarms.open_by_camera()).items():
        if reach.holds(place(camera)):
            counts[state] += number
            cameras[camera] = None
    return AlarmsShown(
        alarms=[_shown(caller, alarm) for alarm in page.alarms],
        counts=counts,
        open_cameras=list(cameras)[:_CAMERAS_AT_MOST],
        next=page.after,
    )


@router.get("/alarms/{id}", summary="One alarm")
async def get_alarm(caller: _Acts, id: Id) -> AlarmWholeShown:
    """Return an alarm with its dispatches, its log, and how right such alarms were at this camera."""
    known = await caller.parts.responding.alarms.get(id)
    _require(caller, known.alarm)
    return await _whole(caller, id)


@router.post("/alarms/{id}/take", summary="Look at an alarm from now on")
async def take(caller: _Acts, id: Id, given: TakeGiven) -> AlarmWholeShown:
    """Become its owner; 409 where somebody else looks at it, unless it is taken over."""
    await _acting(caller, id)
    await caller.parts.responding.take_up(id, caller.label, over=given.over)
    return await _whole(caller, id)


@router.post("/alarms/{id}/hold", summary="Let an alarm wait")
async def hold(caller: _Acts, id: Id, given: HoldAlarmGiven) -> AlarmWholeShown:
    """Put it on hold until a moment within 30 days; it comes back by itself."""
    await _acting(caller, id)
    await caller.parts.responding.hold(id, caller.label, parse_rfc3339(given.until), words(given.note))
    return await _whole(caller, id)


@router.post("/alarms/{id}/close", summary="Close an alarm with a verdict")
async def close(caller: _Acts, id: Id, given: CloseGiven) -> AlarmWholeShown:
    """Say what it was; agencies that still have it are told. 409 where it keeps a camera out: decide on its view."""
    await _acting(caller, id)
    await caller.parts.responding.close(id, caller.label, given.verdict, words(given.note))
    return await _whole(caller, id)


@router.post("/alarms/{id}/reopen", summary="Open a closed alarm again")
async def reopen(caller: _Acts, id: Id, given: NoteGiven) -> AlarmWholeShown:
    """Take back that it was closed, within a day; a camera whose view it is about is withdrawn again."""
    await _acting(caller, id)
    await caller.parts.responding.reopen(id, caller.label, words(given.note))
    return await _whole(caller, id)


@router.post("/alarms/{id}/verdict", summary="Give a closed alarm another verdict")
async def judge(caller: _Acts, id: Id, given: CloseGiven) -> AlarmWholeShown:
    """Change what was said of it, at any time; measured accuracy follows."""
    await _acting(caller, id)
    await caller.parts.responding.judge(id, caller.label, given.verdict, words(given.note))
    return await _whole(caller, id)


@router.post("/alarms/{id}/view", summary="Decide on a camera's view")
async def decide_view(caller: _Acts, id: Id, given: ViewGiven) -> AlarmWholeShown:
    """Release a camera that was withdrawn for what it showed, or keep it out; takes the right to publish there."""
    alarm = await _acting(caller, id)
    if given.choice != "keep-out":
        caller.require(Action.PUBLICATION, camera=alarm.camera, subject=f"alarm:{id}")
    step = {"compare": ViewStep.COMPARE, "keep-out": ViewStep.WITHDRAWN}.get(given.choice, ViewStep.ACCEPT)
    verdict = Verdict.REJECTED if given.choice == "false-alarm" else Verdict.CONFIRMED
    await caller.parts.responding.decide_view(id, caller.label, step, verdict, words(given.note))
    return await _whole(caller, id)


@router.post("/alarms/{id}/dispatches", status_code=201, summary="Hand an alarm to an agency")
async def dispatch(caller: _Dispatches, id: Id, given: DispatchGiven) -> DispatchShown:
    """Offer it to an agency, whose responders see it, its pictures and the camera live until they are done."""
    alarm = (await caller.parts.responding.alarms.get(id)).alarm
    caller.require(Action.DISPATCH, camera=alarm.camera, subject=f"alarm:{id}:{given.agency}")
    made = await caller.parts.responding.offer(id, given.agency, caller.label, words(given.note))
    return _dispatch(caller, made)


@router.delete("/dispatches/{id}", summary="Take a dispatch back")
async def withdraw(caller: _Dispatches, id: Id) -> DispatchShown:
    """Take an alarm out of an agency's hands; it sees nothing of it any more."""
    duty = await caller.parts.responding.dispatches.get(id)
    caller.require(Action.DISPATCH, camera=duty.alarm.camera, subject=f"alarm:{duty.alarm.id}:{duty.dispatch.agency}")
    return _dispatch(caller, await caller.parts.responding.withdraw(id, caller.label))


@router.get("/duty/agencies", summary="Agencies that alarms can be handed to")
async def list_agencies(caller: _Dispatches) -> TakersShown:
    """Return all agencies of the city, by name."""
    agencies = sorted(caller.parts.centre.city.agencies, key=lambda one: one.name)
    return TakersShown(agencies=[TakerShown(id=one.id, name=one.name) for one in agencies])


@router.get("/accuracy", summary="How right alarms were")
async def get_accuracy(
    caller: _Sees,
    analytic: Annotated[str, Query(max_length=60, pattern=_ANALYTIC)] = "",
    camera: Annotated[str, Query(max_length=63, pattern=_ANALYTIC)] = "",
    by_camera: bool = True,
) -> AccuracyListShown:
    """Return confirmed and rejected alarms by analytic, camera and eye; `share` is null where nobody has judged."""
    reach, place, responding = caller.reach(Action.ALARMS), caller.parts.centre.city.place, caller.parts.responding
    found = await responding.accuracy(
        lambda one: reach.holds(place(one)), analytic=analytic, camera=camera, by_camera=by_camera
    )
    return AccuracyListShown(accuracy=[accuracy_shown(one) for one in found], days=responding.bounds.days)


async def _acting(caller: Caller, id: str) -> Alarm:
    """Let the caller do something to an alarm, and log it."""
    alarm = (await caller.parts.responding.alarms.get(id)).alarm
    _require(caller, alarm)
    return alarm


def _require(caller: Caller, alarm: Alarm) -> None:
    caller.require(Action.ALARMS, camera=alarm.camera, subject=f"alarm:{alarm.id}")


async def _whole(caller: Caller, id: str) -> AlarmWholeShown:
    parts = caller.parts
    known = await parts.responding.alarms.get(id)
    alarm = known.alarm
    photos = await parts.responding.photos.kept(one.id for one in known.dispatches)
    found = await parts.responding.accuracy(lambda _: True, analytic=alarm.analytic, camera=alarm.camera)
    measured = next((one for one in found if one.eye == alarm.eye), None)
    camera = parts.centre.cameras.find(alarm.camera)
    return AlarmWholeShown(
        **_shown(caller, alarm).model_dump(),
        dispatches=[_dispatch(caller, one, photos) for one in known.dispatches],
        log=[
            EntryShown(
                at=format_rfc3339(one.at_90k),
                by=one.by,
                what=one.what,
                subject=subject_shown(one.subject),
                note=one.note,
            )
            for one in known.log
        ],
        accuracy=accuracy_shown(measured) if measured else None,
        instructions=parts.responding.bounds.instructions.get(alarm.analytic),
        quarantined=camera is not None and camera.quarantine is not None,
        may=[action.value for action in _THERE if caller.may(action, alarm.camera)],
    )


def _shown(caller: Caller, alarm: Alarm) -> AlarmShown:
    return alarm_shown(caller.parts.centre.city, alarm)


def _dispatch(caller: Caller, dispatch: Dispatch, photos: Container[str] = ()) -> DispatchShown:
    return DispatchShown(**dispatch_shown(caller.parts.centre.city, dispatch, photos))
