"""The people of an area: invited, seen, managed and ended by whoever cares for it, and by nobody else."""

from datetime import timedelta

import httpx
import pytest
from tests.web.conftest import PASSWORD, City
from tests.web.neighbours import CAMERAS, KELURAHAN, NEIGHBOUR, OWN, SECRET, invited, joined, two_streets

from ronda.base.time import HZ_90K, format_rfc3339
from ronda.people.people import COOKIE


@pytest.fixture
async def streets(city: City) -> City:
    await two_streets(city)
    return city


def later(city: City, days: float) -> str:
    return format_rfc3339(city.parts.clock.utc_90k() + round(timedelta(days=days).total_seconds() * HZ_90K))


async def statuses(client: httpx.AsyncClient, camera: str) -> dict[str, int]:
    """Return how each way to a camera's pictures answers."""
    moments = "from=2026-11-21T00:00:00Z&to=2026-11-21T00:10:00Z"
    paths = {
        "see": f"/api/v1/cameras/{camera}",
        "live": f"/media/{camera}/live",
        "still": f"/api/v1/cameras/{camera}/still.jpg",
        "timeline": f"/api/v1/cameras/{camera}/timeline?{moments}",
        "clip": f"/api/v1/cameras/{camera}/clip.mp4?{moments}",
    }
    return {what: (await client.get(path)).status_code for what, path in paths.items()}


async def test_a_member_invited_by_the_head_sees_the_own_street_and_no_other(streets: City) -> None:
    head = await joined(streets, await streets.admin(), "pak.rt", "rt-head")
    member = await joined(streets, head, "siti", "rt-member", display="Siti Aminah")
    assert set((await statuses(member, "ours")).values()) == {200}
    assert set((await statuses(member, "neighbours")).values()) == {403}
    assert [one["id"] for one in (await member.get("/api/v1/cameras")).json()["cameras"]] == ["ours"]
    state = (await member.get("/api/v1/session")).json()
    assert (state["person"]["display"], state["areas"]) == ("Siti Aminah", [OWN])
    assert (await member.patch("/api/v1/cameras/ours", json={"name": "x"})).status_code == 403
    assert (await member.get("/api/v1/people")).status_code == 403


@pytest.mark.parametrize("role", ["resident", "rt-member", "rt-head", "officer", "operator", "engineer", "responder"])
async def test_no_role_sees_a_camera_of_another_rt(streets: City, role: str) -> None:
    somebody = await joined(streets, await streets.admin(), "somebody", role)
    assert set((await statuses(somebody, "neighbours")).values()) == {403}
    assert set((await statuses(streets.client(), "neighbours")).values()) == {404}


async def test_an_invitation_opens_once_and_says_what_it_gives(streets: City) -> None:
    admin = await streets.admin()
    invitation = await invited(admin, "rt-member", display="Bu Siti", until=later(streets, 365))
    assert invitation["link"] == f"http://ronda.test/join/{invitation['token']}"
    assert invitation["qr"].startswith("<svg")
    assert "style" not in invitation["qr"]
    path = f"/api/v1/join/{invitation['token']}"
    told = (await streets.client().get(path)).json()
    assert (told["role"], told["value"], told["you"]) == ("rt-member", OWN, None)
    assert told["area_name"].startswith(f"Area {OWN} Area ")
    assert told["display"] == "Bu Siti"

    client = streets.client()
    for given in ({"name": "x", "password": SECRET}, {"name": "siti", "password": "short"}, {"name": "siti"}, {}):
        assert (await client.post(path, json=given)).status_code == 400, given
    assert (await client.post(path, json={"name": "admin", "password": SECRET})).status_code == 409
    assert (await client.post(path, json={"name": "Siti", "password": SECRET})).status_code == 201
    assert COOKIE in client.cookies
    assert (await client.get("/api/v1/session")).json()["person"]["name"] == "siti"
    for again in (await streets.client().get(path), await streets.client().post(path, json={})):
        assert again.status_code == 410
        assert again.json()["code"] == "invitation-used"
        assert again.json()["detail"] == "this invitation was used already"
    (listed,) = (await admin.get("/api/v1/invitations")).json()["invitations"]
    assert (listed["state"], listed["used_by"]) == ("used", "siti")
    assert "token" not in listed


