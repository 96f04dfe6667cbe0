"""Our own renders as crops: the simulator's scenes by day, at night and in rain, and its models before real pictures.

What moves is labelled by what it is; what a background model would also propose there (shadows, pools of
headlight, parts of vehicles, empty road, trees, whole pieces of street) is labelled `other`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.simulate.scenes import vehicles
from ronda.simulate.scenes.film import Film, Scene
from ronda.simulate.scenes.night import Night, Seen
from ronda.simulate.scenes.optics import View
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light, Painter, Solid
from ronda.vision.detectors.builtin.cutting import cut
from train.data import CLASSES, SIDE, Crops

Picture = NDArray[np.uint8]
Rng = np.random.Generator
Box = tuple[float, float, float, float]

LABELS: Final = {"person": 0, "motorcycle": 1, "car": 2, "bus": 3, "truck": 3}
OTHER: Final = CLASSES.index("other")
_SEEN_AT_LEAST: Final = 0.3
"""Share of a thing's box that must differ from the empty scene, else it is hidden and not used."""


@dataclass
class Basket:
    """Gathers crops."""

    pictures: list[Picture] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def put(self, rgb: Picture, box: Box, label: int, source: str, group: str) -> None:
        """Cut a box out of a picture and keep it at the common size."""
        crop = cut(rgb, np.array([box], np.float32), 4 * SIDE)[0]
        way = cv2.INTER_AREA if crop.shape[0] > SIDE else cv2.INTER_LINEAR
        self.pictures.append(np.asarray(cv2.resize(crop, (SIDE, SIDE), interpolation=way), np.uint8))
        self.labels.append(label)
        self.sources.append(source)
        self.groups.append(group)

    def crops(self) -> Crops:
        """Return what was gathered."""
        labels = np.array(self.labels, np.int64)
        return Crops(np.stack(self.pictures), labels, np.array(self.sources), np.array(self.groups))


def scenes(seeds: range, pictures: int) -> Iterator[tuple[str, Scene, Rng]]:
    """Yield (name, scene, chance) of every kind of place for every seed, each seen a little differently."""
    for seed in seeds:
        for name, place in PLACES.items():
            rng = np.random.default_rng((seed, len(name)))
            small = rng.random() < 0.5
            look = Look(
                seed, width=640 if small else 1280, height=360 if small else 720, turn_deg=float(rng.normal(0, 6)),
                tilt_deg=float(rng.uniform(-3, 9)), raise_m=float(rng.uniform(-1.2, 4.0)),
                zoom=float(rng.uniform(0.8, 1.5)),
            )  # fmt: skip
            yield f"{name}-{seed}", place(look), rng


def by_day(seeds: range, pictures: int, basket: Basket) -> None:
    """Gather what moves and stands in scenes by day, some of them in rain."""
    for name, scene, rng in scenes(seeds, pictures):
        film = Film(scene, 5.0, scale=1.0)
        bare = _rgb(Film(replace(scene, standing=[], actors=[]), 5.0, scale=1.0).draw(0)[0]).astype(np.int16)
        rain = rng.random() < 0.25
        for index in rng.choice(film.pictures, min(pictures, film.pictures), replace=False):
            planes, seen = film.draw(int(index))
            rgb = _rgb(planes)
            moved = np.abs(rgb.astype(np.int16) - bare).max(-1) > 20
            if rain:
                rgb = rained(rgb, rng)
            boxes = [(one["box_xyxy"], one["label"], one["track"]) for one in seen]
            _things(basket, rgb, moved, boxes, rng, name)
            _nothing(basket, rgb, moved, [box for box, _, _ in boxes], rng, name)


def _rgb(planes: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)


def _things(
    basket: Basket,
    rgb: Picture,
    moved: NDArray[np.bool_],
    boxes: list[tuple[list[float], str, int]],
    rng: Rng,
    name: str,
) -> None:
    """Put what can be seen of each thing; standing ones less often, since they are the same in every picture."""
    for at, (box, label, track) in enumerate(boxes):
        x0, y0, x1, y1 = box
        long = max(x1 - x0, y1 - y0)
        if label not in LABELS or long < 11 or (track < 0 and rng.random() < 0.85):
            continue
        if (
            _share(moved, box) < _SEEN_AT_LEAST
            or _covered(box, [b for i, (b, _, _) in enumerate(boxes) if i != at]) > 0.45
        ):
            continue
        basket.put(rgb, _loose(box, rng), LABELS[label], "render-day", name)
        if long > 70 and rng.random() < 0.35:
            basket.put(rgb, _part(box, rng), OTHER, "render-part", name)


