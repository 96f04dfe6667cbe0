"""The public's routes: what is published and nothing else, cacheable, from memory."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.web.conftest import City, open_city

from ronda.bus.contract import Hours
from ronda.city.area import Area
from ronda.city.camera import CameraStage, Quarantine, Spot
from ronda.city.edit import Edit
from ronda.city.owner import Agency
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.registry import NewCamera
from ronda.city.site import Site, SiteKind
from ronda.store.database import Store

RT = "33.74.16.1006.rw04.rt03"
SECRETS = ("geheim", "rahasia", "10.1.2.3", "kamar-tersembunyi", "Kamar Tersembunyi", "gudang")


def decided(id: str, mode: PublicationMode, **values: Any) -> PublicationDecision:
    given: dict[str, Any] = {"camera": None, "area": "33.74", "kind": None, "hours": (), "delay_s": 0}
    return PublicationDecision(id=id, mode=mode, by="walikota", reason="Perwal", at_90k=1, **(given | values))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[City]:
    """RT and market live, one RT camera and one site hidden."""
    async with open_city(tmp_path) as town:
        registry = town.centre.cameras
        areas = [Area("33.74", "Semarang", -6.99, 110.42), Area("33.74.16", "Semarang Barat", -6.98, 110.39)]
        areas += [Area("33.74.16.1006", "Krapyak", -6.98, 110.38), Area("33.74.16.1006.rw04", "RW 4"), Area(RT, "RT 3")]
        sites = [
            Site("krapyak-rt03", "RT 3 RW 4 Krapyak", SiteKind.RT, RT, -6.983, 110.386, "diskominfo"),
            Site("johar", "Pasar Johar", SiteKind.MARKET, "33.74.16.1006", -6.972, 110.425, "diskominfo"),
            Site("gudang", "Gudang rahasia", SiteKind.INFRASTRUCTURE, "33.74.16", -6.95, 110.3, "gudang-dinas"),
        ]

        def camera(id: str, site: str, name: str) -> Any:
            made = registry.made(NewCamera(id, f"rtsp://u:geheim@10.1.2.3/{id}", name, spot=Spot(site, bearing_deg=90)))
            return replace(made, papers=replace(made.papers, stages={CameraStage.CONNECTED: date(2025, 1, 1)}))

        cameras = [
            camera("gang-1", "krapyak-rt03", "RT 3 RW 4 Krapyak, gang masuk"),
            camera("gang-2", "krapyak-rt03", "RT 3 RW 4 Krapyak, pos ronda"),
            camera("kamar-tersembunyi", "krapyak-rt03", "Kamar Tersembunyi"),
            camera("johar-1", "johar", "Pasar Johar, lorong"),
            camera("gudang-1", "gudang", "Gudang rahasia 1"),
        ]
        decisions = [
            decided("rt", PublicationMode.LIVE, kind="rt"),
            decided("market", PublicationMode.STILLS, kind="market"),
            decided("one", PublicationMode.NO, camera="kamar-tersembunyi"),
        ]
        agencies = [Agency("diskominfo", "Diskominfo"), Agency("gudang-dinas", "Dinas Gudang rahasia")]
        await town.centre.apply(
            Edit(areas=areas, agencies=agencies, sites=sites, cameras=cameras, decisions=decisions), "test"
        )
        await town.parts.portal.rebuild()
        yield town


async def get(town: City, path: str, **headers: str) -> httpx.Response:
    async with town.client(**headers) as client:
        return await client.get(f"/api/v1/public{path}")


async def ids(town: City, query: str) -> list[str]:
    answer = await get(town, f"/cameras?{query}")
    assert answer.status_code == 200, answer.text
    return [camera["id"] for camera in answer.json()["cameras"]]


async def test_only_what_is_published_exists(town: City) -> None:
    assert await ids(town, "") == ["gang-1", "gang-2", "johar-1"]
    everything = [
        (await get(town, path)).text
        for path in ("/cameras", "/cameras/gang-1", "/map", "/areas", "/cameras?q=rahasia", "/cameras?q=kamar")
    ]
    everything.append(gzip.decompress(town.parts.portal.map.compressed).decode())
    for secret in SECRETS:
        assert not [text for text in everything if secret in text], secret
    hidden, never = await get(town, "/cameras/kamar-tersembunyi"), await get(town, "/cameras/tidak-pernah-ada")
    assert hidden.status_code == never.status_code == 404
    assert hidden.text.replace("kamar-tersembunyi", "X") == never.text.replace("tidak-pernah-ada", "X")
    assert hidden.headers["cache-control"] == never.headers["cache-control"]


async def test_filters_search_and_nearness(town: City) -> None:
    assert await ids(town, "area=33.74.16.1006.rw04") == ["gang-1", "gang-2"]
    assert await ids(town, "kind=market") == ["johar-1"]
    assert await ids(town, "site=krapyak-rt03&q=ronda") == ["gang-2"]
    assert await ids(town, "q=jhoar") == ["johar-1"]
    assert await ids(town, "q=krapiak+gang") == ["gang-1"]
    assert await ids(town, "near=-6.972,110.425") == ["johar-1", "gang-1", "gang-2"]
    assert await ids(town, "agency=gudang-dinas") == []
    assert await ids(town, "agency=tidak-ada") == []


async def test_pages_of_the_list(town: City) -> None:
    first = (await get(town, "/cameras?limit=2")).json()
    assert (len(first["cameras"]), first["total"], first["next"]) == (2, 3, "2")
    second = (await get(town, f"/cameras?limit=2&after={first['next']}")).json()
    assert ([one["id"] for one in second["cameras"]], second["next"]) == (["johar-1"], None)


@pytest.mark.parametrize(
    "query",
    [
        "area=Semarang",
        "area=33.74.16.1006.rw04.rt03.x",
        "kind=castle",
        "near=here",
        "near=1e9,0",
        "near=nan,nan",
        "limit=0",
        "limit=100000",
        "after=-1",
        "unknown=1",
        f"q={'x' * 201}",
    ],
)
async def test_nonsense_is_refused_plainly(town: City, query: str) -> None:
    answer = await get(town, f"/cameras?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


async def test_strange_questions_are_only_words(town: City) -> None:
    for text in ("'; DROP TABLE cameras; --", "<script>alert(1)</script>", "%00", "\u202e", "..%2f..%2fetc"):
        assert (await get(town, f"/cameras?q={text}")).status_code == 200


async def test_one_camera_with_its_surroundings(town: City) -> None:
    document = (await get(town, "/cameras/gang-1")).json()
    assert document["site"] == {"id": "krapyak-rt03", "name": "RT 3 RW 4 Krapyak", "address": ""}
    assert (document["mode"], document["live"], document["state"]) == ("live", True, "working")
    assert (document["area_name"], document["agency_name"]) == ("Krapyak", "Diskominfo")
    assert document["still"] == "/media/public/gang-1/still.jpg"
    assert [one["id"] for one in document["around"]] == ["gang-2"]
    market = (await get(town, "/cameras/johar-1")).json()
    assert (market["mode"], market["live"]) == ("stills", False)


async def test_hours_are_told_as_people_give_them(town: City) -> None:
    late = Hours(weekdays=(4, 5), from_minute=18 * 60 + 30, to_minute=5 * 60)
    await town.centre.apply(
        Edit(decisions=[decided("night", PublicationMode.HOURS, camera="gang-1", hours=(late,))]), "test"
    )
    await town.parts.portal.rebuild()
    told = [{"weekdays": [4, 5], "from": "18:30", "to": "05:00"}]
    assert (await get(town, "/cameras/gang-1")).json()["hours"] == told
    assert (await get(town, "/cameras?q=gang+masuk")).json()["cameras"][0]["hours"] == told


async def test_the_map_is_one_file_with_a_tag(town: City) -> None:
    answer = await get(town, "/map", **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "public" in answer.headers["cache-control"]
    again = await get(town, "/map", **{"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    document = answer.json()
    cameras, sites = document["cameras"], document["sites"]
    assert cameras["id"] == ["johar-1", "gang-1", "gang-2"]
    assert cameras["name"] == ["lorong", "gang masuk", "pos ronda"]
    assert [document["kinds"][sites["kind"][site]] for site in cameras["site"]] == ["market", "rt", "rt"]
    assert sites["lat"] == [-697200, -1100]
    assert document["areas"]["code"] == ["33.74", "33.74.16", "33.74.16.1006"]
    assert document["simulated"] is False
    assert "simulated" not in cameras


async def test_the_map_says_what_of_it_is_made_up(town: City) -> None:
    await town.centre.alter_camera("gang-1", lambda one: replace(one, simulated=True), "demo")
    await town.parts.portal.rebuild()
    document = (await get(town, "/map")).json()
    assert document["simulated"] is True
    assert dict(zip(document["cameras"]["id"], document["cameras"]["simulated"], strict=True)) == {
        "johar-1": 0,
        "gang-1": 1,
        "gang-2": 0,
    }


async def test_quarantine_acts_before_anything_is_rebuilt(town: City) -> None:
    quarantine = Quarantine("turned", 5, "eyes")
    await town.centre.alter_camera("gang-1", lambda one: replace(one, quarantine=quarantine), "eyes")
    assert (await get(town, "/cameras/gang-1")).status_code == 404
    assert "gang-1" not in await ids(town, "site=krapyak-rt03")
    await town.parts.portal.rebuild()
    assert "gang-1" not in json.dumps((await get(town, "/map")).json())


async def test_whoever_asks_reads_the_same(town: City) -> None:
    admin = await town.admin()
    answer = await admin.get("/api/v1/public/cameras")
    await admin.aclose()
    assert answer.text == (await get(town, "/cameras")).text
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=5"


async def test_no_question_of_the_public_reaches_the_database(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = ContextVar("asking", default=False)  # what the centre does meanwhile by itself may ask
    asking.set(True)
    for name in ("read", "run"):
        plain = getattr(Store, name)

        async def watched(*given: Any, plain: Any = plain) -> Any:
            assert not asking.get(), "the database was asked"
            return await plain(*given)

        monkeypatch.setattr(Store, name, watched)
    for path in ("/cameras", "/cameras?q=gang", "/cameras/gang-1", "/map", "/areas", "/basemap"):
        assert (await get(town, path)).status_code == 200


async def test_the_base_map_has_its_layers(town: City) -> None:
    document = (await get(town, "/basemap")).json()
    assert document["schematic"] is True
    assert {"land", "rivers", "roads", "kelurahan"} <= set(document["layers"])


async def test_the_portal_outlives_an_outline_that_cannot_be_drawn(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = city.parts.portal

    def draw(outlines: Mapping[str, object]) -> dict[str, object]:
        if outlines:
            raise ZeroDivisionError("no ring has an area")
        return {"drawn": "schematic"}

    monkeypatch.setattr(portal, "_draw", draw)
    outline = '{"type":"Polygon","coordinates":[[[110,-7],[111,-7],[111,-6],[110,-7]]]}'
    await city.centre.apply(Edit(areas=[Area("33.74", "Semarang", outline=outline)]), "test")
    await portal.rebuild()
    assert (await city.client().get("/api/v1/public/basemap")).json() == {"drawn": "schematic"}
    admin = await city.admin()
    for bad in ("not json", '{"type":"Point","coordinates":[1,1]}'):
        answer = await admin.put("/api/v1/areas/33.74", json={"id": "33.74", "name": "x", "outline": bad})
        assert answer.status_code == 400
