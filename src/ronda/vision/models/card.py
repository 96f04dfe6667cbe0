"""The cards of the detectors that are known: whose they are, what they tell apart, where their files are.

They stand in `catalogue.json` of this package. A file of that name in the folder of models adds to them, or says
otherwise: a city names detectors of its own there, or a mirror inside its network.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ronda.base.errors import BadInput
from ronda.vision.objects import FaceClass, ObjectClass

CATALOGUE: Final = "catalogue.json"
NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What a model may be called: it names a folder, and stands in cameras' documents."""
LARGEST: Final = 1_000_000_000
"""More bytes no model has."""
_LARGEST_CARD: Final = 1 << 20
_OURS: Final = Path(__file__).with_name(CATALOGUE)


class KnownFile(BaseModel):
    """One file of a detector.

    Attributes:
        input: What it takes, `1x3x416x416` (batch, channels, height, width); letters where that is open.
        size: Width and height that it should be run at, where they are open.
        addresses: Where it can be fetched; empty where nobody publishes it.
        note: What else is to be known of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.onnx$", max_length=200)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0, le=LARGEST)]
    input: str = ""
    size: str | None = None
    addresses: tuple[Annotated[str, Field(pattern="^https?://")], ...] = ()
    note: str = ""


class KnownModel(BaseModel):
    """A detector that is known, whether it is there or not.

    Attributes:
        source: Whose it is, and where they say so.
        licence: SPDX identifier.
        head: How its outputs are read, see `ronda.vision.detectors.onnx.heads`; of faces
            `ronda.vision.detectors.masks`, of likeness `ronda.vision.likeness.embedder`.
        threshold: Least score that counts.
        accuracy: What is known of it, by whom.
        files: The first one with an address is the one to fetch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=NAME)]
    title: str
    source: str
    licence: str
    classes: tuple[ObjectClass | FaceClass, ...]
    head: str | None = None
    threshold: Annotated[float, Field(gt=0, lt=1)] | None = None
    accuracy: str = "not measured"
    files: Annotated[tuple[KnownFile, ...], Field(min_length=1)]

    @property
    def fetched(self) -> KnownFile | None:
        """The file to fetch; None where none is published."""
        return next((one for one in self.files if one.addresses), None)

    def card(self, file: KnownFile) -> dict[str, Any]:
        """Return what `card.json` beside one of its files says."""
        held = self.model_dump(mode="json", exclude={"files"}, exclude_none=True)
        told = file.model_dump(mode="json", exclude={"size"}, exclude_defaults=True)
        return held | ({"size": file.size} if file.size else {}) | {"files": [told]}


Catalogue = Mapping[str, KnownModel]
"""By name."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")

    models: tuple[KnownModel, ...]


def catalogue(folder: Path | None = None) -> dict[str, KnownModel]:
    """Return the detectors that are known, by name.

    Args:
        folder: The folder of models, whose own catalogue counts before ours.

    Raises:
        BadInput: That one is not as it should be.
    """
    known = {one.name: one for one in _read(_OURS).models}
    if folder is not None and (own := folder / CATALOGUE).is_file():
        known |= {one.name: one for one in _read(own).models}
    return known


def read_json(path: Path) -> dict[str, Any]:
    """Return what a card says.

    Raises:
        BadInput: It cannot be read, or is no card.
    """
    try:
        with path.open("rb") as opened:
            text = opened.read(_LARGEST_CARD + 1)
        held = json.loads(text) if len(text) <= _LARGEST_CARD else None
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({(error.strerror or str(error)).lower()})") from error
    except ValueError as error:
        raise BadInput(f"{path} cannot be read as JSON", str(error)) from error
    if not isinstance(held, dict):
        raise BadInput(f"{path} is no card", 'a card is a JSON object with "name" and "files", of at most 1 MiB')
    return held


def _read(path: Path) -> _Told:
    try:
        return _Told.model_validate(read_json(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}: {place}: {first['msg'].lower()}", "write it as docs/analytics.md shows") from error
