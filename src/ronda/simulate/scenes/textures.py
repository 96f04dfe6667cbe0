"""Surfaces drawn from noise: asphalt, plaster, tiles, doors, signs, leaves. All by a generator passed in."""

from typing import Final

import cv2
import numpy as np

from ronda.simulate.scenes.optics import Floats, Image

Rng = np.random.Generator
Colour = tuple[int, int, int]

PLASTERS: Final[tuple[Colour, ...]] = (
    (214, 222, 226), (190, 208, 220), (168, 200, 216), (196, 214, 196), (206, 198, 176),
    (150, 180, 214), (178, 196, 232), (222, 220, 210), (160, 190, 170), (130, 160, 205), (200, 190, 150),
)  # fmt: skip
SIGNS: Final[tuple[tuple[str, Colour, Colour], ...]] = (
    ("TOKO MAKMUR", (40, 40, 190), (240, 240, 240)), ("WARUNG BU SRI", (40, 120, 40), (90, 240, 250)),
    ("PULSA & DATA", (40, 60, 220), (255, 255, 255)), ("SOTO SEMARANG", (50, 190, 230), (30, 30, 140)),
    ("FOTOKOPI", (190, 90, 20), (255, 255, 255)), ("APOTEK", (70, 140, 30), (255, 255, 255)),
    ("BENGKEL MOTOR", (30, 30, 30), (60, 220, 250)), ("LAUNDRY KILOAN", (200, 160, 40), (255, 255, 255)),
    ("LUMPIA BU LIEM", (30, 50, 170), (120, 230, 250)), ("SALON RINI", (160, 60, 180), (255, 255, 255)),
    ("BAKSO PAK NO", (30, 150, 220), (30, 30, 120)), ("TOKO BANGUNAN", (150, 60, 20), (240, 240, 240)),
    ("SEMBAKO MURAH", (60, 60, 60), (80, 220, 80)), ("OPTIK JAYA", (130, 40, 20), (230, 240, 250)),
)  # fmt: skip


GOODS: Final[tuple[Colour, ...]] = (
    (190, 196, 200), (60, 90, 170), (70, 130, 150), (90, 120, 90), (150, 130, 110), (60, 70, 120), (110, 150, 190),
)  # fmt: skip


def cloud(rng: Rng, high: int, wide: int, cells: tuple[int, ...] = (4, 12, 40)) -> Floats:
    """Return soft noise around 0, about -1..1, that gets finer with each of `cells`."""
    total = np.zeros((high, wide), np.float32)
    for index, count in enumerate(cells):
        rows = max(2, round(count * high / max(high, wide)))
        cols = max(2, round(count * wide / max(high, wide)))
        grain = rng.standard_normal((rows, cols)).astype(np.float32)
        total += cv2.resize(grain, (wide, high), interpolation=cv2.INTER_CUBIC) * 0.6**index
    return total * 0.5


def tint(shape: tuple[int, int], colour: Colour, light: Floats, strength: float) -> Image:
    """Return `colour` made lighter and darker by `light`, `strength` of 255 at 1."""
    change = np.broadcast_to(light, shape).astype(np.float32) * np.float32(strength * 255)
    flat = np.ones(shape, np.float32)
    return np.asarray(cv2.merge([cv2.addWeighted(change, 1, flat, 1, part - 1, dtype=cv2.CV_8U) for part in colour]))


def asphalt(rng: Rng, high: int, wide: int, grey: int = 98) -> Image:
    """Worn asphalt."""
    light = cloud(rng, high, wide, (5, 18, 60)) * 0.05 + rng.standard_normal((high, wide)).astype(np.float32) * 0.02
    return tint((high, wide), (grey + 1, grey, grey - 2), light, 1.0)


def concrete(rng: Rng, high: int, wide: int, grey: int = 168) -> Image:
    """Stained concrete."""
    light = cloud(rng, high, wide, (4, 14, 50)) * 0.07 + rng.standard_normal((high, wide)).astype(np.float32) * 0.015
    return tint((high, wide), (grey - 8, grey - 2, grey), light, 1.0)


