"""API tokens that may do no more than their maker, and media tokens that open one camera for a minute."""

import pytest
from tests.web.conftest import City
from tests.web.neighbours import KELURAHAN, NEIGHBOUR, OWN, SECRET, invited, joined, two_streets

from ronda.base.time import HZ_90K, format_rfc3339
from ronda.people.action import Action


@pytest.fixture
async def streets(city: City) -> City:
    await two_streets(city)
    return city


async def test_a_token_does_what_it_is_for_where_it_is_for(streets: City) -> None:
    admin = await streets.admin()
    given = {"name": "wall", "role": "rt-member", "scope": "area", "value": OWN, "actions": ["see", "still"]}
    token = (await admin.post("/api/v1/tokens", json=given)).json()["token"]
    program = streets.client(authorization=f"Bearer {token}")
    assert (await program.get("/api/v1/cameras/ours/still.jpg")).status_code == 200
    assert (await program.get("/api/v1/cameras/neighbours/still.jpg")).status_code == 403
    assert (await program.get("/media/ours/live")).status_code == 403
    assert (await program.post("/api/v1/tokens", json=given)).status_code == 403
    (listed,) = (await admin.get("/api/v1/tokens")).json()["tokens"]
    assert {key: listed[key] for key in given} == given
    assert listed["expires"] is None


async def test_a_token_expires(streets: City) -> None:
    admin = await streets.admin()
    now = streets.parts.clock.utc_90k()
    given = {"name": "guest", "expires": format_rfc3339(now + 3600 * HZ_90K)}
    token = (await admin.post("/api/v1/tokens", json=given)).json()["token"]
    assert (await streets.client(authorization=f"Bearer {token}").get("/api/v1/cameras")).status_code == 200
    over = {"name": "over", "expires": format_rfc3339(now - HZ_90K)}
    assert (await admin.post("/api/v1/tokens", json=over)).status_code == 400


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"role": "engineer", "scope": "area", "value": OWN}, 201),
        ({"role": "responder", "scope": "area", "value": OWN}, 403),
        ({"role": "responder", "scope": "area", "value": OWN, "actions": ["live"]}, 201),
        ({"role": "engineer", "scope": "area", "value": OWN, "actions": ["re-serve"]}, 201),
        ({"role": "engineer", "scope": "area", "value": "33.74"}, 403),
        ({"role": "rt-member", "scope": "area", "value": OWN}, 403),
        ({"role": "rt-member", "scope": "area", "value": OWN, "actions": ["live"]}, 201),
        ({"role": "rt-member", "scope": "area", "value": OWN, "actions": ["replay"]}, 403),
        ({}, 403),
        ({"role": "engineer", "scope": "area", "value": OWN, "actions": []}, 400),
        ({"role": "engineer", "scope": "area", "value": OWN, "actions": ["fly"]}, 400),
    ],
)
async def test_an_engineer_makes_tokens_of_the_own_powers(streets: City, given: dict[str, object], status: int) -> None:
    engineer = await joined(streets, await streets.admin(), "engineer", "engineer", KELURAHAN)
    answer = await engineer.post("/api/v1/tokens", json={"name": "command centre", **given})
    assert answer.status_code == status, answer.text


async def test_a_token_ends_with_the_powers_of_its_maker(streets: City) -> None:
    admin = await streets.admin()
    engineer = await joined(streets, admin, "engineer", "engineer", KELURAHAN)
    await admin.post(
        "/api/v1/grants", json={"person": "engineer", "role": "engineer", "scope": "area", "value": NEIGHBOUR}
    )
    tokens = {}
    for area in (OWN, NEIGHBOUR):
        given = {"name": area, "role": "engineer", "scope": "area", "value": area}
        made = (await engineer.post("/api/v1/tokens", json=given)).json()
        tokens[area] = streets.client(authorization=f"Bearer {made['token']}")
        assert (await tokens[area].get("/api/v1/cameras")).status_code == 200
    grants = (await admin.get("/api/v1/grants", params={"person": "engineer"})).json()["grants"]
    wide = next(one["id"] for one in grants if one["value"] == KELURAHAN)
    assert (await admin.delete(f"/api/v1/grants/{wide}")).status_code == 204
    assert (await tokens[OWN].get("/api/v1/cameras")).status_code == 401
    assert (await tokens[NEIGHBOUR].get("/api/v1/cameras")).status_code == 200
    assert (await admin.patch("/api/v1/people/engineer", json={"disabled": True})).status_code == 200
    assert (await tokens[NEIGHBOUR].get("/api/v1/cameras")).status_code == 401


