"""Import and export over HTTP: looked at first, then written at once, by those who may."""

import asyncio
import csv
import io
import json
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from tests.web.conftest import City
from tests.web.neighbours import joined

from ronda.city.area import Area
from ronda.city.edit import Edit
from ronda.city.importing.table import MOST_BYTES

TABLE = (
    "id,nama,titik,jenis,wilayah,lintang,bujur,url\n"
    "gang-1,Gang masuk,pos,rt,33.74.13.1003,-6.984,110.369,rtsp://u:rahasia@10.0.0.5/1\n"
    "gang-2,Pos ronda,pos,,,,,rtsp://u:rahasia@10.0.0.5/2\n"
)
BAD = TABLE + "gang-3,X,,,33.74.99,,,\n"


@pytest.fixture
async def semarang(city: City) -> City:
    """The application with a few areas."""
    areas = [
        Area("33.74", "Semarang", -6.99, 110.42),
        Area("33.74.13", "Semarang Barat", -6.98, 110.39),
        Area("33.74.13.1003", "Krapyak", -6.984, 110.369),
    ]
    await city.centre.apply(Edit(areas=areas), "test")
    return city


async def sent(client: httpx.AsyncClient, content: str | bytes, kind: str = "cameras", name: str = "a.csv") -> Any:
    """Send a file and return what it would do."""
    data = content.encode() if isinstance(content, str) else content
    answer = await client.post(f"/api/v1/import/{kind}", files={"file": (name, data)})
    assert answer.status_code == 202, answer.text
    answer = await client.get(f"/api/v1/import/{answer.json()['id']}", params={"wait": 10})
    return answer.json()


async def test_a_file_is_looked_at_and_then_written_at_once(semarang: City) -> None:
    client = await semarang.admin()
    shown = await sent(client, TABLE)
    assert shown["state"] == "ready"
    assert shown["counts"] == {"lines": 2, "new": 3, "changed": 0, "unchanged": 0, "refused": 0, "told": 0}
    assert "gang-1" not in semarang.centre.cameras
    assert "rahasia" not in json.dumps(shown)

    answer = await client.post(f"/api/v1/import/{shown['id']}/commit")
    assert answer.json()["state"] == "done"
    assert semarang.centre.cameras.get("gang-2").name == "Pos ronda"
    changes = await semarang.centre.city.history("camera", "gang-1")
    assert [(one.by, one.action) for one in changes] == [("admin", "added")]
    assert (await client.post(f"/api/v1/import/{shown['id']}/commit")).status_code == 409

    again = await sent(client, TABLE)
    assert again["counts"]["unchanged"] == 2
    assert again["counts"]["new"] == again["counts"]["changed"] == 0


async def test_nothing_is_written_when_a_line_is_refused_unless_partly(semarang: City) -> None:
    client = await semarang.admin()
    shown = await sent(client, BAD)
    (refused,) = shown["refused"]
    assert (refused["line"], refused["column"], refused["value"]) == (4, "wilayah", "33.74.99")
    answer = await client.post(f"/api/v1/import/{shown['id']}/commit")
    assert answer.status_code == 400
    assert "nothing is written" in answer.json()["detail"]
    assert "gang-1" not in semarang.centre.cameras
    answer = await client.post(f"/api/v1/import/{shown['id']}/commit", json={"partial": True})
    assert answer.status_code == 200
    assert "gang-1" in semarang.centre.cameras
    assert "gang-3" not in semarang.centre.cameras


async def test_a_register_that_has_changed_meanwhile_is_looked_at_again(semarang: City) -> None:
    client = await semarang.admin()
    first, second = await sent(client, TABLE), await sent(client, TABLE)
    assert (await client.post(f"/api/v1/import/{first['id']}/commit")).status_code == 200
    answer = await client.post(f"/api/v1/import/{second['id']}/commit")
    assert (answer.status_code, "look again" in answer.json()["mend"]) == (409, True)
    shown = (await client.get(f"/api/v1/import/{second['id']}")).json()
    assert shown["counts"]["unchanged"] == 2


async def test_a_file_that_is_none_says_so(semarang: City) -> None:
    client = await semarang.admin()
    shown = await sent(client, b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 100, name="../../etc/passwd")
    assert (shown["state"], shown["file"]) == ("failed", "passwd")
    assert "no table" in shown["problem"]
    assert shown["mend"]
    assert (await client.post(f"/api/v1/import/{shown['id']}/commit")).status_code == 409
    answer = await client.post("/api/v1/import/cameras", files={"file": ("a", b"")})
    assert answer.status_code == 202
    answer = await client.post("/api/v1/import/cameras", json={})
    assert answer.status_code == 400
    answer = await client.post(
        "/api/v1/import/cameras", content=b"x", headers={"Content-Length": str(MOST_BYTES + 1_000_000)}
    )
    assert answer.status_code == 413


