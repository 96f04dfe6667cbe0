"""What the plan knows of a site and a camera on its way to the registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ronda.city.camera import CameraStage, Trouble
from ronda.city.geography.base_map import Point
from ronda.city.site import SiteKind
from ronda.simulate.city_plan.roads import OnRoad


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """A place with cameras, before anything is known of its state.

    Attributes:
        id: Site id.
        name: What people call it.
        kind: See `SiteKind`.
        area: Region code.
        at: Where.
        cameras: How many hang there.
        scene: What they look at; see `ronda.simulate.scenes.places`.
        road: Where on a road it is, for those that look along one.
        bearing_deg: Direction of what it looks along otherwise: a lane, a river.
        agency: Whose it is.
        partner: Whose it is outside government.
    """

    id: str
    name: str
    kind: SiteKind
    area: str
    at: Point
    cameras: int
    scene: str
    road: OnRoad | None = None
    bearing_deg: float = 0.0
    agency: str | None = None
    partner: str | None = None

    @property
    def kecamatan(self) -> str:
        """Region code of its kecamatan."""
        return self.area[:8]


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera of the plan.

    Attributes:
        id: Camera id.
        name: Its name, which begins with its site's.
        site: Site id.
        recorder: Recorder id.
        channel: Channel of that recorder, from 1.
        served: Number of recorder and of channel in its path at the simulator.
        original: Index of the one of the 24 cameras whose loop it plays.
        phase_s: Where in the loop it is at the clock's zero.
        at: Where it hangs, when not where its site is.
        bearing_deg: Direction of view.
        angle_deg: Width of view.
        purpose: See `Papers`, as the rest.
        sign: See there.
        budget: See there.
        stages: See there.
        trouble: Why it is not connected or does not work.
    """

    id: str
    name: str
    site: str
    recorder: str
    channel: int
    served: tuple[int, int]
    original: int
    phase_s: float
    at: Point | None
    bearing_deg: float
    angle_deg: float
    purpose: str = ""
    sign: date | None = None
    budget: str = ""
    stages: Mapping[CameraStage, date] = field(default_factory=dict)
    trouble: Trouble | None = None

    @property
    def connected(self) -> bool:
        """Whether the city reaches it, be it that it does not work now."""
        return CameraStage.CONNECTED in self.stages

    @property
    def working(self) -> bool:
        """Whether it answers."""
        return self.connected and self.trouble is None