def _nothing(
    basket: Basket, rgb: Picture, moved: NDArray[np.bool_], boxes: list[list[float]], rng: Rng, name: str
) -> None:
    """Put what moved and is nothing (shadows), places where nothing is, and large pieces of street."""
    high, wide = rgb.shape[:2]
    rest = moved.copy()
    for x0, y0, x1, y1 in boxes:
        pad = 0.12 * max(x1 - x0, y1 - y0)
        rest[max(0, int(y0 - pad)) : int(y1 + pad) + 1, max(0, int(x0 - pad)) : int(x1 + pad) + 1] = False
    count, _, stats, _ = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    )
    for x, y, w, h, area in stats[1:count][:6]:
        box = float(x), float(y), float(x + w), float(y + h)
        if area > 60 and max((_iou(box, other) for other in boxes), default=0.0) < 0.1:
            basket.put(rgb, box, OTHER, "render-shadow", name)
    for _ in range(3):
        box = _anywhere(high, wide, rng, 0.03, 0.2)
        if _share(moved, list(box)) < 0.03 and _covered(list(box), boxes) < 0.05:
            basket.put(rgb, box, OTHER, "render-ground", name)
    if rng.random() < 0.7:
        box = _anywhere(high, wide, rng, 0.35, 0.8)
        if not any(_iou(box, other) > 0.15 for other in boxes):
            basket.put(rgb, box, OTHER, "render-street", name)


def at_night(seeds: range, pictures: int, basket: Basket) -> None:
    """Gather what moves at night under infrared, with headlights, and the light that they throw."""
    for name, scene, rng in scenes(seeds, pictures):
        night = Night(scene, scene.standing, int(rng.integers(1 << 30)))
        high, wide = scene.view.height, scene.view.width
        luma = np.empty((high, wide), np.uint8)
        night.draw(luma, 0, [])
        bare = luma.astype(np.int16)
        for at in rng.uniform(0, scene.period_s, pictures):
            seen, boxes = _under_way(scene, float(at), rng)
            night.draw(luma, 0, [replace(one, headlight=False) for one in seen])
            shown = np.abs(luma.astype(np.int16) - bare) > 6  # by the camera's own lamp, not only as a spot of light
            night.draw(luma, 0, seen)
            moved = np.abs(luma.astype(np.int16) - bare) > 8
            rgb = np.repeat(luma[..., None], 3, -1)
            for index, (box, label) in enumerate(boxes):
                others = [b for i, (b, _) in enumerate(boxes) if i != index]
                if max(box[2] - box[0], box[3] - box[1]) < 13 or _covered(box, others) > 0.4:
                    continue
                inside = luma[_rows(box)]
                if _share(shown, box) > _SEEN_AT_LEAST and inside.std() > 6 and (inside > 245).mean() < 0.4:
                    basket.put(rgb, _loose(box, rng), LABELS[label], "render-night", name)
            _nothing(basket, rgb, moved, [box for box, _ in boxes], rng, f"{name}-night")


def _under_way(scene: Scene, at: float, rng: Rng) -> tuple[list[Seen], list[tuple[list[float], str]]]:
    seen, boxes = [], []
    high, wide = scene.view.height, scene.view.width
    for actor in scene.actors:
        for _, pose in actor.poses(at, scene.period_s):
            if rng.random() < 0.3:
                continue  # emptier than by day
            solid = actor.solid(pose)
            placed = solid.placed(pose.x, pose.y, pose.heading)
            spots, depth = scene.view.project(placed.points)
            seen.append(Seen(solid, pose.x, pose.y, pose.heading, actor.label != "person" and rng.random() < 0.8))
            if depth.min() > 1 and actor.label in LABELS:
                (x0, y0), (x1, y1) = spots.min(0).tolist(), spots.max(0).tolist()
                box = [max(0.0, x0), max(0.0, y0), min(float(wide), x1), min(float(high), y1)]
                if box[2] - box[0] > 4 and box[3] - box[1] > 4:
                    boxes.append((box, actor.label))
    return seen, boxes