async def test_who_has_an_account_takes_an_invitation_with_it(streets: City) -> None:
    admin = await streets.admin()
    member = await joined(streets, admin, "siti", "rt-member")
    path = f"/api/v1/join/{(await invited(admin, 'rt-member', NEIGHBOUR))['token']}"
    assert (await member.get(path)).json()["you"] == "siti"
    assert (await statuses(member, "neighbours"))["live"] == 403
    assert (await member.post(path, json={})).status_code == 201
    assert (await statuses(member, "neighbours"))["live"] == 200


async def test_expired_withdrawn_and_made_up_invitations(streets: City) -> None:
    admin = await streets.admin()
    withdrawn = await invited(admin, "rt-member")
    assert (await admin.delete(f"/api/v1/invitations/{withdrawn['id']}")).status_code == 204
    answer = await streets.client().post(f"/api/v1/join/{withdrawn['token']}", json={})
    assert (answer.status_code, answer.json()["detail"]) == (410, "this invitation was withdrawn")
    made_up = await streets.client().get("/api/v1/join/made-up")
    assert made_up.status_code == 404
    guesses = [(await streets.client().get(f"/api/v1/join/guess-{n}")).status_code for n in range(8)]
    assert 429 in guesses
    for hours in (0, 2161):
        given = {"role": "rt-member", "scope": "area", "value": OWN, "hours": hours}
        assert (await admin.post("/api/v1/invitations", json=given)).status_code == 400


async def test_an_invitation_ends_with_the_powers_of_who_made_it(streets: City) -> None:
    admin = await streets.admin()
    head = await joined(streets, admin, "pak.rt", "rt-head")
    path = f"/api/v1/join/{(await invited(head, 'rt-member'))['token']}"
    (grant,) = (await admin.get("/api/v1/grants", params={"person": "pak.rt"})).json()["grants"]
    assert (await admin.delete(f"/api/v1/grants/{grant['id']}")).status_code == 204
    answer = await streets.client().post(path, json={"name": "siti", "password": SECRET})
    assert (answer.status_code, answer.json()["detail"]) == (410, "who invited you may not do so any more")


@pytest.mark.parametrize(
    ("giver", "given", "allowed"),
    [
        ("rt-head", {"role": "rt-member", "scope": "area", "value": OWN}, True),
        ("rt-head", {"role": "kiosk", "scope": "area", "value": OWN}, True),
        ("rt-head", {"role": "rt-member", "scope": "area", "value": NEIGHBOUR}, False),
        ("rt-head", {"role": "rt-member", "scope": "area", "value": KELURAHAN}, False),
        ("rt-head", {"role": "rt-head", "scope": "area", "value": OWN}, False),
        ("rt-head", {"role": "administrator", "scope": "city"}, False),
        ("rt-head", {"role": "operator", "scope": "area", "value": OWN}, False),
        ("rt-member", {"role": "rt-member", "scope": "area", "value": OWN}, False),
        ("officer", {"role": "rt-head", "scope": "area", "value": OWN}, True),
        ("officer", {"role": "engineer", "scope": "area", "value": OWN}, False),
        ("auditor", {"role": "auditor", "scope": "area", "value": OWN}, False),
        ("engineer", {"role": "rt-member", "scope": "area", "value": OWN}, False),
    ],
)
async def test_nobody_gives_more_than_they_hold(
    streets: City, giver: str, given: dict[str, str], allowed: bool
) -> None:
    somebody = await joined(streets, await streets.admin(), "somebody", giver)
    answer = await somebody.post("/api/v1/invitations", json=given)
    assert answer.status_code == (201 if allowed else 403), answer.text
    people = {"person": "admin", **given}
    assert (await somebody.post("/api/v1/grants", json=people)).status_code in ({201, 409} if allowed else {403})


