"""Where a point of the world falls on the picture, and what a pixel of it looks at."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# OpenCV's annotations know neither shapes nor types: float32 and uint8 are meant.
Floats = NDArray[Any]
Image = NDArray[Any]


def softened(image: Image, sigma: float) -> Image:
    """Return an 8-bit picture blurred by a Gaussian; several times as quick as OpenCV's own, and as good to the eye."""
    kernel = cv2.getGaussianKernel(round(sigma * 6 + 1) | 1, sigma, cv2.CV_32F)
    return cv2.sepFilter2D(image, -1, kernel, kernel)


@dataclass(frozen=True)
class View:
    """A fixed camera with a wide, slightly barrel-shaped lens.

    Attributes:
        x, y, z: Position in metres.
        heading_deg: 0 looks along +y, positive turns right.
        pitch_deg: Positive looks down.
        fov_deg: Horizontal field of view.
        width, height: Picture size in pixels.
        k1: Radial distortion (negative is barrel).
        roll_deg: A mount that is not quite level.
    """

    x: float
    y: float
    z: float
    heading_deg: float
    pitch_deg: float
    fov_deg: float
    width: int
    height: int
    k1: float = -0.09
    roll_deg: float = 0.0

    @cached_property
    def position(self) -> Floats:
        """Position, (3,)."""
        return np.array((self.x, self.y, self.z), np.float32)

    @cached_property
    def axes(self) -> Floats:
        """Right, up and forward as rows, (3, 3)."""
        heading, pitch, roll = np.radians((self.heading_deg, self.pitch_deg, self.roll_deg))
        forward = np.array((np.sin(heading) * np.cos(pitch), np.cos(heading) * np.cos(pitch), -np.sin(pitch)))
        right = np.array((np.cos(heading), -np.sin(heading), 0.0))
        up = np.cross(right, forward)
        level = np.stack((right, up))
        turn = np.array(((np.cos(roll), np.sin(roll)), (-np.sin(roll), np.cos(roll))))
        return np.vstack((turn @ level, forward)).astype(np.float32)

    @cached_property
    def focal(self) -> float:
        """Focal length in pixels."""
        return float(self.width / 2 / np.tan(np.radians(self.fov_deg) / 2))

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Return pixel positions (n, 2) and depths (n,) of points (n, 3); depth <= 0 is behind."""
        seen = (points - self.position) @ self.axes.T
        depth = seen[:, 2]
        flat = seen[:, :2] / np.maximum(depth, 0.05)[:, None]
        square = np.minimum((flat * flat).sum(1), 1 / (3 * abs(self.k1) + 1e-6))
        flat = flat * (1 + self.k1 * square)[:, None] * self.focal
        return np.stack((self.width / 2 + flat[:, 0], self.height / 2 - flat[:, 1]), 1), depth

    def rays(self, scale: float) -> Floats:
        """Return what the pixels of a picture `scale` times as large look at, (h, w, 3), forward part 1."""
        wide, high = round(self.width * scale), round(self.height * scale)
        cols = np.linspace(-self.width / 2, self.width / 2, wide // 4, dtype=np.float32) / self.focal
        rows = np.linspace(self.height / 2, -self.height / 2, high // 4, dtype=np.float32) / self.focal
        seen = np.stack(np.meshgrid(cols, rows), -1)
        flat = seen.copy()
        for _ in range(6):
            square = np.minimum((flat * flat).sum(-1, keepdims=True), 1 / (3 * abs(self.k1) + 1e-6))
            flat = seen / (1 + self.k1 * square)
        flat = cv2.resize(flat, (wide, high), interpolation=cv2.INTER_LINEAR)
        right, up, forward = self.axes
        found: Floats = (flat[..., :1] * right + flat[..., 1:] * up + forward).astype(np.float32)
        return found
