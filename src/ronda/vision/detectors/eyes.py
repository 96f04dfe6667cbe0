"""The eyes that there are, by name."""

from pathlib import Path
from typing import Final

from ronda.base.errors import BadInput, NotFound
from ronda.vision.detectors.builtin.classifier import Classifier
from ronda.vision.detectors.builtin.eye import BuiltinEye
from ronda.vision.detectors.contract import Eye
from ronda.vision.detectors.masks import HEADS
from ronda.vision.detectors.onnx.card import CARD, parse_size, read_card
from ronda.vision.detectors.onnx.eye import OnnxEye
from ronda.vision.detectors.onnx.runtime import RuntimeSettings
from ronda.vision.likeness.embedder import HEAD as LIKENESS

BUILTIN: Final = "builtin"
GEOMETRY: Final = "builtin-geometry"
_CROPS_WIDTH: Final = 960


def open_eye(name: str, models: Path, settings: RuntimeSettings | None = None, folders: bool = False) -> Eye:
    """Open an eye.

    Args:
        name: `builtin`, `builtin-geometry`, or a model's, with `@WIDTHxHEIGHT` behind it to run it at another size.
        models: The folder of models, each in a folder of its name.
        settings: How networks are run.
        folders: Whether a name may also be the path of a model's folder.

    Raises:
        NotFound: There is none of that name; says which there are.
        BadInput: Its file is not as it should be.
        StorageFailed: The built-in eye's own weights are not.
    """
    if name == BUILTIN:
        return BuiltinEye(Classifier(threads=settings.threads if settings else 1))
    if name == GEOMETRY:
        return BuiltinEye(None)
    place, _, size = name.partition("@")
    folder = Path(place) if folders and _is_path(place) else models / place
    if not folders and _is_path(place):
        raise BadInput(f"{name!r} is no name of an eye", "name one without slashes; `ronda models list` shows them")
    if not (folder / CARD).is_file():
        raise NotFound(f"there is no eye {name!r}", f"there are: {', '.join(eye_names(models))}{_how(folders)}")
    card = read_card(folder)
    if card.head in HEADS:
        raise BadInput(
            f"{place} is of faces, and no eye for a camera", "name it in a rule of masks; the eye is another"
        )
    if card.head == LIKENESS:
        raise BadInput(f"{place} says how alike things look, and is no eye for a camera", "name a detector")
    return OnnxEye(card, settings, parse_size(size, name) if size else None)


def eye_names(models: Path) -> list[str]:
    """Return the names of the eyes that can be opened: the built-in ones, and the models that were added."""
    try:
        added = sorted(one.name for one in models.iterdir() if one.name[0] != "." and (one / CARD).is_file())
    except OSError:
        added = []
    return [BUILTIN, GEOMETRY, *added]


def serving_width(eye: Eye) -> int:
    """Return how wide pictures should be for an eye; wider ones show it nothing more."""
    return eye.width if isinstance(eye, OnnxEye) else _CROPS_WIDTH


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name[:1] in ("", ".")


def _how(folders: bool) -> str:
    return "; or name a folder with a card.json and its .onnx file" if folders else "; `ronda models add` adds others"
