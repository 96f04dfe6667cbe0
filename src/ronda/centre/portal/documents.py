"""Published cameras as residents read them: no address, no reason, nothing that was not published."""

import json
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from ronda.base.causes import SourceState
from ronda.base.time import Clock
from ronda.bus.contract import CameraStatus
from ronda.bus.hours import hours_document, within_hours
from ronda.centre.portal.listing import Published
from ronda.city.camera import CameraStage
from ronda.city.publication import Publication, PublicationMode

_MEDIA: Final = "/media/public"
_AWAY: Final = {SourceState.SILENT, SourceState.BACKING_OFF, SourceState.REFUSED}


def live_now(publication: Publication, now_90k: int, zone: tzinfo) -> bool:
    """Whether live may be asked for at a moment (in the city's zone)."""
    if publication.mode is PublicationMode.HOURS:
        return within_hours(publication.hours, now_90k, zone)
    return publication.mode is PublicationMode.LIVE


def state_of(row: Published, status: CameraStatus | None) -> str:
    """Return `working`, `broken` or `unknown`."""
    leading = status.profiles.get("main") if status else None
    if leading is not None and leading.state is SourceState.RUNNING:
        return "working"
    if row.camera.trouble is not None or (leading is not None and leading.state in _AWAY):
        return "broken"
    return "working" if CameraStage.CONNECTED in row.camera.papers.stages else "unknown"


def public_document(
    row: Published, publication: Publication, status: CameraStatus | None, *, live: bool
) -> dict[str, Any]:
    """Return one camera as `docs/design/city.md` names it `PUBLIC`."""
    camera, site = row.camera, row.site
    return {
        "id": camera.id,
        "name": camera.name,
        "kind": site.kind.value if site else None,
        "area": row.area or None,
        "area_name": row.area_name,
        "site": site.id if site else None,
        "lat": row.lat,
        "lon": row.lon,
        "bearing": camera.spot.bearing_deg,
        "agency": site.agency if site else None,
        "mode": publication.mode.value,
        "hours": hours_document(publication.hours),
        "delay_s": publication.delay_s,
        "masked": bool(publication.masks),
        "state": state_of(row, status),
        "simulated": camera.simulated,
        "live": live,
        "still": f"{_MEDIA}/{camera.id}/still.jpg",
    }


class PublicTexts:
    """Makes the JSON texts of published cameras, and remembers each until something of it changes."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        self._clock = clock
        self._zone = zone
        self._kept: dict[str, tuple[Publication, str, bool, str]] = {}

    def forget(self) -> None:
        """Forget everything: the listing is another."""
        self._kept = {}

    def of(self, row: Published, publication: Publication, status: CameraStatus | None) -> str:
        """Return the JSON text of one camera, as `public_document` tells it."""
        live = live_now(publication, self._clock.utc_90k(), self._zone)
        state = state_of(row, status)
        kept = self._kept.get(row.camera.id)
        if kept is not None and kept[0] is publication and kept[1] == state and kept[2] is live:
            return kept[3]
        text = json_text(public_document(row, publication, status, live=live))
        self._kept[row.camera.id] = (publication, state, live, text)
        return text


def json_text(document: Mapping[str, Any]) -> str:
    """Return a document as JSON, without spaces."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
