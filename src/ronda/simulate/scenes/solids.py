"""Small solid models (vehicles, people) and how they are drawn: faces, limbs and balls, far ones first."""

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.simulate.scenes.optics import Floats, Image, View, softened
from ronda.simulate.scenes.textures import Colour

# Pixels to a metre below which small parts are left out.
_COARSE_BELOW = 34.0
_AIR: Colour = (224, 220, 214)
# Supersampled pixels from which a stroke is drawn without smoothing.
_ROUGH_FROM = 3.0
# Pixels to a metre from which a shadow is worth its price.
_SHADOW_ABOVE = 11.0

# Blue, green, red and opacity, for OpenCV.
Shade = list[int]
Spot = Floats | tuple[int, int]


@dataclass
class Model:
    """A solid in its own metres: x right, y ahead, z up from the ground, the middle at 0, 0.

    Attributes:
        points: Vertices, (n, 3) once `done`.
        faces: Vertex indices (counter-clockwise from outside), colour, gloss 0..1.
        limbs: Two vertex indices, radius in metres, colour: a rounded rod.
        balls: One vertex index, radius, colour.
        raised: Faces that lie on others and are drawn after them.
    """

    points: list[tuple[float, float, float]] = field(default_factory=list)
    faces: list[tuple[tuple[int, ...], Colour, float]] = field(default_factory=list)
    limbs: list[tuple[int, int, float, Colour]] = field(default_factory=list)
    balls: list[tuple[int, float, Colour]] = field(default_factory=list)
    raised: set[int] = field(default_factory=set)

    def face(self, points: list[tuple[float, float, float]], colour: Colour, gloss: float = 0.0) -> None:
        """Add a flat face."""
        start = len(self.points)
        self.points += points
        self.faces.append((tuple(range(start, start + len(points))), colour, gloss))

    def box(
        self, low: tuple[float, float, float], high: tuple[float, float, float], colour: Colour, gloss: float = 0.0
    ) -> None:
        """Add an upright box."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        self.loft([(y0, x1 - x0, z0, z1), (y1, x1 - x0, z0, z1)], colour, (x0 + x1) / 2, gloss)

    def loft(
        self, sections: list[tuple[float, float, float, float]], colour: Colour, x: float = 0.0, gloss: float = 0.3
    ) -> None:
        """Add a body through sections along y: (y, width, bottom, top), from the back to the front."""
        rings = [
            [(x - w / 2, y, z0), (x + w / 2, y, z0), (x + w / 2, y, z1), (x - w / 2, y, z1)]
            for y, w, z0, z1 in sections
        ]
        for back, front in pairwise(rings):
            self.face([back[1], front[1], front[2], back[2]], colour, gloss)
            self.face([front[0], back[0], back[3], front[3]], colour, gloss)
            self.face([back[3], back[2], front[2], front[3]], colour, gloss)
        self.face([rings[0][0], rings[0][1], rings[0][2], rings[0][3]], colour, gloss)
        last = rings[-1]
        self.face([last[1], last[0], last[3], last[2]], colour, gloss)

    def limb(self, a: tuple[float, float, float], b: tuple[float, float, float], radius: float, colour: Colour) -> None:
        """Add a rod with round ends."""
        self.points += [a, b]
        self.limbs.append((len(self.points) - 2, len(self.points) - 1, radius, colour))

    def ball(self, at: tuple[float, float, float], radius: float, colour: Colour) -> None:
        """Add a ball."""
        self.points.append(at)
        self.balls.append((len(self.points) - 1, radius, colour))

    def wheel(self, x: float, y: float, radius: float, thick: float, outer: int = 0) -> None:
        """Add a wheel that rolls along y, its middle plane at x; only its outer side (1 right, -1 left) where given."""
        rim: Colour = (130, 132, 134)
        turns = np.linspace(0, 2 * np.pi, 13)[:-1]
        for side, order in ((1, 1), (-1, -1)):
            if outer == -side:
                continue
            ring = [
                (x + side * thick / 2, y + float(np.cos(t)) * radius, radius + float(np.sin(t)) * radius) for t in turns
            ]
            hub = [
                (
                    x + side * (thick / 2 + 0.01),
                    y + float(np.cos(t)) * radius * 0.55,
                    radius + float(np.sin(t)) * radius * 0.55,
                )
                for t in turns
            ]
            if outer:
                self.raised |= {len(self.faces), len(self.faces) + 1}
            self.face(ring[::order], (30, 30, 30))
            self.face(hub[::order], rim, 0.2)


class Solid:
    """A finished model as arrays, quick to light and draw again and again.

    Attributes:
        points: Vertices, (n, 3).
        corners: Vertex indices of each face.
        paints: Face colours, (f, 3).
        gloss: Face gloss, (f,).
        limbs: See `Model`.
        balls: See `Model`.
        rods: Colours of the dark sides of limbs and balls, then of their light sides, (2 * n, 3).
        coarse: Faces, limbs and balls that are still drawn when a metre is few pixels.
        footprint: Indices of the points around it as seen from above.
        low: Height of its lowest point, metres.
        centre: Its middle, (3,).
        radius: How far it reaches from its middle, metres.
        reach: Largest radius of limbs and balls, metres.
    """

    def __init__(self, model: Model) -> None:
        self.points: Floats = np.array(model.points, np.float32)
        self.corners = [np.array(face[0]) for face in model.faces]
        self.paints = np.array([_muted(face[1]) for face in model.faces], np.float32).reshape(-1, 3)
        self.gloss = np.array([face[2] for face in model.faces], np.float32)
        self._raised = np.array([2.0 * (index in model.raised) for index in range(len(model.faces))], np.float32)
        self.limbs = [(a, b, radius) for a, b, radius, _ in model.limbs]
        self.balls = [(at, radius) for at, radius, _ in model.balls]
        rods = [(*_muted(paint), 0.72, 0.92) for *_, paint in model.limbs]
        rods += [(*_muted(paint), 0.74, 1.0) for *_, paint in model.balls]
        table = np.array(rods, np.float32).reshape(-1, 5)
        # The dark and the light side of each limb and ball.
        self.rods = np.concatenate([table[:, :3] * table[:, 3:4], table[:, :3] * table[:, 4:]])
        self.reach = max([limb[2] for limb in self.limbs] + [ball[1] for ball in self.balls] + [0.0])
        first = np.array([corners[:3] for corners in self.corners], np.int64).reshape(-1, 3)
        a, b, c = (self.points[first[:, index]] for index in range(3))
        normals = _cross(b - a, c - a)
        self._normals = normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9)
        middles = [self.points[corners].mean(0) for corners in self.corners]
        self._middles = np.array(middles, np.float32).reshape(-1, 3)
        sizes = [float(np.ptp(self.points[corners], axis=0).max()) for corners in self.corners]
        coarse = [size > 0.5 for size in sizes]
        coarse += [limb[2] > 0.045 for limb in self.limbs] + [ball[1] > 0.1 for ball in self.balls]
        self.coarse = np.array(coarse, bool)
        self.low = float(self.points[:, 2].min())
        self.centre: Floats = np.array((0, 0, self.points[:, 2].mean()), np.float32)
        self.radius = float(np.hypot(self.points[:, 0], self.points[:, 1]).max())
        # However it turns, its outline from above has the same corners.
        self.footprint = cv2.convexHull(np.ascontiguousarray(self.points[:, :2]), returnPoints=False)[:, 0]
        ends = [[a, b] for a, b, _ in self.limbs] + [[at, at] for at, _ in self.balls]
        self._ends = np.array(ends, np.int64).reshape(-1, 2)

    def placed(self, x: float, y: float, heading: float, z: float = 0.0) -> "Placed":
        """Return the solid in the world; heading 0 looks along +y, turning right, radians."""
        cos, sin = np.cos(heading), np.sin(heading)
        turn = np.array(((cos, -sin, 0), (sin, cos, 0), (0, 0, 1)), np.float32)
        at = np.array((x, y, z), np.float32)
        return Placed(self, self.points @ turn + at, self._normals @ turn, self._middles @ turn + at, at)

    def order(self, faces_depth: Floats, depth: Floats) -> NDArray[np.intp]:
        """Return faces, limbs and balls (numbered in that order), far ones first."""
        rods: Floats = (depth[self._ends[:, 0]] + depth[self._ends[:, 1]]) / 2
        return np.argsort(-np.concatenate((faces_depth - self._raised, rods)))


@dataclass(frozen=True)
class Placed:
    """A solid somewhere in the world: its vertices, face normals and face middles, each (n, 3); its place, (3,)."""

    solid: Solid
    points: Floats
    normals: Floats
    middles: Floats
    at: Floats


def _cross(a: Floats, b: Floats) -> Floats:
    return np.stack(
        (
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ),
        1,
    )


def _muted(colour: Colour) -> Colour:
    """Paint in daylight and dust: less of its colour than on a colour card."""
    grey = 0.11 * colour[0] + 0.59 * colour[1] + 0.30 * colour[2]
    blue, green, red = (int(grey + (part - grey) * 0.68) for part in colour)
    return blue, green, red


@dataclass(frozen=True)
class Light:
    """Where light comes from.

    Attributes:
        sun: Where shadows of 1 m high things end, in metres.
        strength: Share of direct light, 0 under cloud.
        shade: Opacity of shadows.
    """

    sun: tuple[float, float]
    strength: float = 0.5
    shade: float = 0.42

    @property
    def direction(self) -> Floats:
        """Unit vector towards the sun."""
        towards = np.array((-self.sun[0], -self.sun[1], 1.0), np.float32)
        return np.asarray(towards / np.linalg.norm(towards), np.float32)


@dataclass(frozen=True)
class Drawn:
    """What drawing one solid touched.

    Attributes:
        region: Rows and columns of the picture, shadow included; None when nothing is in it.
        box_xyxy: The solid's own rectangle in pixels, cut to the picture; None when out of it.
        visible: Which share of it nothing hides that stands.
    """

    region: tuple[slice, slice] | None = None
    box_xyxy: tuple[float, float, float, float] | None = None
    visible: float = 1.0


class Painter:
    """Draws solids into a picture of light whose depth is known."""

    SUPER = 2

    def __init__(self, view: View, depth: Floats, light: Light) -> None:
        self.view, self.depth, self.light = view, depth, light

    def draw(self, picture: Image, placed: Placed, motion: tuple[float, float, float], *, hides: bool = False) -> Drawn:
        """Draw a solid with its shadow.

        Args:
            picture: Changed in place.
            placed: What and where.
            motion: How far it moves while the shutter is open, metres.
            hides: It stays, and what is drawn later behind it is hidden.
        """
        world = placed.points
        near = float((world[0] - self.view.position) @ self.view.axes[2])
        if not -8 < near < 110:
            return Drawn()
        many, low_z = len(world), placed.solid.low + float(placed.at[2])
        # All that is looked up in the picture is projected at once: the solid, how far it moves, its shadow.
        centre = placed.at + placed.solid.centre
        marks = np.stack((centre, centre + np.array(motion, np.float32)))
        points = [world, marks, *self._shades_on(placed, low_z)]
        every, away = self.view.project(np.concatenate(points))
        spots, depth = every[:many], away[:many]
        middle = float(away[many])
        if middle - 2 * placed.solid.radius < 1 and depth.min() < 0.6:
            return Drawn()
        pad = placed.solid.reach * self.view.focal / middle + 1
        low, top = spots.min(0) - pad, spots.max(0) + pad
        high, wide = self.depth.shape
        if top[0] < 0 or top[1] < 0 or low[0] >= wide or low[1] >= high:
            return Drawn()
        shadow = None
        if self.view.focal / middle > _SHADOW_ABOVE and away.min() > 0.5:
            shadow = self._shadow(picture, every[many + 2 :], many, middle)
        smear = every[many + 1] - every[many]
        region, visible = self._body(picture, placed, (spots, depth, middle), (low, top), smear, hides=hides)
        box = (
            max(0.0, float(low[0])),
            max(0.0, float(low[1])),
            min(float(wide), float(top[0])),
            min(float(high), float(top[1])),
        )
        return Drawn(_union(region, shadow), box, visible)

    def _shades_on(self, placed: Placed, low_z: float) -> tuple[Floats, Floats]:
        """Return where the sun throws each point on the ground, and the points right under the solid's outline."""
        world = placed.points
        flat = world.copy()
        flat[:, :2] += (world[:, 2:] - low_z) * np.array(self.light.sun, np.float32)
        flat[:, 2] = low_z
        foot = world[placed.solid.footprint]
        foot[:, 2] = low_z
        return flat, foot

    def _window(self, low: Spot, top: Spot, pad: int) -> tuple[slice, slice] | None:
        high, wide = self.depth.shape
        x0, y0 = int(max(0, low[0] - pad)), int(max(0, low[1] - pad))
        x1, y1 = int(min(wide, top[0] + pad + 1)), int(min(high, top[1] + pad + 1))
        return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None

    def _shadow(self, picture: Image, both: Floats, many: int, middle: float) -> tuple[slice, slice] | None:
        """Darken what lies in the shadow: `both` holds its `many` points, then the outline of the solid's foot."""
        soft = max(0.8, 0.05 * self.view.focal / middle)
        left, above, wide, high = cv2.boundingRect(both)
        window = self._window((left, above), (left + wide, above + high), int(3 * soft) + 1)
        if window is None:
            return None
        rows, cols = window
        mask = np.zeros((rows.stop - rows.start, cols.stop - cols.start), np.uint8)
        local = np.round((both - np.array((cols.start, rows.start), np.float32)) * 16).astype(np.int32)
        cv2.fillConvexPoly(mask, cv2.convexHull(local[:many]), round(255 * self.light.shade), cv2.LINE_AA, 4)
        close = np.zeros_like(mask)
        cv2.fillConvexPoly(close, local[many:], 120, cv2.LINE_AA, 4)
        mask = softened(cv2.max(mask, close), soft)
        # Only what lies on the ground behind everything that stands is darkened.
        hidden = self.depth[window] < middle * 0.55
        if hidden.any():
            mask[hidden] = 0
        keep = cv2.cvtColor(cv2.bitwise_not(mask), cv2.COLOR_GRAY2BGR)
        picture[window] = cv2.multiply(picture[window], keep, scale=1 / 255)
        return window

    def _body(
        self,
        picture: Image,
        placed: Placed,
        seen: tuple[Floats, Floats, float],
        bounds: tuple[Floats, Floats],
        smear: Floats,
        *,
        hides: bool,
    ) -> tuple[tuple[slice, slice] | None, float]:
        """Draw the solid; return where, and which share of it is seen."""
        spots, depth, away = seen
        length = float(np.hypot(*smear))
        window = self._window(*bounds, pad=int(length) + 3)
        if window is None:
            return None, 0.0
        rows, cols = window
        size = self.SUPER
        shape = ((rows.stop - rows.start) * size, (cols.stop - cols.start) * size)
        colour = np.zeros((*shape, 4), np.uint8)
        local = (spots - np.array((cols.start, rows.start), np.float32)) * size
        self._fill(colour, placed, local, depth, 1 - float(np.exp(-away / 420.0)))
        colour = cv2.resize(colour, (shape[1] // size, shape[0] // size), interpolation=cv2.INTER_AREA)
        if length > 1.0:
            colour = _smear(colour, smear)
        hidden, visible = self.depth[window] < away - 0.4, 1.0
        if hidden.any():
            whole = float(colour[..., 3].sum())
            colour[hidden] = 0
            visible = float(colour[..., 3].sum()) / max(whole, 1.0)
        opacity = cv2.extractChannel(colour, 3)
        if hides:
            self.depth[window][opacity > 153] = away
        # Colours are premultiplied: the solid was drawn on empty black.
        clear = cv2.cvtColor(cv2.bitwise_not(opacity), cv2.COLOR_GRAY2BGR)
        behind = cv2.multiply(picture[window], clear, scale=1 / 255)
        picture[window] = cv2.add(behind, cv2.cvtColor(colour, cv2.COLOR_BGRA2BGR))
        return window, visible

    def _fill(self, colour: Image, placed: Placed, local: Floats, depth: Floats, haze: float) -> None:
        """Draw faces, limbs and balls, far ones first, through so much haze (0..1)."""
        solid = placed.solid
        spots = np.round(local * 16).astype(np.int32)
        towards = self.view.position - placed.middles
        facing = np.einsum("ij,ij->i", placed.normals, towards) > 0
        faces, limbs, balls = len(solid.corners), len(solid.limbs), len(solid.balls)
        shades = _hazed(np.concatenate((self._shades(placed, towards), solid.rods)), haze)
        shown = np.concatenate((facing, np.ones(limbs + balls, bool)))
        if self.view.focal / max(1.0, float(depth[0])) < _COARSE_BELOW:
            shown &= solid.coarse
        order = solid.order((-towards) @ self.view.axes[2], depth)
        for index in order[shown[order]].tolist():
            if index < faces:
                cv2.fillConvexPoly(colour, spots[solid.corners[index]], shades[index], cv2.LINE_AA, 4)
                continue
            both = shades[index], shades[index + limbs + balls]
            if index < faces + limbs:
                self._limb(colour, solid.limbs[index - faces], both, spots, depth)
            else:
                self._ball(colour, solid.balls[index - faces - limbs], both, spots, depth)

    def _shades(self, placed: Placed, towards: Floats) -> Floats:
        """Return the colours of the faces under this light, seen from here."""
        solid, direction = placed.solid, self.light.direction
        normals = placed.normals
        lit = 0.50 + 0.24 * normals[:, 2] + self.light.strength * np.maximum(0, normals @ direction)
        half = direction + towards / (np.sqrt(np.einsum("ij,ij->i", towards, towards)) + 1e-6)[:, None]
        length = np.sqrt(np.einsum("ij,ij->i", half, half)) + 1e-6
        along = np.maximum(0, np.einsum("ij,ij->i", normals, half) / length)
        shine = along**24 * 150 + np.maximum(0, normals[:, 2]) * 30
        shades: Floats = solid.paints * lit[:, None] + (solid.gloss * shine)[:, None]
        return shades

    def _limb(
        self,
        colour: Image,
        limb: tuple[int, int, float],
        shades: tuple[Shade, Shade],
        spots: NDArray[np.int32],
        depth: Floats,
    ) -> None:
        a, b, radius = limb
        wide = radius * 2 * self.view.focal * self.SUPER / max(0.5, float(depth[a]))
        (ax, ay), (bx, by) = spots[a].tolist(), spots[b].tolist()
        # Thick strokes are smooth enough once scaled down; OpenCV's own smoothing is three times as dear.
        edge = cv2.LINE_AA if wide < _ROUGH_FROM else cv2.LINE_8
        cv2.line(colour, (ax, ay), (bx, by), shades[0], max(1, round(wide)), edge, 4)
        if wide > 6:  # the side that the light falls on
            dx, dy = int(-wide * 3), int(-wide * 1.5)
            thick = max(1, round(wide * 0.5))
            cv2.line(colour, (ax + dx, ay + dy), (bx + dx, by + dy), shades[1], thick, cv2.LINE_8, 4)

    def _ball(
        self,
        colour: Image,
        ball: tuple[int, float],
        shades: tuple[Shade, Shade],
        spots: NDArray[np.int32],
        depth: Floats,
    ) -> None:
        at, radius = ball
        size = radius * self.view.focal * self.SUPER / max(0.5, float(depth[at]))
        x, y = spots[at].tolist()
        cv2.circle(colour, (x, y), max(8, int(size * 16)), shades[0], -1, cv2.LINE_AA, 4)
        if size > 3:
            cv2.circle(colour, (x - int(size * 4), y - int(size * 5)), int(size * 9), shades[1], -1, cv2.LINE_8, 4)


def _hazed(colours: Floats, haze: float) -> list[Shade]:
    """Return opaque colours (n, 3) as they look through air that hides the share `haze`."""
    seen = np.full((len(colours), 4), 255, np.int32)
    seen[:, :3] = np.minimum(np.maximum(colours, 0), 255) * (1 - haze) + np.array(_AIR, np.float32) * haze
    found: list[Shade] = seen.tolist()
    return found


def _smear(image: Image, along: Floats) -> Image:
    """Blur along a line: what the shutter sees of something that moves."""
    length = float(np.hypot(*along))
    size = max(3, int(length) | 1)
    kernel = np.zeros((size, size), np.float32)
    middle = size / 2 - 0.5
    step = along / max(length, 1e-6) * middle
    ends = [(round(middle + sign * float(step[0])), round(middle + sign * float(step[1]))) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def _union(one: tuple[slice, slice] | None, two: tuple[slice, slice] | None) -> tuple[slice, slice] | None:
    if one is None or two is None:
        return one or two
    return (
        slice(min(one[0].start, two[0].start), max(one[0].stop, two[0].stop)),
        slice(min(one[1].start, two[1].start), max(one[1].stop, two[1].stop)),
    )
