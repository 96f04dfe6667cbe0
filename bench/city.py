"""A city in a data folder, as if it had been imported: 14,000 published cameras, of which some are recorded."""

import asyncio
from datetime import UTC
from pathlib import Path

from ronda.base.time import SystemClock
from ronda.bus.contract import Recording, RecordingMode
from ronda.city.area import Area
from ronda.city.camera import Spot
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.registry import NewCamera
from ronda.city.site import Site, SiteKind
from ronda.store.database import Store

CITY = "33.74"
_NOBODY = "rtsp://warga:rahasia@127.0.0.1:9"


def camera_ids(many: int) -> list[str]:
    """Return the ids of the cameras."""
    return [f"kampung-{number // 2:04}-{number % 2 + 1}" for number in range(many)]


def lay_out(data: Path, many: int, recorded: int, source: str) -> None:
    """Write the city into the database of a data folder; the first `recorded` cameras come from `source`."""
    data.mkdir(parents=True, exist_ok=True)
    asyncio.run(_lay_out(data, many, recorded, source))


async def _lay_out(data: Path, many: int, recorded: int, source: str) -> None:
    store = await Store.open(f"sqlite:///{data / 'ronda.db'}")
    try:
        city = await City.open(store, SystemClock(), UTC)
        kecamatan = [f"{CITY}.{number:02}" for number in range(1, 17)]
        areas = [Area(CITY, "Semarang", -6.99, 110.42)]
        areas += [Area(code, f"Kecamatan {code[-2:]}", -7.0, 110.4) for code in kecamatan]
        sites = [
            Site(
                id=f"kampung-{number:04}",
                name=f"RT {number % 9 + 1} RW {number % 12 + 1} Kampung {number}",
                kind=(SiteKind.RT, SiteKind.MARKET, SiteKind.RT)[number % 3],
                area=kecamatan[number % 16],
                lat=-6.95 - number % 97 / 1000,
                lon=110.3 + number % 151 / 1000,
            )
            for number in range((many + 1) // 2)
        ]
        decision = PublicationDecision("all", None, CITY, None, PublicationMode.LIVE, (), 0, "walikota", "bench", 1)
        cameras = [
            city.cameras.made(_camera(number, id, recorded, source)) for number, id in enumerate(camera_ids(many))
        ]
        await city.apply(Edit(areas=areas, sites=sites, cameras=cameras, decisions=[decision]), "bench")
    finally:
        await store.close()


def _camera(number: int, id: str, recorded: int, source: str) -> NewCamera:
    pulled = number < recorded
    base = f"{source}/{id}" if pulled else f"{_NOBODY}/{id}"
    return NewCamera(
        id=id,
        url=base,
        name=f"Kampung {number // 2}, kamera {number % 2 + 1}",
        sub_url=None if pulled else f"{base}/sub",
        snapshot_url=None if pulled else f"http://127.0.0.1:9/{id}.jpg",
        recording=Recording(mode=RecordingMode.CONTINUOUS if pulled else RecordingMode.OFF),
        spot=Spot(site=f"kampung-{number // 2:04}", bearing_deg=float(number % 360)),
    )
