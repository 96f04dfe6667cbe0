"""The public map as one compressed file of columns; see `docs/design/city.md` for its layout.

Columns of small differences compress to a few bytes a camera. Made off the loop when the registry changes.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ronda.centre.portal.documents import state_of
from ronda.centre.portal.listing import Listing, Published
from ronda.city.owner import Agency
from ronda.city.publication import PublicationMode
from ronda.city.region import Level, level_of
from ronda.city.site import SiteKind

_KINDS: Final = tuple(kind.value for kind in SiteKind)
_MODES: Final = tuple(mode.value for mode in PublicationMode if mode is not PublicationMode.NO)
_OFFICIAL: Final = {Level.CITY, Level.KECAMATAN, Level.KELURAHAN}
_STATES: Final = {"broken": 0, "working": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class MapFile:
    """The file: its JSON, the same compressed with gzip, and the `ETag` that names both."""

    body: bytes
    compressed: bytes
    etag: str


def made(listing: Listing, agencies: Mapping[str, Agency], states: Mapping[str, str]) -> MapFile:
    """Return the map's file of a listing; `states` are the cameras' states by id where nodes have told one."""
    return file_of(named(columns(listing, agencies, states)))


def named(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its `revision`: the same content has the same, whenever it was made."""
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return {"revision": hashlib.sha256(content).hexdigest()[:16], **document}


def file_of(document: Mapping[str, Any]) -> MapFile:
    """Return a document as a file."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return MapFile(body, gzip.compress(body, 9, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:24]}"')


def columns(listing: Listing, agencies: Mapping[str, Agency], states: Mapping[str, str]) -> dict[str, Any]:
    """Return the map's document: cameras in the order of their sites, so that differences are small."""
    rows = sorted(listing.rows, key=lambda row: (row.area, row.site.id if row.site else "", row.camera.id))
    owners = {row.site.agency for row in rows if row.site}
    shown = {id: agencies[id].name for id in owners if id is not None and id in agencies}
    agency_number = {id: number for number, id in enumerate(sorted(shown))}
    areas = _areas(listing)
    area_number = {code: number for number, code in enumerate(areas)}
    sites, cameras = _Columns(), _Columns()
    last: str | None = None
    for row in rows:
        # A camera that hangs far from its site's mark gets a row of its own among the sites.
        place = f"{row.site.id if row.site else ''}@{row.lat},{row.lon}"
        if place != last:
            sites.add(_site(row, area_number, agency_number))
            last = place
        cameras.add(_camera(row, sites.rows - 1, states.get(row.camera.id)))
    made_up = any(row.camera.simulated for row in rows)
    return {
        "simulated": made_up,
        "kinds": _KINDS,
        "modes": _MODES,
        "states": list(_STATES),
        "agencies": [{"id": id, "name": shown[id]} for id in sorted(shown)],
        "areas": {
            "code": list(areas),
            "name": [listing.areas[code].name for code in areas],
            "lat": _differences((listing.areas[code].lat for code in areas), 1e3),
            "lon": _differences((listing.areas[code].lon for code in areas), 1e3),
            "cameras": [listing.count("area", code) for code in areas],
        },
        "sites": {
            "id": sites["id"],
            "lat": _differences(sites["lat"], 1e5),
            "lon": _differences(sites["lon"], 1e5),
            "area": sites["area"],
            "kind": sites["kind"],
            "name": sites["name"],
            "agency": sites["agency"],
        },
        "cameras": {key: cameras[key] for key in ("id", "name", "site", "mode", "working", "bearing")}
        | ({"simulated": [int(row.camera.simulated) for row in rows]} if made_up else {}),
    }


class _Columns:
    """Rows turned into columns."""

    def __init__(self) -> None:
        self.rows = 0
        self._columns: dict[str, list[Any]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        self.rows += 1
        for name, value in row.items():
            self._columns.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns.get(name, [])


def _areas(listing: Listing) -> list[str]:
    """Return the official areas that hold a published camera, in order."""
    return [code for code in sorted(listing.areas) if level_of(code) in _OFFICIAL and listing.count("area", code)]


def _site(row: Published, area_number: Mapping[str, int], agency_number: Mapping[str, int]) -> dict[str, Any]:
    site = row.site
    official = ".".join(row.area.split(".")[:4])
    while official and official not in area_number:
        official = official.rpartition(".")[0]
    return {
        "id": site.id if site else "",
        "lat": row.lat,
        "lon": row.lon,
        "area": area_number.get(official, -1),
        "kind": _KINDS.index(site.kind.value) if site else -1,
        "name": site.name if site else row.camera.name,
        "agency": agency_number.get(site.agency or "", -1) if site else -1,
    }


def _camera(row: Published, site_row: int, state: str | None) -> dict[str, Any]:
    camera, name = row.camera, row.camera.name
    if row.site and name.startswith(row.site.name):
        name = name.removeprefix(row.site.name).lstrip(" ,-")
    elif not row.site:
        name = ""
    bearing = camera.spot.bearing_deg
    return {
        "id": camera.id,
        "name": name,
        "site": site_row,
        "mode": _MODES.index(row.publication.mode.value),
        "working": _STATES[state or state_of(row, None)],
        "bearing": None if bearing is None else round(bearing),
    }


def _differences(values: Iterable[float | None], scale: float) -> list[int | None]:
    """Return whole multiples of 1/scale, each as the difference from the one before; None where unknown."""
    last, found = 0, list[int | None]()
    for value in values:
        if value is None:
            found.append(None)
            continue
        whole = round(value * scale)
        found.append(whole - last)
        last = whole
    return found