def pasted(many: int, backgrounds: NDArray[np.uint8], seed: int, basket: Basket) -> None:
    """Gather models before real pictures of nothing: from every side and height, far and near, in sun and shade."""
    rng = np.random.default_rng(seed)
    kinds = ("person", "motorcycle", "car", "angkot", "truck", "bus")
    for _ in range(many):
        kind = kinds[int(rng.integers(len(kinds)))]
        label = LABELS.get(kind, 2)
        model = (
            Walker(rng).model(float(rng.uniform(0, 6.28)), float(rng.choice((0.04, 0.28))))
            if kind == "person"
            else None
        )
        solid = Solid(model if model else vehicles.MAKERS[kind](rng))
        side = 2 * SIDE
        pitch, away = float(rng.uniform(2, 55)), float(rng.uniform(8, 30))
        long = max(vehicles.LENGTH_M.get(kind, 0.6), 1.75)
        fov = float(np.degrees(2 * np.arctan(long * rng.uniform(0.62, 0.8) / away)))
        slope = np.radians(pitch)
        view = View(0, -away * np.cos(slope), 0.6 + away * np.sin(slope), 0, pitch, fov, side, side, -0.05)
        angle, shade = rng.uniform(0, 2 * np.pi), float(rng.uniform(0.1, 0.6))
        light = Light((float(np.cos(angle) * 0.6), float(np.sin(angle) * 0.6)), shade, float(rng.uniform(0.2, 0.6)))
        back = cv2.resize(backgrounds[int(rng.integers(len(backgrounds)))], (side, side), interpolation=cv2.INTER_CUBIC)
        picture = np.ascontiguousarray(back[..., ::-1])
        drawn = Painter(view, np.full((side, side), 1e6, np.float32), light).draw(
            picture, solid.placed(0.0, 0.0, float(rng.uniform(0, 2 * np.pi))), (0.0, 0.0, 0.0)
        )
        if drawn.box_xyxy is None:
            continue
        rgb = np.ascontiguousarray(picture[..., ::-1])
        basket.put(rgb, _loose(list(drawn.box_xyxy), rng), label, "render-pasted", f"pasted-{seed}")


def rained(rgb: Picture, rng: Rng) -> Picture:
    """Return a picture in rain: streaks of light, less contrast."""
    high, wide = rgb.shape[:2]
    streaks = np.zeros((high, wide), np.uint8)
    lean, long = rng.uniform(-0.25, 0.25), rng.uniform(0.02, 0.06) * high
    for x, y in rng.uniform(0, (wide, high), (int(rng.integers(150, 700)), 2)):
        end = (int(x + lean * long), int(y + long * rng.uniform(0.5, 1.5)))
        cv2.line(streaks, (int(x), int(y)), end, int(rng.integers(40, 150)), 1, cv2.LINE_AA)
    veil = cv2.addWeighted(rgb, float(rng.uniform(0.65, 0.9)), np.full_like(rgb, 150), 0.15, 0)
    return np.asarray(cv2.add(veil, np.repeat(streaks[..., None], 3, -1)), np.uint8)


def _loose(box: list[float], rng: Rng) -> Box:
    """Return a box as motion gives it: a little too large, too small, beside."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    a, b, c, d = rng.normal(0.02, 0.06, 4)
    return x0 - a * w, y0 - b * h, x1 + c * w, y1 + d * h


def _part(box: list[float], rng: Rng) -> Box:
    """Return a small part of a large thing: a wheel, a window, a stretch of its side."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    side = float(rng.uniform(0.16, 0.32)) * min(w, h)
    x, y = x0 + float(rng.uniform(0.15, 0.85)) * w, y0 + float(rng.uniform(0.15, 0.85)) * h
    return x - side / 2, y - side / 2, x + side / 2, y + side / 2


def _anywhere(high: int, wide: int, rng: Rng, least: float, most: float) -> Box:
    h = float(np.exp(rng.uniform(np.log(least), np.log(most)))) * high
    w = h * float(np.exp(rng.normal(0, 0.4)))
    x, y = float(rng.uniform(0, max(1.0, wide - w))), float(rng.uniform(0, max(1.0, high - h)))
    return x, y, x + w, y + h


def _rows(box: list[float]) -> tuple[slice, slice]:
    x0, y0, x1, y1 = box
    return slice(int(y0), int(y1) + 1), slice(int(x0), int(x1) + 1)


def _share(moved: NDArray[np.bool_], box: list[float]) -> float:
    part = moved[_rows([max(0.0, one) for one in box])]
    return float(part.mean()) if part.size else 0.0


def _overlap(one: list[float] | Box, two: list[float] | Box) -> float:
    wide, high = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    return max(0.0, wide) * max(0.0, high)


def _iou(one: list[float] | Box, two: list[float] | Box) -> float:
    both = _overlap(one, two)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)]
    return both / max(1.0, sum(areas) - both)


def _covered(box: list[float], others: list[list[float]]) -> float:
    """Return the largest share of a box that one other covers."""
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    return max((_overlap(box, other) / area for other in others), default=0.0)
