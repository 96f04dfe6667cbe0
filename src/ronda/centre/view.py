"""Cameras and their states as documents: what the API and the feed tell.

The text of a camera is kept until its registration or its status changes: 14,000 cameras are
joined, not serialised, at each request.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from ronda.base.causes import SourceState
from ronda.base.time import format_rfc3339
from ronda.bus.contract import CameraStatus, ProfileStatus, Recording
from ronda.bus.hours import hours_document
from ronda.city.camera import AddressPart, Camera
from ronda.city.city import City
from ronda.city.place import Place
from ronda.city.site import Site

_IDLE: Final = SourceState.IDLE
_KEPT: Final = 50_000


class CameraViews:
    """Makes documents of cameras of `city` and remembers their text."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._texts: dict[tuple[str, bool], tuple[Camera, CameraStatus | None, Place, Site | None, str]] = {}

    def text(self, camera: Camera, status: CameraStatus | None, *, addresses: bool) -> str:
        """Return the JSON text of a camera, with its (masked) addresses for those who may change it."""
        site, place = self._city.sites.find(camera.spot.site), self._city.place_of(camera)
        kept = self._texts.get((camera.id, addresses))
        if kept and kept[0] is camera and kept[1] is status and kept[2] is place and kept[3] is site:
            return kept[4]
        document = camera_document(camera, status, addresses=addresses) | _where(camera, site, place)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        if len(self._texts) >= _KEPT:
            self._texts.clear()
        self._texts[camera.id, addresses] = (camera, status, place, site, text)
        return text

    def forget(self, id: str) -> None:
        """Drop what is kept of a camera that is gone."""
        self._texts.pop((id, True), None)
        self._texts.pop((id, False), None)


def camera_document(camera: Camera, status: CameraStatus | None, *, addresses: bool) -> dict[str, Any]:
    """Return a camera as the API tells it."""
    document: dict[str, Any] = {"id": camera.id, "name": camera.name}
    if addresses:
        names = {AddressPart.MAIN: "url", AddressPart.SUB: "sub_url", AddressPart.SNAPSHOT: "snapshot_url"}
        document |= {names[part]: address.redacted for part, address in camera.addresses.items()}
    document |= {
        "recording": _recording_document(camera.recording),
        "simulated": camera.simulated,
        "state": state_document(status, camera.created_90k, reasons=addresses),
    }
    return document


def _where(camera: Camera, site: Site | None, place: Place) -> dict[str, Any]:
    spot, trouble = camera.spot, camera.trouble
    return {
        "site": camera.spot.site,
        "site_name": site.name if site else None,
        "kind": site.kind.value if site else None,
        "area": place.area or None,
        "lat": spot.lat if spot.lat is not None or site is None else site.lat,
        "lon": spot.lon if spot.lon is not None or site is None else site.lon,
        "bearing": spot.bearing_deg,
        "connected": camera.pulled,
        "published": place.publication.mode.value,
        "quarantined": place.publication.quarantined,
        "trouble": trouble
        and {
            "cause": trouble.cause.value,
            "since": trouble.since.isoformat(),
            "target": trouble.target.isoformat() if trouble.target else None,
        },
    }


def _recording_document(recording: Recording) -> dict[str, Any]:
    document: dict[str, Any] = recording.model_dump(mode="json", include={"mode", "profile", "days"})
    document["hours"] = hours_document(recording.hours)
    return document


def state_document(status: CameraStatus | None, since_90k: int, *, reasons: bool) -> dict[str, Any]:
    """Return what a camera is doing; one that no node has reported yet is idle since `since_90k`.

    `reasons` say at which address what went wrong, so only those who may change the camera read them.
    """
    profiles: Mapping[str, ProfileStatus] = status.profiles if status else {}
    leading = profiles.get("main") or next(iter(profiles.values()), None)
    return {
        "state": leading.state.value if leading else _IDLE.value,
        "since": format_rfc3339(leading.since if leading else since_90k),
        "reason": leading.reason if leading and reasons else None,
        "recording": status.recording if status else False,
        "gap": status.gap.value if status and status.gap else None,
        "last_picture": format_rfc3339(status.last_picture) if status and status.last_picture else None,
        "profiles": {
            name: profile.model_dump(mode="json", exclude={"since", "reason"})
            | {"since": format_rfc3339(profile.since), "reason": profile.reason if reasons else None}
            for name, profile in profiles.items()
        },
    }