async def test_a_grant_ends_no_later_than_its_givers_powers(streets: City) -> None:
    head = await joined(streets, await streets.admin(), "pak.rt", "rt-head", until=later(streets, 30))
    for until, status in ((None, 403), (later(streets, 31), 403), (later(streets, 29), 201)):
        given = {"role": "rt-member", "scope": "area", "value": OWN, "until": until}
        assert (await head.post("/api/v1/invitations", json=given)).status_code == status, until
    past = {"role": "rt-member", "scope": "area", "value": OWN, "until": "2020-01-01T00:00:00Z"}
    assert (await head.post("/api/v1/invitations", json=past)).status_code == 400


@pytest.mark.parametrize(
    "given",
    [
        {"role": "rt-member", "scope": "area", "value": "nowhere"},
        {"role": "rt-member", "scope": "city"},
        {"role": "administrator", "scope": "area", "value": OWN},
        {"role": "officer", "scope": "city", "value": OWN},
        {"role": "emperor", "scope": "city"},
        {"role": "operator", "scope": "agency", "value": ""},
        {"role": "rt-member", "scope": "area", "value": OWN, "until": "tomorrow"},
    ],
)
async def test_grants_that_make_no_sense(city: City, given: dict[str, str]) -> None:
    admin = await city.admin()
    assert (await admin.post("/api/v1/grants", json={"person": "admin", **given})).status_code == 400
    assert (await admin.post("/api/v1/invitations", json=given)).status_code == 400


async def test_grants_are_given_listed_ended_and_take_effect_at_once(streets: City) -> None:
    admin = await streets.admin()
    member = await joined(streets, admin, "siti", "rt-member")
    given = {"person": "siti", "role": "rt-member", "scope": "area", "value": NEIGHBOUR}
    grant = (await admin.post("/api/v1/grants", json=given)).json()
    assert (await admin.post("/api/v1/grants", json=given)).status_code == 409
    assert (await admin.post("/api/v1/grants", json={**given, "person": "nobody"})).status_code == 404
    assert (await statuses(member, "neighbours"))["live"] == 200
    assert (await member.delete(f"/api/v1/grants/{grant['id']}")).status_code == 403, "members manage nothing"
    assert (await admin.delete(f"/api/v1/grants/{grant['id']}")).status_code == 204
    assert (await admin.delete(f"/api/v1/grants/{grant['id']}")).status_code == 404
    assert (await statuses(member, "neighbours"))["live"] == 403
    assert (await statuses(member, "ours"))["live"] == 200
    running = (await admin.get("/api/v1/grants", params={"person": "siti"})).json()["grants"]
    assert [one["value"] for one in running] == [OWN]
    every = (await admin.get("/api/v1/grants", params={"person": "siti", "ended": True})).json()["grants"]
    assert {one["ended_by"] for one in every} == {None, "admin"}
    history = await streets.centre.city.history("grant", grant["id"])
    assert [(change.action, change.by) for change in history] == [("added", "admin"), ("removed", "admin")]


