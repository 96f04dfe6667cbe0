"""Cameras along one road: the same vehicles, later by the time that the way takes."""

import asyncio
from collections import defaultdict

import pytest

from ronda.base.time import SystemClock
from ronda.city.geography.plane import bearing_deg, distance_km, nearest_on
from ronda.media.access_unit import Codec
from ronda.simulate.city import cameras
from ronda.simulate.city_plan.draft import CameraPlan
from ronda.simulate.city_plan.plan import planned_cameras
from ronda.simulate.city_plan.roads import GRID_KM, LOOP_S, PACE_MPS, carriers, on_road, phase_s, stations
from ronda.simulate.loops import Loop, LoopPicture, LoopPresentation
from ronda.simulate.originals import originals
from ronda.simulate.scenes.traffic import Actor


def along(road: str) -> list[tuple[float, CameraPlan]]:
    """Kilometre and plan of every station's camera along a road, by kilometre."""
    start = road.lower().replace(" ", "-")
    found = []
    for camera in planned_cameras():
        site, metres = camera.site.rpartition("-")[::2]
        if site == start and metres.isdigit():
            number = int(camera.id.rpartition("-")[2]) - 1
            found.append((int(metres) / 1000 + number * GRID_KM, camera))
    return sorted(found, key=lambda one: one[0])


def passes(actor: Actor, at_m: float) -> float:
    """When in the loop a vehicle is as far along its lane."""
    return (actor.start_s + at_m / actor.speed) % LOOP_S


@pytest.mark.parametrize("road", ["Jalan Majapahit", "Jalan Pemuda", "Jalan Setiabudi"])
def test_a_vehicle_passes_the_next_camera_later_by_the_travel_time(road: str) -> None:
    row = along(road)
    assert len(row) >= 4
    loops = {camera.original for _, camera in row}
    assert len(loops) == 1
    (km, first), *others = row
    scene = originals()[first.original].scene(320, 180)
    assert scene.period_s == LOOP_S
    car = next(actor for actor in scene.actors if actor.label != "person")
    mark = passes(car, 40)
    for further, camera in others:
        seen_first, seen_then = ((mark - one.phase_s) % LOOP_S for one in (first, camera))
        travel_s = (further - km) * 1000 / PACE_MPS
        assert (seen_then - seen_first - travel_s + LOOP_S / 2) % LOOP_S - LOOP_S / 2 == pytest.approx(0, abs=0.01)
        # For the other direction the further camera comes first, by as much.
        assert (seen_first - seen_then - travel_s + LOOP_S / 2) % LOOP_S - LOOP_S / 2 == pytest.approx(0, abs=0.01)


async def test_the_simulators_own_timeline_agrees() -> None:
    """Two presentations of one loop show the same picture apart by the travel time."""
    pictures = tuple(LoopPicture((bytes([number]),), keyframe=True, size_bytes=1) for number in range(120))
    loop, clock = Loop(Codec.H264, (), 7500, pictures), SystemClock()
    shown: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)

    class Watched(LoopPresentation):
        def __init__(self, name: str, phase: float) -> None:
            super().__init__(loop, phase, clock)
            self.name = name

        def show(self, index: int, picture: LoopPicture, pts_90k: int, utc_90k: int) -> None:
            shown[self.name].append((picture.payloads[0][0], utc_90k))

    class Nobody:
        def picture(self, picture: object) -> None: ...

        def end(self) -> None: ...

    here, there = Watched("here", 1.9), Watched("there", phase_s(1.9, 0.55, 0.95))
    for one in (here, there):
        one.attach(Nobody())
    await asyncio.sleep(0.4)
    for one in (here, there):
        one.detach(Nobody())
    first, at = shown["here"][0]
    then, later = shown["there"][0]
    # 400 m at 10 m/s are 40 s, four loops: the same picture at the same moment.
    assert ((then - first) - (later - at) / 7500 + 60) % 120 - 60 == pytest.approx(0, abs=1)
    assert phase_s(1.9, 0.55, 0.60) == pytest.approx(6.9)


def test_cameras_look_along_the_road_and_hang_on_its_grid() -> None:
    roads = {road.name: road.points for road in carriers()}
    for km, camera in along("Jalan Brigjen Sudiarto"):
        place = on_road("Jalan Brigjen Sudiarto", km)
        away, at_km, direction = nearest_on(roads["Jalan Brigjen Sudiarto"], place.at)
        assert away < 0.01 and at_km == pytest.approx(km, abs=0.01)
        assert min(abs((camera.bearing_deg - direction) % 180), abs((direction - camera.bearing_deg) % 180)) < 1
    assert all(round(place.km / GRID_KM, 6) == round(place.km / GRID_KM) for place in stations())
    with pytest.raises(LookupError, match="no road"):
        on_road("Jalan Entah", 1)


def test_the_known_cameras_of_one_street_hang_where_it_runs() -> None:
    pemuda = [camera for camera in planned_cameras() if camera.site == "jalan-pemuda"]
    assert [camera.id for camera in pemuda] == ["jalan-pemuda-1", "jalan-pemuda-2"] and pemuda[1].at
    assert distance_km((110.4135, -6.9807), pemuda[1].at) == pytest.approx(0.4, abs=0.05)
    assert bearing_deg((110.4135, -6.9807), pemuda[1].at) == pytest.approx(52, abs=6)


def test_the_simulator_serves_the_plan() -> None:
    many = cameras(14_000)
    assert many[:24] == cameras() and len({camera.path("main") for camera in many}) == 14_000
    assert {camera.loop for camera in many} == {camera.loop for camera in cameras()}
    by_id = {camera.id: camera for camera in many}
    for plan in planned_cameras()[::97]:
        camera = by_id[plan.id]
        assert camera.path("sub") == f"/nvr-{plan.served[0]:04d}/ch{plan.served[1]}/sub"
        assert camera.phase_s == plan.phase_s and camera.broken == (plan.connected and not plan.working)
    beyond = cameras(14_010)
    assert len({camera.id for camera in beyond}) == len({camera.path("main") for camera in beyond}) == 14_010
