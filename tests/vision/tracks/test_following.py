"""What a person marked is followed through drawn streets whose truth is known, and lost honestly where it is hidden."""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pytest
from tests.vision.street import HIGH, WIDE, Thing, ground, put

from ronda.base.time import HZ_90K
from ronda.simulate.originals import originals
from ronda.simulate.scenes.film import Film
from ronda.vision.picture import Picture
from ronda.vision.tracks.following import Box, End, Follower, Placed
from ronda.vision.tracks.path import bounds, carried, simplified

RATE = 12
SIZE = (480, 270)
SECONDS = 6
Truth = dict[int, list[Box]]
"""Boxes of one thing by the picture's number: it may be there twice, near the end of its way and at its begin."""


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    down = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return across * down / (sum(areas) - across * down)


@cache
def parking() -> tuple[list[Picture], dict[int, Truth]]:
    """Six seconds of the simulator's parking place, and what is where on each picture."""
    place = next(one for one in originals() if one.id == "parkir-balai-kota-1")
    film = Film(place.scene(*SIZE), RATE, scale=1.0)
    pictures, truth = [], dict[int, Truth]()
    for number in range(SECONDS * RATE):
        planes, seen = film.draw(number)
        rgb = np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)
        pictures.append(Picture(rgb, number * HZ_90K // RATE, SIZE))
        for one in seen:
            left, top, right, bottom = (at / SIZE[axis % 2] for axis, at in enumerate(one["box_xyxy"]))
            if one["track"] >= 0:
                truth.setdefault(one["track"] % 1000, {}).setdefault(number, []).append((left, top, right, bottom))
    return pictures, truth


def followed(pictures: Sequence[Picture], start: Box) -> tuple[list[Placed], Follower]:
    """Follow through pictures as a node does: seconds to learn from, then a dozen at a time."""
    follower, way = Follower(start), list[Placed]()
    follower.learn(pictures)
    for number in range(0, len(pictures), 12):
        way += follower.feed(pictures[number : number + 12])
    return way, follower


@pytest.mark.parametrize(
    ("track", "backwards"),
    [(5, False), (8, False), (8, True)],
    ids=["somebody who walks", "a motorcycle", "the motorcycle, backwards"],
)
def test_what_goes_through_the_view_is_followed_in_both_directions_of_time(track: int, backwards: bool) -> None:
    pictures, truth = parking()
    rows, start = truth[track], len(pictures) - 6 if backwards else 6
    row = pictures[: start + 1][::-1] if backwards else pictures[start:]
    way, _ = followed(row, rows[start][0])
    assert len(way) >= RATE * 3
    shares = []
    for placed in way:
        boxes = rows.get(round(placed.at_90k * RATE / HZ_90K), [])
        shares.append(max((overlap(placed.box, box) for box in boxes), default=0.0))
    assert np.mean(shares) > 0.6, [round(one, 2) for one in shares]
    assert np.mean(np.array(shares) > 0.4) > 0.9, [round(one, 2) for one in shares]


def street(wall: tuple[int, int] | None = None, stays: int = 60) -> tuple[list[Picture], list[Box]]:
    """Return a car that crosses a street, behind a wall between two columns where there is one, and its truth."""
    empty, pictures, truth = ground(), [], []
    for number in range(stays):
        thing = Thing(80 + number * 9.0, 250, 90, 50)
        drawn = put(empty, thing)
        if wall is not None:
            drawn[120:300, wall[0] : wall[1]] = (96, 70, 60)
        small = np.asarray(cv2.resize(drawn, SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        pictures.append(Picture(small, number * HZ_90K // RATE, (WIDE, HIGH)))
        truth.append(((thing.x - 45) / WIDE, 200 / HIGH, (thing.x + 45) / WIDE, 250 / HIGH))
    return pictures, truth


def test_a_vehicle_is_followed_until_it_leaves_the_view() -> None:
    pictures, truth = street(stays=70)
    way, follower = followed(pictures, truth[0])
    assert follower.end is End.LEFT
    shares = [overlap(one.box, truth[round(one.at_90k * RATE / HZ_90K)]) for one in way]
    assert len(way) > 55
    assert np.mean(shares) > 0.75, [round(one, 2) for one in shares]


def test_behind_a_wall_it_is_lost_and_that_is_said() -> None:
    pictures, truth = street(wall=(300, 420))
    way, follower = followed(pictures, truth[0])
    assert follower.end is End.LOST
    last = round(way[-1].at_90k * RATE / HZ_90K)
    # Its front goes behind the wall with picture 20, its rear with picture 30.
    assert 16 <= last <= 29, last
    assert min(overlap(one.box, truth[round(one.at_90k * RATE / HZ_90K)]) for one in way) > 0.4


def test_what_stands_stays_where_it_is() -> None:
    pictures, truth = street()
    still = [Picture(pictures[10].rgb, one.at_90k, one.full_wh) for one in pictures]
    way, follower = followed(still, truth[10])
    assert follower.end is None
    assert len(way) == len(still)
    assert overlap(way[-1].box, truth[10]) > 0.9


def test_its_way_is_told_in_few_moments() -> None:
    straight = [Placed(number * 7200, (number / 100, 0.2, number / 100 + 0.1, 0.4), 1.0) for number in range(50)]
    assert [one.at_90k for one in simplified(straight, 60)] == [0, 49 * 7200]
    bent = [
        Placed(one.at_90k, (*one.box[:1], 0.2 + max(0, number - 25) / 100, *one.box[2:]), 1.0)
        for number, one in enumerate(straight)
    ]
    assert [one.at_90k for one in simplified(bent, 60)] == [0, 25 * 7200, 49 * 7200]
    chance = np.random.default_rng(1)
    restless = [Placed(number * 7200, tuple(chance.random(4)), 1.0) for number in range(300)]
    assert 2 <= len(simplified(restless, 60)) <= 60


def test_a_shape_is_carried_along_and_stays_within_the_view() -> None:
    shape = ((0.2, 0.2), (0.4, 0.2), (0.3, 0.6))
    assert bounds(shape) == (0.2, 0.2, 0.4, 0.6)
    assert carried(shape, (0.4, 0.2, 0.6, 0.6)) == ((0.4, 0.2), (0.6, 0.2), (0.5, 0.6))
    assert carried(shape, (0.9, 0.5, 1.1, 0.9)) == ((0.9, 0.5), (1.0, 0.5), (1.0, 0.9))
