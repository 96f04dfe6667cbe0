"""The register as an import finds it: a copy that others may read while the city goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ronda.city.area import Area
from ronda.city.camera import Camera
from ronda.city.owner import Agency, Partner
from ronda.city.recorder import Recorder
from ronda.city.region import within
from ronda.city.site import Site

if TYPE_CHECKING:  # a process that reads a file needs no database
    from ronda.city.city import City


@dataclass(frozen=True)
class Known:
    """What there is.

    Attributes:
        areas: By region code.
        sites: By id; so are the others.
        node: The node that takes new cameras.
    """

    areas: Mapping[str, Area] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    recorders: Mapping[str, Recorder] = field(default_factory=dict)
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    node: str = "local"


@dataclass(frozen=True)
class Rights:
    """Within which bounds somebody imports.

    Attributes:
        areas: Region codes of what is theirs to change, with all below them; None is the whole city.
        local_files: Whether addresses may name files of the server.
    """

    areas: tuple[str, ...] | None = None
    local_files: bool = False

    def within(self, code: str) -> bool:
        """Whether an area is theirs to change; an empty code is a camera that has no site."""
        return self.areas is None or bool(code and any(within(code, area) for area in self.areas))


def known_of(city: "City", node: str = "local") -> Known:
    """Return what the city holds now; called on the loop, in a few milliseconds."""
    return Known(
        areas={one.id: one for one in city.areas},
        sites={one.id: one for one in city.sites},
        recorders={one.id: one for one in city.recorders},
        cameras={one.id: one for one in city.cameras.all()},
        agencies={one.id: one for one in city.agencies},
        partners={one.id: one for one in city.partners},
        node=node,
    )
