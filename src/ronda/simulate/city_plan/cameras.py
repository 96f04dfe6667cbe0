"""The cameras of each site: what loop they play and when, where they look, and how they stand."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import atan, degrees, radians, tan
from typing import Final

from ronda.city.camera import CameraStage, TroubleCause
from ronda.city.site import SiteKind
from ronda.simulate.city_plan.chance import between, chance, pick
from ronda.simulate.city_plan.condition import ORIGINAL_SITES, Condition, camera_trouble
from ronda.simulate.city_plan.draft import CameraPlan, SiteDraft
from ronda.simulate.city_plan.names import view
from ronda.simulate.city_plan.roads import GRID_KM, OnRoad, on_road, phase_s
from ronda.simulate.originals import SimulatedCamera, originals

_FOV_DEG: Final = {
    "road": 76.0, "crossing": 80.0, "gang": 78.0, "market": 78.0, "river": 74.0, "tower": 62.0, "office": 80.0,
    "parking": 78.0,
}  # fmt: skip
_PURPOSES: Final = {
    SiteKind.MAIN_ROAD: "lalu lintas",
    SiteKind.INFRASTRUCTURE: "penanggulangan bencana",
    SiteKind.HOTSPOT: "keamanan dan lalu lintas",
}
_SECOND_AT_KM: Final = {"jalan-pemuda": 0.95}
"""Where along its road the second of the original cameras of a site hangs."""
_SIGNED: Final = 0.86


class CameraPlanner:
    """Plans cameras site by site, in order; numbers the simulator's recorders on the way.

    Args:
        sites: All sites, for the roads on which the original cameras hang.
        today: See `ronda.simulate.city_plan`.
    """

    def __init__(self, sites: Mapping[str, SiteDraft], today: date) -> None:
        self._today = today
        self._originals = originals()
        self._indices: dict[str, list[int]] = {}
        for index, camera in enumerate(self._originals):
            self._indices.setdefault(camera.place, []).append(index)
        self._next = max(camera.recorder for camera in self._originals) + 1
        self._anchors: dict[tuple[str, str], tuple[int, float, float]] = {}
        for index, camera in enumerate(self._originals):
            site = sites[camera.id.rpartition("-")[0]]
            if site.road is not None and site.scene == camera.place:
                self._anchors.setdefault((site.road.road, site.scene), (index, camera.phase_s, site.road.km))

    def of(self, site: SiteDraft, condition: Condition, recorder: str) -> Iterator[CameraPlan]:
        """Yield the cameras of a site that hang on its recorder."""
        if site.id in ORIGINAL_SITES:
            mine = [index for index, one in enumerate(self._originals) if one.id.rpartition("-")[0] == site.id]
            for channel, index in enumerate(mine, 1):
                yield self._original(index, site, condition, recorder, channel)
            return
        number, self._next = self._next, self._next + 1
        for channel in range(1, site.cameras + 1):
            yield self._planned(site, condition, recorder, (number, channel))

    def _original(self, index: int, site: SiteDraft, condition: Condition, recorder: str, channel: int) -> CameraPlan:
        camera = self._originals[index]
        place = self._place(site, channel - 1)
        if channel > 1 and site.id in _SECOND_AT_KM and site.road is not None:
            place = on_road(site.road.road, _SECOND_AT_KM[site.id])
        return self._made(
            site, condition, recorder, channel, place, camera.id, camera.name, index, camera.phase_s,
            (camera.recorder, camera.channel),
        )  # fmt: skip

    def _planned(self, site: SiteDraft, condition: Condition, recorder: str, served: tuple[int, int]) -> CameraPlan:
        number, channel = served[1] - 1, served[1]
        id, place = f"{site.id}-{channel}", self._place(site, number)
        if place is None:
            index = pick(self._indices[site.scene], "loop", id)
            phase = round(10 * chance("phase", id), 3)
        else:
            index, anchor_s, anchor_km = self._anchor(place.road, site.scene)
            phase = phase_s(anchor_s, anchor_km, place.km)
        bearing = self._bearing(site, number, place)
        name = f"{site.name}, {view(site.scene, number, bearing)}"
        return self._made(site, condition, recorder, channel, place, id, name, index, phase, served)

    def _made(  # noqa: PLR0913, PLR0917 - one camera, put together in one place
        self, site: SiteDraft, condition: Condition, recorder: str, channel: int, place: OnRoad | None, id: str,
        name: str, index: int, phase: float, served: tuple[int, int],
    ) -> CameraPlan:  # fmt: skip
        trouble = camera_trouble(id, site, condition, self._today)
        stages = dict(condition.stages)
        connected = stages.get(CameraStage.CONNECTED)
        hidden = trouble is not None and trouble.cause is TroubleCause.MOVED
        if connected is not None and not hidden:
            stages[CameraStage.PUBLISHED] = connected + timedelta(days=between(1, 20, "published", id))
        installed = stages[CameraStage.INSTALLED]
        signed = chance("sign", id) < _SIGNED or site.id in ORIGINAL_SITES
        return CameraPlan(
            id=id,
            name=name,
            site=site.id,
            recorder=recorder,
            channel=channel,
            served=served,
            original=index,
            phase_s=phase,
            at=place.at if place is not None and place.at != site.at else None,
            bearing_deg=self._bearing(site, channel - 1, place),
            angle_deg=_angle_deg(self._originals[index]),
            purpose=_PURPOSES.get(site.kind, "keamanan"),
            sign=installed + timedelta(days=between(0, 40, "signed", id)) if signed else None,
            budget=condition.budget,
            stages=stages,
            trouble=trouble,
        )

    def _place(self, site: SiteDraft, number: int) -> OnRoad | None:
        """Return where along its road a camera hangs: each one a piece of the grid further on."""
        if site.road is None:
            return None
        further = on_road(site.road.road, site.road.km + number * GRID_KM)
        return further if number == 0 or further.at != site.road.at else on_road(site.road.road, site.road.km - GRID_KM)

    def _anchor(self, road: str, scene: str) -> tuple[int, float, float]:
        """Return loop, phase and kilometre from which a road's phases are counted."""
        if (road, scene) not in self._anchors:
            index = pick(self._indices[scene], "loop", road)
            self._anchors[road, scene] = (index, round(10 * chance("phase", road, scene), 3), 0.0)
        return self._anchors[road, scene]

    def _bearing(self, site: SiteDraft, number: int, place: OnRoad | None) -> float:
        if place is not None:
            return round((place.bearing_deg + 180 * (number % 2)) % 360, 1)
        turn = 180 * (number % 2) + 90 * (number // 2 % 2) + 20 * chance("turn", site.id, number) - 10
        return round((site.bearing_deg + turn) % 360, 1) % 360


def _angle_deg(camera: SimulatedCamera) -> float:
    half = tan(radians(_FOV_DEG[camera.place] / 2)) / camera.zoom
    return round(2 * degrees(atan(half)), 1)
