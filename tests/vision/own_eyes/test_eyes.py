"""A camera's own eyes over sweeps: what is said, how soon, and what is not."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.vision.own_eyes.street import HIGH, WIDE, Street, Swept

from ronda.vision.analytics.contract import Turn
from ronda.vision.own_eyes.eyes import Said
from ronda.vision.own_eyes.memory import Asked, Memory
from ronda.vision.own_eyes.outcome import Key
from ronda.vision.picture import Rgb

STREET = Street()


def day(number: int) -> Rgb:
    return STREET.at(number)


def night(number: int) -> Rgb:
    return STREET.at(number, night=True)


@pytest.fixture
def camera(tmp_path: Path) -> Swept:
    """A camera that knows its view by day and by night."""
    camera = Swept(tmp_path)
    camera.sweep(day, 6)
    camera.sweep(night, 6)
    camera.sweep(day, 3)
    assert camera.said == []
    return camera


def raised(said: list[Said]) -> list[Key]:
    return [one.key for one in said if one.turn is Turn.RAISED]


@pytest.mark.parametrize("turn", [0.06, -0.12, 0.3])
@pytest.mark.parametrize("dark", [False, True])
def test_a_turned_view_is_said_within_one_sweep(camera: Swept, turn: float, dark: bool) -> None:
    said = camera.sweep(lambda number: STREET.at(number, night=dark, turn=turn))
    assert raised(said) == [Key.TURNED]
    assert said[0].before.startswith(b"\xff\xd8")
    assert said[0].since_90k < said[0].at_90k
    assert abs(abs(float(said[0].detail["across"])) - abs(turn)) < 0.02
    assert camera.sweep(lambda number: STREET.at(number, turn=turn), 3) == [], "it is said once"
    assert [one.turn for one in camera.sweep(day, 2)] == [Turn.OVER]


def test_a_view_that_is_zoomed_is_turned(camera: Swept) -> None:
    said = camera.sweep(lambda number: STREET.at(number, zoom=1.3))
    assert raised(said) == [Key.TURNED]


def test_another_scene_is_unlike_any_reference_within_one_sweep(camera: Swept) -> None:
    said = camera.sweep(lambda number: Street(5).at(number))
    assert raised(said) == [Key.UNLIKE]
    assert 0 < float(said[0].detail["confidence"]) <= 1


def test_a_quiet_week_says_nothing_and_keeps_few_references(camera: Swept, tmp_path: Path) -> None:
    for _ in range(3):
        camera.sweep(day, 14)
        camera.sweep(night, 14)
    assert camera.said == []
    known = Memory(tmp_path / "own-eyes.sqlite").load("gate").known
    assert 2 <= len(known.references) <= 6
    assert max(len(one.packed()) for one in known.references) < 10_500


def test_a_lorry_before_the_camera_and_a_jump_of_exposure_are_nothing(camera: Swept) -> None:
    def lorry(number: int) -> Rgb:
        rgb = day(number)
        rgb[80:300, 60:330] = (200, 40, 40)
        cv2.putText(rgb, "SEMEN", (80, 200), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 5)
        return rgb

    assert camera.sweep(lorry, 3) == []
    assert camera.sweep(lambda number: np.clip(day(number) * 1.7, 0, 255).astype(np.uint8)) == []
    assert camera.sweep(lambda number: (day(number) * 0.45).astype(np.uint8)) == []


def test_a_view_that_creeps_away_is_measured_from_where_it_began(camera: Swept) -> None:
    said: list[Said] = []
    for step in range(60):
        said += camera.sweep(lambda number, turn=step * 0.001: STREET.at(number, turn=turn))  # type: ignore[misc]
        if said:
            break
    assert raised(said) == [Key.TURNED]
    assert 25 <= step <= 45


def test_covered_blurred_black_white(camera: Swept) -> None:
    rng = np.random.default_rng(1)

    def cloth(_: int) -> Rgb:
        return np.asarray(np.clip(rng.normal(90, 3, (HIGH, WIDE, 3)), 0, 255), np.uint8)

    assert raised(camera.sweep(cloth, 2)) == [Key.COVERED]
    camera.sweep(day, 3)
    assert raised(camera.sweep(lambda number: np.asarray(cv2.GaussianBlur(day(number), (0, 0), 4), np.uint8), 4)) == [
        Key.BLURRED
    ]
    camera.sweep(day, 4)
    assert raised(camera.sweep(lambda _: np.full((HIGH, WIDE, 3), 17, np.uint8), 1)) == [Key.BLACK]
    camera.sweep(day, 3)
    assert Key.OVER_EXPOSED in raised(camera.sweep(lambda _: np.full((HIGH, WIDE, 3), 255, np.uint8), 3))
    camera.sweep(day, 3)
    over = [one.key for one in camera.said if one.turn is Turn.OVER]
    assert set(over) >= {Key.COVERED, Key.BLURRED, Key.BLACK, Key.OVER_EXPOSED}


def test_frozen_is_found_behind_a_running_clock_and_a_clock_alone_is_not_needed(camera: Swept) -> None:
    still = day(4)

    def clock(number: int) -> Rgb:
        rgb = still.copy()
        cv2.putText(rgb, f"26-11-2026 10:{number:02d}", (12, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)
        return rgb

    assert raised(camera.sweep(clock, 4)) == [Key.FROZEN]
    assert [one.turn for one in camera.sweep(day, 2)] == [Turn.OVER]
    assert raised(camera.sweep(lambda _: still, 4)) == [Key.FROZEN]


def test_a_scene_in_which_nothing_stirs_is_not_frozen(camera: Swept) -> None:
    still, rng = night(4).astype(np.float32), np.random.default_rng(3)
    noisy = [np.clip(still + rng.normal(0, 1.2, still.shape), 0, 255).astype(np.uint8) for _ in range(40)]
    assert camera.sweep(lambda number: noisy[number % 40], 6) == []


def test_a_new_camera_says_nothing_until_it_knows_its_view_and_may_have_a_first_night(tmp_path: Path) -> None:
    camera = Swept(tmp_path)
    camera.look(Street(9).at(1))
    camera.sweep(day, 4)
    camera.sweep(lambda number: np.asarray(Street(7).at(number, night=True)), 4)
    assert camera.said == [], "nobody knows yet what it looks like at night"
    assert raised(camera.sweep(lambda number: Street(9).at(number))) == [Key.UNLIKE]


def test_a_new_camera_knows_its_view_within_a_minute_of_its_first_picture(tmp_path: Path) -> None:
    camera = Swept(tmp_path)
    waits = [camera.look(day(1)).again_s, camera.look(day(2), 25.0).again_s, camera.look(day(3), 25.0).again_s]
    assert waits == [25.0, 25.0, None]
    assert camera.memory.load("gate").known.is_settled
    assert raised(camera.sweep(lambda number: STREET.at(number, turn=0.2))) == [Key.TURNED]


def test_a_camera_that_shows_something_else_each_time_is_not_hastened_for_ever(tmp_path: Path) -> None:
    camera = Swept(tmp_path)
    looked = [camera.look(Street(seed).at(1)) for seed in range(9)]
    assert [one.learning for one in looked].count(True) == 5


def test_an_accepted_view_is_the_reference_from_now_on(camera: Swept) -> None:
    camera.sweep(lambda number: STREET.at(number, turn=0.2))
    camera.memory.ask("gate", Asked.ACCEPT)
    said = camera.sweep(lambda number: STREET.at(number, turn=0.2))
    assert [(one.key, one.turn) for one in said] == [(Key.TURNED, Turn.OVER)]
    assert camera.memory.asked("gate") is None
    assert camera.sweep(lambda number: STREET.at(number, turn=0.2), 3) == []
    assert raised(camera.sweep(day)) == [Key.TURNED]


def test_who_asks_whether_a_view_is_mended_hears_at_once(camera: Swept) -> None:
    camera.sweep(lambda number: STREET.at(number, turn=0.2))
    camera.memory.ask("gate", Asked.COMPARE)
    assert [one.turn for one in camera.look(STREET.at(900, turn=0.2)).said] == [Turn.CHANGED]
    camera.memory.ask("gate", Asked.COMPARE)
    assert [one.turn for one in camera.look(day(901)).said] == [Turn.OVER]
    assert camera.sweep(day, 3) == []


def test_what_was_said_is_known_after_a_restart(camera: Swept, tmp_path: Path) -> None:
    camera.sweep(lambda number: STREET.at(number, turn=0.2))
    again = Swept(tmp_path)
    again.at_s = camera.at_s
    assert again.sweep(lambda number: STREET.at(number, turn=0.2), 2) == []
    assert [one.turn for one in again.sweep(day, 2)] == [Turn.OVER]


def test_a_picture_without_anything_or_of_any_size_is_survived(camera: Swept) -> None:
    for shape in ((2, 2, 3), (8, 4000, 3), (1080, 1920, 3), (288, 352, 3)):
        camera.look(np.full(shape, 90, np.uint8))
        camera.look(np.random.default_rng(1).integers(0, 255, shape, np.uint8))
