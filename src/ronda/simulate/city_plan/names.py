"""How things of the plan are called."""

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from ronda.city.geography.base_map import base_map

_NOT_ID: Final = re.compile(r"[^a-z0-9]+")
_COMPASS: Final = ("utara", "timur laut", "timur", "tenggara", "selatan", "barat daya", "barat", "barat laut")
_VIEWS: Final = {
    "gang": ("gang masuk", "pos ronda", "mulut gang", "tikungan"),
    "office": ("halaman depan", "pintu samping", "ruang tunggu luar"),
    "market": ("pintu masuk", "lorong tengah", "tempat parkir", "lorong belakang"),
    "parking": ("halaman", "pintu masuk", "parkir", "pintu keluar"),
}


def slug(text: str) -> str:
    """Return `text` as part of an id."""
    return _NOT_ID.sub("-", text.lower()).strip("-")


@lru_cache(maxsize=1)
def kelurahan_slugs() -> dict[str, str]:
    """Return what each kelurahan is called in ids, by code; two of one name are told apart by their kecamatan."""
    drawn = base_map()
    many = Counter(area.name for area in drawn.kelurahan)
    above = {area.code: area.name for area in drawn.kecamatan}
    return {
        area.code: slug(area.name if many[area.name] == 1 else f"{area.name} {above[area.code[:8]]}")
        for area in drawn.kelurahan
    }


def towards(bearing_deg: float) -> str:
    """Return a direction in words."""
    return f"arah {_COMPASS[round(bearing_deg / 45) % 8]}"


def view(scene: str, number: int, bearing_deg: float) -> str:
    """Return what the camera `number` (from 0) of a site is called by what it sees."""
    if scene in _VIEWS:
        names = _VIEWS[scene]
        return names[number] if number < len(names) else f"{names[number % len(names)]} {number // len(names) + 1}"
    return towards(bearing_deg)
