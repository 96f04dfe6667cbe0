"""What differs from the place and what does not: things, shade, exposure, ghosts, shakes, pictures of nothing."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vision.street import HIGH, WIDE, Image, Thing, ground, moments, put, shade, shot

from ronda.vision.background import Backdrop, Background

EMPTY = ground()


def learnt(until_s: float = 4.0) -> Background:
    background = Background()
    for at in moments(0, until_s):
        background.update(shot(EMPTY, at))
    return background


def look(background: Background, image: Image, at_s: float) -> Backdrop:
    backdrop = background.update(shot(image, at_s))
    assert backdrop is not None
    return backdrop


def share(mask: NDArray[np.bool_], thing: Thing) -> float:
    """Share of a thing's box that a mask covers."""
    high, wide = mask.shape
    x, y = wide / WIDE, high / HIGH
    left, right = (thing.x - thing.wide / 2) * x, (thing.x + thing.wide / 2) * x
    part = mask[round((thing.y - thing.high) * y) : round(thing.y * y), round(left) : round(right)]
    return float(part.mean())


def test_an_empty_street_has_nothing_on_it() -> None:
    backdrop = look(learnt(), EMPTY, 4.0)
    assert backdrop.moving.mean() < 0.0005 and not backdrop.stopped.any()
    assert np.abs(backdrop.empty.astype(int).mean() - EMPTY.mean()) < 2


@pytest.mark.parametrize("rate", [5, 10, 25])
def test_a_thing_moves_then_stops_and_stays_known_while_the_street_is_remembered(rate: int) -> None:
    background = learnt()
    for at in moments(4.0, 6.0, rate):
        moved = Thing(120 + 100 * (at - 4.0), 250)
        backdrop = look(background, put(EMPTY, moved), at)
    assert share(backdrop.moving, moved) > 0.75 and share(backdrop.stopped, moved) < 0.1
    stands = Thing(320, 250)
    for at in (*moments(6.0, 10.0, rate), *moments(10.0, 96.0, 1)):
        backdrop = look(background, put(EMPTY, stands), at)
    assert share(backdrop.stopped, stands) > 0.75 and share(backdrop.moving, stands) < 0.05
    for at in moments(96.0, 98.0, rate):
        backdrop = look(background, EMPTY, at)
    assert share(backdrop.stopped | backdrop.moving, stands) < 0.02


def test_something_passes_in_front_of_what_stands_and_it_is_known_afterwards() -> None:
    background = learnt()
    stands = Thing(320, 250)
    for at in moments(4.0, 12.0):
        look(background, put(EMPTY, stands), at)
    for at in moments(12.0, 14.0):
        look(background, put(put(EMPTY, stands), Thing(200 + 120 * (at - 12), 270, 120, 70, (220, 220, 60))), at)
    for at in moments(14.0, 15.0):
        backdrop = look(background, put(EMPTY, stands), at)
    assert share(backdrop.stopped, stands) > 0.7


def test_a_shadow_and_a_patch_of_light_are_no_things() -> None:
    background = learnt()
    for at in moments(4.0, 6.0):
        left = round(100 + 60 * (at - 4))
        image = shade(shade(EMPTY, left, 180, left + 120, 240), left, 280, left + 120, 330, 1.2)
        backdrop = look(background, image, at)
    assert backdrop.moving.mean() < 0.004


def test_a_thing_is_found_without_its_shadow() -> None:
    background = learnt()
    thing = Thing(320, 250)
    backdrop = look(background, put(shade(EMPTY, 275, 250, 420, 275), thing), 4.0)
    assert share(backdrop.moving, thing) > 0.75
    assert share(backdrop.moving, Thing(360, 275, 100, 20)) < 0.15


@pytest.mark.parametrize("gain", [0.6, 1.35])
def test_a_jump_of_the_exposure_raises_nothing_and_hides_nothing(gain: float) -> None:
    background = learnt()
    thing = Thing(320, 250)
    for at in moments(4.0, 5.0):
        look(background, put(EMPTY, thing), at)
    for at in moments(5.0, 7.0):
        brighter = np.clip(put(EMPTY, thing) * gain, 0, 255).astype(np.uint8)
        backdrop = look(background, brighter, at)
        assert share(backdrop.moving | backdrop.stopped, thing) > 0.6
        found = backdrop.moving.copy()
        found[120:200, 170:310] = False
        assert found.mean() < 0.003


