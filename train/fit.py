"""Learning: batches drawn and changed by chance, a rate that rises and falls, and the mean of the weights kept."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from train.augment import Strength, augmented
from train.data import CLASSES, Crops
from train.measure import balanced, confusion
from train.network import Network, Shape, parameters, probabilities


@dataclass(frozen=True)
class Plan:
    """How a network learns.

    Attributes:
        shape: The network.
        seed: For everything that is drawn by chance.
        steps: Batches.
        batch: Crops in one.
        rate: Highest rate of learning.
        decay: Weight decay.
        smoothing: Of labels, since some are wrong.
        evenness: 0 draws classes as often as they occur, 1 equally often.
        shares: Of each set of crops in a batch.
        kept: How slowly the mean of the weights follows.
        threads: Of the processor.
        strength: Of the changes.
    """

    shape: Shape = field(default_factory=Shape)
    seed: int = 1
    steps: int = 3000
    batch: int = 128
    rate: float = 4e-3
    decay: float = 0.03
    smoothing: float = 0.08
    evenness: float = 0.6
    shares: tuple[float, ...] = (1.0,)
    kept: float = 0.998
    threads: int = 1
    strength: Strength = field(default_factory=Strength)


class Batches(Dataset[tuple[Tensor, Tensor]]):
    """Batch `index` of a plan: the same one whoever asks, and however many ask at a time."""

    def __init__(self, sets: Sequence[Crops], plan: Plan) -> None:
        self._sets, self._plan = sets, plan
        self._odds = [_odds(one, plan.evenness) for one in sets]

    def __len__(self) -> int:
        return self._plan.steps

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return crops (batch, side, side, 3) uint8 and labels (batch,)."""
        cv2.setNumThreads(1)
        plan = self._plan
        rng = np.random.default_rng((plan.seed, index))
        side = plan.shape.side
        pictures, labels = np.empty((plan.batch, side, side, 3), np.uint8), np.empty(plan.batch, np.int64)
        chosen = rng.choice(len(self._sets), plan.batch, p=np.array(plan.shares) / sum(plan.shares))
        for row, which in enumerate(chosen):
            crops, odds = self._sets[which], self._odds[which]
            one, other = rng.choice(len(crops), 2, p=odds)
            pictures[row] = augmented(crops.pictures[one], side, rng, plan.strength, crops.pictures[other])
            labels[row] = crops.labels[one]
        return torch.from_numpy(pictures), torch.from_numpy(labels)


def _odds(crops: Crops, evenness: float) -> NDArray[np.float64]:
    counts = np.bincount(crops.labels, minlength=len(CLASSES)).astype(float)
    weights = (1 / np.maximum(counts, 1) ** evenness)[crops.labels]
    odds: NDArray[np.float64] = weights / weights.sum()
    return odds


def fit(sets: Sequence[Crops], plan: Plan, watched: dict[str, Crops], begin: Network | None = None) -> Network:
    """Return a network that learnt `sets`, from what `begin` knows; `watched` sets are only looked at, and printed."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    network = (copy.deepcopy(begin) if begin else Network(plan.shape)).to(memory_format=torch.channels_last)
    network.shape = plan.shape  # weights know no size of picture
    mean = copy.deepcopy(network)
    learner = torch.optim.AdamW(_groups(network, plan.decay), lr=plan.rate)
    rates = torch.optim.lr_scheduler.OneCycleLR(learner, plan.rate, total_steps=plan.steps, pct_start=0.15)
    print(f"{parameters(network)} parameters, {plan}", flush=True)
    began, sum_loss = time.monotonic(), 0.0
    for step, (pictures, labels) in enumerate(_loaded(sets, plan), 1):
        network.train()
        given = pictures.permute(0, 3, 1, 2).float()
        loss = functional.cross_entropy(network(given), labels, label_smoothing=plan.smoothing)
        learner.zero_grad(set_to_none=True)
        loss.backward()
        learner.step()
        rates.step()
        _follow(mean, network, min(plan.kept, 1 - 1 / (step / 8 + 1)))
        sum_loss += float(loss.detach())
        if step % max(1, plan.steps // 8) == 0:
            told = "  ".join(f"{name} {score(mean, crops):.4f}" for name, crops in watched.items())
            spent = time.monotonic() - began
            print(f"step {step} loss {sum_loss / (plan.steps // 8):.4f} {told} {spent:.0f} s", flush=True)
            sum_loss = 0.0
    return mean.eval()


def _loaded(sets: Sequence[Crops], plan: Plan) -> Iterator[tuple[Tensor, Tensor]]:
    return iter(DataLoader(Batches(sets, plan), batch_size=None, num_workers=1, prefetch_factor=8))


def _groups(network: Network, decay: float) -> list[dict[str, object]]:
    """Weights of convolutions decay, scales and offsets do not."""
    heavy = [one for one in network.parameters() if one.ndim > 1]
    light = [one for one in network.parameters() if one.ndim <= 1]
    return [{"params": heavy, "weight_decay": decay}, {"params": light, "weight_decay": 0.0}]


@torch.no_grad()
def _follow(mean: nn.Module, network: nn.Module, kept: float) -> None:
    ours, theirs = mean.state_dict(), network.state_dict()
    for name, value in ours.items():
        if value.dtype.is_floating_point:
            value.lerp_(theirs[name], 1 - kept)
        else:
            value.copy_(theirs[name])


def verdicts(network: Network, crops: Crops) -> NDArray[np.float32]:
    """Return probabilities (n, classes) for crops as they are kept."""
    side = network.shape.side
    pictures = np.stack([fitted(picture, side) for picture in crops.pictures])
    return probabilities(network, torch.from_numpy(pictures)).numpy()


def fitted(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return a square crop at the network's size; what the classifier does too."""
    if picture.shape[0] == side:
        return picture
    way = cv2.INTER_AREA if picture.shape[0] > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (side, side), interpolation=way), np.uint8)


def score(network: Network, crops: Crops) -> float:
    """Return the balanced accuracy."""
    return balanced(confusion(crops.labels, verdicts(network, crops).argmax(-1)))