async def test_the_head_sees_and_ends_the_people_of_the_own_street(streets: City) -> None:
    admin = await streets.admin()
    head = await joined(streets, admin, "pak.rt", "rt-head")
    member = await joined(streets, head, "siti", "rt-member")
    await joined(streets, admin, "stranger", "rt-member", NEIGHBOUR)
    people = (await head.get("/api/v1/people")).json()["people"]
    assert [(one["name"], one["managed"]) for one in people] == [("pak.rt", False), ("siti", True)]
    assert (await head.get("/api/v1/people", params={"area": NEIGHBOUR})).status_code == 403
    assert (await head.get("/api/v1/people/stranger")).status_code == 404
    assert (await head.patch("/api/v1/people/stranger", json={"disabled": True})).status_code == 403
    sessions = (await head.get("/api/v1/sessions")).json()["sessions"]
    assert {one["person"] for one in sessions} == {"siti"}
    others = (await admin.get("/api/v1/sessions")).json()["sessions"]
    stranger = next(one["id"] for one in others if one["person"] == "stranger")
    assert (await head.delete(f"/api/v1/sessions/{stranger}")).status_code == 403
    assert (await head.delete(f"/api/v1/sessions/{sessions[0]['id']}")).status_code == 204
    assert (await member.get("/api/v1/cameras")).status_code == 401
    again = streets.client()
    sign_in = {"name": "siti", "password": SECRET}
    assert (await again.post("/api/v1/session", json=sign_in)).status_code == 204
    assert (await head.patch("/api/v1/people/siti", json={"disabled": True})).status_code == 200
    assert (await again.get("/api/v1/cameras")).status_code == 401
    refused = await streets.client().post("/api/v1/session", json=sign_in)
    assert (refused.status_code, refused.json()["code"]) == (401, "disabled")
    assert (await head.patch("/api/v1/people/siti", json={"disabled": False})).status_code == 200
    assert (await streets.client().post("/api/v1/session", json=sign_in)).status_code == 204


async def test_everybody_changes_themselves_and_phone_numbers_are_for_those_who_manage(streets: City) -> None:
    admin = await streets.admin()
    head = await joined(streets, admin, "pak.rt", "rt-head")
    member = await joined(streets, head, "siti", "rt-member")
    mine = {"display": "Siti <b>Aminah</b>", "phone": "+62 812 3456 7890", "email": "siti@example.org"}
    assert (await member.patch("/api/v1/session", json=mine)).status_code == 204
    assert (await member.patch("/api/v1/session", json={"phone": "call me"})).status_code == 400
    shown = (await head.get("/api/v1/people/siti")).json()
    assert {key: shown[key] for key in mine} == mine
    auditor = await joined(streets, admin, "auditor", "auditor", KELURAHAN)
    seen = (await auditor.get("/api/v1/people/siti")).json()
    assert (seen["display"], seen["phone"], seen["email"]) == (mine["display"], None, None)
    assert "password" not in (await head.get("/api/v1/people")).text


async def test_somebody_always_administers_the_city(city: City) -> None:
    admin = await city.admin()
    (grant,) = (await admin.get("/api/v1/grants")).json()["grants"]
    assert (await admin.delete(f"/api/v1/grants/{grant['id']}")).status_code == 409
    assert (await admin.patch("/api/v1/people/admin", json={"disabled": True})).status_code == 409
    await joined(city, admin, "second", "administrator", "")
    assert (await admin.delete(f"/api/v1/grants/{grant['id']}")).status_code == 204
    assert (await admin.get("/api/v1/grants")).status_code == 403


async def test_a_shared_account_becomes_a_places_screen_that_asks_for_names(streets: City) -> None:
    admin = await streets.admin()
    shared = await joined(streets, admin, "rt03", "rt-head")
    assert (await shared.get("/api/v1/session")).json()["name_people"] is False
    made = (await admin.post("/api/v1/people/rt03/kiosk")).json()
    assert (made["kind"], [grant["role"] for grant in made["grants"]]) == ("place", ["kiosk"])
    state = (await shared.get("/api/v1/session")).json()
    assert (state["person"]["kind"], state["name_people"], state["areas"]) == ("place", True, [OWN])
    found = await statuses(shared, "ours")
    assert (found["live"], found["still"], found["timeline"], found["clip"]) == (200, 200, 403, 403)
    refused = (await shared.get("/api/v1/cameras/ours/clip.mp4")).json()
    assert "sign in with your own name" in refused["detail"]
    assert (await statuses(shared, "neighbours"))["live"] == 403
    await joined(streets, admin, "pak.rt", "rt-head")
    assert (await shared.get("/api/v1/session")).json()["name_people"] is False
    given = {"person": "rt03", "role": "rt-member", "scope": "area", "value": OWN}
    assert (await admin.post("/api/v1/grants", json=given)).status_code == 409
    path = f"/api/v1/join/{(await invited(admin, 'rt-member'))['token']}"
    assert (await shared.post(path, json={})).status_code == 403


