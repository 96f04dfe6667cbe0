"""What a partner shares with the city: its cameras, and how many go dark when it withdraws."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.history import Change
from ronda.city.owner import Partner
from ronda.city.publication import PublicationMode

LISTED_AT_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class SharedCamera:
    """One camera of a partner.

    Attributes:
        id: The camera.
        name: What it is called.
        site_name: Where it hangs.
        area: Region code of where that is.
        area_name: What the area is called.
        mode: How residents see it now.
        connected: Whether it has an address.
    """

    id: str
    name: str
    site_name: str
    area: str
    area_name: str
    mode: PublicationMode
    connected: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """All that one partner shares.

    Attributes:
        total: How many cameras hang at its sites.
        connected: How many of them have an address, so that somebody could look.
        published: How many residents see now.
        cameras: The first of them, by id; `LISTED_AT_MOST` at most.
    """

    total: int
    connected: int
    published: int
    cameras: tuple[SharedCamera, ...]


def runs(partner: Partner, today: date) -> bool:
    """Whether a partner's agreement has begun and has not ended; whether it was withdrawn is another matter."""
    return partner.start is not None and partner.start <= today and (partner.end is None or today <= partner.end)


def shared_by(city: City, partner: Partner, today: date) -> Sharing:
    """Return what `partner` shares.

    Goes through every camera of the city, which takes some milliseconds; not for the loop.
    """
    holds = runs(partner, today) and partner.revoked is None
    mine = [_shared(city, camera, holds=holds) for camera in city.cameras.all() if _owner(city, camera) == partner.id]
    return Sharing(
        len(mine),
        sum(one.connected for one in mine),
        sum(one.mode is not PublicationMode.NO for one in mine),
        tuple(mine[:LISTED_AT_MOST]),
    )


def withdrawal(changes: tuple[Change, ...]) -> Change | None:
    """Return the change by which a partner's consent was last withdrawn; None where it never was."""
    for change in reversed(changes):
        if (change.after or {}).get("revoked") and not (change.before or {}).get("revoked"):
            return change
    return None


def _owner(city: City, camera: Camera) -> str | None:
    site = city.sites.find(camera.spot.site)
    return site.partner if site is not None else None


def _shared(city: City, camera: Camera, *, holds: bool) -> SharedCamera:
    site = city.sites.find(camera.spot.site)
    area = city.areas.find(site.area) if site is not None else None
    return SharedCamera(
        camera.id,
        camera.name,
        site.name if site is not None else "",
        site.area if site is not None else "",
        area.name if area is not None else "",
        city.place_of(camera).publication.mode if holds else PublicationMode.NO,
        camera.pulled,
    )
