"""A camera of real footage, counted by a server as it ships: from the document to the numbers, pictures and boxes."""

import json
import time
from typing import Any

import httpx
from tests.browser.town import Server, wait_until
from tests.whole.using import administrator, ago

WATCHING = {
    "size": [640, 360],
    "tier": "count",
    "lines": [{"name": "main", "start": [190, 200], "end": [640, 200]}],
}


def counts(admin: httpx.Client) -> dict[str, Any]:
    params = {"from": ago(600), "to": ago(-60), "step": "minute"}
    answer = admin.get("/api/v1/cameras/street/counts", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_real_footage_is_counted_and_shown(private: Server) -> None:
    with administrator(private) as admin:
        answer = admin.put("/api/v1/cameras/street/watching", json=WATCHING)
        assert answer.status_code == 200, answer.text
        assert answer.json()["watching"]["lines"][0]["start"] == [190 / 640, 200 / 360]
        wait_until(lambda: counts(admin)["counts"], "something was counted", 90)
        (count, *_) = counts(admin)["counts"]
        assert (count["line"], count["eye"]["id"]) == ("main", "builtin")
        assert count["direction"] in ("down", "up")
        seen = first_sight(admin)
        assert seen["eye"]["id"] == "builtin"
        for box in seen["boxes"]:
            assert all(-0.5 <= side <= 1.5 for side in box["xyxy"])
        wait_until(lambda: any((private.data / "sightings").rglob("*.jpg")), "a picture of what was counted", 60)
        id = next((private.data / "sightings").rglob("*.jpg")).stem
        picture = admin.get(f"/media/street/sightings/{id}.jpg")
        assert picture.headers["content-type"] == "image/jpeg", picture.text
        assert httpx.get(f"{private.url}/media/street/sightings/{id}.jpg", trust_env=False).status_code in (401, 404)
        log = admin.get("/api/v1/accesslog", params={"camera": "street"})
        assert "replay" in log.text
        assert admin.put("/api/v1/cameras/street/watching").json()["watching"] is None


def first_sight(admin: httpx.Client) -> dict[str, Any]:
    """Follow what is seen until something is."""
    until = time.monotonic() + 60
    with admin.stream("GET", "/api/v1/cameras/street/sight", timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found
            assert time.monotonic() < until
    raise AssertionError("nothing was seen")