async def test_people_and_screens_can_be_added_with_a_password(streets: City) -> None:
    head = await joined(streets, await streets.admin(), "pak.rt", "rt-head")
    given = {"name": "balai", "password": SECRET, "role": "kiosk", "scope": "area", "value": OWN, "display": "Balai RW"}
    added = (await head.post("/api/v1/people", json=given)).json()
    assert (added["name"], added["kind"]) == ("balai", "place")
    assert (await head.post("/api/v1/people", json=given)).status_code == 409
    assert (await head.post("/api/v1/people", json={**given, "name": "balai2", "value": NEIGHBOUR})).status_code == 403
    screen = streets.client()
    assert (await screen.post("/api/v1/session", json={"name": "balai", "password": SECRET})).status_code == 204
    assert (await statuses(screen, "ours"))["live"] == 200


async def test_what_was_done_to_people_is_logged_with_the_area_refusals_too(streets: City) -> None:
    admin = await streets.admin()
    head = await joined(streets, admin, "pak.rt", "rt-head")
    await invited(head, "rt-member", display="Siti")
    beyond = {"role": "rt-member", "scope": "area", "value": NEIGHBOUR}
    assert (await head.post("/api/v1/invitations", json=beyond)).status_code == 403
    looks = [entry for _, entry in await streets.people.log.entries(100)]
    told = {(one.look.who, one.look.action, one.look.area, one.allowed) for one in looks}
    assert ("pak.rt", "grants", OWN, True) in told
    assert ("pak.rt", "grants", NEIGHBOUR, False) in told
    assert ("admin", "sign-in", None, True) in told


async def test_names_are_searched_for_what_they_are(streets: City) -> None:
    admin = await streets.admin()
    await joined(streets, admin, "siti", "rt-member", display="100% Siti_Aminah")
    for text, found in (("siti", 1), ("AMINAH", 1), ("%", 1), ("_a", 1), ("'; DROP TABLE persons; --", 0), ("zz", 0)):
        people = (await admin.get("/api/v1/people", params={"q": text})).json()["people"]
        assert len([one for one in people if one["name"] == "siti"]) == found, text
    first = (await admin.get("/api/v1/people", params={"limit": 1})).json()
    rest = (await admin.get("/api/v1/people", params={"limit": 1, "after": first["next"]})).json()
    assert [one["name"] for one in first["people"] + rest["people"]] == ["admin", "siti"]
    assert (await admin.get("/api/v1/cameras")).json()["cameras"][0]["id"] in CAMERAS
    assert PASSWORD not in (await admin.get("/api/v1/people")).text


async def test_an_officer_of_the_city_ends_no_session_of_an_administrator(streets: City) -> None:
    admin = await streets.admin()
    officer = await joined(streets, admin, "sekda", "officer", "")
    member = await joined(streets, officer, "siti", "rt-member")
    listed = (await officer.get("/api/v1/sessions")).json()["sessions"]
    assert {one["person"] for one in listed} == {"sekda", "siti"}
    theirs = (await admin.get("/api/v1/sessions?person=admin")).json()["sessions"][0]["id"]
    assert (await officer.delete(f"/api/v1/sessions/{theirs}")).status_code == 403
    assert (await admin.get("/api/v1/people")).status_code == 200
    mine = next(one["id"] for one in listed if one["person"] == "siti")
    assert (await officer.delete(f"/api/v1/sessions/{mine}")).status_code == 204
    assert (await member.get("/api/v1/cameras")).status_code == 401


async def test_a_places_screen_does_not_name_itself(streets: City) -> None:
    kiosk = await joined(streets, await streets.admin(), "balai", "kiosk")
    answer = await kiosk.patch("/api/v1/session", json={"display": "Diskominfo"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person-needed")
