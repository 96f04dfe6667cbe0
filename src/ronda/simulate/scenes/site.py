"""What one camera's picture of a place depends on besides the place."""

from dataclasses import dataclass

import numpy as np

from ronda.simulate.scenes.canvas import Place
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.optics import View
from ronda.simulate.scenes.sensor import Character
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.traffic import Traffic


@dataclass(frozen=True)
class Look:
    """One variation of a place.

    Attributes:
        seed: For everything that is drawn by chance.
        lettering: The camera's name.
        width: Picture width in pixels.
        height: Picture height.
        period_s: Length of the loop.
        turn_deg: Added to the heading.
        tilt_deg: Added to the pitch.
        raise_m: Added to the camera's height.
        zoom: Focal length relative to the place's own.
    """

    seed: int
    lettering: str = ""
    width: int = 1280
    height: int = 720
    period_s: float = 10.0
    turn_deg: float = 0.0
    tilt_deg: float = 0.0
    raise_m: float = 0.0
    zoom: float = 1.0

    @property
    def sun(self) -> tuple[float, float]:
        """Where shadows of 1 m high things end: the hour differs from seed to seed."""
        rng = np.random.default_rng((self.seed, 11))
        angle, long = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 0.95)
        return float(np.cos(angle) * long), float(np.sin(angle) * long)

    @property
    def sunlight(self) -> float:
        """Share of direct light."""
        return float(np.random.default_rng((self.seed, 12)).uniform(0.3, 0.6))

    def view(self, x: float, y: float, z: float, heading: float, pitch: float, fov: float) -> View:
        """Return the place's camera, moved as this look asks."""
        rng = np.random.default_rng((self.seed, 13))
        angle = 2 * np.degrees(np.arctan(np.tan(np.radians(fov) / 2) / self.zoom))
        return View(
            x, y, z + self.raise_m, heading + self.turn_deg, pitch + self.tilt_deg, float(angle), self.width,
            self.height, float(rng.uniform(-0.13, -0.06)), float(rng.normal(0, 1.0)),
        )  # fmt: skip

    def character(self) -> Character:
        """Return the sensor of this camera."""
        rng = np.random.default_rng((self.seed, 14))
        warm, green = rng.normal(0, 0.035), rng.normal(0, 0.012)
        return Character(
            seed=self.seed,
            cast=(float(1.0 - warm), float(1.0 + green), float(1.0 + warm)),
            contrast=float(rng.uniform(1.05, 1.22)),
            lift=float(rng.uniform(4, 16)),
            sharpen=float(rng.uniform(0.5, 1.1)),
            blur=float(rng.uniform(0.55, 0.95)),
            dirt=float(rng.uniform(0.05, 0.2)),
            vignette=float(rng.uniform(0.18, 0.36)),
            noise=float(rng.uniform(1.4, 2.4)),
            fringe=float(rng.uniform(0.8, 2.2)),
        )

    def scene(self, view: View, place: Place, light: Light, traffic: Traffic, standing: list[Standing]) -> Scene:
        """Return the whole."""
        return Scene(view, place, light, self.character(), traffic.actors, standing, self.period_s, self.lettering)
