"""The eyes, trackers and analytics that workers really work with."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ronda.base.errors import RondaError
from ronda.base.logging import get_logger
from ronda.vision.analytics.rule import Rule
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Eye, EyeName
from ronda.vision.detectors.eyes import open_eye, serving_width
from ronda.vision.detectors.masks import open_masks
from ronda.vision.watching import Watch
from ronda.vision.worker.worker import Tools

_log = get_logger("vision")


def tools() -> Tools:
    """Return what workers look with."""
    return Tools(open_eye=_open_eye, open_watching=_open_watching, width_of=serving_width)


def _open_eye(name: str, models: Path) -> Eye:
    return open_eye(name, models)


def _open_watching(document: Mapping[str, Any], eye: EyeName | None, models: Path) -> Watch:
    return Watch(Configuration.from_document(document), eye, faces=partial(open_masks, models), lacking=_lacking)


def _lacking(rule: Rule, error: RondaError) -> None:
    _log.warning("a rule does nothing: it needs a model", rule=type(rule).__name__, problem=str(error))
