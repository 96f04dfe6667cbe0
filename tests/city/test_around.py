"""Cameras around a place, and the next ones along: distances, views, roads, travel times."""

from tests.city.test_city import opened
from tests.store.databases import database_kind, store, store_url

from ronda.city.around import Sees, around, onward
from ronda.city.camera import Camera, Spot
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.geography.base_map import Point, base_map
from ronda.city.geography.plane import along, length_km, to_plane, to_point
from ronda.city.registry import NewCamera
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]
HERE: Point = (110.3700, -6.9900)


def moved(place: Point, east_m: float, north_m: float) -> Point:
    x, y = to_plane(place)
    return to_point((x + east_m / 1000, y + north_m / 1000))


async def hang(city: City, **cameras: tuple[Point, float | None]) -> None:
    """Hang cameras at places, looking somewhere."""
    for id, (at, bearing) in cameras.items():
        spot = Spot(lat=at[1], lon=at[0], bearing_deg=bearing, angle_deg=80)
        added = await city.cameras.add(NewCamera(id=id, url="rtsp://10.0.0.5/1", spot=spot), "test")
        assert added.id == id


def anybody(camera: Camera) -> bool:
    return True


async def test_what_looks_there_from_near_comes_first(store: Store) -> None:
    city = await opened(store)
    await city.apply(Edit(), "test")
    await hang(
        city,
        away=(moved(HERE, 0, 40), 0.0),
        towards=(moved(HERE, 90, 0), 270.0),
        unknown=(moved(HERE, -60, 0), None),
        far=(moved(HERE, 0, -240), 0.0),
        beyond=(moved(HERE, 0, 300), 180.0),
        secret=(moved(HERE, 10, 20), 180.0),
    )
    found = around(city, HERE, 250, lambda camera: camera.id != "secret")
    assert [(one.camera.id, one.sees) for one in found] == [
        ("towards", Sees.YES),
        ("away", Sees.NO),
        ("unknown", Sees.UNKNOWN),
        ("far", Sees.YES),
    ]
    assert [round(one.distance_m, -1) for one in found] == [90, 40, 60, 240]
    assert [round(one.direction_deg) for one in found] == [90, 0, 270, 180]


async def test_the_next_cameras_come_by_travel_time_along_the_road(store: Store) -> None:
    city = await opened(store)
    road = max((one for one in base_map().roads if one.kind == "arterial"), key=lambda one: length_km(one.points))
    (begin, _), (next_at, _) = along(road.points, 1.0), along(road.points, 1.6)
    aside = moved(begin, 0, 700)
    await hang(city, begin=(begin, 0.0), pole=(begin, 90.0), along=(next_at, None), aside=(aside, None))
    found = {one.camera.id: one for one in onward(city, city.cameras.get("begin"), anybody)}
    assert set(found) == {"along", "aside"}, "another camera of the same pole is not the next one"
    assert found["along"].road == road.name
    assert 590 <= found["along"].distance_m <= 610
    assert found["along"].fastest_s == int(found["along"].distance_m / (40 / 3.6))
    assert 1.9 < found["along"].slowest_s / found["along"].fastest_s < 2.1
    assert onward(city, city.cameras.get("begin"), lambda camera: False) == []


async def test_a_camera_without_a_place_has_no_next_one(store: Store) -> None:
    city = await opened(store)
    await city.cameras.add(NewCamera(id="nowhere", url="rtsp://10.0.0.5/1"), "test")
    await hang(city, one=(HERE, None))
    assert onward(city, city.cameras.get("nowhere"), anybody) == []
    assert [one.camera.id for one in around(city, HERE, 100, anybody)] == ["one"]
