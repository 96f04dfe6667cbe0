"""Light that sweeps over a place is nobody; people and vehicles have an outline and dark parts."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vision.analytics.street import HEIGHT, WIDTH, Box, ground, scene, track, with_thing
from tests.vision.analytics.test_night import night

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Scene
from ronda.vision.analytics.glow import is_glow
from ronda.vision.background import Backdrop
from ronda.vision.objects import ObjectClass
from ronda.vision.tracks.track import Step

Rgb = NDArray[np.uint8]
BOX: Box = (0.35, 0.4, 0.65, 0.8)


def lit(rgb: Rgb, x: float, bright: float = 300.0, wide: float = 0.1) -> Rgb:
    """Return the picture with a headlight's spot at x of its width."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    square = ((xs / WIDTH - x) / wide) ** 2 + ((ys / HEIGHT - 0.6) / wide) ** 2
    return np.asarray(np.clip(rgb + (bright * np.exp(-square))[..., None], 0, 255), np.uint8)


def seen(rgb: Rgb, at_s: float = 0.0, **more: Any) -> Scene:
    nothing = np.zeros((HEIGHT, WIDTH), bool)
    return scene(rgb, at_s, backdrop=Backdrop(ground() // 3, nothing, nothing), **more)


def test_soft_light_on_the_place_is_a_glow_and_a_thing_is_none() -> None:
    dark = ground() // 3
    assert is_glow(seen(lit(dark, 0.5)), BOX)
    assert not is_glow(seen(with_thing(dark, BOX, 3)), BOX)
    assert not is_glow(seen(dark), BOX)


def test_light_in_the_rain_is_a_glow() -> None:
    rng, wet = np.random.default_rng(2), lit(ground() // 3, 0.5)
    for _ in range(250):
        x, y = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT - 15))
        cv2.line(wet, (x, y), (x + 2, y + 14), (170, 170, 175), 1, cv2.LINE_AA)
    assert is_glow(seen(wet), BOX)


def test_one_who_is_lit_is_no_glow() -> None:
    dark = ground() // 3
    assert not is_glow(
        seen(lit(with_thing(dark, (0.45, 0.45, 0.55, 0.75), 4), 0.5, bright=80)), (0.44, 0.43, 0.56, 0.77)
    )


def test_where_the_place_is_not_known_and_of_what_is_tiny_nothing_is_said() -> None:
    dark = ground() // 3
    assert not is_glow(scene(lit(dark, 0.5), 0.0), BOX)
    assert not is_glow(seen(lit(dark, 0.5)), (0.5, 0.6, 0.51, 0.61))


@pytest.mark.parametrize("light", [True, False])
def test_a_light_that_sweeps_through_a_yard_at_night_is_nobody(light: bool) -> None:
    rule, found, dark = night(kinds=["presence"]), Findings(), ground() // 3
    for step in range(40):
        at_s, x = step / 5, 0.2 + 0.015 * step
        box = (x - 0.12, 0.45, x + 0.12, 0.75)
        path = [Step(round(back / 5 * HZ_90K), 0.2 + 0.015 * back, 0.75) for back in range(step + 1)]
        rgb = lit(dark, x) if light else with_thing(dark, box, 5)
        found.add(rule.update(seen(rgb, at_s, tracks=[track(1, box, at_s, label=ObjectClass.CAR, path=path)])))
    assert len(found.signs) == (0 if light else 1)