async def test_areas(semarang: City, shared_assets: Any) -> None:
    client = await semarang.admin()
    data = (shared_assets / "geo" / "semarang_kecamatan_dissolved.geojson").read_bytes()
    shown = await sent(client, data, "areas", "kecamatan.geojson")
    assert (shown["counts"]["new"], shown["counts"]["changed"]) == (15, 1)
    await client.post(f"/api/v1/import/{shown['id']}/commit")
    assert len(semarang.centre.city.areas) == 18
    refused = await sent(client, TABLE, "areas")
    assert "areas come as GeoJSON" in refused["problem"]


async def test_nobody_else_sees_or_writes_an_import(semarang: City) -> None:
    client = await semarang.admin()
    shown = await sent(client, TABLE)
    socket = semarang.socket()
    assert (await socket.get(f"/api/v1/import/{shown['id']}")).status_code == 404
    assert (await socket.post(f"/api/v1/import/{shown['id']}/commit")).status_code == 404
    nobody = semarang.client()
    for method, path in (
        ("POST", "/import/cameras"), ("POST", "/import/areas"), ("GET", f"/import/{shown['id']}"),
        ("POST", f"/import/{shown['id']}/commit"), ("DELETE", f"/import/{shown['id']}"),
        ("GET", "/import/template.csv"), ("GET", "/export/cameras.csv"),
    ):  # fmt: skip
        assert (await nobody.request(method, f"/api/v1{path}")).status_code == 401
    assert (await client.delete(f"/api/v1/import/{shown['id']}")).status_code == 204
    assert (await client.get(f"/api/v1/import/{shown['id']}")).status_code == 404


async def test_the_oldest_imports_make_room(semarang: City) -> None:
    client = await semarang.admin()
    ids = [(await sent(client, TABLE))["id"] for _ in range(9)]
    answers = [(await client.get(f"/api/v1/import/{id}")).status_code for id in ids]
    assert answers == [404, *[200] * 8]


async def test_files_out(semarang: City) -> None:
    client = await semarang.admin()
    shown = await sent(client, TABLE)
    await client.post(f"/api/v1/import/{shown['id']}/commit")
    answer = await client.get("/api/v1/export/cameras.csv")
    assert 'filename="cameras.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["gang-1", "gang-2"]
    assert rows[0]["url"] == "rtsp://***@10.0.0.5/1"
    assert len((await client.get("/api/v1/export/cameras.csv", params={"area": "33.74.01"})).content.splitlines()) == 1
    book = await client.get("/api/v1/import/template.xlsx", params={"lang": "en"})
    assert [sheet.title for sheet in load_workbook(io.BytesIO(book.content))] == ["cameras", "How to fill it in"]
    assert (await client.get("/api/v1/export/cameras.exe")).status_code == 404
    assert (await client.get("/api/v1/export/agencies.geojson")).status_code == 400
    refused = await client.get("/api/v1/export/cameras.csv", params={"credentials": "true"})
    assert refused.status_code == 403
    whole = await semarang.socket().get("/api/v1/export/cameras.csv", params={"credentials": "true"})
    assert "rtsp://u:rahasia@10.0.0.5/1" in whole.text


async def test_the_loop_goes_on_while_a_large_file_is_read(semarang: City) -> None:
    client = await semarang.admin()
    rows = "".join(f"c{n},X,pos,rt,33.74.13.1003,-6.984,110.369,rtsp://10.0.0.5/{n}\n" for n in range(4000))
    turns = 0

    async def watch() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.002)
            turns += 1

    watching = asyncio.ensure_future(watch())
    shown = await sent(client, TABLE.splitlines()[0] + "\n" + rows)
    watching.cancel()
    assert shown["counts"]["new"] == 4001
    assert turns > 20  # the machine may be slow; a loop that is held turns not at all


async def test_what_was_read_with_powers_that_are_gone_is_not_written(semarang: City) -> None:
    admin = await semarang.admin()
    engineer = await joined(semarang, admin, "engineer", "engineer", "")
    assert (
        await admin.post(
            "/api/v1/grants", json={"person": "engineer", "role": "engineer", "scope": "area", "value": "33.74.01"}
        )
    ).status_code == 201
    shown = await sent(engineer, TABLE)
    grants = (await admin.get("/api/v1/grants", params={"person": "engineer"})).json()["grants"]
    city_wide = next(one["id"] for one in grants if one["scope"] == "city")
    assert (await admin.delete(f"/api/v1/grants/{city_wide}")).status_code == 204
    answer = await engineer.post(f"/api/v1/import/{shown['id']}/commit")
    assert (answer.status_code, answer.json()["mend"]) == (409, "send the file again")
    assert "gang-1" not in semarang.centre.cameras
