"""The real footage: where lines are drawn on it, and the truth out of the cards that lie beside it.

The lines of car-detection and street-corner-1 are the cards'; those of the other two are drawn here, near the sides by
which people leave. The cards tell pictures; a passage there may lie a little before or after.

Persons in sight are the cards' for 14 pictures, and counted by us for 79 more, at even steps through four clips;
pictures with but a scrap of somebody at the border (less than head and shoulders) are left out. Who rides is no person.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from bench.accuracy.measures import Passing
from bench.process import SHARED

VIDEOS: Final = SHARED / "assets" / "videos"
_PICTURES: Final = re.compile(r"f(\d+)-(\d+)")


@dataclass(frozen=True)
class Clip:
    """A video with its truth.

    Attributes:
        name: Of its file.
        lines: As a configuration has them, in pixels.
        truth: What passes them.
        persons: How many persons are in sight, by picture, as the card says.
        counted: The same as we counted.
        card: All of its card.
    """

    name: str
    lines: list[dict[str, Any]]
    truth: list[Passing]
    persons: dict[int, int] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The configuration."""
        return {"size": [self.card["width"], self.card["height"]], "lines": self.lines}


def clips() -> list[Clip]:
    """Return all that were counted by hand."""
    return [street_corner(), cars_from_above(), people_leaving(), car_park(), aisle(), visitors()]


def street_corner() -> Clip:
    """Eight vehicles come down the street."""
    card = _card("street-corner-1")
    rate, margin = card["fps"], 6
    truth = [
        Passing("main", "down", "vehicle", (first - margin) / rate, (last + margin) / rate)
        for first, last in card["ground_truth"]["event_frames_on_line"]
    ]
    return Clip("street-corner-1", [_line("main", (190, 200), (640, 200))], truth, card=card)


def cars_from_above() -> Clip:
    """Two cars drive down and two up, seen from straight above."""
    card = _card("car-detection")
    truth = [
        Passing("main", "down" if " down " in told else "up", "vehicle", *_times(told, card["fps"], 12))
        for told in card["ground_truth"]["events"]
    ]
    return Clip("car-detection", [_line("main", (0, 216), (768, 216))], truth, card=card)


def people_leaving() -> Clip:
    """Seven people walk away and leave left or right."""
    card = _card("people-detection")
    truth = []
    for group in card["ground_truth"]["groups"]:
        first, last = (picture / card["fps"] for picture in group["frames"])
        told = group["exit"] if " " in group["exit"] else f"{group['n']} {group['exit']}"
        for many, way in re.findall(r"(\d+) (left|right)", told):
            truth += [Passing(way, way, "person", first, last + 1.5)] * int(many)
    lines = [_line("left", (130, 150), (130, 432)), _line("right", (625, 150), (625, 432))]
    steps = dict.fromkeys(range(12, 596, 24), 0) | {36: 1, 60: 1, 204: 2, 228: 2, 348: 3, 372: 3, 396: 3, 540: 1}
    return Clip("people-detection", lines, truth, _persons(card), _without(steps, 180, 252), card)


def car_park() -> Clip:
    """Two cars leave left, two cyclists right; a pedestrian comes from the left and walks up."""
    card = _card("person-bicycle-car-detection")
    ways = {"car": ("west", "left", "vehicle"), "cyclist": ("east", "right", "two-wheeler")}
    truth = []
    for told in card["ground_truth"]["events"]:
        kind = next((one for one in ways if one in told), None)
        way = ways[kind] if kind else ("west", "right", "person")
        truth.append(Passing(*way, *_times(told, card["fps"], 12)))
    lines = [_line("west", (80, 0), (80, 300)), _line("east", (650, 0), (650, 300))]
    steps = dict.fromkeys(range(12, 459, 24), 0) | {300: 1, 324: 1}
    return Clip("person-bicycle-car-detection", lines, truth, counted=_without(steps, 108, 348), card=card)


def aisle() -> Clip:
    """Two, then three persons in a shop."""
    card = _card("store-aisle-preview")
    steps = dict.fromkeys(range(3, 67, 6), 3) | {3: 2, 9: 2}
    return Clip("store-aisle-preview", [], [], _persons(card), _without(steps, 15), card)


def visitors() -> Clip:
    """Six people come to a table one after the other."""
    card = _card("one-by-one-person-detection")
    steps = dict.fromkeys(range(22, 1394, 45), 1) | dict.fromkeys((22, 202, 472, 742, 877, 1372), 0)
    return Clip("one-by-one-person-detection", [], [], counted=_without(steps, 697, 922), card=card)


def _card(name: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((VIDEOS / f"{name}.json").read_text())
    return held


def _without(steps: dict[int, int], *pictures: int) -> dict[int, int]:
    return {picture: many for picture, many in steps.items() if picture not in pictures}


def _persons(card: dict[str, Any]) -> dict[int, int]:
    return {int(picture): many for picture, many in card["ground_truth"]["persons_in_frame"].items()}


def _times(told: str, rate: float, margin: int) -> tuple[float, float]:
    found = _PICTURES.search(told)
    if found is None:
        raise ValueError(f"no pictures are named in {told!r}")
    return (int(found[1]) - margin) / rate, (int(found[2]) + margin) / rate


def _line(name: str, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    return {"name": name, "start": list(start), "end": list(end)}
