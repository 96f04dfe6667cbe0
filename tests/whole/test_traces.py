"""From recorded footage to a confirmed link: a case, an examination by the real process, what it found on a board."""

import io
from contextlib import ExitStack, closing
from typing import Any

import httpx
from PIL import Image
from tests.browser.town import PASSWORD, Server, wait_until
from tests.whole.using import administrator, ago, problem, visitor

SECONDS = 8.0


def joined(server: Server, admin: httpx.Client, name: str, role: str) -> httpx.Client:
    """Return the client of somebody new, who has a role over the whole city and is signed in."""
    invitation = admin.post("/api/v1/invitations", json={"role": role, "scope": "city", "value": ""})
    assert invitation.status_code == 201, invitation.text
    client = httpx.Client(base_url=server.url, trust_env=False, headers={"Origin": server.url}, timeout=20)
    answer = client.post(f"/api/v1/join/{invitation.json()['token']}", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return client


def got(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def recorded(admin: httpx.Client, seconds: float) -> bool:
    """Whether the last so many seconds are recorded, but for the last two."""
    begin, end = ago(seconds), ago(2)
    answer = admin.get("/api/v1/cameras/street/timeline", params={"from": begin, "to": end})
    return any(span["from"] <= begin and span["to"] >= end for span in got(answer)["coverage"])


def test_what_was_recorded_is_examined_in_a_case_and_put_together_on_a_board(private: Server) -> None:
    with ExitStack() as stack:
        admin = stack.enter_context(administrator(private))
        officer = stack.enter_context(closing(joined(private, admin, "lurah.jejak", "officer")))
        operator = stack.enter_context(closing(joined(private, admin, "operator.jejak", "operator")))
        wait_until(lambda: recorded(admin, SECONDS + 4), "some seconds were recorded", 60)
        begin, end = ago(SECONDS + 3), ago(3)
        footage = [{"camera": "street", "from": begin, "to": end}]
        asked = {"title": "Motor dicuri", "why": "Ke mana", "basis": "LP/7", "footage": footage}
        path = f"/api/v1/cases/{got(officer.post('/api/v1/cases', json=asked), 201)['number']}"
        stretch = {"camera": "street", "from": begin, "to": end}
        problem(officer.post(f"{path}/examinations", json=stretch), 409)
        got(admin.post(f"{path}/approve", json={"note": "setuju"}))
        problem(operator.post(f"{path}/examinations", json=stretch), 403)

        exam = got(officer.post(f"{path}/examinations", json=stretch), 201)

        def done() -> bool:
            (shown,) = got(officer.get(f"{path}/examinations"))["examinations"]
            assert shown["state"] != "failed", shown
            return bool(shown["state"] == "ready")

        wait_until(done, "the footage was examined", 120)
        things = got(officer.get(f"{path}/found"))["found"]
        assert len(things) >= 2
        labels = {one["label"] for one in things}
        assert labels & {"car", "two-wheeler", "motorcycle", "bus", "truck", "bus-or-truck", "person"}
        assert all(begin <= one["ended"] and one["begun"] < end for one in things)
        first = things[0]
        picture = officer.get(first["picture"])
        assert (picture.status_code, picture.headers["cache-control"]) == (200, "private, no-store"), picture.text
        with Image.open(io.BytesIO(picture.content)) as opened:
            assert min(opened.size) >= 16
        with visitor(private) as stranger:
            assert stranger.get(first["picture"]).status_code in (401, 404)
        assert operator.get(first["picture"]).status_code == 403
        assert officer.get(f"/media/street/examinations/{exam['id']}/99999.jpg").status_code == 404
        assert officer.get(f"/media/street/examinations/{exam['id']}/found.json").status_code == 404

        board = (
            f"{path}/traces/{got(officer.post(f'{path}/traces', json={'title': 'x', 'kind': 'vehicle'}), 201)['id']}"
        )
        given = {"examination": exam["id"], "n": first["n"]}
        got(officer.post(f"{board}/points", json=given), 201)
        shown = got(officer.post(f"{board}/points", json={"camera": "street", "at": ago(5)}), 201)
        sizes = []
        for one in shown["points"]:
            with Image.open(io.BytesIO(officer.get(one["picture"]).content)) as opened:
                sizes.append(opened.size)
        assert (640, 352) in sizes  # the whole view of the moment that was named
        (link,) = shown["links"]
        said = got(officer.put(f"{board}/links/{link['from']}/{link['to']}", json={"state": "confirmed"}))
        assert (said["links"][0]["state"], said["links"][0]["by"]) == ("confirmed", "lurah.jejak")

        words = [row["what"] for row in got(officer.get(path))["custody"]]
        assert words.count("examined") == 1
        assert words.count("traced") == 4
        log = got(admin.get("/api/v1/accesslog?limit=100"))["entries"]
        assert {"examine", "search-found", "trace"} <= {one["action"] for one in log}

        got(officer.post(f"{path}/close", json={"note": "selesai"}))
        problem(officer.get(f"{path}/found"), 409)
        assert officer.get(first["picture"]).status_code == 403
        got(admin.post(f"{path}/reopen", json={}))
        ended = got(officer.delete(f"{path}/examinations/{exam['id']}"))
        assert ended["state"] == "ended"
        assert not any((private.data / "examinations").iterdir())
        assert any((private.data / "boards").iterdir())
