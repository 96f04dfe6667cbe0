"""Reading, exporting, witnessing and erasing over HTTP."""

import asyncio
import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from tests.web.conftest import City

from ronda.bus.contract import centre_subject
from ronda.bus.witness import HeadObjection, HeadTold, WitnessReport
from ronda.city.place import Place
from ronda.people import grant_rows
from ronda.people.access_log import Look
from ronda.people.access_log.faces import Face
from ronda.people.access_log.head import Head
from ronda.people.access_log.merkle import consistent, includes, leaf_hash
from ronda.people.grant_rows import GrantEntry
from ronda.people.people import COOKIE
from ronda.people.principal import Grant, Role, Scope
from ronda.people.tables import PERSONS

RT = "33.74.16.1006.rw04.rt03"
OTHER = "33.74.16.1006.rw04.rt04"
LOOK = Look("budi", "replay", "gang", "motor hilang", "internet", 90_000, 180_000, area=RT)
URL = "/api/v1/accesslog"
PROOF = "/api/v1/public/accesslog/proof"
API = Path(__file__).resolve().parents[2] / "docs" / "api.md"


async def signed_in(city: City, name: str, role: Role, scope: Scope, value: str) -> httpx.AsyncClient:
    """Return the client of a new person with one grant."""
    entry = GrantEntry(Grant(f"grant-{name}", role, scope, value, 0, None, "admin"), name, 0)

    def add(connection: sa.Connection) -> None:
        connection.execute(PERSONS.insert().values(name=name, password_hash="-", created=0))
        grant_rows.insert(connection, entry)

    await city.store.run(add)
    client = city.client()
    client.cookies.set(COOKIE, await city.people.credentials.new_session(name, "test"))
    return client


