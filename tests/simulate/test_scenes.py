import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from ronda.simulate.loops import read_loop
from ronda.simulate.scenes.film import Film, turned
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.traffic import Route


def small(place: str, seed: int = 3) -> Film:
    look = Look(seed=seed, lettering="TES", width=320, height=180, period_s=4.0)
    return Film(PLACES[place](look), 12, scale=1.0)


@pytest.mark.parametrize("place", ["gang", "office", "market", "river"])
def test_the_same_seed_draws_the_same_pictures(place: str) -> None:
    one, two, other = small(place), small(place), small(place, seed=4)
    first, truth = one.draw(7)
    again, truth_again = two.draw(7)
    assert np.array_equal(first, again) and truth == truth_again
    assert not np.array_equal(first, other.draw(7)[0])


def test_a_loop_closes() -> None:
    film = small("office")
    (first, truth), (after, truth_after) = film.draw(0), film.draw(film.pictures)
    luma = slice(0, 180)
    # Noise differs from picture to picture; what is seen does not.
    assert truth == truth_after
    assert abs(first[luma].astype(int) - after[luma]).mean() < 4


def test_a_turned_camera_sees_something_else() -> None:
    film = small("office")
    other = Film(turned(film.scene, 38), 12, scale=1.0)
    assert abs(film.draw(0)[0][:180].astype(int) - other.draw(0)[0][:180]).mean() > 12


def test_truth_lies_within_the_picture_and_moves(office_loop: tuple[Path, Path]) -> None:
    truth = json.loads(office_loop[1].read_text())
    assert (truth["width"], truth["height"], truth["rate"]) == (640, 360, 12)
    with av.open(str(office_loop[0])) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.width, stream.codec_context.height) == (640, 360)
        assert len(truth["pictures"]) == sum(1 for _ in container.decode(stream)) == 36
    tracks: dict[int, list[list[float]]] = {}
    for picture in truth["pictures"]:
        for seen in picture:
            x0, y0, x1, y1 = seen["box_xyxy"]
            assert 0 <= x0 < x1 <= 640 and 0 <= y0 < y1 <= 360
            assert seen["label"] in {"person", "car", "motorcycle", "bus", "truck", "cart"}
            tracks.setdefault(seen["track"], []).append(seen["box_xyxy"])
    moving = [boxes for track, boxes in tracks.items() if track > 0]
    assert any(abs(boxes[0][0] - boxes[-1][0]) > 20 for boxes in moving)


def test_loops_have_even_pictures_and_keyframes_as_far_apart_as_asked(office_loop: tuple[Path, Path]) -> None:
    loop = read_loop(office_loop[0])
    assert loop.tick_90k == 7500
    assert [index for index, picture in enumerate(loop.pictures) if picture.keyframe] == [0, 12, 24]
    assert len(loop.parameter_sets) == 2


def test_a_route_bends_without_jumping() -> None:
    route = Route([(0, 0), (10, 0), (10, 10)])
    poses = [route.pose(at, 5.0) for at in np.arange(0, route.length, 0.25)]
    steps = [np.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(poses)]
    assert max(steps) < 0.26
    assert poses[0].heading == pytest.approx(np.pi / 2) and poses[-1].heading == pytest.approx(0, abs=0.1)
