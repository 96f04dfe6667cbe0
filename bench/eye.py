"""The built-in eye's classifier: how right on crops that were not learnt, and milliseconds a crop on one thread.

    python -m bench.eye [--crops ../shared/assets/eye/crops_val.tar] [--batch 64] [--rounds 30]

Must: 0.80 balanced accuracy, 0.3 ms a crop; aim: 0.90. The tar holds `SPLIT/CLASS/NAME.jpg`; the time includes bringing
crops to size, and is processor time: other work on the machine counts little. The status is 1 beyond what must be.
"""

import argparse
import io
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ronda.vision.detectors.builtin.classifier import Classifier

FOLDERS = ("person", "two_wheeler", "car", "bus_truck", "other")
MUST_RIGHT, MUST_MS = 0.80, 0.3


def read(path: Path) -> tuple[list[NDArray[np.uint8]], NDArray[np.int64]]:
    """Return the crops of a tar and their labels, (N,)."""
    crops, labels = [], []
    with tarfile.open(path) as tar:
        for member in tar:
            if member.name.endswith(".jpg") and (file := tar.extractfile(member)):
                crops.append(np.asarray(Image.open(io.BytesIO(file.read())).convert("RGB")))
                labels.append(FOLDERS.index(member.name.removeprefix("./").split("/")[1]))
    return crops, np.array(labels, np.int64)


def milliseconds(classifier: Classifier, crops: list[NDArray[np.uint8]], rounds: int) -> NDArray[np.float64]:
    """Return what a crop cost in each round, (rounds,)."""
    spent = np.empty(rounds)
    for index in range(rounds):
        began = time.process_time()
        classifier.classify(crops)
        spent[index] = (time.process_time() - began) / len(crops) * 1e3
    return spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=Path, default=Path("../shared/assets/eye/crops_val.tar"))
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    classifier = Classifier(batch=given.batch)
    crops, labels = read(given.crops)
    matrix = np.zeros((len(FOLDERS), len(FOLDERS)), int)
    np.add.at(matrix, (labels, classifier.classify(crops).argmax(1)), 1)
    right = matrix.diagonal() / matrix.sum(1)
    print(f"weights {classifier.card.version} ({classifier.card.sha256[:12]}), {len(crops)} crops")
    print(" " * 12 + "".join(f"{name:>12}" for name in FOLDERS))
    for name, row, share in zip(FOLDERS, matrix, right, strict=True):
        print(f"{name:>12}" + "".join(f"{count:>12}" for count in row) + f"   {share:.3f}")
    spent = milliseconds(classifier, crops[: given.batch], given.rounds)
    print(f"balanced accuracy {right.mean():.4f}; {np.median(spent):.3f} ms a crop (least {spent.min():.3f})")
    sys.exit(1 if right.mean() < MUST_RIGHT or np.median(spent) > MUST_MS else 0)


if __name__ == "__main__":
    main()
