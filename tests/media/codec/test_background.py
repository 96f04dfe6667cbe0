"""What passes vanishes, what stays stays, what never settles is tiles of one colour."""

import numpy as np

from ronda.media.codec.background import background
from ronda.media.codec.masks import Planes

WIDTH, HEIGHT, PICTURES = 320, 192, 9


def scene(number: int) -> Planes:
    """A still street with noise, as yuv420p planes."""
    noise = np.random.default_rng(number)
    luma = np.random.default_rng(1).integers(60, 180, (HEIGHT // 8, WIDTH // 8)).repeat(8, 0).repeat(8, 1)
    chroma = np.full((HEIGHT // 2, WIDTH), 128)
    return np.clip(np.vstack([luma, chroma]) + noise.integers(-4, 5, (HEIGHT * 3 // 2, WIDTH)), 0, 255).astype(np.uint8)


def with_person(planes: Planes, left: int, top: int = 60, tone: int = 250) -> Planes:
    planes[top : top + 60, left : left + 24] = tone
    return planes


def far(one: Planes, other: Planes) -> np.ndarray:
    return np.asarray(np.abs(one[:HEIGHT].astype(int) - other[:HEIGHT].astype(int)))


def test_who_walks_by_vanishes() -> None:
    shown = background([with_person(scene(number), 10 + number * 30) for number in range(PICTURES)])
    assert far(shown, scene(99)).max() < 20


def test_what_is_parked_stays() -> None:
    shown = background([with_person(scene(number), 100) for number in range(PICTURES)])
    assert (shown[70:110, 104:120] > 240).all()


def test_who_stands_for_a_part_of_the_time_is_not_to_be_seen() -> None:
    for stays in range(1, 7):
        pictures = [scene(number) for number in range(PICTURES)]
        for planes in pictures[:stays]:
            planes[60:120, 100:124] = np.random.default_rng(5).integers(0, 255, (60, 24))
        figure = np.random.default_rng(5).integers(0, 255, (60, 24)).astype(int)
        shown = background(pictures)[60:120, 100:124].astype(int)
        likeness = np.corrcoef(figure.ravel(), shown.ravel())[0, 1] if shown.std() else 0.0
        assert likeness < 0.35, stays


def test_what_never_settles_is_tiles() -> None:
    pictures = [scene(number) for number in range(PICTURES)]
    for number, planes in enumerate(pictures):
        planes[64:128, 64:128] = np.random.default_rng(number + 50).integers(0, 255, (64, 64))
    tiles = background(pictures)[64:128, 64:128].reshape(2, 32, 2, 32).swapaxes(1, 2)
    assert all(tile.std() == 0 for row in tiles for tile in row)


def test_a_cloud_unsettles_nothing() -> None:
    pictures = [scene(number) for number in range(PICTURES)]
    for planes in pictures[5:]:
        planes[:HEIGHT] = np.clip(planes[:HEIGHT].astype(int) - 30, 0, 255)
    shown = background(pictures)
    assert len(np.unique(shown[:HEIGHT])) > 60
    assert far(shown, scene(99)).mean() < 35


def test_the_pictures_that_come_in_stay_as_they_are() -> None:
    pictures = [scene(number) for number in range(PICTURES)]
    copies = [planes.copy() for planes in pictures]
    background(pictures)
    assert all((one == other).all() for one, other in zip(pictures, copies, strict=True))
