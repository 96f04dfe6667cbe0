"""Masks over the API: by the hour beside traffic, never among it; which models they need, and which are there."""

from tests.web.conftest import City
from tests.web.test_watching import around, batch, camera, told

from ronda.bus.contract import request_subject
from ronda.bus.eyes import EYES, AskEyes, EyesThere, EyeThere
from ronda.bus.observations import EyeId, ObservationBatch
from ronda.city.edit import Edit
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.web.documents_watching import LINE

DOCUMENT = {
    "zones": [{"name": "gerbang", "points": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]}],
    "masks": [{"zone": "gerbang", "min_face": 48}],
}
PAIR = EyeId(id="face_yunet_2026may+face_mask_aizoo", version="ebafce4e+7fc2b52d")


def seen(sequence: int = 1) -> ObservationBatch:
    plain = batch("gate", sequence)
    (traffic,) = plain.counts
    masks = tuple(
        traffic.model_copy(update={"line": "gerbang", "direction": "", "label": label, "eye": PAIR, "count": count})
        for label, count in (("masked", 7), ("unmasked", 2), ("mask-unknown", 1))
    )
    return plain.model_copy(update={"counts": (traffic, *masks)})


async def test_masks_are_told_by_the_hour_as_numbers_and_as_a_table(city: City) -> None:
    client = await camera(city)
    kept = (await client.put("/api/v1/cameras/gate/watching", json=DOCUMENT)).json()["watching"]
    assert kept["masks"] == [
        {
            "zone": "gerbang",
            "min_face": 48.0,
            "hours": [],
            "finder": "face_yunet_2026may",
            "judge": "face_mask_aizoo",
        }
    ]
    await told(city, seen())
    answer = (await client.get("/api/v1/cameras/gate/counts", params={**around(), "step": "hour"})).json()
    masks = {one["label"]: one["count"] for one in answer["counts"] if one["line"] == "gerbang"}
    assert masks == {"masked": 7, "unmasked": 2, "mask-unknown": 1}
    assert {one["eye"]["id"] for one in answer["counts"] if one["label"] in masks} == {PAIR.id}
    table = await client.get("/api/v1/cameras/gate/counts", params={**around(), "step": "hour", "format": "csv"})
    assert "gerbang,,masked,7" in table.text


async def test_they_are_no_traffic_and_not_told_to_everybody(city: City) -> None:
    client = await camera(city)
    await client.put("/api/v1/cameras/gate/watching", json={**DOCUMENT, "lines": LINE["lines"]})
    await told(city, seen())
    whole = (await client.get("/api/v1/counts", params=around())).json()
    assert {one["label"] for one in whole["steps"]} == {"two-wheeler"}
    assert {one["line"] for one in whole["lines"]} == {"mulut gang"}
    decision = PublicationDecision("d", "gate", "", None, PublicationMode.LIVE, (), 0, "test", "asked for", 1)
    await city.centre.apply(Edit(decisions=[decision]), "test")
    await city.parts.portal.rebuild()
    await city.parts.observing.work_out_open_counts()
    open_to_all = (await client.get("/api/v1/public/counts", params={"camera": "gate"})).json()
    assert {one["label"] for one in open_to_all["counts"]} <= {"two-wheeler"}


async def test_which_models_a_rule_needs_and_whether_they_are_there(city: City) -> None:
    client = await camera(city)
    await client.put("/api/v1/cameras/gate/watching", json=DOCUMENT)
    analytics = (await client.get("/api/v1/analytics")).json()["analytics"]
    (masks,) = [one for one in analytics if one["name"] == "masks"]
    assert (masks["needs_model"], masks["models"]) == (True, ["finder", "judge"])
    assert masks["schema"]["properties"]["judge"]["default"] == "face_mask_aizoo"
    assert all(one["models"] == [] for one in analytics if one["name"] != "masks")

    async def answer(_: AskEyes) -> EyesThere:
        judge = EyeThere(name="face_mask_aizoo", state="not here", title="AIZOO", classes=("masked",))
        return EyesThere(eyes=(EyeThere(name="builtin", state="ready", title="Built-in eye"), judge))

    async with city.bus.serve(request_subject("local", EYES), AskEyes, answer):
        eyes = {one["name"]: one for one in (await client.get("/api/v1/eyes")).json()["eyes"]}
    assert eyes["face_mask_aizoo"]["cameras"] == 1
    assert "ronda models add FILE" in eyes["face_mask_aizoo"]["mend"]
    assert eyes["face_yunet_2026may"]["state"] == "not here"
