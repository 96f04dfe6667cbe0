"""Litter: what somebody leaves and nobody carries away; with a background that learns as it does on a camera."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vision.analytics.street import Box, ground, picture, scene, track, with_thing

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Sign, Turn
from ronda.vision.analytics.litter import Litter
from ronda.vision.background import Background
from ronda.vision.configuration import Configuration
from ronda.vision.objects import ObjectClass
from ronda.vision.tracks.track import Track

SQUARE = {"name": "square", "points": [[0.1, 0.3], [0.9, 0.3], [0.9, 0.98], [0.1, 0.98]]}
BAG: Box = (0.5, 0.72, 0.545, 0.79)
Rgb = NDArray[np.uint8]
Drawn = tuple[Rgb, list[Track]]


def litter(**rule: Any) -> Litter:
    document = {"zones": [SQUARE], "litter": [{"zone": "square", "stays_s": 20, **rule}]}
    configuration = Configuration.from_document(document)
    started = configuration.rules["litter"][0].start(configuration.view())
    assert isinstance(started, Litter)
    return started


def watched(rule: Litter, seconds: float, draw: Callable[[Rgb, float], Drawn]) -> list[Sign]:
    """Watch a square at five pictures a second."""
    background, found, empty = Background(), Findings(), ground()
    for step in range(int(seconds * 5)):
        at_s = step / 5
        noise = np.random.default_rng(step).integers(-2, 3, empty.shape)
        rgb, tracks = draw(empty, at_s)
        shown = np.clip(rgb.astype(np.int16) + noise, 0, 255).astype(np.uint8)
        found.add(rule.update(scene(shown, at_s, tracks, backdrop=background.update(picture(shown, at_s)))))
    return found.signs


def passer(rgb: Rgb, at_s: float, begins_s: float = 14.0) -> Drawn:
    """Somebody walks across, from left to right in ten seconds."""
    x = (at_s - begins_s) / 10
    if not 0 < x < 0.9:
        return rgb, []
    box = (x, 0.45, x + 0.08, 0.82)
    return with_thing(rgb, box, 40), [track(1, box, at_s, label=ObjectClass.PERSON)]


def test_what_somebody_leaves_is_an_alarm_with_how_it_came_until_it_is_carried_away() -> None:
    def draw(rgb: Rgb, at_s: float) -> Drawn:
        lies = 19.5 < at_s < 60
        return passer(with_thing(rgb, BAG, 9) if lies else rgb, at_s)

    raised, over = watched(litter(), 72, draw)
    assert (raised.turn, over.turn, raised.key) == (Turn.RAISED, Turn.OVER, over.key)
    assert raised.detail["brought"] == "yes"
    assert raised.at_90k / HZ_90K == pytest.approx(43, abs=6)
    assert any(13 < shot.picture.at_90k / HZ_90K < 24 for shot in raised.shots)
    assert 60 < over.at_90k / HZ_90K < 72


def test_what_nobody_brought_counts_only_where_that_is_asked_for() -> None:
    def draw(rgb: Rgb, at_s: float) -> Drawn:
        return (with_thing(rgb, BAG, 9) if at_s > 15 else rgb), []

    assert watched(litter(), 50, draw) == []
    assert [one.turn for one in watched(litter(brought=False), 50, draw)] == [Turn.RAISED]


def test_a_shadow_a_patch_of_light_and_a_jump_of_the_exposure_are_none() -> None:
    def draw(rgb: Rgb, at_s: float) -> Drawn:
        drawn = rgb.astype(np.float32)
        if at_s > 15:
            drawn[125:140, 160:176] *= 0.65
            drawn[120:134, 100:116] *= 1.2
        if at_s > 25:
            drawn *= 1.25
        return passer(np.clip(drawn, 0, 255).astype(np.uint8), at_s)

    assert watched(litter(), 55, draw) == []


def test_who_sits_down_what_parks_and_leaves_that_swing_are_none() -> None:
    def draw(rgb: Rgb, at_s: float) -> Drawn:
        drawn, tracks = passer(rgb, at_s)
        if at_s > 15:
            car = (0.6, 0.4, 0.85, 0.7)
            drawn = with_thing(drawn, car, 3)
            tracks.append(track(5, car, at_s, still_s=15.0))
        swing = round(3 * np.sin(at_s * 2))
        cv2.circle(drawn, (80 + swing, 120), 6, (40, 90, 40), -1)
        return drawn, tracks

    assert watched(litter(), 55, draw) == []


@pytest.mark.parametrize("rule", [{"stays_s": 0}, {"largest": 0}, {"hours": ["soon"]}, {"zone": "moon"}])
def test_what_cannot_be_meant_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        litter(**rule)


def test_metres_need_the_ground() -> None:
    with pytest.raises(BadInput, match="needs the ground"):
        litter(largest_m=0.8)
