"""Counting by hand: a person counts what passes a line, and the eye's count of the same minutes is measured by it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from ronda.base.errors import BadInput, Busy
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.city.camera import Camera
from ronda.insight.hand_counts import MOST_MINUTES, HandCount, HandCounts, Lane
from ronda.insight.observations import MINUTE_90K, eye_of
from ronda.people.action import Action
from ronda.vision.geometry.drawn import LineShape
from ronda.web.documents_trends import HandCountGiven, HandCountShown, HandCountsShown, LaneShown
from ronda.web.documents_watching import EyeShown
from ronda.web.gate import Asks, Caller, SeesTimeline
from ronda.web.routes.cameras import CameraId

router = APIRouter(prefix="/api/v1/cameras/{camera}/hand-counts", tags=["eyes"])
_Judges = Annotated[Caller, Depends(Asks(Action.ALARMS))]
_LATE_90K: Final = 15 * HZ_90K
"""So long what was seen may be under way."""


@router.get("", summary="How right counts are here")
async def list_hand_counts(caller: SeesTimeline, camera: CameraId) -> HandCountsShown:
    """Return what people counted by hand at this camera's lines beside what the eye did: its measured accuracy."""
    caller.parts.centre.cameras.get(camera)
    found = await HandCounts(caller.parts.observing.counts.store).of(camera)
    return HandCountsShown(counts=[_shown(one) for one in found])


@router.post("", status_code=201, summary="Count by hand, and so measure the eye")
async def add_hand_count(caller: _Judges, camera: CameraId, given: HandCountGiven) -> HandCountShown:
    """Keep what a person counted, compared with what the eye counted in the same whole minutes.

    For whoever judges alarms there. 400 says what cannot be compared: an unknown line or direction, part of a minute,
    a stretch in which the eye did not look; 503 asks to come again where the stretch has only just ended.
    """
    parts = caller.parts
    now_90k = parts.clock.utc_90k()
    wanted = _checked(parts.centre.cameras.get(camera), given, now_90k, caller.label)
    if wanted.to_90k > now_90k - _LATE_90K:
        raise Busy("what the eye saw at the end is not here yet", "send it again in a quarter of a minute")
    return _shown(await HandCounts(parts.observing.counts.store).add(wanted))


@router.delete("/{id}", status_code=204, summary="Take back a count by hand")
async def remove_hand_count(
    caller: _Judges, camera: CameraId, id: Annotated[str, Path(pattern=r"^[0-9a-f]{1,32}$", examples=["9f2c4d1a77b0"])]
) -> None:
    """Delete it: somebody counted wrong. For whoever judges alarms there."""
    caller.parts.centre.cameras.get(camera)
    await HandCounts(caller.parts.observing.counts.store).remove(camera, id)


def _checked(camera: Camera, given: HandCountGiven, now_90k: int, by: str) -> HandCount:
    from_90k, to_90k = parse_rfc3339(given.begin), parse_rfc3339(given.end)
    minutes = (to_90k - from_90k) // MINUTE_90K
    if from_90k % MINUTE_90K or to_90k % MINUTE_90K or minutes < 1:
        raise BadInput("these are no whole minutes", "begin and end with one, such as 10:05:00 and 10:10:00")
    if minutes > MOST_MINUTES:
        raise BadInput(f"{minutes} minutes are more than one count holds", f"count at most {MOST_MINUTES}")
    directions = _directions(camera, given.line)
    hand: dict[Lane, list[int]] = {}
    for tap in given.taps:
        minute = (parse_rfc3339(tap.at) - from_90k) // MINUTE_90K
        if not 0 <= minute < minutes:
            raise BadInput(f"{tap.at[:40]} is not within the stretch", "leave it out")
        if tap.direction not in directions:
            raise BadInput(f"{given.line[:60]!r} has no direction {tap.direction[:60]!r}", f"it has {directions}")
        hand.setdefault(Lane(tap.direction, tap.label), [0] * minutes)[minute] += 1
    if any(lane.label for lane in hand) and not all(lane.label for lane in hand):
        raise BadInput("some taps name a class and others do not", "name it for all of them, or for none")
    return HandCount("", camera.id, given.line, from_90k, to_90k, given.live, by, now_90k, (), hand)


def _directions(camera: Camera, line: str) -> tuple[str, ...]:
    """Return the directions of a line that is drawn, the one of the arrow first.

    Raises:
        BadInput: There is no such line.
    """
    drawn = (camera.watching or {}).get("lines", ())
    for one in drawn:
        if one["name"] == line:
            return LineShape.model_validate(one).directions
    raise BadInput(f"there is no line {line[:60]!r} at this camera", f"drawn are: {[one['name'] for one in drawn]}")


def _shown(one: HandCount) -> HandCountShown:
    minutes = (one.to_90k - one.from_90k) // MINUTE_90K
    none = [0] * minutes
    lanes = sorted(one.hand.keys() | one.counted.keys(), key=lambda lane: (lane.direction, lane.label))
    return HandCountShown(
        id=one.id,
        line=one.line,
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        live=one.live,
        by=one.by,
        at=format_rfc3339(one.at_90k),
        eyes=[EyeShown(**eye) for eye in map(eye_of, one.eye) if eye is not None],
        hand=sum(sum(some) for some in one.hand.values()),
        counted=sum(sum(some) for some in one.counted.values()),
        effectiveness=round(one.effectiveness, 4),
        lanes=[
            LaneShown(
                direction=lane.direction,
                label=lane.label,
                hand=list(one.hand.get(lane, none)),
                counted=list(one.counted.get(lane, none)),
            )
            for lane in lanes
        ],
    )
