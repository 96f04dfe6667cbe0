"""A camera as one line of a table: how exports write it and how changes are told."""

from datetime import date

from ronda.bus.contract import RecordingMode
from ronda.city.camera import AddressPart, Camera, CameraStage
from ronda.city.importing.columns import COLUMNS
from ronda.city.recorder import Recorder
from ronda.city.site import Site

Flat = dict[str, str | float | int | None]

_UNWRITTEN = frozenset({"rw", "rt", "place", "username", "password"})
FIELDS = tuple(column.field for column in COLUMNS if column.field not in _UNWRITTEN)
"""The fields of a line, in order."""


def flat_of(camera: Camera, site: Site | None, recorder: Recorder | None, *, credentials: bool = False) -> Flat:
    """Return a camera as one line; passwords only with `credentials`."""
    spot, papers, trouble = camera.spot, camera.papers, camera.trouble
    lat, lon = (spot.lat, spot.lon) if spot.lat is not None else (site.lat, site.lon) if site else (None, None)
    addresses = {
        part: (address.with_credentials if credentials else address.redacted)
        for part, address in camera.addresses.items()
    }
    flat: Flat = {
        "id": camera.id,
        "name": camera.name,
        "site": spot.site,
        "site_name": site.name if site else None,
        "kind": site.kind.value if site else None,
        "area": site.area if site else None,
        "lat": lat,
        "lon": lon,
        "address": site.address if site else None,
        "agency": site.agency if site else None,
        "partner": site.partner if site else None,
        "recorder": spot.recorder,
        "recorder_brand": recorder.brand if recorder else None,
        "recorder_model": recorder.model if recorder else None,
        "recorder_serial": recorder.serial if recorder else None,
        "recorder_address": recorder.address if recorder else None,
        "channel": spot.channel,
        "url": addresses.get(AddressPart.MAIN),
        "sub_url": addresses.get(AddressPart.SUB),
        "snapshot_url": addresses.get(AddressPart.SNAPSHOT),
        "bearing": spot.bearing_deg,
        "angle": spot.angle_deg,
        "purpose": papers.purpose,
        "sign": _day(papers.sign),
        "budget": papers.budget,
        **{stage.value: _day(papers.stages.get(stage)) for stage in CameraStage},
        "trouble": trouble.cause.value if trouble else None,
        "trouble_since": _day(trouble.since) if trouble else None,
        "trouble_target": _day(trouble.target) if trouble else None,
        "trouble_note": trouble.note if trouble else None,
        "record": camera.recording.mode.value,
        "days": camera.recording.days,
    }
    return flat


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def kept_schedule(mode: str, camera: Camera | None) -> bool:
    """Whether `schedule` in a table only says what is so already: a table cannot hold the hours."""
    return mode != RecordingMode.SCHEDULE or (camera is not None and camera.recording.mode is RecordingMode.SCHEDULE)
