"""People of two RTs, made as a city makes them: invited, with a name and a password of their own."""

from typing import Any, Final

import httpx
from tests.web.conftest import City

from ronda.city.area import Area
from ronda.city.camera import Spot
from ronda.city.edit import Edit
from ronda.city.registry import NewCamera
from ronda.city.site import Site, SiteKind

KELURAHAN: Final = "33.74.13.1006"
OWN: Final = f"{KELURAHAN}.rw04.rt03"
NEIGHBOUR: Final = f"{KELURAHAN}.rw04.rt04"
SECRET: Final = "a password of my own"
CAMERAS: Final = {"ours": OWN, "neighbours": NEIGHBOUR}


async def invited(by: httpx.AsyncClient, role: str, value: str = OWN, **more: Any) -> dict[str, Any]:
    """Let somebody invite, and return the invitation."""
    given = {"role": role, "scope": "area" if value else "city", "value": value, **more}
    answer = await by.post("/api/v1/invitations", json=given)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def joined(
    city: City, by: httpx.AsyncClient, name: str, role: str, value: str = OWN, **more: Any
) -> httpx.AsyncClient:
    """Let somebody invite and somebody join, and return the client of the one who joined, signed in."""
    invitation = await invited(by, role, value, **more)
    client = city.client()
    answer = await client.post(f"/api/v1/join/{invitation['token']}", json={"name": name, "password": SECRET})
    assert answer.status_code == 201, answer.text
    return client


async def two_streets(city: City) -> None:
    """Add a camera to each of the two RTs: `ours` and `neighbours`."""
    codes = ("33.74", "33.74.13", KELURAHAN, f"{KELURAHAN}.rw04", OWN, NEIGHBOUR)
    sites = [Site(id=f"site-{id}", name=id, kind=SiteKind.RT, area=area) for id, area in CAMERAS.items()]
    await city.centre.apply(Edit(areas=[Area(code, f"Area {code}") for code in codes], sites=sites), "test")
    for id in CAMERAS:
        new = NewCamera(id=id, url="rtsp://u:secret@10.0.0.5/1", spot=Spot(site=f"site-{id}"))
        await city.centre.add_camera(new, "test")
