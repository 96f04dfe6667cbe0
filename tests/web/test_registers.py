"""The registry over HTTP: read, put, removed, decided; and what residents may report."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.web.conftest import City
from tests.web.neighbours import joined

from ronda.city.registry import NewCamera

AREAS = {"33.74": "Semarang", "33.74.16": "Semarang Barat", "33.74.16.1006": "Krapyak"}
SITE = {"id": "pos", "name": "Pos ronda", "kind": "rt", "area": "33.74.16.1006", "lat": -6.98, "lon": 110.38}


async def put(admin: httpx.AsyncClient, path: str, document: dict[str, Any]) -> httpx.Response:
    return await admin.put(f"/api/v1/{path}", json=document)


@pytest.fixture
async def admin(city: City) -> httpx.AsyncClient:
    admin = await city.admin()
    for code, name in AREAS.items():
        assert (await put(admin, f"areas/{code}", {"id": code, "name": name})).status_code == 200
    assert (await put(admin, "agencies/diskominfo", {"id": "diskominfo", "name": "Diskominfo"})).status_code == 200
    assert (await put(admin, "sites/pos", SITE)).status_code == 200
    await city.centre.add_camera(NewCamera("gang", "rtsp://u:p@10.0.0.1/1", "Gang masuk"), "test")
    return admin


async def test_registers_are_read_and_put_and_have_a_history(admin: httpx.AsyncClient) -> None:
    document = (await admin.get("/api/v1/sites", params={"area": "33.74.16"})).json()
    assert (document["total"], document["sites"][0]["name"]) == (1, "Pos ronda")
    changed = await put(admin, "sites/pos", SITE | {"agency": "diskominfo", "link": {"state": "down", "wifi": "RT-3"}})
    assert changed.json()["link"]["state"] == "down"
    history = (await admin.get("/api/v1/sites/pos/history")).json()["changes"]
    assert [(one["action"], one["by"]) for one in history] == [("added", "admin"), ("changed", "admin")]
    assert (await admin.get("/api/v1/sites", params={"q": "pso ronda krapyak"})).json()["total"] == 0
    assert (await admin.get("/api/v1/sites", params={"q": "rnoda krapyak"})).json()["total"] == 1
    assert (await admin.delete("/api/v1/areas/33.74.16")).status_code == 409
    assert (await admin.delete("/api/v1/sites/pos")).status_code == 204
    assert (await admin.get("/api/v1/sites/pos")).status_code == 404


async def test_registers_are_filtered_by_depth_record_and_site(admin: httpx.AsyncClient) -> None:
    async def ids(register: str, **query: str) -> list[str]:
        answer = await admin.get(f"/api/v1/{register}", params=query)
        return [one["id"] for one in answer.json()[register]]

    assert await ids("areas", level="kelurahan", area="33.74") == ["33.74.16.1006"]
    assert await ids("sites", having="tower") == []
    await put(admin, "sites/pos", SITE | {"tower": {"owner": "PT Menara", "due": "2026-12-01"}})
    assert await ids("sites", having="tower") == ["pos"]
    assert await ids("sites", having="link") == []
    await put(admin, "recorders/nvr", {"id": "nvr", "site": "pos", "brand": "Dahua", "serial": "4K-77"})
    assert await ids("recorders", site="pos", q="4k-77 ronda") == ["nvr"]
    assert await ids("recorders", site="lain") == []


async def test_a_recorders_credentials_are_kept_and_never_told(city: City, admin: httpx.AsyncClient) -> None:
    recorder = {"id": "nvr", "site": "pos", "brand": "Dahua", "username": "admin", "password": "sangat-rahasia"}
    assert (await put(admin, "recorders/nvr", recorder)).status_code == 200
    assert (await put(admin, "recorders/nvr", {"id": "nvr", "site": "pos", "brand": "Hik"})).status_code == 200
    kept = city.centre.city.recorders.get("nvr")
    assert (kept.brand, kept.password) == ("Hik", "sangat-rahasia")
    await put(admin, "recorders/nvr", {"id": "nvr", "site": "pos", "password": "lebih-rahasia"})
    kept = city.centre.city.recorders.get("nvr")
    assert (kept.username, kept.password) == ("admin", "lebih-rahasia")
    for path in ("recorders", "recorders/nvr", "recorders/nvr/history"):
        assert "rahasia" not in (await admin.get(f"/api/v1/{path}")).text


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        ("sites/pos", SITE | {"area": "33.74.99"}, 409),
        ("sites/pos", SITE | {"kind": "castle"}, 400),
        ("sites/pos", SITE | {"colour": "red"}, 400),
        ("sites/other", SITE, 400),
        ("sites/pos", SITE | {"lat": 1000}, 400),
        ("sites/pos", SITE | {"name": "x" * 500}, 400),
        ("areas/Semarang", {"id": "Semarang", "name": "x"}, 400),
    ],
)
async def test_disorder_is_refused_and_nothing_changes(
    admin: httpx.AsyncClient, path: str, document: dict[str, Any], status: int
) -> None:
    before = (await admin.get("/api/v1/sites/pos")).text
    answer = await put(admin, path, document)
    assert answer.status_code == status, answer.text
    assert (await admin.get("/api/v1/sites/pos")).text == before


async def test_text_is_only_text(admin: httpx.AsyncClient) -> None:
    name = "'; DROP TABLE sites; -- <script>alert(1)</script> =cmd|' /C calc'!A0"
    assert (await put(admin, "sites/pos", SITE | {"name": name})).json()["name"] == name
    assert (await admin.get("/api/v1/sites/pos")).json()["name"] == name


async def test_strangers_read_no_register(city: City, admin: httpx.AsyncClient) -> None:
    async with city.client() as nobody:
        for path in ("areas", "sites", "sites/pos", "recorders", "agencies", "partners", "publication", "reports"):
            assert (await nobody.get(f"/api/v1/{path}")).status_code == 401, path


async def test_a_camera_gets_its_place_and_is_published_and_withdrawn(city: City, admin: httpx.AsyncClient) -> None:
    spot = {"site": "pos", "bearing_deg": 120}
    placed = await put(admin, "cameras/gang/place", {"spot": spot})
    assert placed.json()["area"] == "33.74.16.1006", placed.text
    decision = {"area": "33.74", "kind": "rt", "mode": "live", "reason": "Perwal: titik RT disiarkan"}
    assert (await admin.post("/api/v1/publication", json=decision)).status_code == 201
    standing = (await admin.get("/api/v1/cameras/gang/standing")).json()
    assert (standing["publication"]["mode"], standing["publication"]["decision"]["by"]) == ("live", "admin")
    await city.parts.portal.rebuild()
    async with city.client() as nobody:
        assert (await nobody.get("/api/v1/public/cameras/gang")).status_code == 200
        await put(admin, "cameras/gang/quarantine", {"reason": "kamera berputar"})
        assert (await nobody.get("/api/v1/public/cameras/gang")).status_code == 404
        assert (await admin.delete("/api/v1/cameras/gang/quarantine")).json()["quarantine"] is None
        assert (await nobody.get("/api/v1/public/cameras/gang")).status_code == 200
    masks = {"masks": [[[0, 0], [0.5, 0], [0.5, 0.5]]]}
    assert (await put(admin, "cameras/gang/masks", masks)).json()["masks"] == [[[0, 0], [0.5, 0], [0.5, 0.5]]]
    assert (await put(admin, "cameras/gang/masks", {"masks": [[[0, 0], [2, 0], [0.5, 0.5]]]})).status_code == 400


@pytest.mark.parametrize(
    "decision",
    [
        {"mode": "live", "reason": "tanpa tempat"},
        {"area": "33.74", "camera": "gang", "mode": "live", "reason": "dua-duanya"},
        {"area": "33.74", "mode": "delayed", "reason": "tanpa jeda"},
        {"area": "33.74", "mode": "live-in-hours", "reason": "tanpa jam"},
        {"area": "33.74", "mode": "live", "reason": "   "},
        {"area": "33.74", "mode": "live"},
    ],
)
async def test_a_decision_must_make_sense(admin: httpx.AsyncClient, decision: dict[str, Any]) -> None:
    assert (await admin.post("/api/v1/publication", json=decision)).status_code == 400


async def test_trouble_has_a_cause_and_ends_as_a_fault(city: City, admin: httpx.AsyncClient) -> None:
    trouble = {"cause": "insects", "since": "2026-01-02", "note": "semut"}
    assert (await put(admin, "cameras/gang/trouble", trouble)).json()["trouble"]["cause"] == "insects"
    listed = (await admin.get("/api/v1/cameras")).json()["cameras"][0]
    assert listed["trouble"] == {"cause": "insects", "since": "2026-01-02", "target": None}
    assert (await admin.delete("/api/v1/cameras/gang/trouble")).json()["trouble"] is None
    (fault,) = await city.parts.faults.of("gang")
    assert (fault.cause, fault.begun) == ("insects", date(2026, 1, 2))
    assert (await put(admin, "cameras/gang/trouble", {"cause": "cable", "since": "2099-01-01"})).status_code == 400


async def test_cameras_are_listed_by_area_words_and_nearness(city: City, admin: httpx.AsyncClient) -> None:
    await put(admin, "cameras/gang/place", {"spot": {"site": "pos"}})
    await city.centre.add_camera(NewCamera("jauh", "rtsp://10.0.0.2/1", "Jauh"), "test")

    async def ids(**query: str) -> list[str]:
        return [one["id"] for one in (await admin.get("/api/v1/cameras", params=query)).json()["cameras"]]

    assert await ids() == ["gang", "jauh"]
    assert await ids(area="33.74.16") == ["gang"]
    assert await ids(q="gagn krapyak") == ["gang"]
    assert await ids(q="gang johar") == []
    assert await ids(q="krapyka") == ["gang"]
    assert await ids(near="-6.98,110.38") == ["gang"]
    assert await ids(kind="market") == []
    assert await ids(limit="1", after="1") == ["jauh"]
    one = (await admin.get("/api/v1/cameras/gang")).json()
    assert (one["site_name"], one["area"]) == ("Pos ronda", "33.74.16.1006")
    assert {"see", "replay", "publication"} <= set(one["may"])


async def test_an_areas_space_counts_what_there_is(city: City, admin: httpx.AsyncClient) -> None:
    await put(admin, "cameras/gang/place", {"spot": {"site": "pos"}})
    await put(admin, "sites/pos", SITE | {"link": {"state": "down", "wifi": "RT-3", "provider": "Telkom"}})
    await city.centre.alter_camera("gang", lambda one: replace(one, trouble=None), "test")
    await put(admin, "cameras/gang/trouble", {"cause": "cable", "target": "2027-01-01"})
    space = (await admin.get("/api/v1/areas/33.74.16/space")).json()
    assert space["numbers"] == {"total": 1, "connected": 1, "working": 0, "published": 0}
    assert space["causes"] == [{"cause": "cable", "cameras": 1, "target": "2027-01-01"}]
    assert [(one["code"], one["total"]) for one in space["children"]] == [("33.74.16.1006", 1)]
    assert space["parents"] == [{"code": "33.74", "name": "Semarang"}]
    assert (space["links"][0]["state"], space["links"][0]["provider"]) == ("down", "Telkom")
    assert "grants" in space["may"]
    assert {"rt-head", "rt-member", "kiosk"} <= set(space["gives"])
    assert "partner" not in space["gives"]


async def test_the_code_on_a_pole_is_a_picture_without_styles(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/api/v1/cameras/gang/qr.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "/q/gang" in answer.text
    assert "style=" not in answer.text


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = picture.getexif()
    exif[0x010F] = "GPS-SECRET-PHONE"
    picture.save(out, kind, exif=exif)
    return out.getvalue()


async def send(city: City, data: dict[str, str], picture: bytes | None = None) -> httpx.Response:
    async with city.client() as nobody:
        files = {"photo": ("x.jpg", picture or b"")} if picture is not None else {"none": ("", b"")}
        return await nobody.post("/api/v1/public/reports", data=data, files=files)


async def test_a_residents_report_is_moderated_before_anything_is_shown(city: City, admin: httpx.AsyncClient) -> None:
    answer = await send(city, {"kind": "broken", "camera": "gang", "text": "Kamera <b>mati</b> sejak kemarin"}, photo())
    assert answer.status_code == 201, answer.text
    receipt = answer.json()["receipt"]
    listed = (await admin.get("/api/v1/reports", params={"state": "new"})).json()["reports"]
    assert [(one["text"], one["by"]) for one in listed] == [("Kamera <b>mati</b> sejak kemarin", None)]
    picture = (await admin.get(f"/api/v1/reports/{receipt}/photo.jpg")).content
    assert b"GPS-SECRET" not in picture
    assert Image.open(io.BytesIO(picture)).size == (40, 30)
    decision = {"state": "accepted", "note": "Petugas datang besok", "public": True}
    assert (await admin.patch(f"/api/v1/reports/{receipt}", json=decision)).status_code == 200
    async with city.client() as nobody:
        told = (await nobody.get(f"/api/v1/public/reports/{receipt.lower()}")).json()
        assert (told["state"], told["note"]) == ("accepted", "Petugas datang besok")
        assert (await nobody.get(f"/api/v1/reports/{receipt}/photo.jpg")).status_code == 401
        assert (await nobody.get("/api/v1/public/cameras/gang/reports")).status_code == 404  # it is not published
    assert (await admin.patch(f"/api/v1/reports/{receipt}", json={"state": "rejected"})).status_code == 200
    assert (await admin.get(f"/api/v1/reports/{receipt}/photo.jpg")).status_code == 404
    assert (await admin.patch(f"/api/v1/reports/{receipt}", json={"state": "resolved"})).status_code == 409
    counts = (await admin.get("/api/v1/reports")).json()["counts"]
    assert counts == {"new": 0, "accepted": 0, "resolved": 0, "rejected": 1}


def bomb() -> bytes:
    """A small PNG that says it is 60,000 pixels wide and high."""
    plain = photo("PNG")
    return plain[:16] + (60_000).to_bytes(4, "big") * 2 + plain[24:]


@pytest.mark.parametrize(
    ("data", "picture", "status"),
    [
        ({"kind": "broken", "text": ""}, None, 400),
        ({"kind": "castle", "text": "x"}, None, 400),
        ({"kind": "event", "text": "x" * 2001}, None, 400),
        ({"kind": "event", "text": "x", "lat": "here"}, None, 400),
        ({"kind": "event", "text": "x"}, b"PK\x03\x04 a zip bomb", 400),
        ({"kind": "event", "text": "x"}, b"<svg onload=alert(1)>", 400),
        ({"kind": "event", "text": "x"}, bomb(), 400),
        ({"kind": "event", "text": "x"}, photo()[:300], 400),
        ({"kind": "event", "text": "x"}, b"\0" * (13 * 1024 * 1024), 413),
    ],
)
async def test_bad_reports_are_refused_and_leave_nothing(
    city: City, admin: httpx.AsyncClient, data: dict[str, str], picture: bytes | None, status: int
) -> None:
    answer = await send(city, data, picture)
    assert answer.status_code == status, answer.text
    assert (await admin.get("/api/v1/reports")).json()["reports"] == []


async def test_a_flood_from_one_place_is_slowed(city: City) -> None:
    answers = [(await send(city, {"kind": "event", "text": f"{n}"})).status_code for n in range(7)]
    assert answers == [201] * 5 + [429] * 2


async def test_a_code_that_is_not_published_answers_like_any(city: City, admin: httpx.AsyncClient) -> None:
    hidden = await send(city, {"kind": "broken", "camera": "gang", "text": "mati"})
    never = await send(city, {"kind": "broken", "camera": "tidak-ada", "text": "mati"})
    assert hidden.status_code == never.status_code == 201
    assert set(hidden.json()) == set(never.json())


async def test_the_access_log_says_what_was_changed_and_searched(admin: httpx.AsyncClient) -> None:
    await put(admin, "sites/pos", SITE | {"address": "Jl. Subali"})
    await admin.get("/api/v1/cameras", params={"q": "motor hilang"})
    await admin.post("/api/v1/cameras", json={"id": "baru", "url": "rtsp://10.0.0.9/1"})
    entries = (await admin.get("/api/v1/accesslog")).json()["entries"]
    done = {(one["action"], one["subject"], one["area"]) for one in entries}
    assert ("registry", "site:pos", "33.74.16.1006") in done
    assert ("search", "motor hilang", None) in done
    assert ("manage", "camera:baru", None) in done


async def test_a_partner_withdraws_by_itself_and_nobody_else_gives_that_back(
    admin: httpx.AsyncClient, city: City
) -> None:
    partner = {"id": "mal", "name": "PT Mal", "start": "2020-01-01", "public": True}
    assert (await put(admin, "partners/mal", partner)).status_code == 200
    assert (await put(admin, "partners/toko", partner | {"id": "toko"})).status_code == 200
    assert (await put(admin, "sites/pos", SITE | {"partner": "mal"})).status_code == 200
    assert (await admin.put("/api/v1/cameras/gang/place", json={"spot": {"site": "pos"}})).status_code == 200
    mall = await joined(city, admin, "mal", "partner", "mal", scope="partner")
    engineer = await joined(city, admin, "engineer", "engineer", "")
    assert (await engineer.get("/api/v1/cameras/gang/still.jpg")).status_code == 200
    assert (await mall.put("/api/v1/partners/toko/revocation")).status_code == 403
    assert (await mall.get("/api/v1/partners/toko/sharing")).status_code == 403
    assert (await mall.put("/api/v1/partners/mal/revocation")).json()["revoked"]
    assert (await engineer.get("/api/v1/cameras/gang/still.jpg")).status_code == 403
    assert (await mall.get("/api/v1/cameras/gang/still.jpg")).status_code == 200
    assert (await put(engineer, "partners/mal", partner)).status_code == 403
    assert (await put(engineer, "partners/mal", partner | {"name": "Mal", "revoked": "2026-01-01"})).status_code == 200
    assert (await mall.delete("/api/v1/partners/mal/revocation")).json()["revoked"] is None
    assert (await engineer.get("/api/v1/cameras/gang/still.jpg")).status_code == 200
    looks = [(entry.look.who, entry.look.subject, entry.allowed) for _, entry in await city.people.log.entries(50)]
    assert ("mal", "partner:mal", True) in looks
    assert ("engineer", "partner:mal", False) in looks


async def test_the_city_ends_an_agreement_with_a_reason_and_gives_back_only_what_it_took(
    admin: httpx.AsyncClient, city: City
) -> None:
    partner = {"id": "mal", "name": "PT Mal", "start": "2020-01-01", "public": True}
    await put(admin, "partners/mal", partner)
    await put(admin, "sites/pos", SITE | {"partner": "mal"})
    await admin.put("/api/v1/cameras/gang/place", json={"spot": {"site": "pos"}})
    decision = {"camera": "gang", "mode": "stills", "reason": "rapat warga"}
    assert (await admin.post("/api/v1/publication", json=decision)).status_code == 201
    mall = await joined(city, admin, "mal", "partner", "mal", scope="partner")
    engineer = await joined(city, admin, "engineer", "engineer", "")
    officer = await joined(city, admin, "lurah", "officer", "33.74.16.1006")
    path = "/api/v1/partners/mal/revocation"
    assert (await officer.put(path, json={"reason": "tidak pantas"})).status_code == 403
    assert (await officer.get("/api/v1/partners/mal/sharing")).status_code == 403
    told = (await engineer.get("/api/v1/partners/mal/sharing")).json()
    assert (told["in_force"], told["total"], told["connected"], told["published"]) == (True, 1, 1, 1)
    assert told["cameras"][0] | {"area_name": ""} == {
        **{"id": "gang", "name": "Gang masuk", "site_name": SITE["name"], "area": SITE["area"], "area_name": ""},
        **{"mode": "stills", "connected": True},
    }
    assert (await engineer.put(path)).status_code == 400
    assert (await engineer.put(path, json={"reason": "menghadap rumah warga"})).json()["revoked"]
    told = (await mall.get("/api/v1/partners/mal/sharing")).json()
    assert (told["in_force"], told["published"], told["may_withdraw"], told["may_restore"]) == (False, 0, False, True)
    assert (told["withdrawn"]["by"], told["withdrawn"]["reason"]) == ("engineer", "menghadap rumah warga")
    changes = (await engineer.get("/api/v1/partners/mal/history")).json()["changes"]
    assert changes[-1]["after"]["why"] == "menghadap rumah warga"
    looks = [(entry.look.who, entry.look.purpose) for _, entry in await city.people.log.entries(50)]
    assert ("engineer", "menghadap rumah warga") in looks
    assert (await engineer.get("/api/v1/partners/mal/sharing")).json()["may_restore"]
    assert (await engineer.delete(path)).json()["revoked"] is None
    assert (await mall.put(path)).json()["revoked"]
    told = (await engineer.get("/api/v1/partners/mal/sharing")).json()
    assert (told["may_restore"], told["withdrawn"]["by"]) == (False, "mal")
    assert (await engineer.delete(path)).status_code == 403


async def test_whose_a_place_is_is_no_business_of_an_area(admin: httpx.AsyncClient, city: City) -> None:
    assert (await put(admin, "partners/mal", {"id": "mal", "name": "PT Mal"})).status_code == 200
    assert (await put(admin, "sites/mal", SITE | {"id": "mal", "partner": "mal"})).status_code == 200
    assert (await admin.put("/api/v1/cameras/gang/place", json={"spot": {"site": "mal"}})).status_code == 200
    officer = await joined(city, admin, "lurah", "officer", "33.74.16.1006")
    assert (await put(officer, "sites/mal", SITE | {"id": "mal"})).status_code == 403
    assert (await put(officer, "sites/pos", SITE | {"partner": "mal"})).status_code == 403
    assert (await put(officer, "sites/mal", SITE | {"id": "mal", "partner": "mal", "name": "Mal"})).status_code == 200
    moved = await officer.put("/api/v1/cameras/gang/place", json={"spot": {"site": "pos"}})
    assert moved.status_code == 403
    engineer = await joined(city, admin, "engineer", "engineer", "33.74.16")
    table = "id,titik\ngang,pos\n"
    answer = await engineer.post("/api/v1/import/cameras", files={"file": ("a.csv", table)})
    shown = (await engineer.get(f"/api/v1/import/{answer.json()['id']}", params={"wait": 10})).json()
    assert "whole city's business" in shown["refused"][0]["reason"]
    assert (await admin.put("/api/v1/cameras/gang/place", json={"spot": {"site": "pos"}})).status_code == 200
