"""A scene in motion: each picture of a closed loop, and the truth of what is on it."""

from dataclasses import dataclass, field, replace
from typing import TypedDict

import cv2
import numpy as np

from ronda.simulate.scenes.canvas import Place, cast
from ronda.simulate.scenes.optics import Image, View
from ronda.simulate.scenes.river import Flow, River
from ronda.simulate.scenes.sensor import Character, Region, Sensor, letter
from ronda.simulate.scenes.solids import Drawn, Light, Model, Painter, Solid
from ronda.simulate.scenes.traffic import Actor

# Developing one region more costs as much as that many pixels.
_WORTH_A_CALL = 2000


@dataclass(frozen=True)
class Standing:
    """A solid that never moves: a parked motorcycle, a waiting car, a seller."""

    model: Model
    x: float
    y: float
    heading: float
    label: str


@dataclass
class Scene:
    """All that a film is made of.

    Attributes:
        view: The camera.
        place: What stands still and is flat.
        light: The sun.
        character: The sensor.
        actors: What moves.
        standing: Solids that do not.
        period_s: Length of the loop.
        lettering: The camera's name, burnt in.
        river: Water that flows, where there is some.
    """

    view: View
    place: Place
    light: Light
    character: Character
    actors: list[Actor]
    standing: list[Standing] = field(default_factory=list)
    period_s: float = 12.0
    lettering: str = ""
    river: River | None = None


class Sighting(TypedDict):
    """One thing on one picture of the truth; `visible` is the share of it that nothing hides that stands."""

    track: int
    label: str
    box_xyxy: list[float]
    visible: float


class Film:
    """Draws the pictures of a scene.

    Args:
        scene: What.
        rate: Pictures a second.
        scale: How much larger the still part is drawn before it is scaled down.
    """

    def __init__(self, scene: Scene, rate: float, scale: float = 1.5) -> None:
        self.scene, self.rate = scene, rate
        self.pictures = round(scene.period_s * rate)
        view = scene.view
        light, depth = cast(scene.place, view, scale)
        self._sensor = Sensor(scene.character, view.width, view.height)
        self._painter = Painter(view, depth, scene.light)
        self._still_sightings = self._stand(light)
        self._light = self._sensor.lens(light)
        self._whole = (slice(0, view.height), slice(0, view.width))
        self._shown = self._sensor.develop(self._light, self._whole)
        self._flow = Flow(scene.river, view, depth, scene.period_s) if scene.river else None

    def _stand(self, light: Image) -> list[Sighting]:
        """Draw what stands, far things first, and let it hide what moves behind it."""
        seen: list[Sighting] = []
        view = self.scene.view
        order = sorted(self.scene.standing, key=lambda one: -np.hypot(one.x - view.x, one.y - view.y))
        for index, one in enumerate(order):
            placed = Solid(one.model).placed(one.x, one.y, one.heading)
            drawn = self._painter.draw(light, placed, (0, 0, 0), hides=True)
            if drawn.box_xyxy and one.label:
                seen.append(_sighting(-1 - index, one.label, drawn))
        return seen

    def draw(self, index: int) -> tuple[Image, list[Sighting]]:
        """Return picture `index` of the loop as I420 planes (height * 3 / 2, width) and its truth."""
        scene = self.scene
        at = index / self.rate
        light, shown = self._light.copy(), self._shown.copy()
        seen, regions = list(self._still_sightings), []
        if self._flow:
            regions.append(self._flow.draw(light, at))
        shutter = 0.012
        poses = [(actor, lap, pose) for actor in scene.actors for lap, pose in actor.poses(at, scene.period_s)]
        poses.sort(key=lambda item: -np.hypot(item[2].x - scene.view.x, item[2].y - scene.view.y))
        for actor, lap, pose in poses:
            motion = (pose.velocity[0] * shutter, pose.velocity[1] * shutter, 0.0)
            drawn = self._painter.draw(
                light, actor.solid(pose).placed(pose.x, pose.y, pose.heading, actor.level), motion
            )
            if drawn.region:
                regions.append(drawn.region)
            if drawn.box_xyxy:
                seen.append(_sighting(actor.track + 1000 * lap, actor.label, drawn))
        for grown in _joined([_grown(region, 5, self._whole) for region in regions]):
            shown[grown] = self._sensor.develop(light, grown)
        if scene.lettering:
            letter(shown, scene.lettering)
        planes = cv2.cvtColor(shown, cv2.COLOR_BGR2YUV_I420)
        luma = planes[: scene.view.height]
        self._sensor.noise(luma, index)
        self._breathe(luma, at)
        return planes, seen

    def _breathe(self, luma: Image, at: float) -> None:
        """Let the exposure wander a little, back to where it began."""
        turn = 2 * np.pi * at / self.scene.period_s
        gain = 1 + 0.008 * np.sin(turn + self.scene.character.seed) + 0.004 * np.sin(3 * turn)
        cv2.convertScaleAbs(luma, luma, float(gain), 0)


def turned(scene: Scene, by_deg: float) -> Scene:
    """Return the scene as a camera sees it that somebody has turned."""
    view = scene.view
    return replace(scene, view=replace(view, heading_deg=view.heading_deg + by_deg, pitch_deg=view.pitch_deg + 6))


def _sighting(track: int, label: str, drawn: Drawn) -> Sighting:
    box = [round(part, 1) for part in drawn.box_xyxy or ()]
    return {"track": track, "label": label, "box_xyxy": box, "visible": round(drawn.visible, 2)}


def _grown(region: Region, by: int, whole: Region) -> Region:
    rows, cols = region
    return (
        slice(max(0, rows.start - by), min(whole[0].stop, rows.stop + by)),
        slice(max(0, cols.start - by), min(whole[1].stop, cols.stop + by)),
    )


def _joined(regions: list[Region]) -> list[Region]:
    """Return regions that cover the same, with those joined that are cheaper together than apart."""
    found: list[Region] = []
    for region in regions:
        one, again = region, True
        while again:
            again = False
            for index, other in enumerate(found):
                both = _around(one, other)
                if _pixels(both) <= _pixels(one) + _pixels(other) + _WORTH_A_CALL:
                    one, again = both, True
                    del found[index]
                    break
        found.append(one)
    return found


def _around(one: Region, two: Region) -> Region:
    return (
        slice(min(one[0].start, two[0].start), max(one[0].stop, two[0].stop)),
        slice(min(one[1].start, two[1].start), max(one[1].stop, two[1].stop)),
    )


def _pixels(region: Region) -> int:
    return int((region[0].stop - region[0].start) * (region[1].stop - region[1].start))
