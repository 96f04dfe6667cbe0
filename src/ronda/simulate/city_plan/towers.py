"""The register of telecom towers: a hundred, their owners, and how far each is with the camera that it owes the city.

Perwal 5/2019 is what the register follows; the owners are made up.
"""

from datetime import date, timedelta
from typing import Final

from ronda.city.geography.base_map import base_map
from ronda.city.site import SiteKind, Tower
from ronda.simulate.city_plan.chance import between, chance, drawn, pick
from ronda.simulate.city_plan.draft import SiteDraft
from ronda.simulate.city_plan.names import kelurahan_slugs
from ronda.simulate.city_plan.owners import TOWER_OWNERS

TOWERS: Final = 100
_INSTALLED: Final = 61
_ORIGINALS: Final = ("menara-ngaliyan", "menara-gayamsari")
_EASTWARD: Final = 90.0  # as its camera's name says


def tower_drafts() -> tuple[SiteDraft, ...]:
    """Return every tower; those that have put up no camera yet have none."""
    areas = {f"menara-{kelurahan_slugs()[area.code]}": area for area in base_map().kelurahan}
    others = [id for id in areas if id not in _ORIGINALS]
    chosen = (*_ORIGINALS, *sorted(drawn(others, TOWERS - len(_ORIGINALS), str, "tower")))
    installed = drawn(chosen[len(_ORIGINALS) :], _INSTALLED - len(_ORIGINALS), str, "tower with a camera")
    found = []
    for id in chosen:
        area = areas[id]
        east, north = (0.003 * chance(axis, id) - 0.0015 for axis in ("east", "north"))
        at = (round(area.centre[0] + east, 5), round(area.centre[1] + north, 5))
        found.append(
            SiteDraft(
                id, f"Menara {area.name}", SiteKind.TOWER, area.code, at,
                1 if id in installed or id in _ORIGINALS else 0, "tower",
                bearing_deg=_EASTWARD if id == _ORIGINALS[0] else round(360 * chance("direction", id), 1),
                partner=pick(TOWER_OWNERS, "owner", id),
            )
        )  # fmt: skip
    return tuple(found)


def tower_of(site: SiteDraft, installed: date | None, connected: date | None, today: date) -> Tower:
    """Return what the register says of a tower; one without a camera is due within the year or overdue."""
    owner = (site.partner or "").replace("-", " ").title()
    if installed is None:
        return Tower(owner, today + timedelta(days=between(-240, 300, "due", site.id)))
    return Tower(owner, installed + timedelta(days=between(-60, 120, "due", site.id)), installed, connected)
