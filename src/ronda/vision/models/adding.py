"""How a model is added: its checksum or card tells what it is, it is checked, and only then it has a name."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ronda.base.errors import BadInput, StorageFailed
from ronda.vision.detectors.eyes import BUILTIN
from ronda.vision.detectors.onnx.card import CARD
from ronda.vision.models.card import LARGEST, NAME, Catalogue, read_json
from ronda.vision.models.checking import Checked, check
from ronda.vision.models.shelf import Shelf, State, write_card


@dataclass(frozen=True, slots=True)
class Added:
    """A model that was added.

    Attributes:
        name: Its name.
        place: Its folder.
        checked: What its check came to.
    """

    name: str
    place: Path
    checked: Checked


def add(shelf: Shelf, given: Path, card: Path | None, today: str, replace: bool = False) -> Added:
    """Add a model: an `.onnx` file that is known by its SHA-256 or has a card, or a folder with both.

    Args:
        shelf: Where to.
        given: The file or folder.
        card: The card of a file that has none beside it.
        today: The date, for what is measured.
        replace: Whether one of that name may go that is whole.

    Raises:
        BadInput: It is not what its card says, not known, or does not work; says what was expected.
        Conflict: There is one of that name, and it is whole.
        StorageFailed: The disk refused.
    """
    file, held = _told(shelf.known, given, card)
    return install(shelf, file, held, today, replace)


def install(shelf: Shelf, file: Path, held: Mapping[str, Any], today: str, replace: bool = False) -> Added:
    """Add a file whose card is known, see `add`; the card names this file alone."""
    name = _name(held)
    damaged = name in shelf.names() and shelf.entry(name).state is State.DAMAGED
    with shelf.making(file, held) as made:
        checked = check(made)
        try:
            write_card(made, {**held, "measured": checked.measured(today)})
        except OSError as error:
            raise StorageFailed(f"{made} cannot be written ({(error.strerror or str(error)).lower()})") from error
        place = shelf.put(made, name, replace or damaged)
    card = dataclasses.replace(checked.card, file=place / checked.card.file.name)
    return Added(name, place, dataclasses.replace(checked, card=card))


def digest(file: Path) -> str:
    """Return a file's SHA-256.

    Raises:
        BadInput: It cannot be read, or is larger than any model.
    """
    try:
        if not file.is_file():
            raise BadInput(f"{file} is no file", "name an .onnx file, or a folder with one and its card.json")
        if (size := file.stat().st_size) > LARGEST:
            raise BadInput(f"{file} has {size / 1e6:.0f} MB; a model has at most {LARGEST / 1e6:.0f}")
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({(error.strerror or str(error)).lower()})") from error


def _told(known: Catalogue, given: Path, card: Path | None) -> tuple[Path, dict[str, Any]]:
    """Return the model's file and its card, which names this file alone."""
    if card is None and given.is_dir():
        if not (given / CARD).is_file():
            raise BadInput(f"{given} holds no {CARD}", "name the .onnx file in it, or put its card beside it")
        held = read_json(given / CARD)
        return _folder_file(given, held)
    if given.is_dir():
        raise BadInput(f"{given} is a folder, and --card names its card", "name the .onnx file in it")
    found = digest(given)
    if card is None:
        return given, _known_card(known, given, found)
    held = read_json(card)
    files = [one for one in _files(held) if Path(str(one.get("file", ""))).name == given.name] or _files(held)
    told = files[0] if files else {}
    _agrees(given, found, str(told.get("sha256", found)))
    return given, {**held, "files": [{**told, "file": given.name, "sha256": found}]}


def _folder_file(folder: Path, held: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    there = [one for one in _files(held) if (folder / Path(str(one.get("file", ""))).name).is_file()]
    there = [one for one in there if str(one.get("file", "")).endswith(".onnx")]
    if not there:
        names = ", ".join(str(one.get("file")) for one in _files(held)) or "none"
        raise BadInput(f"{folder / CARD} names no .onnx file that is there (it names: {names})", "put it beside it")
    told = next((one for one in there if "_dyn" in str(one["file"])), there[0])
    file = folder / Path(str(told["file"])).name
    found = digest(file)
    _agrees(file, found, str(told.get("sha256", found)))
    return file, {**held, "files": [{**told, "file": file.name, "sha256": found}]}


def _known_card(known: Catalogue, file: Path, found: str) -> dict[str, Any]:
    for model in known.values():
        for one in model.files:
            if one.sha256 == found:
                return model.card(one)
    for model in known.values():
        for one in model.files:
            if one.file == file.name:
                _agrees(file, found, one.sha256)
    raise BadInput(
        f"{file} is of no detector that is known: its SHA-256 is {found}",
        "say what it is with --card card.json (docs/analytics.md shows one); `ronda models list` shows what is known",
    )


def _agrees(file: Path, found: str, wanted: str) -> None:
    if found != wanted.lower():
        raise BadInput(
            f"{file} is damaged or another file: its SHA-256 is {found}, not {wanted}", "fetch it again, whole"
        )


def _files(held: Mapping[str, Any]) -> list[dict[str, Any]]:
    files = held.get("files")
    return [one for one in files if isinstance(one, dict)] if isinstance(files, list) else []


def _name(held: Mapping[str, Any]) -> str:
    name = held.get("name")
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        raise BadInput(f"a model cannot be called {name!r}", "letters, digits, dots, dashes and underlines; at most 64")
    if name.startswith(BUILTIN):
        raise BadInput(f"a model cannot be called {name!r}", f"what begins with {BUILTIN} comes with Ronda")
    return name
