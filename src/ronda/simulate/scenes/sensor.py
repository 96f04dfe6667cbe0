"""What a cheap dome camera makes of the light: its lens, its dirt, its sharpening, its noise, its lettering."""

from dataclasses import dataclass

import cv2
import numpy as np

from ronda.simulate.scenes import textures
from ronda.simulate.scenes.optics import Floats, Image, softened

Region = tuple[slice, slice]


@dataclass(frozen=True)
class Character:
    """How one camera differs from the next.

    Attributes:
        seed: For dirt and noise.
        cast: Gains of blue, green, red: the white balance that is never quite right.
        contrast: 1 is neutral.
        lift: Added to black, 0..255: veiling glare.
        sharpen: Strength of the halos.
        blur: Softness of the lens, in pixels at 1280 wide.
        dirt: Opacity of the smudges on the dome.
        vignette: Darkening of the corners.
        noise: Standard deviation of luma noise, in 8-bit steps.
        fringe: Lateral chromatic aberration at the corners, in pixels at 1280 wide.
    """

    seed: int
    cast: tuple[float, float, float] = (1.03, 1.0, 0.97)
    contrast: float = 1.12
    lift: float = 8
    sharpen: float = 0.75
    blur: float = 0.7
    dirt: float = 0.10
    vignette: float = 0.28
    noise: float = 2.2
    fringe: float = 1.6


class Sensor:
    """Turns light (BGR) into what the camera shows, whole or for a region of the picture."""

    def __init__(self, character: Character, width: int, height: int) -> None:
        self.character = character
        rng = np.random.default_rng(character.seed)
        self._scale = width / 1280
        ramp = np.linspace(0, 1, 256)
        curve = 0.5 + (ramp - 0.5) * character.contrast
        curve = np.where(curve > 0.82, 0.82 + 0.20 * np.tanh((curve - 0.82) / 0.20), curve)
        tables = [np.clip(character.lift + curve * gain * (252 - character.lift), 0, 255) for gain in character.cast]
        self._curve = np.stack(tables, -1).astype(np.uint8)[None]
        ys, xs = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        square = xs * xs + ys * ys * (height / width)
        self._gain: Floats = (1 - character.vignette * np.clip(square, 0, 1.6) ** 1.3 * 0.62).astype(np.float32)
        self._veil = self._smudges(rng, width, height)
        self._gain *= 1 - self._veil * 0.55
        self._gain3 = np.repeat(self._gain[..., None], 3, -1)
        self._add3 = np.repeat((self._veil * 92)[..., None], 3, -1)
        grain = rng.standard_normal((height + 64, width + 64)).astype(np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), 0.55) * 1.45 * character.noise
        rows = rng.standard_normal((height + 64, 1)).astype(np.float32) * character.noise * 0.16
        whole = grain + rows
        self._more = np.clip(whole, 0, 60).astype(np.uint8)
        self._less = np.clip(-whole, 0, 60).astype(np.uint8)

    def _smudges(self, rng: np.random.Generator, width: int, height: int) -> Floats:
        small = np.zeros((height // 4, width // 4), np.float32)
        for _ in range(int(rng.integers(5, 11))):
            spot = (int(rng.integers(0, width // 4)), int(rng.integers(0, height // 4)))
            axes = (int(rng.integers(2, width // 60)), int(rng.integers(2, width // 70)))
            layer = np.zeros_like(small)
            cv2.ellipse(layer, spot, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.4, 1)), -1)
            small = np.maximum(small, cv2.GaussianBlur(layer, (0, 0), float(rng.uniform(1.5, 5))))
        for _ in range(int(rng.integers(8, 20))):
            # Dried drops run down.
            x, y = int(rng.integers(0, width // 4)), int(rng.integers(0, height // 4))
            cv2.line(small, (x, y), (x + int(rng.integers(-2, 3)), y + int(rng.integers(5, 40))), 0.3, 1, cv2.LINE_AA)
        film = np.clip(textures.cloud(rng, height // 4, width // 4, (2, 5)) * 0.5 + 0.25, 0, 1) * 0.4
        soft = cv2.GaussianBlur(np.maximum(small, film), (0, 0), 2.0)
        return cv2.resize(soft, (width, height)) * self.character.dirt

    def lens(self, light: Image) -> Image:
        """Return a whole picture with the colours of its corners drifting apart; done once, for what stands still."""
        high, wide = light.shape[:2]
        shift = self.character.fringe * self._scale
        if shift < 0.1:
            return light
        planes = []
        for plane, sign in zip(cv2.split(light), (1.0, 0.0, -1.0), strict=True):
            grow = 1 + sign * shift / (wide / 2)
            matrix = np.array(((grow, 0, wide / 2 * (1 - grow)), (0, grow, high / 2 * (1 - grow))), np.float64)
            planes.append(
                cv2.warpAffine(plane, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE) if sign else plane
            )
        return cv2.merge(planes)

    def develop(self, light: Image, region: Region) -> Image:
        """Return the region of a whole picture of light as the camera shows it, without noise."""
        high, wide = light.shape[:2]
        rows, cols = region
        pad = 6
        top, left = max(0, rows.start - pad), max(0, cols.start - pad)
        part = light[top : min(high, rows.stop + pad), left : min(wide, cols.stop + pad)]
        character = self.character
        soft = softened(part, max(0.3, character.blur * self._scale))
        wider = softened(soft, 1.6 * max(0.6, self._scale))
        crisp = cv2.addWeighted(soft, 1 + character.sharpen, wider, -character.sharpen, 0)
        inner = crisp[rows.start - top : rows.stop - top, cols.start - left : cols.stop - left]
        bright = cv2.multiply(inner, self._gain3[region], dtype=cv2.CV_8U)
        bright = cv2.add(bright, self._add3[region], dtype=cv2.CV_8U)
        return cv2.LUT(bright, self._curve)

    def noise(self, luma: Image, index: int) -> None:
        """Add the noise of picture `index` to its luma, in place."""
        rng = np.random.default_rng((self.character.seed, index))
        y, x = (int(n) for n in rng.integers(0, 64, 2))
        high, wide = luma.shape
        cv2.add(luma, self._more[y : y + high, x : x + wide], dst=luma)
        cv2.subtract(luma, self._less[y : y + high, x : x + wide], dst=luma)


def letter(image: Image, text: str, corner: str = "bottom-left") -> None:
    """Burn a camera's lettering into a picture: white with a black rim, as recorders do."""
    high, wide = image.shape[:2]
    size = wide / 1280 * 0.95
    thick = max(1, round(wide / 1280 * 2))
    (text_w, text_h), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, thick)
    margin = round(wide * 0.018)
    x = margin if corner.endswith("left") else wide - margin - text_w
    y = margin + text_h if corner.startswith("top") else high - margin
    rim = (0, 0, 0) if image.ndim == 3 else (16,)
    ink = (245, 245, 245) if image.ndim == 3 else (232,)
    # The same strokes a pixel or two off each way: thicker strokes would also be wider apart.
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        spot = (x + dx * thick, y + dy * thick)
        cv2.putText(image, text, spot, cv2.FONT_HERSHEY_SIMPLEX, size, rim, thick, cv2.LINE_AA)
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, ink, thick, cv2.LINE_AA)
