"""Water in the simulator: it stands where it is told to; the demonstration's staffs are read from their pictures."""

import cv2
import numpy as np
import pytest

from ronda.base.time import HZ_90K
from ronda.cli.demo_watching import WATCHING
from ronda.simulate.originals import originals
from ronda.simulate.scenes.canal import BED, STAFF_AT, canal, staff_ends, usual_cm
from ronda.simulate.scenes.film import Film
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.tide import Tide
from ronda.vision.analytics.contract import Measure, Scene
from ronda.vision.configuration import Configuration
from ronda.vision.picture import Picture


@pytest.fixture(scope="module")
def tide() -> Tide:
    scene = canal(Look(3, "", 320, 180, 10.0), dry=True)
    return Tide(scene.place, scene.view, 3, scale=1.0)


def test_water_hides_the_staff_up_to_its_level_and_ripples(tide: Tide) -> None:
    view = Look(3, "", 320, 180, 10.0).view(x=-14.5, y=-4.0, z=5.2, heading=24.0, pitch=13.0, fov=74.0)
    (x, low), (_, high) = staff_ends(view)
    column = round(x * 320)
    for cm in (100, 200, 300):
        light, wet = tide.draw(BED + cm / 100, 0.0)
        point = np.array([(*STAFF_AT, BED + cm / 100)], np.float32)
        row = float(view.project(point)[0][0, 1])
        rows = np.flatnonzero(~wet[round(high * 180) : round(low * 180), column]) + round(high * 180)
        assert rows.max() + 1 == pytest.approx(row, abs=2)
        later, _ = tide.draw(BED + cm / 100, 5.0)
        assert np.abs(light.astype(int) - later)[wet].mean() > 1
        assert np.array_equal(light[~wet], later[~wet])


def test_wet_ground_is_darker(tide: Tide) -> None:
    assert tide.ground.any()
    assert tide.rained(tide.dry)[tide.ground].mean() < tide.dry[tide.ground].mean()


def test_pools_stand_where_the_ground_is_low() -> None:
    scene = canal(Look(3, "", 160, 90, 10.0), dry=True)
    tide = Tide(scene.place, scene.view, 3, scale=1.0, relief=lambda x, _: np.where(x < -18, -0.5, 0.5))
    _, wet = tide.draw(0.1, 0.0)
    assert 0 < wet[tide.ground].mean() < 1


@pytest.mark.parametrize("camera", ["banjir-kanal-barat-1", "banjir-kanal-timur-1"])
def test_the_demonstrations_water_is_read_from_its_pictures(camera: str) -> None:
    original = next(one for one in originals() if one.id == camera)
    film = Film(original.scene(640, 360), 2, scale=1.0)
    configuration = Configuration.from_document(WATCHING[camera])
    assert "counting" not in configuration.rules
    flood = configuration.rules["flood"][0].start(configuration.view())
    told: list[Measure] = []
    for second in range(0, 70, 5):
        planes, _ = film.draw(second * 7 % film.pictures)
        rgb = np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)
        told += flood.update(Scene(Picture(rgb, second * HZ_90K, (640, 360)), ())).measures
    levels = [one.value for one in told if one.name == "level"]
    assert levels
    assert levels[-1] == pytest.approx(usual_cm(original.seed), abs=12)
