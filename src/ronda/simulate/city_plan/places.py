"""Places that people know: markets, terminals, pumps, junctions, beauty spots (`places.json`)."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Final

from ronda.city.geography.base_map import Point
from ronda.city.site import SiteKind


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """One of them; see `SiteDraft` for what the fields mean."""

    id: str
    name: str
    kind: SiteKind
    area: str
    at: Point
    cameras: int
    scene: str


def _read() -> tuple[KnownPlace, ...]:
    rows = json.loads(resources.files(__package__).joinpath("places.json").read_text("utf-8"))
    return tuple(
        KnownPlace(
            id=row["id"],
            name=row["name"],
            kind=SiteKind(row["kind"]),
            area=row["area"],
            at=(row["at"][0], row["at"][1]),
            cameras=row["cameras"],
            scene=row["scene"],
        )
        for row in rows
    )


# Read with the module: the simulator asks within its event loop.
KNOWN_PLACES: Final = _read()
