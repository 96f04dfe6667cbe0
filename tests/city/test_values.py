"""Values that would stop the drawing, sorting or storing of everything else are refused where they come in."""

import json
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from tests.city.conftest import store
from tests.city.test_city import AREAS, BASE, POST, city

from ronda.base.errors import BadInput
from ronda.city.camera import Papers, Trouble, TroubleCause
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.owner import Partner
from ronda.city.places import Places
from ronda.city.region import parse_region
from ronda.city.registry import NewCamera
from ronda.city.site import Link
from ronda.city.values import check_outline

__all__ = ["city", "store"]
SQUARE = [[110.0, -7.0], [110.1, -7.0], [110.1, -6.9], [110.0, -7.0]]


@pytest.mark.parametrize(
    "edit",
    [
        Edit(sites=[replace(POST, address="a\0b")]),
        Edit(sites=[replace(POST, address="\u202egnp.exe")]),
        Edit(sites=[replace(POST, address="a" * 2_001)]),
        Edit(sites=[replace(POST, link=Link(provider="p" * 5_000))]),
        Edit(sites=[replace(POST, link=Link(bandwidth_mbps=float("inf")))]),
        Edit(sites=[replace(POST, link=Link(bandwidth_mbps=float("nan")))]),
        Edit(sites=[replace(POST, link=Link(bandwidth_mbps=-1.0))]),
        Edit(sites=[replace(POST, link=Link(contract_end=date(1, 1, 1)))]),
        Edit(recorders=[replace(BASE.recorders[0], brand="b\0")]),
        Edit(partners=[replace(BASE.partners[0], end=date(9999, 12, 31))]),
        Edit(partners=[replace(BASE.partners[0], consent="x" * 3_000)]),
        Edit(areas=[replace(AREAS[2], outline="not json")]),
    ],
)
async def test_an_edit_with_such_a_value_changes_nothing(city: City, edit: Edit) -> None:
    with pytest.raises(BadInput):
        await city.apply(edit, "test")
    assert city.sites.get(POST.id) == POST
    assert city.partners.get("mal") == BASE.partners[0]


async def test_a_camera_is_no_way_round_it(city: City) -> None:
    camera = await city.cameras.add(NewCamera("a", "rtsp://10.0.0.1/1"), "test")
    for after in (
        replace(camera, papers=Papers(purpose="x" * 3_000)),
        replace(camera, trouble=Trouble(TroubleCause.OTHER, date(2026, 1, 1), note="\0")),
    ):
        with pytest.raises(BadInput):
            await city.cameras.alter("a", lambda _, after=after: after, "test")  # type: ignore[misc]
    assert city.cameras.get("a") == camera


async def test_what_is_stored_since_before_keeps_nobody_from_the_rest(city: City) -> None:
    odd = replace(POST, address="\u202e of before")
    city.sites.take([odd], ())
    after = replace(odd, name="Pos ronda")
    await city.apply(Edit(sites=[after]), "test")
    assert city.sites.get(POST.id) == after


@pytest.mark.parametrize(
    "outline",
    [
        "not json",
        "[" * 100_000,
        "{}",
        json.dumps({"type": "Point", "coordinates": [110, -7]}),
        json.dumps({"type": "Polygon", "coordinates": []}),
        json.dumps({"type": "Polygon", "coordinates": [[]]}),
        json.dumps({"type": "Polygon", "coordinates": [SQUARE[:3]]}),
        json.dumps({"type": "Polygon", "coordinates": [[[0, 0]] * 40]}),
        json.dumps({"type": "Polygon", "coordinates": [[[float("nan"), 0], *SQUARE[1:3], [float("nan"), 0]]]}),
        json.dumps({"type": "Polygon", "coordinates": [[[500, 0], *SQUARE[1:3], [500, 0]]]}),
        json.dumps({"type": "Polygon", "coordinates": [[["x", 0], *SQUARE[1:3], ["x", 0]]]}),
        json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE * 20_000]]}),
        json.dumps({"type": "MultiPolygon", "coordinates": [[]]}),
    ],
)
def test_an_outline_that_cannot_be_drawn(outline: str) -> None:
    with pytest.raises(BadInput, match="the outline of Krapyak cannot be drawn"):
        check_outline(outline, "Krapyak")


def test_outlines_that_can() -> None:
    check_outline(json.dumps({"type": "Polygon", "coordinates": [SQUARE]}), "Krapyak")
    check_outline(json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, SQUARE]]}), "Krapyak")


def test_days_at_the_ends_of_the_calendar_that_are_stored_already() -> None:
    places = Places(ZoneInfo("Asia/Jakarta"))
    for start, end in ((date(1, 1, 1), date(9999, 12, 31)), (date(2026, 1, 1), None)):
        agreement = places._agreement(Partner("mal", "PT Mal", start=start, end=end))
        assert agreement.from_90k < 1_790_000_000 * 90_000 < agreement.until_90k


def test_a_region_code_has_plain_digits() -> None:
    with pytest.raises(BadInput):
        parse_region("33.7\u0664")