async def test_a_token_is_bound_by_what_partners_agreed_as_its_maker_is(streets: City) -> None:
    admin = await streets.admin()
    engineer = await joined(streets, admin, "engineer", "engineer", "")
    for given in (
        {"role": "administrator", "scope": "city", "actions": ["see", "live", "still"]},
        {"role": "partner", "scope": "partner", "value": "mall", "actions": ["see", "live", "still"]},
    ):
        made = {"name": "wall", **given}
        assert (await engineer.post("/api/v1/tokens", json=made)).status_code == 403
        assert (await admin.post("/api/v1/tokens", json=made)).status_code == 201


async def test_a_token_makes_no_tokens_which_would_outlive_its_makers_powers(streets: City) -> None:
    admin = await streets.admin()
    token = (await admin.post("/api/v1/tokens", json={"name": "everything"})).json()["token"]
    program = streets.client(authorization=f"Bearer {token}")
    answer = await program.post("/api/v1/tokens", json={"name": "another"})
    assert (answer.status_code, answer.json()["detail"]) == (403, "a token cannot make tokens")


async def test_no_two_tokens_have_one_name_in_the_log(streets: City) -> None:
    admin = await streets.admin()
    for _ in range(3):
        assert (await admin.post("/api/v1/tokens", json={"name": "wall"})).status_code == 201
    listed = (await admin.get("/api/v1/tokens")).json()["tokens"]
    assert {one["name"] for one in listed} == {"wall", "wall (2)", "wall (3)"}


async def test_what_a_token_invited_to_is_over_when_the_token_is(streets: City) -> None:
    admin = await streets.admin()
    token = (await admin.post("/api/v1/tokens", json={"name": "invites"})).json()["token"]
    program = streets.client(authorization=f"Bearer {token}")
    invitation = await invited(program, "administrator", "")
    link = f"/api/v1/join/{invitation['token']}"
    assert (await streets.client().get(link)).status_code == 200
    (listed,) = (await admin.get("/api/v1/tokens")).json()["tokens"]
    assert (await admin.delete(f"/api/v1/tokens/{listed['id']}")).status_code == 204
    answer = await streets.client().post(link, json={"name": "mallory", "password": SECRET})
    assert (answer.status_code, answer.json()["code"]) == (410, "invitation-over")


async def test_a_media_token_opens_one_camera_without_a_cookie(streets: City) -> None:
    member = await joined(streets, await streets.admin(), "siti", "rt-member")
    made = (await member.post("/api/v1/cameras/ours/media-token", json={"action": "live"})).json()
    assert made["path"] == f"/media/t/{made['token']}/ours/"
    anybody = streets.client()
    assert (await anybody.get(f"{made['path']}live")).json()["path"] == "/media/ours/live"
    for elsewhere in (f"/media/t/{made['token']}/neighbours/live", f"{made['path']}still.jpg", f"{made['path']}clip.x"):
        assert (await anybody.get(elsewhere)).status_code == 401, elsewhere
    looks = [entry.look for _, entry in await streets.people.log.entries(20)]
    assert ("siti", "live", "ours") in {(look.who, look.action, look.camera) for look in looks}
    assert (await member.post("/api/v1/cameras/neighbours/media-token", json={})).status_code == 403
    assert (await streets.client().post("/api/v1/cameras/ours/media-token", json={})).status_code == 404
    assert (await member.delete("/api/v1/session")).status_code == 204
    assert (await anybody.get(f"{made['path']}live")).status_code == 401


async def test_the_local_socket_needs_no_media_token(streets: City) -> None:
    assert (await streets.socket().post("/api/v1/cameras/ours/media-token", json={})).status_code == 401


async def test_a_media_token_that_was_tampered_with(streets: City) -> None:
    admin = await streets.admin()
    token = (await admin.post("/api/v1/cameras/ours/media-token", json={})).json()["token"]
    payload, _, signature = token.partition(".")
    other, _ = streets.people.media_tokens.sign("neighbours", Action.LIVE, "made-up")
    for wrong in (f"{payload}.{'A' * 43}", f"{other.partition('.')[0]}.{signature}", other):
        answer = await streets.client().get(f"/media/t/{wrong}/neighbours/live")
        assert answer.status_code == 401, wrong
    # What only looks like a token is a path of a camera, and there is none of that name.
    assert (await streets.client().get(f"/media/t/{payload}/ours/live")).status_code == 404