def paving(rng: Rng, high: int, wide: int, per_metre: float, colour: Colour = (120, 132, 142)) -> Image:
    """Interlocking paving blocks of 10 by 20 cm, some replaced, with dark joints."""
    image = tint((high, wide), colour, cloud(rng, high, wide, (4, 15, 60)), 0.06).astype(np.float32)
    block_w, block_h = max(3, round(0.2 * per_metre)), max(2, round(0.1 * per_metre))
    rows, cols = high // block_h + 1, wide // block_w + 2
    shades = rng.normal(0, 9, (rows, cols)).astype(np.float32)
    ys, xs = np.mgrid[0:high, 0:wide]
    row = ys // block_h
    shifted = xs + (row % 2) * (block_w // 2)
    image += shades[row, shifted // block_w][..., None]
    joint = ((ys % block_h) < max(1, block_h // 5)) | ((shifted % block_w) < max(1, block_w // 8))
    image[joint] *= 0.8
    return np.clip(image, 0, 255).astype(np.uint8)


def grass(rng: Rng, high: int, wide: int) -> Image:
    """Short grass with bare spots."""
    light = cloud(rng, high, wide, (5, 20, 90)) * 0.10 + rng.standard_normal((high, wide)).astype(np.float32) * 0.05
    image = tint((high, wide), (52, 104, 88), light, 1.0)
    bare = cloud(rng, high, wide, (6, 25)) > 0.75
    image[bare] = (98, 124, 140)
    return cv2.GaussianBlur(image, (3, 3), 0)


def plaster(rng: Rng, high: int, wide: int, colour: Colour, dirt: float = 1.0) -> Image:
    """A painted wall: rain streaks from above, damp from below."""
    light = cloud(rng, high, wide, (3, 9, 40)) * 0.05
    streaks = cv2.resize(rng.standard_normal((1, max(2, wide // 4))).astype(np.float32), (wide, 1))
    fall = np.linspace(1, 0.1, high, dtype=np.float32)[:, None]
    light -= np.maximum(streaks, 0) * fall * 0.05 * dirt
    rise = np.clip(np.linspace(-3, 1, high, dtype=np.float32)[:, None] + cloud(rng, high, wide, (8, 20)) * 0.5, 0, 1)
    light -= rise * 0.22 * dirt
    light += rng.standard_normal((high, wide)).astype(np.float32) * 0.01
    return tint((high, wide), colour, light, 1.0)


def bricks(rng: Rng, high: int, wide: int, per_metre: float) -> Image:
    """Bare brick."""
    image = np.full((high, wide, 3), (110, 130, 140), np.uint8)
    course, length = max(3, round(0.08 * per_metre)), max(5, round(0.22 * per_metre))
    for row in range(0, high, course):
        for col in range(-(row // course % 2) * length // 2, wide, length):
            shade = rng.normal(0, 12)
            colour = tuple(int(np.clip(part + shade, 0, 255)) for part in (62, 84, 150))
            cv2.rectangle(image, (col, row), (col + length - 2, row + course - 2), colour, -1)
    return image


def roof_tiles(rng: Rng, high: int, wide: int, per_metre: float, colour: Colour | None = None) -> Image:
    """Clay tiles: rows and waves, darkened by moss."""
    colour = colour or ((62, 84, 158), (58, 74, 132), (80, 92, 120), (70, 96, 168))[int(rng.integers(4))]
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    wave = np.sin(xs * (2 * np.pi / (0.24 * per_metre))) * 0.09
    lap = ((ys % (0.28 * per_metre)) / (0.28 * per_metre)) * 0.2 - 0.12
    moss = np.clip(cloud(rng, high, wide, (4, 12, 40)), -0.2, 2) * -0.16
    return tint((high, wide), colour, wave - lap + moss + rng.normal(0, 0.02, (high, wide)).astype(np.float32), 1.0)


def metal_sheet(rng: Rng, high: int, wide: int, per_metre: float, colour: Colour = (150, 156, 158)) -> Image:
    """Corrugated sheet with rust."""
    xs = np.arange(wide, dtype=np.float32)[None]
    wave = np.sin(xs * (2 * np.pi / (0.12 * per_metre))) * 0.06
    image = tint((high, wide), colour, wave + cloud(rng, high, wide, (3, 10)) * 0.05, 1.0)
    rust = np.clip(cloud(rng, high, wide, (5, 20, 60)) - 0.35, 0, 0.7)[..., None]
    rusty: Image = np.clip(image + (np.array((52, 84, 140), np.float32) - image) * rust, 0, 255).astype(np.uint8)
    return rusty


def sign(rng: Rng, high: int, wide: int, text: str, ground: Colour, ink: Colour) -> Image:
    """A shop sign, a little faded."""
    image = np.full((high, wide, 3), ground, np.uint8)
    font, thick = cv2.FONT_HERSHEY_DUPLEX, max(1, high // 16)
    (text_w, text_h), _ = cv2.getTextSize(text, font, 1.0, thick)
    size = min(wide * 0.86 / text_w, high * 0.5 / text_h)
    spot = (int((wide - text_w * size) / 2), int((high + text_h * size) / 2))
    cv2.putText(image, text, spot, font, size, ink, max(1, round(thick * size)), cv2.LINE_AA)
    cv2.rectangle(image, (0, 0), (wide - 1, high - 1), tuple(int(part * 0.6) for part in ground), max(1, high // 25))
    grey = image.mean(2, keepdims=True)
    faded = (image * 0.72 + grey * 0.28) * 0.84 + 24 + cloud(rng, high, wide, (3, 9))[..., None] * 9
    shown: Image = np.clip(faded, 0, 255).astype(np.uint8)
    return shown


def window(image: Image, box: tuple[int, int, int, int], rng: Rng, frame: Colour = (60, 80, 110)) -> None:
    """Draw a window into x0, y0, x1, y1: panes that reflect the sky, a frame, a sill with its stain."""
    x0, y0, x1, y1 = box
    glass = np.linspace(rng.uniform(60, 120), rng.uniform(35, 60), max(1, y1 - y0), dtype=np.float32)[:, None, None]
    part = image[y0:y1, x0:x1]
    if not part.size:
        return
    part[:] = np.clip(glass * np.array((1.08, 1.0, 0.9), np.float32), 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        curtain = (x0 + int((x1 - x0) * 0.35), (int(rng.integers(120, 200)),) * 3)
        cv2.rectangle(image, (x0, y0), (curtain[0], y1), curtain[1], -1)
    thick = max(1, (x1 - x0) // 14)
    cv2.rectangle(image, (x0, y0), (x1, y1), frame, thick)
    cv2.line(image, ((x0 + x1) // 2, y0), ((x0 + x1) // 2, y1), frame, thick)
    cv2.rectangle(image, (x0 - thick, y1), (x1 + thick, y1 + thick), (170, 176, 180), -1)
    cv2.rectangle(image, (x0, y1 + thick), (x1, min(image.shape[0] - 1, y1 + 3 * thick)), (120, 126, 130), -1)


def rolling_door(image: Image, box: tuple[int, int, int, int], rng: Rng) -> None:
    """Draw a shop front into x0, y0, x1, y1: shut, or open onto a dim room with goods."""
    x0, y0, x1, y1 = box
    part = image[y0:y1, x0:x1]
    if not part.size:
        return
    if rng.random() < 0.38:
        colour = ((150, 140, 120), (140, 150, 156), (110, 130, 90), (120, 120, 150))[int(rng.integers(4))]
        rows = np.arange(y1 - y0)[:, None, None]
        part[:] = np.clip(np.array(colour) * (0.85 + 0.15 * np.sin(rows * 0.9)), 0, 255).astype(np.uint8)
        return
    shade = np.linspace(30, 62, y1 - y0)[:, None, None]
    part[:] = (shade * np.array((0.95, 1.0, 1.06))).astype(np.uint8)
    step = max(4, (y1 - y0) // 7)
    for row in range(y0 + step, y1 - 2, step):
        for _ in range(max(3, (x1 - x0) // 9)):
            x = int(rng.integers(x0, max(x0 + 1, x1 - 6)))
            base = GOODS[int(rng.integers(len(GOODS)))]
            goods = [int(part * rng.uniform(0.4, 0.8)) for part in base]
            size = int(rng.integers(3, max(4, step)))
            cv2.rectangle(image, (x, row + step - size), (min(x1 - 1, x + size), row + step - 2), goods, -1)
        cv2.line(image, (x0, row + step - 1), (x1, row + step - 1), (70, 80, 90), 1)
    if rng.random() < 0.5:
        cv2.rectangle(image, (x0, y0), (x1, y0 + (y1 - y0) // 8), (225, 240, 245), -1)


def shop_front(rng: Rng, wide_m: float, high_m: float, per_metre: float = 40) -> Image:
    """A ruko: shops below, a sign, one or two floors of windows above."""
    wide, high = round(wide_m * per_metre), round(high_m * per_metre)
    image = plaster(rng, high, wide, PLASTERS[int(rng.integers(len(PLASTERS)))])
    ground, board = high - round(3.0 * per_metre), round(0.85 * per_metre)
    unit = round(rng.uniform(3.2, 4.6) * per_metre)
    for x in range(0, wide - unit // 2, unit):
        x1 = min(wide, x + unit)
        gap = round(0.16 * per_metre)
        rolling_door(image, (x + gap, ground, x1 - gap, high - 2), rng)
        text, back, ink = SIGNS[int(rng.integers(len(SIGNS)))]
        top = max(0, ground - board - round(rng.uniform(0, 0.25) * per_metre))
        drawn = sign(rng, board, max(8, x1 - x - 2 * gap), text, back, ink)
        image[top : top + board, x + gap : x1 - gap] = drawn[: image[top : top + board].shape[0]]
        floor = ground - board - round(2.2 * per_metre)
        while floor > 0:
            for part in (0.12, 0.56):
                left = x + int(unit * part)
                window(image, (left, floor, left + int(unit * 0.3), floor + round(1.25 * per_metre)), rng)
            if rng.random() < 0.6:
                _cooler(image, x + unit // 2 - 8, floor + round(1.5 * per_metre), per_metre)
            floor -= round(3.1 * per_metre)
        cv2.line(image, (x, 0), (x, high), (120, 126, 130), 2)
    return image


def _cooler(image: Image, x: int, y: int, per_metre: float) -> None:
    """An air conditioner's outdoor unit, with the stain below it."""
    wide, high = round(0.75 * per_metre), round(0.5 * per_metre)
    cv2.rectangle(image, (x, y), (x + wide, y + high), (205, 210, 212), -1)
    cv2.circle(image, (x + wide // 3, y + high // 2), high // 3, (90, 92, 94), -1)
    cv2.rectangle(image, (x, y), (x + wide, y + high), (140, 144, 146), 1)


def house_front(rng: Rng, wide_m: float, high_m: float, per_metre: float = 40) -> Image:
    """A kampung house: door, windows with a frame, tiled lower wall."""
    wide, high = round(wide_m * per_metre), round(high_m * per_metre)
    colour = PLASTERS[int(rng.integers(len(PLASTERS)))]
    image = plaster(rng, high, wide, colour)
    lower = round(0.8 * per_metre)
    band = (int(colour[0] * 0.62), int(colour[1] * 0.62), int(colour[2] * 0.62))
    image[high - lower :] = plaster(rng, lower, wide, band)
    x = round(0.5 * per_metre)
    while x + per_metre < wide:
        if rng.random() < 0.4:
            door = ((40, 62, 96), (70, 90, 60), (120, 110, 90))[int(rng.integers(3))]
            right = x + round(0.95 * per_metre)
            cv2.rectangle(image, (x, high - round(2.15 * per_metre)), (right, high), door, -1)
            inner = (x + 5, high - round(2.0 * per_metre))
            cv2.rectangle(image, inner, (right - 5, high - 6), tuple(int(part * 0.75) for part in door), 2)
            x = right
        else:
            right = x + round(1.5 * per_metre)
            window(image, (x, high - round(2.1 * per_metre), right, high - round(0.95 * per_metre)), rng, (40, 60, 92))
            x = right
        x += round(rng.uniform(0.5, 1.3) * per_metre)
    return image


def yard_wall(rng: Rng, wide_m: float, high_m: float, per_metre: float = 40) -> Image:
    """A garden wall with an iron gate somewhere; BGRA, open between the bars."""
    wide, high = round(wide_m * per_metre), round(high_m * per_metre)
    colour = PLASTERS[int(rng.integers(len(PLASTERS)))]
    solid = bricks(rng, high, wide, per_metre) if rng.random() < 0.2 else plaster(rng, high, wide, colour, 1.6)
    image = np.dstack((solid, np.full((high, wide), 255, np.uint8)))
    cv2.rectangle(image, (0, 0), (wide, round(0.1 * per_metre)), (*(int(part * 0.8) for part in colour), 255), -1)
    if wide_m > 4:
        gate, left = round(2.6 * per_metre), int(rng.uniform(0.15, 0.45) * wide)
        part = image[:, left : left + gate]
        part[:] = 0
        bar = ((50, 70, 40, 255), (40, 40, 44, 255), (90, 60, 30, 255))[int(rng.integers(3))]
        for x in range(0, gate, max(4, round(0.13 * per_metre))):
            cv2.line(part, (x, 2), (x, high), bar, max(2, round(0.035 * per_metre)))
        for level in (0.06, 0.5, 0.94):
            cv2.line(part, (0, int(high * level)), (gate, int(high * level)), bar, max(2, round(0.06 * per_metre)))
        cv2.rectangle(part, (0, int(high * 0.55)), (gate, high), bar, -1)
    return image


def tree(rng: Rng, size: int = 320, green: Colour = (48, 96, 66)) -> Image:
    """A broad tree as BGRA: trunk, then hundreds of leaf clumps, lit from above left."""
    image = np.zeros((size, size, 4), np.uint8)
    middle = size // 2
    trunk = (58, 74, 88, 255)
    for _ in range(5):
        end = (middle + int(rng.normal(0, size * 0.16)), int(size * rng.uniform(0.25, 0.45)))
        cv2.line(image, (middle, int(size * 0.72)), end, trunk, max(2, size // 50), cv2.LINE_AA)
    cv2.line(image, (middle, size), (middle, int(size * 0.6)), trunk, max(3, size // 26))
    crowns = [(rng.normal(0, 0.17), rng.normal(-0.16, 0.11), rng.uniform(0.12, 0.21)) for _ in range(9)]
    crown = np.repeat(np.array(crowns), 110, 0)
    many = len(crown)
    angle, reach = rng.uniform(0, 2 * np.pi, many), np.sqrt(rng.random(many)) * crown[:, 2]
    x, y = crown[:, 0] + np.cos(angle) * reach, crown[:, 1] + np.sin(angle) * reach
    light = 0.72 - 0.21 * (x - crown[:, 0]) / crown[:, 2] - 0.41 * (y - crown[:, 1]) / crown[:, 2] - 0.5 * y
    light += rng.normal(0, 0.16, many)
    colours = np.clip(light[:, None] * np.array(green), 0, 235).astype(int).tolist()
    spots = np.stack((middle + x * size, middle + y * size), 1).astype(int).tolist()
    axes = np.stack(
        (rng.integers(2, max(4, size // 40), many), rng.integers(1, max(2, size // 80) + 1, many)), 1
    ).tolist()
    turns = rng.uniform(0, 180, many).tolist()
    for index in np.argsort(crown[:, 2] + rng.normal(0, 0.03, many)).tolist():
        cv2.ellipse(image, spots[index], axes[index], turns[index], 0, 360, (*colours[index], 255), -1)
    return image


def palm(rng: Rng, size: int = 320) -> Image:
    """A coconut or areca palm as BGRA."""
    image = np.zeros((size, size, 4), np.uint8)
    top = (int(size * (0.5 + rng.normal(0, 0.04))), int(size * 0.34))
    points = np.array([(size * 0.5, size), (size * 0.49, size * 0.65), top], np.int32)
    cv2.polylines(image, [points], False, (88, 100, 108, 255), max(3, size // 34), cv2.LINE_AA)
    for angle in np.linspace(0, 2 * np.pi, 15) + rng.normal(0, 0.1, 15):
        reach = size * rng.uniform(0.26, 0.34)
        steps = np.linspace(0, 1, 14)
        xs = top[0] + np.cos(angle) * reach * steps
        ys = top[1] + np.sin(angle) * reach * steps * 0.55 + (steps**2) * reach * 0.5 - steps * reach * 0.25
        light = 0.75 - 0.3 * np.sin(angle) + rng.normal(0, 0.1)
        colour = (*(int(np.clip(part * light, 0, 230)) for part in (56, 112, 84)), 255)
        for x, y, step in zip(xs, ys, steps, strict=True):
            long = size * 0.075 * (1.1 - step)
            cv2.line(image, (int(x), int(y)), (int(x - long * 0.5), int(y + long)), colour, 2, cv2.LINE_AA)
            cv2.line(image, (int(x), int(y)), (int(x + long * 0.5), int(y + long * 0.8)), colour, 2, cv2.LINE_AA)
    return image


def bush(rng: Rng, wide: int = 240, high: int = 120, green: Colour = (50, 104, 70)) -> Image:
    """A hedge or a row of pot plants as BGRA."""
    image = np.zeros((high, wide, 4), np.uint8)
    many = wide * high // 50
    x, lift = rng.uniform(0, wide, many), rng.beta(1.2, 1.6, many)
    y = high - lift * high * (0.75 + 0.25 * np.sin(x * 0.07))
    light = 0.55 + lift * 0.6 + rng.normal(0, 0.17, many)
    colours = np.clip(light[:, None] * np.array(green), 0, 235).astype(int)
    flowers = np.array(((60, 60, 200), (190, 120, 210), (60, 190, 230)))
    bloom = rng.random(many) < 0.02
    colours[bloom] = flowers[rng.integers(3, size=int(bloom.sum()))]
    spots, turns = np.stack((x, y), 1).astype(int).tolist(), rng.uniform(0, 180, many).tolist()
    for spot, colour, turn in zip(spots, colours.tolist(), turns, strict=True):
        cv2.ellipse(image, spot, (4, 2), turn, 0, 360, (*colour, 255), -1)
    return image


def banner(rng: Rng, wide: int, high: int) -> Image:
    """A cloth or an umbul-umbul: plain colour, folds."""
    colour = ((40, 40, 200), (230, 230, 235), (50, 180, 230), (60, 140, 50), (180, 90, 30))[int(rng.integers(5))]
    folds = np.sin(np.linspace(0, rng.uniform(6, 12), wide, dtype=np.float32))[None] * np.ones((high, 1), np.float32)
    return tint((high, wide), colour, folds * 0.06 + cloud(rng, high, wide, (3, 9)) * 0.03, 1.0)


def water(rng: Rng, high: int, wide: int) -> Image:
    """Brown river water: long ripples, sky in the flat parts."""
    ripple = cloud(rng, high, wide // 6 + 2, (10, 40, 120))
    ripple = cv2.resize(ripple, (wide, high), interpolation=cv2.INTER_CUBIC)
    return tint((high, wide), (96, 118, 128), ripple * 0.1 + cloud(rng, high, wide, (3, 8)) * 0.05, 1.0)
