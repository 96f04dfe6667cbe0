"""Crops with their labels: read from the tars of real crops, split by source."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CLASSES: Final = ("person", "two_wheeler", "car", "bus_truck", "other")
"""In the order of the network's outputs."""

SIDE: Final = 64
"""Sides in pixels of a crop as it is kept: a square around the thing, with a margin."""


@dataclass(frozen=True)
class Crops:
    """Struct of arrays; all of one length.

    Attributes:
        pictures: RGB, uint8, (n, 64, 64, 3).
        labels: Indices into `CLASSES`, int64, (n,).
        sources: Where each comes from, str, (n,).
        groups: The picture, film or scene each comes from, str, (n,).
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, chosen: NDArray[np.bool_]) -> Crops:
        """Return those for which `chosen` holds."""
        return Crops(self.pictures[chosen], self.labels[chosen], self.sources[chosen], self.groups[chosen])


def read_tar(path: Path) -> Crops:
    """Return the crops of a tar whose names are `SPLIT/CLASS/NAME.jpg`; `manifest.json` beside it names their sources.

    Raises:
        ValueError: A picture is not of the expected size, or the manifest does not know it.
    """
    manifest = {one["path"]: one for one in json.loads((path.parent / "manifest.json").read_text())}
    pictures, labels, sources, groups = [], [], [], []
    with tarfile.open(path) as tar:
        members = sorted((member for member in tar if member.name.endswith(".jpg")), key=lambda member: member.name)
        for member in members:
            file = tar.extractfile(member)
            name = member.name.removeprefix("./")
            if file is None or name not in manifest:
                raise ValueError(f"{path}: {name} is not in manifest.json")
            picture = np.asarray(Image.open(io.BytesIO(file.read())).convert("RGB"))
            if picture.shape != (SIDE, SIDE, 3):
                raise ValueError(f"{path}: {name} has shape {picture.shape}, expected {(SIDE, SIDE, 3)}")
            pictures.append(picture)
            labels.append(CLASSES.index(name.split("/")[1]))
            sources.append(manifest[name]["src"])
            groups.append(manifest[name]["group"])
    return Crops(np.stack(pictures), np.array(labels, np.int64), np.array(sources), np.array(groups))


def joined(parts: Sequence[Crops]) -> Crops:
    """Return all crops of several sets as one."""
    return Crops(
        np.concatenate([part.pictures for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.sources for part in parts]),
        np.concatenate([part.groups for part in parts]),
    )


def write(path: Path, crops: Crops) -> None:
    """Keep crops in a file of numpy's."""
    np.savez(path, pictures=crops.pictures, labels=crops.labels, sources=crops.sources, groups=crops.groups)


def read(path: Path) -> Crops:
    """Return crops that `write` kept."""
    with np.load(path) as kept:
        return Crops(kept["pictures"], kept["labels"], kept["sources"], kept["groups"])
