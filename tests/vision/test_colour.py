"""Colours as a witness names them."""

import numpy as np
import pytest

from ronda.vision.colour import Colour, colour_of


@pytest.mark.parametrize(
    ("rgb", "named"),
    [
        ((200, 30, 30), Colour.RED),
        ((245, 245, 240), Colour.WHITE),
        ((120, 122, 125), Colour.GREY),
        ((20, 20, 25), Colour.BLACK),
        ((30, 60, 180), Colour.BLUE),
        ((240, 210, 40), Colour.YELLOW),
        ((40, 150, 60), Colour.GREEN),
        ((240, 130, 20), Colour.ORANGE),
        ((110, 70, 30), Colour.BROWN),
        ((130, 40, 170), Colour.PURPLE),
    ],
)
def test_a_painted_thing_on_asphalt_has_its_colour(rgb: tuple[int, int, int], named: Colour) -> None:
    crop = np.full((40, 60, 3), 95, np.uint8)
    crop[6:32, 6:54] = rgb
    noise = np.random.default_rng(3).integers(-12, 12, crop.shape)
    assert colour_of(np.clip(crop + noise, 0, 255).astype(np.uint8)) is named


def test_what_is_too_small_has_none() -> None:
    assert colour_of(np.zeros((2, 50, 3), np.uint8)) is None
