"""One edit of the city: everything that shall be different, checked as a whole before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ronda.base.errors import BadInput, Conflict
from ronda.base.identity import entity_id
from ronda.city.area import Area
from ronda.city.camera import Camera
from ronda.city.owner import Agency, Partner
from ronda.city.publication import PublicationDecision
from ronda.city.recorder import Recorder
from ronda.city.region import parse_region
from ronda.city.site import Site
from ronda.city.values import check_outline

_LONGEST_TEXT: Final = 200
_FASTEST_MBPS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Edit:
    """What shall be added or changed (whole, by id), and what removed, by kind and id; and why, where that was said."""

    areas: Sequence[Area] = ()
    agencies: Sequence[Agency] = ()
    partners: Sequence[Partner] = ()
    sites: Sequence[Site] = ()
    recorders: Sequence[Recorder] = ()
    cameras: Sequence[Camera] = ()
    decisions: Sequence[PublicationDecision] = ()
    removed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class After:
    """The city as it will be: by kind (`area`, `site`, ...), every entity by id."""

    areas: Mapping[str, Area]
    agencies: Mapping[str, Agency]
    partners: Mapping[str, Partner]
    sites: Mapping[str, Site]
    recorders: Mapping[str, Recorder]
    cameras: Mapping[str, Camera]


def check(edit: Edit, after: After) -> None:
    """Refuse an edit that would leave the city in disorder.

    Raises:
        BadInput: A value is not acceptable.
        Conflict: Something that is referred to is not there (or would be gone), or a channel is taken twice.
    """
    for area in edit.areas:
        _check_area(area, after)
    owners: tuple[Agency | Partner, ...] = (*edit.agencies, *edit.partners)
    for owner in owners:
        entity_id(owner.id)
        _text(owner.name, f"the name of {owner.id}")
    for site in edit.sites:
        _check_site(site, after)
    for recorder in edit.recorders:
        entity_id(recorder.id)
        _refer("site", recorder.site, after.sites, f"recorder {recorder.id}")
        if not 1 <= recorder.channels <= 256:
            raise BadInput(f"recorder {recorder.id} has {recorder.channels} channels", "say 1 to 256")
    for camera in edit.cameras:
        _check_camera(camera, after)
    for decision in edit.decisions:
        _check_decision(decision, after)
    if edit.cameras:
        _check_channels(edit.cameras, after.cameras.values())
    _check_removed(edit.removed, after)


def _check_area(area: Area, after: After) -> None:
    if parse_region(area.id) != area.id:
        raise BadInput(f"{area.id!r} is not how this region code is written", f"write {parse_region(area.id)}")
    _text(area.name, f"the name of area {area.id}")
    if area.outline is not None:
        check_outline(area.outline, f"area {area.id}")
    if area.parent is not None:
        _refer("area", area.parent, after.areas, f"area {area.id}")
    _coordinates(area.lat, area.lon, f"area {area.id}")


def _check_site(site: Site, after: After) -> None:
    entity_id(site.id)
    _text(site.name, f"the name of site {site.id}")
    _refer("area", site.area, after.areas, f"site {site.id}")
    if site.agency is not None:
        _refer("agency", site.agency, after.agencies, f"site {site.id}")
    if site.partner is not None:
        _refer("partner", site.partner, after.partners, f"site {site.id}")
    _coordinates(site.lat, site.lon, f"site {site.id}")
    if site.link is not None and not 0 <= (site.link.bandwidth_mbps or 0) <= _FASTEST_MBPS:
        raise BadInput(f"site {site.id} has a link of {site.link.bandwidth_mbps} Mbit/s", "say what was ordered")


def _check_camera(camera: Camera, after: After) -> None:
    spot, what = camera.spot, f"camera {camera.id}"
    if spot.site is not None:
        _refer("site", spot.site, after.sites, what)
    if spot.recorder is not None:
        _refer("recorder", spot.recorder, after.recorders, what)
        most = after.recorders[spot.recorder].channels
        if spot.channel is not None and not 1 <= spot.channel <= most:
            raise BadInput(f"{what} hangs on channel {spot.channel} of {spot.recorder}, which has {most}", "correct it")
    _coordinates(spot.lat, spot.lon, what)
    if spot.bearing_deg is not None and not 0 <= spot.bearing_deg < 360:
        raise BadInput(f"{what} looks in direction {spot.bearing_deg}", "say 0 to 359 degrees, clockwise from north")
    if spot.angle_deg is not None and not 0 < spot.angle_deg <= 360:
        raise BadInput(f"{what} has an angle of view of {spot.angle_deg}", "say 1 to 360 degrees")


def _check_decision(decision: PublicationDecision, after: After) -> None:
    if not decision.reason.strip():
        raise BadInput("a decision on publication needs a reason", "say why in a sentence")
    if decision.camera is not None:
        _refer("camera", decision.camera, after.cameras, "the decision")
    else:
        _refer("area", decision.area, after.areas, "the decision")


def _check_channels(edited: Sequence[Camera], cameras: Iterable[Camera]) -> None:
    touched = {(one.spot.recorder, one.spot.channel) for one in edited if one.spot.recorder and one.spot.channel}
    taken: dict[tuple[str | None, int | None], str] = {}
    for camera in cameras:
        place = (camera.spot.recorder, camera.spot.channel)
        if place in touched and (other := taken.setdefault(place, camera.id)) != camera.id:
            raise Conflict(
                f"cameras {other} and {camera.id} both hang on channel {place[1]} of recorder {place[0]}",
                "give one of them another channel",
            )


def _check_removed(removed: Mapping[str, Sequence[str]], after: After) -> None:
    """Refuse to remove what is still referred to."""
    users: dict[str, Iterable[tuple[str, Iterable[str | None]]]] = {
        "area": (
            ("areas", (a.parent for a in after.areas.values())),
            ("sites", (s.area for s in after.sites.values())),
        ),
        "agency": (("sites", (s.agency for s in after.sites.values())),),
        "partner": (("sites", (s.partner for s in after.sites.values())),),
        "site": (
            ("recorders", (r.site for r in after.recorders.values())),
            ("cameras", (c.spot.site for c in after.cameras.values())),
        ),
        "recorder": (("cameras", (c.spot.recorder for c in after.cameras.values())),),
    }
    for kind, ids in removed.items():
        gone = set(ids)
        for what, references in users.get(kind, ()):
            if left := sum(reference in gone for reference in references):
                raise Conflict(f"{kind} {ids[0]} has {left} {what} still", f"move or remove its {what} first")


def _refer(kind: str, id: str, there: Mapping[str, object], by: str) -> None:
    if id not in there:
        raise Conflict(f"{by} refers to {kind} {id[:80]!r}, which is not there", f"add the {kind} first, or correct it")


def _text(text: str, what: str) -> None:
    if not text.strip() or len(text) > _LONGEST_TEXT or not text.isprintable():
        raise BadInput(f"{what} is not acceptable", f"use 1 to {_LONGEST_TEXT} letters, without control characters")


def _coordinates(lat: float | None, lon: float | None, what: str) -> None:
    if lat is None and lon is None:
        return
    if lat is None or lon is None or not -90 <= lat <= 90 or not -180 <= lon <= 180:
        raise BadInput(f"{what} lies at {lat}, {lon}", "give latitude and longitude in degrees, such as -6.98, 110.41")
