"""Drawn plates on drawn vehicles. Glyphs are strokes of our own, so that no font is needed; no plate was ever real."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Colour = tuple[int, int, int]

_ROUND: Final = [(0.25, 0), (0.75, 0), (1, 0.17), (1, 0.83), (0.75, 1), (0.25, 1), (0, 0.83), (0, 0.17), (0.25, 0)]
_BOWL: Final = [(0, 0), (0.75, 0), (1, 0.12), (1, 0.38), (0.75, 0.5), (0, 0.5)]
GLYPHS: Final[dict[str, list[list[tuple[float, float]]]]] = {
    "0": [_ROUND],
    "1": [[(0.15, 0.2), (0.55, 0), (0.55, 1)]],
    "2": [[(0, 0.2), (0.25, 0), (0.75, 0), (1, 0.17), (1, 0.36), (0, 1), (1, 1)]],
    "3": [[(0, 0.15), (0.25, 0), (0.75, 0), (1, 0.15), (1, 0.35), (0.75, 0.48), (0.4, 0.48)],
          [(0.75, 0.48), (1, 0.63), (1, 0.85), (0.75, 1), (0.25, 1), (0, 0.85)]],
    "4": [[(0.7, 1), (0.7, 0), (0, 0.7), (1, 0.7)]],
    "5": [[(0.95, 0), (0.08, 0), (0.04, 0.42), (0.72, 0.42), (1, 0.58), (1, 0.84), (0.75, 1), (0.25, 1), (0, 0.86)]],
    "6": [[(0.95, 0.12), (0.72, 0), (0.25, 0), (0, 0.2), (0, 0.84), (0.25, 1), (0.75, 1), (1, 0.84), (1, 0.58),
           (0.75, 0.44), (0.25, 0.44), (0, 0.58)]],
    "7": [[(0, 0), (1, 0), (0.35, 1)]],
    "8": [[(0.25, 0), (0.75, 0), (0.97, 0.14), (0.97, 0.34), (0.72, 0.47), (0.28, 0.47), (0.03, 0.34), (0.03, 0.14),
           (0.25, 0)], [(0.28, 0.47), (0, 0.62), (0, 0.86), (0.25, 1), (0.75, 1), (1, 0.86), (1, 0.62), (0.72, 0.47)]],
    "9": [[(0.05, 0.88), (0.28, 1), (0.75, 1), (1, 0.8), (1, 0.16), (0.75, 0), (0.25, 0), (0, 0.16), (0, 0.42),
           (0.25, 0.56), (0.75, 0.56), (1, 0.42)]],
    "A": [[(0, 1), (0.5, 0), (1, 1)], [(0.17, 0.66), (0.83, 0.66)]],
    "B": [_BOWL, [(0.75, 0.5), (1, 0.62), (1, 0.88), (0.75, 1), (0, 1), (0, 0)]],
    "C": [[(1, 0.2), (0.75, 0), (0.25, 0), (0, 0.17), (0, 0.83), (0.25, 1), (0.75, 1), (1, 0.8)]],
    "D": [[(0, 0), (0.65, 0), (1, 0.25), (1, 0.75), (0.65, 1), (0, 1), (0, 0)]],
    "E": [[(1, 0), (0, 0), (0, 1), (1, 1)], [(0, 0.48), (0.8, 0.48)]],
    "F": [[(1, 0), (0, 0), (0, 1)], [(0, 0.48), (0.8, 0.48)]],
    "G": [[(1, 0.2), (0.75, 0), (0.25, 0), (0, 0.17), (0, 0.83), (0.25, 1), (0.75, 1), (1, 0.83), (1, 0.54),
           (0.55, 0.54)]],
    "H": [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(0, 0.48), (1, 0.48)]],
    "I": [[(0.5, 0), (0.5, 1)]],
    "J": [[(0.9, 0), (0.9, 0.83), (0.68, 1), (0.22, 1), (0, 0.82)]],
    "K": [[(0, 0), (0, 1)], [(0.95, 0), (0, 0.6)], [(0.32, 0.42), (1, 1)]],
    "L": [[(0, 0), (0, 1), (0.95, 1)]],
    "M": [[(0, 1), (0, 0), (0.5, 0.6), (1, 0), (1, 1)]],
    "N": [[(0, 1), (0, 0), (1, 1), (1, 0)]],
    "O": [_ROUND],
    "P": [[*_BOWL], [(0, 0), (0, 1)]],
    "Q": [_ROUND, [(0.6, 0.7), (1, 1.05)]],
    "R": [[*_BOWL], [(0, 0), (0, 1)], [(0.5, 0.5), (1, 1)]],
    "S": [[(1, 0.17), (0.75, 0), (0.25, 0), (0, 0.15), (0, 0.33), (0.25, 0.47), (0.75, 0.52), (1, 0.66), (1, 0.85),
           (0.75, 1), (0.25, 1), (0, 0.83)]],
    "T": [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]],
    "U": [[(0, 0), (0, 0.83), (0.25, 1), (0.75, 1), (1, 0.83), (1, 0)]],
    "V": [[(0, 0), (0.5, 1), (1, 0)]],
    "W": [[(0, 0), (0.22, 1), (0.5, 0.35), (0.78, 1), (1, 0)]],
    "X": [[(0, 0), (1, 1)], [(1, 0), (0, 1)]],
    "Y": [[(0, 0), (0.5, 0.5), (1, 0)], [(0.5, 0.5), (0.5, 1)]],
    "Z": [[(0, 0), (1, 0), (0, 1), (1, 1)]],
    ".": [[(0.45, 0.97), (0.55, 0.97)]],
}  # fmt: skip

KINDS: Final[dict[str, tuple[Colour, Colour]]] = {
    "white": ((236, 236, 232), (24, 24, 26)),
    "black": ((26, 26, 28), (232, 232, 228)),
    "yellow": ((238, 190, 30), (26, 24, 20)),
    "red": ((186, 24, 30), (238, 236, 232)),
}
"""Ground and letters."""
PLATE_MM: Final = (430, 135)
"""Of a car; see `MOTORCYCLE_MM`."""
MOTORCYCLE_MM: Final = (275, 110)
LETTER_SHARE: Final = 0.56
"""How much of a plate's height its registration's letters have."""


def plate(
    text: str,
    kind: str = "white",
    expires: str = "05.27",
    scale: float = 2.0,
    size_mm: tuple[int, int] = PLATE_MM,
) -> Rgb:
    """Return a plate, face on, so many pixels a millimetre."""
    ground, ink = KINDS[kind]
    wide, high = round(size_mm[0] * scale), round(size_mm[1] * scale)
    drawn = np.empty((high, wide, 3), np.uint8)
    drawn[:] = ground
    edge = max(round(3 * scale), 1)
    cv2.rectangle(drawn, (2 * edge, 2 * edge), (wide - 2 * edge, high - 2 * edge), ink, edge)
    line(drawn, text, (0.5, 0.12), LETTER_SHARE, ink, (0.9, 0.16))
    line(drawn, expires, (0.5, 0.76), 0.15, ink, (0.3, 0.2))
    return drawn


def line(
    drawn: Rgb, text: str, at: tuple[float, float], tall: float, ink: Colour, sides: tuple[float, float] = (0.9, 0.16)
) -> None:
    """Draw letters into a picture: middle and top, height and most width, stroke, as shares of it and of a letter."""
    if not text:
        return
    high, wide = drawn.shape[:2]
    letter = tall * high
    advance = [0.34 if one == " " else 0.76 if one not in "1I." else 0.5 for one in text]
    narrow = min(1.0, sides[0] * wide / (sum(advance) * letter))
    x = at[0] * wide - sum(advance) * letter * narrow / 2
    stroke = max(round(sides[1] * letter), 1)
    for one, step in zip(text, advance, strict=True):
        room = (step - 0.2) * letter * narrow
        for part in GLYPHS.get(one, []):
            points = np.array([(x + 0.1 * letter * narrow + px * room, at[1] * high + py * letter) for px, py in part])
            cv2.polylines(drawn, [np.round(points * 16).astype(np.int32)], False, ink, stroke, cv2.LINE_AA, 4)
        x += step * letter * narrow


@dataclass(frozen=True, slots=True)
class Weather:
    """What lies between a plate and its picture.

    Attributes:
        yaw: How much narrower it is seen from the side, with one end smaller: -1 to 1.
        tilt: Degrees that it is turned.
        blur: Of the lens, standard deviation in pixels.
        moved: So many pixels it moved while the shutter was open.
        noise: Standard deviation, in levels.
        quality: Of the JPEG.
        light: How bright it is.
        infrared: Seen at night, without colour.
    """

    yaw: float = 0.0
    tilt: float = 0.0
    blur: float = 0.5
    moved: float = 0.0
    noise: float = 3.0
    quality: int = 80
    light: float = 1.0
    infrared: bool = False


def weather(rng: np.random.Generator, infrared: bool = False) -> Weather:
    """Return what a camera at a street may have."""
    return Weather(
        yaw=float(rng.uniform(-0.8, 0.8)),
        tilt=float(rng.uniform(-7, 7)),
        blur=float(rng.uniform(0.4, 0.9)),
        moved=float(rng.choice([0, 0, 1, 1.5, 2])),
        noise=float(rng.uniform(2, 9)) * (1.5 if infrared else 1),
        quality=int(rng.integers(55, 90)),
        light=float(rng.uniform(0.7, 1.5) if infrared else rng.uniform(0.55, 1.15)),
        infrared=infrared,
    )


def text(rng: np.random.Generator, letters: str = "ABCDEFGHJKLMNOPQRSTUVWXYZ") -> str:
    """Return a registration by chance; half of them of Semarang."""
    region = str(rng.choice(["H", "H", "H", "K", "G", "AD", "AB", "B", "R", "AA", "D", "L"]))
    digits = str(rng.integers(1, 10)) + "".join(str(rng.integers(0, 10)) for _ in range(int(rng.choice([2, 3, 3, 3]))))
    return f"{region} {digits} " + "".join(rng.choice(list(letters), int(rng.choice([1, 2, 2, 2, 3]))))


def vehicle(
    face: Rgb, tall: float, sky: Weather, rng: np.random.Generator, share: float = 0.27
) -> tuple[Rgb, NDArray[np.float32]]:
    """Return the crop of a vehicle seen from behind, and the plate's corners on it.

    Args:
        face: The plate.
        tall: How many pixels high it shall be.
        sky: What lies between.
        rng: Chance.
        share: How much of the vehicle's width the plate takes.
    """
    over = 3
    aspect = face.shape[1] / face.shape[0]
    wide = round(tall * aspect / share) * over
    high = round(wide * rng.uniform(0.75, 1.0))
    body = _body(wide, high, rng)
    corners = _corners(wide, high, (tall * over * aspect, tall * over), sky, rng)
    face_wh = (face.shape[1], face.shape[0])
    source = np.array([(0, 0), (face_wh[0], 0), face_wh, (0, face_wh[1])], np.float32)
    turn = cv2.getPerspectiveTransform(source, corners)
    shrink = face.shape[0] / (tall * over)
    soft = cv2.GaussianBlur(face, (0, 0), shrink * 0.5) if shrink > 1.2 else face
    on = cv2.warpPerspective(soft, turn, (wide, high), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full(face.shape[:2], 255, np.uint8), turn, (wide, high), flags=cv2.INTER_LINEAR)
    part = mask[..., None].astype(np.float32) / 255
    mixed = body * (1 - part) + on * part
    small = cv2.resize(mixed, (wide // over, high // over), interpolation=cv2.INTER_AREA)
    return _seen(np.asarray(small, np.float32), sky, rng), (corners / over).astype(np.float32)


def _corners(
    wide: int, high: int, size: tuple[float, float], sky: Weather, rng: np.random.Generator
) -> NDArray[np.float32]:
    half_w, half_h = size[0] / 2 * (1 - 0.25 * abs(sky.yaw)), size[1] / 2
    less = 1 - 0.16 * abs(sky.yaw)
    left, right = (half_h, half_h * less) if sky.yaw > 0 else (half_h * less, half_h)
    around = np.array([(-half_w, -left), (half_w, -right), (half_w, right), (-half_w, left)])
    angle = np.deg2rad(sky.tilt)
    turned = around @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = (wide * rng.uniform(0.42, 0.58), high * rng.uniform(0.55, 0.8))
    return np.asarray(turned + middle, np.float32)


def _body(wide: int, high: int, rng: np.random.Generator) -> Rgb:
    """Return a vehicle's back: body, window, lamps, bumper, slits, a maker's name."""
    paints = [(225, 225, 225), (40, 42, 46), (120, 124, 130), (150, 30, 32), (40, 70, 140), (196, 186, 160)]
    paint = np.array(paints[int(rng.integers(len(paints)))], np.float32)
    drawn = np.full((high, wide, 3), 96, np.float32) + rng.normal(0, 6, (high, 1, 1))
    drawn[: high // 2] += 30
    shade = np.linspace(1.15, 0.7, high)[:, None, None]
    body = np.clip(paint * shade, 0, 255)
    x0, x1, y1 = round(0.04 * wide), round(0.96 * wide), round(0.93 * high)
    drawn[round(0.06 * high) : y1, x0:x1] = body[round(0.06 * high) : y1]
    picture = np.clip(drawn, 0, 255).astype(np.uint8)

    def box(left: float, top: float, right: float, low: float, colour: Colour) -> None:
        ends = (round(left * wide), round(top * high)), (round(right * wide), round(low * high))
        cv2.rectangle(picture, *ends, colour, -1, cv2.LINE_AA)

    box(0.13, 0.1, 0.87, 0.38, (38, 46, 54))
    cv2.line(
        picture, (round(0.2 * wide), round(0.36 * high)), (round(0.5 * wide), round(0.12 * high)), (90, 100, 110), 9
    )
    for side in (0.05, 0.83):
        box(side, 0.44, side + 0.12, 0.56, (176, 24, 22))
    box(0.04, 0.84, 0.96, 0.93, (46, 46, 48))
    for row in range(3):
        y = 0.855 + row * 0.022
        box(0.2, y, 0.8, y + 0.009, (24, 24, 26))
    name = str(rng.choice(["AVANZA", "BRIO", "XENIA", "L300", "GRANMAX", ""]))
    ink = (200, 200, 204) if paint.mean() < 130 else (70, 70, 74)
    line(picture, name, (0.25, 0.45), 0.035, ink, (0.3, 0.18))
    for tyre in (0.08, 0.8):
        box(tyre, 0.93, tyre + 0.12, 1.0, (18, 18, 18))
    return picture


def _seen(picture: NDArray[np.float32], sky: Weather, rng: np.random.Generator) -> Rgb:
    if sky.infrared:
        picture = np.repeat(picture @ np.array([0.5, 0.3, 0.2], np.float32), 3).reshape(picture.shape)
    picture = picture * sky.light
    if sky.blur > 0:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sky.blur), np.float32)
    if sky.moved >= 1:
        many = round(sky.moved * 2) | 1
        kernel = np.zeros((many, many), np.float32)
        way = np.deg2rad(rng.uniform(-25, 25))
        for step in np.linspace(-sky.moved / 2, sky.moved / 2, 4 * many):
            x, y = many // 2 + step * np.cos(way), many // 2 + step * np.sin(way)
            kernel[round(y), round(x)] += 1
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
    grain = rng.normal(0, sky.noise, picture.shape[:2])[..., None]
    if not sky.infrared:
        grain = grain + rng.normal(0, sky.noise * 0.5, picture.shape)
    seen = np.clip(picture + grain, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", seen[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, sky.quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def next_picture(sky: Weather, rng: np.random.Generator) -> Weather:
    """Return what the same camera has a moment later: the vehicle stands and moves a little differently."""
    return replace(
        sky,
        yaw=float(np.clip(sky.yaw + rng.uniform(-0.15, 0.15), -1, 1)),
        tilt=sky.tilt + float(rng.uniform(-1, 1)),
        moved=float(rng.choice([0, 0, 1, 1.5, 2])),
    )