def test_the_ghost_of_what_stood_in_the_first_picture_vanishes() -> None:
    background = Background()
    stood = Thing(320, 250)
    for at in moments(0, 12.0):
        background.update(shot(put(EMPTY, stood), at))
    for at in moments(12.0, 15.0):
        backdrop = look(background, EMPTY, at)
    assert share(backdrop.moving | backdrop.stopped, stood) < 0.03


def test_what_stood_first_and_left_is_known_to_stand_where_the_place_was_shown_before() -> None:
    background = Background()
    stood = Thing(320, 250)
    background.prime([shot(put(EMPTY, stood) if at < 20 else EMPTY, at) for at in np.linspace(0, 38, 24).tolist()])
    for at in moments(0, 4.0):
        backdrop = background.update(shot(put(EMPTY, stood), at))
    assert backdrop is not None
    assert share(backdrop.stopped, stood) > 0.75


def test_leaves_that_sway_are_left_alone_after_a_while() -> None:
    background = learnt()
    seen = []
    leaves = np.random.default_rng(2).random((25, 250)) < 0.4
    leaves = np.kron(leaves, np.ones((6, 6), bool))[:60, :500]
    for at in moments(4.0, 29.0):
        image = EMPTY.copy()
        image[5:65, 60:560][np.roll(leaves, round(9 * np.sin(at * 4)), axis=1)] = (190, 210, 120)
        backdrop = look(background, image, at)
        background.restless(backdrop.moving)
        seen.append(float(backdrop.moving.mean()))
    assert np.mean(seen[:10]) > 0.01
    assert np.mean(seen[-20:]) < 0.15 * np.mean(seen[:10])


def test_a_shaking_camera_shows_no_things_but_a_thing_on_its_pictures() -> None:
    background = learnt()
    thing = Thing(320, 250)
    for at, by in zip(moments(4.0, 6.0), ((6, 3), (-5, 4), (7, -4), (-6, -3)) * 3, strict=False):
        turn = np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float32)
        shaken = cv2.warpAffine(put(EMPTY, thing), turn, (WIDE, HIGH), borderMode=cv2.BORDER_REPLICATE)
        backdrop = look(background, np.asarray(shaken, np.uint8), at)
        assert share(backdrop.moving | backdrop.stopped, thing) > 0.6
        assert (backdrop.moving | backdrop.stopped).mean() < 0.05
        assert np.hypot(*background.shift_xy) > 2


@pytest.mark.parametrize("level", [0, 255])
def test_a_picture_that_shows_nothing_teaches_nothing(level: int) -> None:
    background = learnt()
    for at in moments(4.0, 8.0):
        assert background.update(shot(np.full_like(EMPTY, level), at)) is None
    thing = Thing(320, 250)
    assert share(look(background, put(EMPTY, thing), 8.0).moving, thing) > 0.7


def test_another_view_is_learnt_anew() -> None:
    background = learnt()
    other = np.ascontiguousarray(255 - ground(7)[::-1])
    for at in moments(4.0, 9.0):
        backdrop = background.update(shot(other, at))
    assert backdrop is not None
    assert backdrop.moving.mean() < 0.01


def test_another_resolution_of_the_same_view_changes_nothing() -> None:
    background = learnt()
    thing = Thing(320, 250)
    larger = np.asarray(cv2.resize(put(EMPTY, thing), (1280, 720)), np.uint8)
    backdrop = background.update(shot(larger, 4.0))
    assert backdrop is not None
    assert share(backdrop.moving, thing) > 0.7 and backdrop.moving.mean() < 0.1


def test_times_that_run_backwards_are_survived() -> None:
    background = learnt()
    for at in (9.0, 3.0, 3.0, 8.5, 10.0):
        backdrop = look(background, EMPTY, at)
        assert backdrop.moving.mean() < 0.001
