"""A clip looked through: decoded as wide as it is, by the eye, tracker, plates and likeness that its order wants."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ronda.base.errors import BadInput, NotFound, StorageFailed
from ronda.base.logging import get_logger
from ronda.media.codec.masks import paint
from ronda.media.codec.video_file import FilePicture, VideoFile
from ronda.vision.detectors.contract import Eye, Primed
from ronda.vision.detectors.eyes import open_eye, serving_width
from ronda.vision.detectors.onnx.runtime import RuntimeSettings
from ronda.vision.examining.examiner import CAMERA, Examiner
from ronda.vision.examining.found import Found
from ronda.vision.examining.order import Order
from ronda.vision.likeness.embedder import Embedder, likeness_names, open_embedder
from ronda.vision.picture import Picture
from ronda.vision.plates.reading import PlateReader

FOUND: Final = "found.json"
_WIDEST: Final = 3840
_PRIMING: Final = 32
_PRIMING_S: Final = 180.0
_log = get_logger("vision")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an examination came to.

    Attributes:
        found: What it found, its times in the order's.
        left_out: Things that were too many.
        needs_model: Likeness was wanted, and no model of it is there.
        bad: Coded pictures that were damaged and left out.
    """

    found: Sequence[Found]
    left_out: int = 0
    needs_model: bool = False
    bad: int = 0


def examine(order: Order, progress: Callable[[float], None] | None = None) -> Outcome:
    """Look through a clip.

    Raises:
        BadInput: The clip is no video, or the eye's model is not as it should be.
        NotFound: There is no such eye.
        CannotDecode: There is nothing in the clip that can be shown.
    """
    settings = RuntimeSettings(threads=1)
    eye = open_eye(order.eye, order.models, settings)
    _prime(eye, order)
    with VideoFile(order.clip, _WIDEST) as file:
        embedder = _embedder(order, settings)
        examiner = Examiner(eye, PlateReader() if order.plates else None, embedder, order.most)
        for taken in file.pictures(order.rate):
            examiner.take(_picture(taken, order))
            if progress is not None and file.duration_90k:
                progress(min(taken.at_90k / file.duration_90k, 1.0))
        found = examiner.finish()
        return Outcome(found, examiner.left_out, order.likeness and embedder is None, file.bad)


def write(outcome: Outcome, out: Path) -> None:
    """Write what was found: pictures first, `found.json` last, so that what has one is whole.

    Raises:
        StorageFailed: The disk refused.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for one in outcome.found:
            (out / f"{one.n}.jpg").write_bytes(one.picture)
            if one.plate_picture is not None:
                (out / f"{one.n}-plate.jpg").write_bytes(one.plate_picture)
        part = out / f".{FOUND}"
        part.write_text(json.dumps([one.document() for one in outcome.found], ensure_ascii=False), encoding="utf-8")
        os.replace(part, out / FOUND)
    except OSError as error:
        raise StorageFailed(f"{out} cannot be written ({(error.strerror or str(error)).lower()})") from error


def _picture(taken: FilePicture, order: Order) -> Picture:
    rgb = taken.rgb
    if order.masks:
        rgb = rgb.copy()
        paint(rgb, order.masks)
    return Picture(rgb, order.start_90k + taken.at_90k, taken.full_wh, taken.keyframe)


def _prime(eye: Eye, order: Order) -> None:
    """Let an eye that learns a place see its first minutes before, at its own size."""
    if isinstance(eye, Primed):
        with VideoFile(order.clip, serving_width(eye)) as file:
            eye.prime(CAMERA, [_picture(one, order) for one in file.samples(_PRIMING, _PRIMING_S)])


def _embedder(order: Order, settings: RuntimeSettings) -> Embedder | None:
    """Open a model of likeness; None where none is wanted or there is none that works: plates are read all the same."""
    if not order.likeness:
        return None
    for name in likeness_names(order.models):
        try:
            return open_embedder(order.models, name, settings)
        except (BadInput, NotFound) as error:
            _log.warning("a model of likeness cannot be used", model=name, problem=str(error))
    return None
