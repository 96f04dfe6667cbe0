"""The weights' card: what they are, what they were made from, how right and how quick they are, where they fail."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.detectors.builtin.classifier import Classifier
from ronda.vision.objects import ObjectClass
from train import recipe
from train.data import CLASSES, Crops, read_tar
from train.graph import OPSET, exported
from train.measure import balanced, confusion, table
from train.network import MEAN, SCALE, Network, parameters

VERSION: Final = "1"
VERSION_NOTE: Final = (
    "Version 1: its first phase learnt night scenes drawn before train/renders.py left out what only a headlight "
    "shows, the second phase later ones; trained anew it will come near these figures, not to the same bytes."
)
NAMES: Final = (
    ObjectClass.PERSON, ObjectClass.TWO_WHEELER, ObjectClass.CAR, ObjectClass.BUS_OR_TRUCK, ObjectClass.OTHER,
)  # fmt: skip
"""The classes as the product calls them, in the order of `CLASSES`."""
FAILINGS: Final = (
    "Nobody labelled the crops by hand: two detectors agreed. Some labels are wrong, and what neither saw is missing.",
    "Learnt crops of buses and trucks are few (449): vans, pickups and three-wheelers are taken for one or the other.",
    "Motorcycles in the learnt crops come mostly from above and behind; bicycles are few.",
    "It does not know how large a thing is: a toy car is a car. The eye that asks it weighs size on the ground.",
    "No learnt crop was taken in Indonesia, none under real infrared: those looks were drawn or simulated.",
)


def deliver(network: Network, plans: list[str], data: Path, drawn: Crops, weights: Path, seed: int) -> str:
    """Write the weights and their card; return what a person wants to see of it."""
    content = exported(network)
    weights.write_bytes(content)
    path = weights.with_suffix(".json")
    given = f"--data DATA --folder FOLDER --seed {seed}"
    card: dict[str, Any] = {
        "name": "Ronda's built-in eye: what a crop shows",
        "version": VERSION,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "file": weights.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "Apache-2.0",
        "origin": "trained from scratch by train/ in this repository; no weights of others were used",
        "classes": [str(name) for name in NAMES],
        "parameters": parameters(network),
        "input": {
            "name": "crops", "layout": "N,3,side,side", "side": network.shape.side, "type": "float32", "colour": "RGB",
            "range": "0..255", "normalisation": f"(value - {MEAN:g}) * {SCALE:.6f}, done inside the network",
            "crop": "a square around the thing's box, 1.25 times its long side, edges repeated outside the picture",
        },
        "output": {"name": "probabilities", "layout": "N,classes", "softmax": "done inside the network"},
        "format": {"onnx_opset": OPSET, "weights": "float32", "loads_in": ["ONNX Runtime", "OpenCV dnn"]},
        "training": {
            "commands": [f"python -m train {step} {given}" for step in ("renders", "fit", "export")],
            "seed": seed, "plans": plans, "version_note": VERSION_NOTE,
            "note": "crops_val and the films on which counting is measured were never learnt; of crops_val only tidar "
            "is a collection wholly unknown, the rest are other cameras, days or pictures of learnt ones; "
            "which experiment to keep was decided by looking at crops_val (train/EXPERIMENTS.md)",
        },
        "data": _sources(data),
        "failings": list(FAILINGS),
    }  # fmt: skip
    path.write_text(_written(card))
    classifier = Classifier(path)
    unlearnt = read_tar(data / "crops_train.tar")
    films = unlearnt.where(np.char.startswith(unlearnt.sources, "clip-"))
    sets = {
        "crops_val": read_tar(data / "crops_val.tar"),
        "films_never_learnt": films,
        "drawn_scenes_never_learnt": drawn,
    }
    card["accuracy"] = {name: _accuracy(classifier, crops) for name, crops in sets.items()}
    card["speed"] = _speed(classifier, sets["crops_val"])
    path.write_text(_written(card))
    shown = [f"{path.name}: {card['parameters']} parameters, {len(content)} bytes, {card['speed']}"]
    for name, crops in sets.items():
        shown += [name, table(_confusion(classifier, crops)), str(card["accuracy"][name]["balanced"])]
    return "\n".join(shown)


def _written(card: dict[str, Any]) -> str:
    """Return JSON with a row of numbers on one line."""
    text = json.dumps(card, indent=1)
    return re.sub(r"\[[\d,\s]+\]", lambda found: re.sub(r"\s+", " ", found[0]), text) + "\n"


def _sources(data: Path) -> list[dict[str, Any]]:
    told = json.loads((data / "SOURCES.json").read_text())["sources"]
    wanted = ("id", "repository", "commit", "licence", "attribution", "label_origin", "notes")
    sources: list[dict[str, Any]] = [
        {key: one[key] for key in wanted}
        | {"learnt": sum(count for name, count in one["crops"].items() if name.startswith("train/"))}
        for one in told
        if not one["id"].startswith("clip-")
    ]
    own = {
        "id": "own-renders", "licence": "Apache-2.0", "attribution": "Ronda's simulator (src/ronda/simulate/scenes)",
        "notes": f"seeds {recipe.SEEDS.start} to {recipe.SEEDS.stop - 1} by day, in rain and at night under infrared; "
        f"{recipe.PASTED} models before crops of nothing",
    }  # fmt: skip
    return [*sources, own]


def _confusion(classifier: Classifier, crops: Crops) -> NDArray[np.int64]:
    return confusion(crops.labels, classifier.classify(list(crops.pictures)).argmax(-1))


def _accuracy(classifier: Classifier, crops: Crops) -> dict[str, Any]:
    by_source = {}
    for source in sorted(set(crops.sources.tolist())):
        part = crops.where(crops.sources == source)
        matrix = _confusion(classifier, part)
        by_source[source] = {"crops": len(part), "balanced": round(balanced(matrix), 4), "confusion": matrix.tolist()}
    matrix = _confusion(classifier, crops)
    right = {
        name: round(int(row[at]) / max(1, int(row.sum())), 4)
        for at, (name, row) in enumerate(zip(CLASSES, matrix, strict=True))
    }
    return {
        "crops": len(crops), "balanced": round(balanced(matrix), 4), "right": right, "confusion": matrix.tolist(),
        "rows": "what it is", "columns": "what it was taken for", "by_source": by_source,
    }  # fmt: skip


def _speed(classifier: Classifier, crops: Crops) -> dict[str, Any]:
    batch = list(crops.pictures[:64])
    spent = []
    for _ in range(20):
        began = time.process_time()
        classifier.classify(batch)
        spent.append((time.process_time() - began) / len(batch) * 1e3)
    return {
        "ms_a_crop": round(sorted(spent)[len(spent) // 2], 3),
        "batch": 64,
        "threads": 1,
        "of": "a core with AVX2, resizing included",
    }
