"""Real clips: a part of each is the camera's view, another part the turned one; other light is made by arithmetic."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from tests.vision.own_eyes.street import Swept

from ronda.vision.analytics.contract import Turn
from ronda.vision.own_eyes.outcome import Key
from ronda.vision.picture import Rgb

CLIPS = ("street-corner-1", "people-detection", "person-bicycle-car-detection", "store-aisle-preview")
WIDE = 0.72
"""So much of the clip's width is the view."""


@cache
def pictures(path: Path) -> tuple[Rgb, ...]:
    """Twelve pictures of a clip, spread over its first minute."""
    found: list[Rgb] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        step = max(min(stream.frames or 720, 1500) // 12, 1)
        for number, frame in enumerate(container.decode(stream)):
            if number % step == 0:
                wide = min(frame.width, 896)
                high = frame.height * wide // frame.width
                found.append(np.asarray(frame.to_ndarray(format="rgb24", width=wide, height=high), np.uint8))
            if len(found) == 12:
                break
    return tuple(found)


@pytest.fixture(params=CLIPS)
def clip(request: pytest.FixtureRequest, shared_assets: Path) -> tuple[Rgb, ...]:
    path = shared_assets / "videos" / f"{request.param}.mp4"
    if not path.exists():
        pytest.skip(f"shared material is absent: {path.name}")
    return pictures(path)


def part(rgb: Rgb, across: float = 0.0, zoom: float = 1.0) -> Rgb:
    """The view, or what it would be had somebody turned the camera by so many view widths."""
    wide, high = round(rgb.shape[1] * WIDE / zoom), round(rgb.shape[0] * WIDE / zoom)
    left = round((rgb.shape[1] * WIDE - wide) / 2 + across * rgb.shape[1] * WIDE + 0.02 * rgb.shape[1])
    top = round((rgb.shape[0] - high) / 2)
    return np.asarray(cv2.resize(rgb[top : top + high, left : left + wide], (640, 360)), np.uint8)


def lights(rgb: Rgb) -> Iterator[Rgb]:
    """The same in other lights: darker, brighter, another curve, grey with a spot of light, a shadow over half."""
    value = rgb.astype(np.float32)
    ys, xs = np.mgrid[-1:1:360j, -1:1:640j]
    yield np.asarray(value * 0.4, np.uint8)
    yield np.asarray(np.minimum(value * 1.6, 255), np.uint8)
    yield np.asarray(255 * (value / 255) ** 1.8, np.uint8)
    yield np.asarray(np.where((xs + 0.4 * ys > 0.2)[..., None], value * 0.55, value), np.uint8)
    lamp = value.mean(axis=2, keepdims=True) * np.exp(-(xs**2 + ys**2) * 1.2)[..., None] * 0.9
    noise = np.random.default_rng(1).normal(0, 4, (360, 640, 1))
    yield np.asarray(np.clip(np.repeat(lamp, 3, 2) + noise, 0, 255), np.uint8)


def test_traffic_and_light_on_real_footage_are_no_turn(clip: tuple[Rgb, ...], tmp_path: Path) -> None:
    camera = Swept(tmp_path)
    for rgb in clip[:5]:
        camera.look(part(rgb))
    for rgb in clip[5:]:
        camera.look(part(rgb))
        for lit in lights(part(rgb)):
            camera.look(lit, 60)
    view = [one.key for one in camera.said if one.key in (Key.TURNED, Key.UNLIKE, Key.COVERED)]
    assert view == []


@pytest.mark.parametrize(("across", "zoom"), [(0.07, 1.0), (0.15, 1.0), (0.34, 1.0), (0.0, 1.3)])
def test_a_turn_or_zoom_of_real_footage_is_said(
    clip: tuple[Rgb, ...], tmp_path: Path, across: float, zoom: float
) -> None:
    camera = Swept(tmp_path)
    for rgb in clip[:7]:
        camera.look(part(rgb))
    for rgb, after_s in zip(clip[7:12], (300, 6, 6, 6, 6), strict=True):
        camera.look(part(rgb, across, zoom), after_s)
    assert [(one.key in (Key.TURNED, Key.UNLIKE), one.turn) for one in camera.said] == [(True, Turn.RAISED)]


def test_other_real_footage_is_unlike_any_reference(clip: tuple[Rgb, ...], shared_assets: Path, tmp_path: Path) -> None:
    other = pictures(shared_assets / "videos" / "one-by-one-person-detection.mp4")
    camera = Swept(tmp_path)
    for rgb in clip[:7]:
        camera.look(part(rgb))
    for rgb, after_s in zip(other[:4], (300, 6, 6, 6), strict=True):
        camera.look(part(rgb), after_s)
    assert [one.key in (Key.TURNED, Key.UNLIKE) for one in camera.said] == [True]
