"""Detectors as a server has them: files of `../shared/assets/models`, each with the catalogue's card."""

import json
from pathlib import Path

from bench.process import SHARED
from ronda.vision.models.card import catalogue

MODELS = SHARED / "assets" / "models"


def stocked(folder: Path) -> Path:
    """Fill a folder with all of them and return it; what lies beside a file there says nothing of thresholds."""
    for known in catalogue().values():
        there = [one for one in known.files if (MODELS / known.name / one.file).is_file()]
        if there:
            chosen = next((one for one in there if one.size), there[0])
            place = folder / known.name
            place.mkdir(parents=True)
            (place / chosen.file).symlink_to((MODELS / known.name / chosen.file).resolve())
            (place / "card.json").write_text(json.dumps(known.card(chosen)))
    return folder
