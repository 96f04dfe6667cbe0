"""The network: a few residual convolutions, small enough for hundreds of crops a second on a corner of one core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from train.data import CLASSES

MEAN: Final = 118.0
SCALE: Final = 1 / 60.0
"""A pixel enters as (value - MEAN) * SCALE; the exported network does that itself."""


@dataclass(frozen=True)
class Shape:
    """How large the network is.

    Attributes:
        side: Of the input, in pixels.
        stem: Channels after the first convolution, at half the side.
        stages: (channels, blocks) of each stage; each halves the side.
        head: Channels before the mean over the picture.
        drop: Share of the head's outputs dropped in training.
    """

    side: int = 48
    stem: int = 16
    stages: tuple[tuple[int, int], ...] = ((32, 1), (48, 1))
    head: int = 128
    drop: float = 0.15


def _convolution(wide: int, out: int, kernel: int = 3, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(wide, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out)]


class Block(nn.Module):
    """Two convolutions whose outcome is added to what they were given (arXiv:1512.03385)."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.body = nn.Sequential(*_convolution(wide, wide), nn.ReLU(), *_convolution(wide, wide))

    def forward(self, given: Tensor) -> Tensor:
        """Return the same shape as `given`."""
        found: Tensor = torch.relu(given + self.body(given))
        return found


class Network(nn.Module):
    """Crops (n, 3, side, side), RGB, 0..255 as float, to logits (n, classes)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        layers: list[nn.Module] = [*_convolution(3, shape.stem, 3, 2), nn.ReLU()]
        wide = shape.stem
        for channels, blocks in shape.stages:
            layers += [*_convolution(wide, channels, 3, 2), nn.ReLU(), *(Block(channels) for _ in range(blocks))]
            wide = channels
        layers += [*_convolution(wide, shape.head, 1), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.drop = nn.Dropout(shape.drop)
        self.verdict = nn.Linear(shape.head, len(CLASSES))

    def forward(self, given: Tensor) -> Tensor:
        """Return logits."""
        seen = self.features((given - MEAN) * SCALE)
        logits: Tensor = self.verdict(self.drop(seen.mean((2, 3))))
        return logits


def parameters(network: nn.Module) -> int:
    """Return how many numbers are learnt."""
    return sum(one.numel() for one in network.parameters())


def probabilities(network: nn.Module, crops: Tensor) -> Tensor:
    """Return (n, classes) of crops (n, side, side, 3) uint8, without learning."""
    network.eval()
    with torch.inference_mode():
        parts = [network(part.permute(0, 3, 1, 2).float()).softmax(-1) for part in crops.split(256)]
    return torch.cat(parts)
