"""What those read who decide on publication: what a decision would change, who decided before, what is withdrawn."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import format_rfc3339
from ronda.city.camera import Camera, Quarantine
from ronda.city.history import Change
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.region import parse_region, within
from ronda.city.supposing import consequence
from ronda.people.action import Action
from ronda.web.documents import ChangeShown, HistoryShown
from ronda.web.documents_city import PreviewGiven, PreviewShown, WithdrawnCamerasShown, WithdrawnShown
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1", tags=["publication"])
_PublishesSome = Annotated[Caller, Depends(Asks(Action.PUBLICATION, somewhere=True))]
_Thinks = Annotated[Caller, Depends(Asks(Action.PUBLICATION, somewhere=True, noted=False))]
_LISTED_AT_MOST: Final = 500


@router.post("/publication/preview", summary="What a decision would change")
async def preview(caller: _Thinks, given: PreviewGiven) -> PreviewShown:
    """Count cameras by mode as they are and as they would be; nothing is decided."""
    if (given.camera is None) == (given.area is None):
        raise BadInput("a decision is for one camera or for an area", "give either camera or area")
    area = parse_region(given.area) if given.area is not None else ""
    caller.parts.people.require(
        caller.request, caller.principal, Action.PUBLICATION, given.camera, area=area or None, published=False
    )
    kind = None if given.kind is None or given.camera else given.kind.value
    subject = PublicationDecision(
        id=f"camera:{given.camera}" if given.camera else f"{area}:{kind or '*'}",
        camera=given.camera,
        area=area,
        kind=kind,
        mode=given.mode or PublicationMode.NO,
        hours=tuple(one.hours() for one in given.hours),
        delay_s=given.delay_s,
        by=caller.label,
        reason="",
        at_90k=caller.parts.clock.utc_90k(),
    )
    parts = caller.parts
    found = await parts.finder.pool.run(consequence, parts.centre.city, subject, taken_back=given.mode is None)
    return PreviewShown(**{**asdict(found), "examples": list(found.examples)})


@router.get("/publication/{id}/history", summary="Who decided what there before")
async def get_history(caller: _PublishesSome, id: Annotated[str, Path(max_length=120)]) -> HistoryShown:
    """Return every decision on one camera, or on one kind in one area, oldest first, also what was taken back.

    A camera on which nobody ever decided has none.
    """
    changes = await caller.parts.centre.city.history("publication", id)
    camera, area = _subject(id, changes)
    caller.require(Action.PUBLICATION, camera=camera, area=area)
    if not changes and (camera is None or camera not in caller.parts.centre.city.cameras):
        raise NotFound(f"nothing was ever decided at {id[:80]!r}")
    return HistoryShown(
        changes=[
            ChangeShown(at=format_rfc3339(c.at_90k), by=c.by, action=c.action, before=c.before, after=c.after)
            for c in changes
        ]
    )


def _subject(id: str, changes: Sequence[Change]) -> tuple[str | None, str | None]:
    """Return the camera or the area that a decision is about: as it was written, else as its id says."""
    told = (changes[-1].after or changes[-1].before or {}) if changes else {}
    if told:
        return (told["camera"], None) if told.get("camera") else (None, told["area"])
    if id.startswith("camera:"):
        return id.removeprefix("camera:"), None
    return None, parse_region(id.partition(":")[0])


@router.get("/quarantine", summary="Cameras that are withdrawn until somebody has looked")
async def list_withdrawn(
    caller: _PublishesSome, area: Annotated[str, Query(max_length=40)] = ""
) -> WithdrawnCamerasShown:
    """Return the cameras in quarantine that the caller may release, the longest withdrawn first; 500 at most."""
    city, reach = caller.parts.centre.city, caller.reach(Action.PUBLICATION)
    wanted = parse_region(area) if area else ""

    def lies(camera: Camera) -> bool:
        place = city.place_of(camera)
        return reach.holds(place) and (not wanted or within(place.area, wanted))

    found = [(one, one.quarantine) for one in city.cameras.all() if one.quarantine is not None and lies(one)]
    found.sort(key=lambda pair: pair[1].since_90k)
    return WithdrawnCamerasShown(cameras=[_withdrawn(caller, *pair) for pair in found[:_LISTED_AT_MOST]])


def _withdrawn(caller: Caller, camera: Camera, quarantine: Quarantine) -> WithdrawnShown:
    city = caller.parts.centre.city
    site = city.sites.find(camera.spot.site)
    area = city.areas.find(site.area) if site is not None else None
    return WithdrawnShown(
        camera=camera.id,
        name=camera.name,
        area=area.id if area else "",
        area_name=area.name if area else "",
        site_name=site.name if site else None,
        masks=len(camera.masks),
        reason=quarantine.reason,
        since=format_rfc3339(quarantine.since_90k),
        by=quarantine.by,
    )
