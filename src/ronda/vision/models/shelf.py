"""The folder of models below the data folder: what is there, in which state, and how something is put there.

Each model is a folder of its name with its card and its file. Nothing half-made bears a name: what is being put there
begins with a dot.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from ronda.base.errors import BadInput, Conflict, NotFound, StorageFailed
from ronda.vision.detectors.builtin.eye import METHOD, TOLD_APART
from ronda.vision.detectors.eyes import BUILTIN, GEOMETRY, eye_names
from ronda.vision.detectors.onnx.card import CARD, read_card
from ronda.vision.models.card import Catalogue, KnownModel, read_json

FOLDER: Final = "models"
"""Its name in the data folder."""
ACCURACY: Final = "not measured"
_MEASURED: Final[Mapping[str, str]] = {
    BUILTIN: "measured, 24 passages in 4 clips, 5 to 12 pictures a second: counting 0.92 to 0.96, vehicles nearly all, "
    "people close together worst; persons in sight off by 26 % of 69",
    GEOMETRY: "measured, 24 passages in 4 clips, 5 to 12 pictures a second: counting 0.85 to 0.89",
}
"""Of the eyes that come with this version; `bench/RESULTS.md` says how."""


class State(StrEnum):
    """How it is with an eye."""

    READY = "ready"
    DAMAGED = "damaged"
    ABSENT = "not here"


@dataclass(frozen=True, slots=True)
class Entry:
    """An eye that is there or known.

    Attributes:
        name: By which cameras' documents name it.
        state: How it is.
        problem: What is wrong with a damaged one.
        source: Whose it is.
        version: Of its method, or the beginning of its weights' SHA-256; empty where it is not known.
        file: Of the model.
        bytes: Its size; 0 where not known.
        measured: What a check measured on this machine, see `checking.Checked.measured`.
        fetched: Whether it is published as it is, so that it can be pulled.
    """

    name: str
    state: State
    title: str
    source: str = ""
    licence: str = ""
    classes: tuple[str, ...] = ()
    version: str = ""
    accuracy: str = ACCURACY
    problem: str = ""
    file: str = ""
    bytes: int = 0
    sha256: str = ""
    measured: Mapping[str, Any] | None = None
    fetched: bool = False


class Shelf:
    """The models of one data folder.

    Args:
        folder: Where they are; made when something is put there.
        known: The detectors that are known.
    """

    def __init__(self, folder: Path, known: Catalogue) -> None:
        self.folder = folder
        self.known = known

    def entries(self) -> list[Entry]:
        """Return all eyes: the built-in ones, then what is there, then what is known. Reads every byte of each."""
        there = eye_names(self.folder)[2:]
        absent = [_absent(one) for name, one in self.known.items() if name not in there]
        return [*_builtin(), *(self.entry(name) for name in there), *absent]

    def entry(self, name: str) -> Entry:
        """Return how it is with one eye.

        Raises:
            NotFound: It is neither there nor known.
        """
        if name not in self.names():
            if name in self.known:
                return _absent(self.known[name])
            names = ", ".join([*self.names(), *(one for one in self.known if one not in self.names())])
            raise NotFound(f"there is no model {name!r}", f"there are: {names}")
        for one in _builtin():
            if one.name == name:
                return one
        return self._there(name)

    def names(self) -> list[str]:
        """Return the names of the eyes that are there, whole or not."""
        return eye_names(self.folder)

    def place(self, name: str) -> Path:
        """Return the folder of a model."""
        return self.folder / name

    @contextmanager
    def making(self, file: Path, card: Mapping[str, Any]) -> Iterator[Path]:
        """Give a folder with a copy of a model's file and its card, to be looked at and then to be `put`.

        Raises:
            StorageFailed: The disk refused.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        except OSError as error:
            raise StorageFailed(_unwritable(self.folder, error)) from error
        try:
            try:
                shutil.copyfile(file, made / str(card["files"][0]["file"]))
                write_card(made, card)
                made.chmod(0o755)
            except OSError as error:
                raise StorageFailed(_unwritable(made, error)) from error
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def put(self, made: Path, name: str, replace: bool = False) -> Path:
        """Give a folder that was made its name; at no moment is there half a model.

        Raises:
            Conflict: There is one of that name, and it is not to be replaced.
            StorageFailed: The disk refused.
        """
        place = self.place(name)
        if place.exists() and not replace:
            raise Conflict(f"there is a model {name} in {self.folder}", "--replace takes the new one instead")
        old = made.with_name(made.name + ".old")
        try:
            _sync(made)
            if place.exists():
                os.replace(place, old)
            os.replace(made, place)
        except OSError as error:
            raise StorageFailed(_unwritable(place, error)) from error
        finally:
            if old.exists() and not place.exists():
                os.replace(old, place)
            shutil.rmtree(old, ignore_errors=True)
        return place

    def _there(self, name: str) -> Entry:
        place = self.place(name)
        try:
            held = read_json(place / CARD)
        except BadInput as error:
            return Entry(name, State.DAMAGED, name, problem=str(error))
        known = self.known.get(name)
        try:
            card = read_card(place)
        except (BadInput, NotFound) as error:
            return _entry(name, held, known, State.DAMAGED, problem=str(error))
        size = card.file.stat().st_size
        return _entry(
            name, held, known, State.READY, file=card.file.name, bytes=size, sha256=card.sha256, version=card.version
        )


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write a model's card, whole or not at all."""
    part = folder / f".{CARD}"
    with part.open("w", encoding="utf-8") as opened:
        opened.write(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    os.replace(part, folder / CARD)


def _entry(name: str, held: Mapping[str, Any], known: KnownModel | None, state: State, **more: Any) -> Entry:
    classes = held.get("classes")
    measured = held.get("measured")
    accuracy = held.get("accuracy")
    return Entry(
        name,
        state,
        str(held.get("title") or (known.title if known else name.replace("_", " "))),
        source=str(held.get("source") or held.get("source_repo") or ""),
        licence=str(held.get("licence", "")),
        classes=tuple(map(str, classes)) if isinstance(classes, list) else (),
        accuracy=accuracy if isinstance(accuracy, str) else known.accuracy if known else ACCURACY,
        measured=measured if isinstance(measured, dict) else None,
        fetched=known is not None and known.fetched is not None,
        **more,
    )


def _builtin() -> tuple[Entry, ...]:
    classes = tuple(one.value for one in TOLD_APART)
    titles = {BUILTIN: "Built-in eye", GEOMETRY: "Built-in eye, geometry alone"}
    return tuple(
        Entry(name, State.READY, title, "Ronda", "Apache-2.0", classes, METHOD, _MEASURED[name])
        for name, title in titles.items()
    )


def _absent(known: KnownModel) -> Entry:
    file = known.fetched or known.files[0]
    return Entry(
        known.name,
        State.ABSENT,
        known.title,
        known.source,
        known.licence,
        tuple(one.value for one in known.classes),
        file.sha256[:8],
        known.accuracy,
        file=file.file,
        bytes=file.bytes,
        sha256=file.sha256,
        fetched=known.fetched is not None,
    )


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritable(place: Path, error: OSError) -> str:
    return f"{place} cannot be written ({(error.strerror or str(error)).lower()})"
