"""What cameras, compression, weather and loose boxes do to a crop, by chance."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Rng = np.random.Generator


@dataclass(frozen=True)
class Strength:
    """How much is done; shares are chances of a crop.

    Attributes:
        zoom: Largest factor of scale each way: boxes around motion are loose, or cut things off.
        shift: Largest move, as a share of the side.
        stretch: Largest factor of aspect each way.
        turn_deg: Largest turn.
        coarse: Share that is made as coarse as a small or far thing.
        grey: Share that loses its colour, as at night under infrared.
        hidden: Share that something stands before.
    """

    zoom: float = 1.35
    shift: float = 0.12
    stretch: float = 1.2
    turn_deg: float = 8.0
    coarse: float = 0.45
    grey: float = 0.2
    hidden: float = 0.25


def augmented(crop: Picture, side: int, rng: Rng, strength: Strength, beside: Picture) -> Picture:
    """Return a crop (h, w, 3) changed by chance, of size (side, side, 3).

    Args:
        crop: RGB.
        side: Of the result, in pixels.
        rng: Chance.
        strength: How much is done.
        beside: Another crop, whose parts may stand before this one.
    """
    if rng.random() < strength.hidden:
        crop = _hidden(crop, beside, rng)
    picture = _moved(crop, side, rng, strength)
    if rng.random() < strength.coarse:
        picture = _coarse(picture, rng)
    if rng.random() < 0.2:
        picture = _smeared(picture, rng)
    picture = _lit(picture, rng)
    if rng.random() < strength.grey:
        picture = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, -1)
    if rng.random() < 0.35:
        noise = rng.standard_normal((*picture.shape[:2], 1), np.float32) * rng.uniform(1, 7)
        picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        picture = _compressed(picture, rng)
    return picture


def _moved(crop: Picture, side: int, rng: Rng, strength: Strength) -> Picture:
    high, wide = crop.shape[:2]
    zoom = side / wide * np.exp(rng.uniform(-1, 1) * np.log(strength.zoom))
    stretch = np.exp(rng.uniform(-1, 1) * np.log(strength.stretch) / 2)
    angle = np.radians(rng.uniform(-1, 1) * strength.turn_deg)
    flip = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    matrix = turn @ np.diag((zoom * stretch * flip, zoom / stretch))
    centre = np.array((wide / 2, high / 2)) + rng.uniform(-1, 1, 2) * strength.shift * wide
    move = np.array((side / 2, side / 2)) - matrix @ centre
    whole = np.hstack((matrix, move[:, None]))
    border = cv2.BORDER_REPLICATE if rng.random() < 0.7 else cv2.BORDER_REFLECT_101
    return np.asarray(cv2.warpAffine(crop, whole, (side, side), flags=cv2.INTER_LINEAR, borderMode=border), np.uint8)


def _hidden(crop: Picture, beside: Picture, rng: Rng) -> Picture:
    """Put a part of another crop over an edge of this one, where passers-by, poles and other vehicles are."""
    high, wide = crop.shape[:2]
    share = rng.uniform(0.08, 0.32)
    crop = crop.copy()
    way = rng.integers(5)
    if way == 0:
        crop[:, : int(wide * share)] = beside[:, : int(wide * share)]
    elif way == 1:
        crop[:, wide - int(wide * share) :] = beside[:, wide - int(wide * share) :]
    elif way == 2:
        crop[high - int(high * share) :] = beside[high - int(high * share) :]
    elif way == 3:  # a pole
        thick = max(1, int(wide * share / 4))
        x = int(rng.integers(0, wide - thick))
        crop[:, x : x + thick] = rng.integers(20, 220)
    else:
        y, x = rng.integers(0, high // 2, 2)
        part = int(high * (share + 0.1))
        crop[y : y + part, x : x + part] = beside[y : y + part, x : x + part]
    return crop


def _coarse(picture: Picture, rng: Rng) -> Picture:
    side = picture.shape[0]
    small = int(np.exp(rng.uniform(np.log(10), np.log(side * 0.9))))
    down = cv2.INTER_AREA if rng.random() < 0.7 else cv2.INTER_LINEAR
    up = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC
    tiny = cv2.resize(picture, (small, small), interpolation=down)
    return np.asarray(cv2.resize(tiny, (side, side), interpolation=up), np.uint8)


def _smeared(picture: Picture, rng: Rng) -> Picture:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 1.6))), np.uint8)
    long = int(rng.integers(2, 7))
    kernel = np.zeros((7, 7), np.float32)
    angle = rng.uniform(0, np.pi)
    ends = [
        (round(3 + sign * np.cos(angle) * long / 2), round(3 + sign * np.sin(angle) * long / 2)) for sign in (-1, 1)
    ]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


def _lit(picture: Picture, rng: Rng) -> Picture:
    """Change exposure, contrast, gamma, white balance and saturation; now and then to a night's darkness."""
    dark = rng.random() < 0.1
    gain = rng.uniform(0.15, 0.5) if dark else np.exp(rng.normal(0, 0.18))
    ramp = np.linspace(0, 1, 256)
    contrast, lift = np.exp(rng.normal(0, 0.2)), rng.normal(0, 0.06)
    curve = np.clip((ramp - 0.5) * contrast + 0.5 + lift, 0, 1) ** np.exp(rng.normal(0, 0.2))
    balance = np.exp(rng.normal(0, 0.07, 3))
    tables = np.clip(curve[:, None] * gain * balance * 255, 0, 255).astype(np.uint8)
    picture = np.asarray(cv2.LUT(picture, tables[None]), np.uint8)
    if rng.random() < 0.5:
        grey = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, -1)
        share = float(rng.uniform(0.2, 1.5))
        picture = np.asarray(cv2.addWeighted(picture, share, grey, 1 - share, 0), np.uint8)
    if rng.random() < 0.1:
        picture = picture[..., rng.permutation(3)]  # a blue car is as much a car as a red one
    return picture


def _compressed(picture: Picture, rng: Rng) -> Picture:
    quality = int(rng.integers(12, 75))
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