async def entries(client: httpx.AsyncClient, **asked: object) -> list[dict[str, object]]:
    answer = await client.get(URL, params={name.rstrip("_"): str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["entries"]
    return found


async def test_entries_by_area_camera_person_action_and_time(city: City) -> None:
    log = city.people.log
    view = log.start(LOOK)
    log.end(view, LOOK)
    log.start(replace(LOOK, area=OTHER, camera="pasar", who="siti", action="clip"))
    log.start(replace(LOOK, area=None, camera=None, subject="tono", action="grant"))
    admin = await city.admin()
    (first,) = await entries(admin, who="budi", area=RT)
    assert first | {"number": 0, "started": "", "ended": ""} == {
        "number": 0,
        "who": "budi",
        "erased": False,
        "action": "replay",
        "camera": "gang",
        "area": RT,
        "subject": None,
        "purpose": "motor hilang",
        "from": "1970-01-01T00:00:01.000Z",
        "to": "1970-01-01T00:00:02.000Z",
        "started": "",
        "ended": "",
        "remote": "internet",
        "allowed": True,
        "reason": "",
        "display": "",
        "role": None,
        "camera_name": None,
    }
    assert first["ended"]
    cases: list[tuple[dict[str, Any], list[str] | None]] = [
        ({"area": "33.74.16.1006.rw04"}, ["clip", "replay"]),
        ({"area": "33.74.16.1006"}, ["clip", "replay"]),
        ({"area": "33.74.16.1006.rw0"}, None),
        ({"area": "33.74.01"}, []),
        ({"camera": "pasar"}, ["clip"]),
        ({"who": "siti"}, ["clip"]),
        ({"action": "grant"}, ["grant"]),
        ({"action": ["replay", "clip"]}, ["clip", "replay"]),
        ({"to": "2020-01-01T00:00:00Z"}, []),
        ({"from": "2020-01-01T00:00:00Z", "who": "siti"}, ["clip"]),
        ({"from": "yesterday"}, None),
        ({"limit": 0}, None),
        ({"colour": "red"}, None),
    ]
    for asked, expected in cases:
        answer = await admin.get(URL, params=asked)
        if expected is None:
            assert answer.status_code == 400, asked
        else:
            actions = [entry["action"] for entry in answer.json()["entries"]]
            assert [action for action in actions if action != "access-log"] == expected, asked
    (grant,) = await entries(admin, action="grant")
    assert grant["subject"] == "tono"


async def test_who_answers_for_an_area_reads_that_area(city: City) -> None:
    city.people.log.start(LOOK)
    city.people.log.start(replace(LOOK, area=OTHER, who="siti"))
    head = await signed_in(city, "ketua", Role.RT_HEAD, Scope.AREA, RT)
    for asked in ({}, {"area": RT}):
        assert {entry["who"] for entry in await entries(head, **asked)} == {"budi", "ketua"}
    assert (await head.get(URL, params={"area": OTHER})).status_code == 403
    assert (await head.get(URL, params={"area": "33.74"})).status_code == 403
    assert "siti" not in (await head.get(f"{URL}/export")).text
    assert (await head.get(URL)).json()["whole"] is False
    assert (await (await city.admin()).get(URL)).json()["whole"] is True
    assert (await head.get(f"{URL}/head")).status_code == 403
    member = await signed_in(city, "warga", Role.RT_MEMBER, Scope.AREA, RT)
    assert {entry["who"] for entry in await entries(member)} >= {"budi", "ketua"}
    assert (await member.get(URL, params={"area": OTHER})).status_code == 403
    kiosk = await signed_in(city, "balai", Role.KIOSK, Scope.AREA, RT)
    assert (await kiosk.get(URL)).status_code == 403
    refused = await entries(await city.admin(), who="ketua", action="access-log")
    assert any(not entry["allowed"] and entry["area"] == OTHER for entry in refused)


@pytest.mark.parametrize("name", ["=1+1", "+62", "@cmd", "-2", "\tx"])
async def test_no_cell_of_an_export_is_a_formula(city: City, name: str) -> None:
    city.people.log.start(replace(LOOK, purpose=f"{name}|cmd", who='"quoted", and\nbroken'))
    text = (await (await city.admin()).get(f"{URL}/export", params={"camera": "gang"})).text
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["purpose"][0] in "'\N{REPLACEMENT CHARACTER}"
    assert row["who"] == '"quoted", and\N{REPLACEMENT CHARACTER}broken'
    assert (row["allowed"], row["from"]) == ("true", "1970-01-01T00:00:01.000Z")


async def test_nor_where_the_semicolon_parts_cells(city: City) -> None:
    city.people.log.start(replace(LOOK, purpose="theft; =1+1;@cmd; and on"))
    text = (await (await city.admin()).get(f"{URL}/export", params={"camera": "gang"})).text
    assert "theft; '=1+1;'@cmd; and on" in text


async def test_an_export_is_whole_and_in_order(city: City) -> None:
    for number in range(2_345):
        city.people.log.start(replace(LOOK, purpose=str(number)))
    admin = await city.admin()
    text = (await admin.get(f"{URL}/export", params={"format": "jsonl", "camera": "gang"})).text
    assert [json.loads(line)["purpose"] for line in text.splitlines()] == [str(number) for number in range(2_345)]
    assert (await admin.get(f"{URL}/export", params={"format": "xml"})).status_code == 400


async def test_heads_and_proofs_can_be_checked_outside(city: City) -> None:
    admin = await city.admin()
    city.people.log.start(LOOK)
    older = Head.parse((await admin.get(f"{URL}/head")).text)
    for _ in range(700):
        city.people.log.start(LOOK)
    newer = Head.parse((await admin.get(f"{URL}/head")).text)
    assert older.genuine
    assert newer.genuine
    assert newer.size >= older.size + 700
    told = (await admin.get(f"{URL}/proof", params={"first": older.size, "second": newer.size})).json()
    assert consistent(older.size, newer.size, [bytes.fromhex(one) for one in told["hashes"]], older.root, newer.root)
    found = (await admin.get(f"{URL}/inclusion", params={"number": 300, "size": newer.size})).json()
    assert leaf_hash(found["entry"].encode()).hex() == found["leaf"]
    proof = [bytes.fromhex(one) for one in found["hashes"]]
    assert includes(bytes.fromhex(found["leaf"]), 300, newer.size, proof, newer.root)
    assert "budi" not in found["entry"]
    for path in (
        f"{URL}/proof?first=5&second=4",
        f"{URL}/proof?first=1&second=9000000",
        f"{URL}/inclusion?number=5&size=5",
        f"{URL}/inclusion?number=-1&size=5",
        f"{URL}/proof?first=1",
    ):
        assert (await admin.get(path)).status_code == 400, path


async def test_anybody_can_witness(city: City) -> None:
    answer = await city.client().get("/api/v1/public/accesslog/head")
    assert Head.parse(answer.text).genuine
    assert answer.headers["cache-control"] == "public, max-age=10"
    for path in ("", "/head", "/export", "/proof?first=0&second=0", "/inclusion?number=0&size=1", "/witnesses"):
        assert (await city.client().get(f"{URL}{path}")).status_code == 401, path


async def test_anybody_can_check_that_the_log_only_grew(city: City) -> None:
    stranger = city.client()
    city.people.log.start(LOOK)
    older = await city.parts.heads.fresh()
    for _ in range(9):
        city.people.log.start(LOOK)
    newer = await city.parts.heads.fresh()
    answer = await stranger.get(PROOF, params={"first": older.size, "second": newer.size})
    assert answer.headers["cache-control"] == "public, max-age=86400, immutable"
    hashes = [bytes.fromhex(one) for one in answer.json()["hashes"]]
    assert consistent(older.size, newer.size, hashes, older.root, newer.root)
    city.people.log.start(LOOK)
    await city.people.log.flush()
    for first, second in ((0, newer.size + 1), (newer.size, older.size), (-1, 2), ("x", 2)):
        refused = await stranger.get(PROOF, params={"first": first, "second": second})
        assert refused.status_code == 400, refused.text
        assert refused.headers["cache-control"] == "no-store"


async def test_the_check_by_hand_in_the_documents_holds(city: City, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", API.read_text(), re.DOTALL)
    sizes = [1, 2, 5, 8, 13, 64, 100]
    heads: list[Head] = []
    for size in sizes:
        for _ in range(size - (heads[-1].size if heads else 0)):
            city.people.log.start(LOOK)
        heads.append(await city.parts.heads.fresh())
    assert [head.size for head in heads] == sizes

    def answer(older: Head, newer: Head, hashes: list[bytes]) -> str:
        for name, document in (("OLD", older.document()), ("NEW", newer.document())):
            (tmp_path / f"{name}.json").write_text(json.dumps(document))
        (tmp_path / "PROOF.json").write_text(json.dumps({"hashes": [one.hex() for one in hashes]}))
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    for older, newer in ((heads[0], heads[1]), (heads[2], heads[6]), (heads[3], heads[4]), (heads[5], heads[6])):
        hashes = await city.people.log.consistency(older.size, newer.size)
        assert await asyncio.to_thread(answer, older, newer, hashes) == "True\n"
    assert await asyncio.to_thread(answer, heads[2], replace(heads[6], root=b"x" * 32), hashes) == "False\n"


async def test_a_node_that_refuses_a_head_is_shown_and_is_an_alarm(city: City) -> None:
    admin = await city.admin()
    assert (await admin.get(f"{URL}/witnesses")).json() == {"witnesses": []}
    assert (await admin.get(URL)).json()["disputed"] is False
    head = await city.parts.heads.fresh()
    report = WitnessReport(node="rt-box", size=head.size, at_90k=head.at_90k)
    told = await city.bus.request(centre_subject("witness"), report, HeadTold)
    assert (told.size, told.first, told.hashes) == (head.size, head.size, ())
    assert (await admin.get("/healthz")).json()["status"] == "ok"
    refusing = report.model_copy(update={"objection": HeadObjection.REWRITTEN, "refused": 2, "refused_90k": 90_000})
    await city.bus.request(centre_subject("witness"), refusing, HeadTold)
    (one,) = (await admin.get(f"{URL}/witnesses")).json()["witnesses"]
    assert one | {"heard": ""} == {
        "node": "rt-box",
        "size": head.size,
        "time": head.time,
        "heard": "",
        "problem": "rewritten",
        "refused": 2,
        "refused_at": "1970-01-01T00:00:01.000Z",
    }
    assert (await admin.get(URL)).json()["disputed"] is True
    health = (await city.client().get("/healthz")).json()
    assert (health["status"], health["alarms"]) == ("degraded", 1)
    assert "rt-box" not in json.dumps(health)


async def test_a_name_is_erased_and_the_erasing_is_logged(city: City) -> None:
    city.people.log.start(LOOK)
    city.people.log.start(replace(LOOK, who="siti", subject="budi"))
    admin = await city.admin()
    before = Head.parse((await admin.get(f"{URL}/head")).text)
    answer = await admin.post(f"{URL}/erasures", json={"name": "budi"})
    assert answer.json() == {"entries": 2}
    assert (await admin.post(f"{URL}/erasures", json={"name": "budi"})).status_code == 404
    assert "budi" not in (await admin.get(URL)).text
    mine = await entries(admin, camera="gang")
    assert [(entry["who"], entry["subject"], entry["purpose"], entry["erased"]) for entry in mine] == [
        ("siti", "(erased)", "motor hilang", False),
        ("(erased)", None, "(erased)", True),
    ]
    (erasing,) = await entries(admin, action="erase-name")
    assert erasing["who"] == "admin"
    after = Head.parse((await admin.get(f"{URL}/head")).text)
    proof = (await admin.get(f"{URL}/proof", params={"first": before.size, "second": after.size})).json()["hashes"]
    assert consistent(before.size, after.size, [bytes.fromhex(one) for one in proof], before.root, after.root)
    head = await signed_in(city, "ketua", Role.RT_HEAD, Scope.AREA, RT)
    assert (await head.post(f"{URL}/erasures", json={"name": "siti"})).status_code == 403


async def test_a_look_at_a_camera_says_in_which_area_it_stood(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city.people.policy, "places", lambda id: Place(RT) if id == "gang" else None)
    city.people.log.start(replace(LOOK, area=None))
    city.people.log.start(replace(LOOK, area=None, camera="none"))
    (entry,) = await entries(await city.admin(), area=RT, action="replay")
    assert entry["camera"] == "gang"


async def test_people_and_cameras_are_called_what_they_are_called(city: City) -> None:
    await signed_in(city, "budi", Role.RT_HEAD, Scope.AREA, RT)
    admin = await city.admin()
    await admin.post("/api/v1/cameras", json={"id": "gang", "name": "Gang masuk", "url": "rtsp://10.0.0.5/1"})
    city.people.log.start(LOOK)
    city.people.log.start(replace(LOOK, area=OTHER))
    city.people.log.start(replace(LOOK, who="admin"))
    found = await entries(admin, camera="gang", action="replay")
    assert [(one["who"], one["role"], one["camera_name"]) for one in found] == [
        ("admin", "administrator", "Gang masuk"),
        ("budi", "rt-head", "Gang masuk"),
        ("budi", "rt-head", "Gang masuk"),
    ]


def test_of_several_roles_the_nearest_counts() -> None:
    face = Face("Siti", ((Role.AUDITOR, ""), (Role.OFFICER, "33.74.16.1006"), (Role.RT_HEAD, RT)))
    assert face.role_in(RT) is Role.RT_HEAD
    assert face.role_in(OTHER) is Role.OFFICER
    assert face.role_in("33.74.01") is face.role_in(None) is Role.AUDITOR
    assert Face("", ((Role.RT_HEAD, RT),)).role_in(OTHER) is Role.RT_HEAD
    assert Face("").role_in(RT) is None


async def test_coming_and_going_are_logged(city: City) -> None:
    client = city.client()
    wrong = {"name": "admin", "password": "guess"}
    assert (await client.post("/api/v1/session", json=wrong)).status_code == 401
    leaver = await city.admin()
    assert (await leaver.delete("/api/v1/session")).status_code == 204
    assert (await leaver.delete("/api/v1/session")).status_code == 204
    found = await entries(await city.admin(), who="admin")
    coming = [(entry["action"], entry["allowed"]) for entry in found if entry["action"] in ("sign-in", "sign-out")]
    assert coming[::-1] == [("sign-in", False), ("sign-in", True), ("sign-out", True), ("sign-in", True)]
