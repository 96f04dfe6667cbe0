"""A model's card: what stands in `card.json` beside an ONNX file, as far as running it goes.

A folder of `models` holds one model: its card and its file. Keys read here: `name`, `files` (each `file`, `sha256`),
`head` (`picodet`, `yolox`, `openvino-ssd`; else told from the outputs), `size` (`640x384`) and `threshold`, or both out
of the words of `recommended`; `input` of the file, or `input.shape`, such as `1x3x416x416`.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ronda.base.errors import BadInput, NotFound

CARD: Final = "card.json"
_SIZE: Final = re.compile(r"(\d{2,4})\s*x\s*(\d{2,4})")
_THRESHOLD: Final = re.compile(r"threshold\s+(0?\.\d+)")
_INPUT: Final = re.compile(r"\s*\w+\s*x\s*3\s*x\s*(\d+)\s*x\s*(\d+)")
"""Batch, channels, height, width; letters for what is open."""
_SHORT_DIGEST: Final = 8
_MOST_SIDE: Final = 2048


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a model.

    Attributes:
        name: Its id.
        file: The ONNX file.
        sha256: Of the file, as the card says.
        head: How its outputs are read; None to tell from them.
        size_wh: Width and height it should be run at; None as the file fixes it.
        threshold: Least score that counts; None for the head's own.
        licence: As the card says.
        input_wh: Width and height that the file takes, as the card says; None where it says none, or any.
    """

    name: str
    file: Path
    sha256: str
    head: str | None = None
    size_wh: tuple[int, int] | None = None
    threshold: float | None = None
    licence: str = ""
    input_wh: tuple[int, int] | None = None

    @property
    def version(self) -> str:
        """The beginning of the weights' SHA-256."""
        return self.sha256[:_SHORT_DIGEST]


def read_card(folder: Path) -> ModelCard:
    """Return the card in a folder, with the file that it recommends (one that takes any size before others).

    Raises:
        NotFound: There is no card.
        BadInput: The card or its file is not as it should be.
    """
    path = folder / CARD
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"{folder} holds no {CARD}", "a model is a folder with a card and an .onnx file") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as JSON", str(error)) from error
    if not isinstance(held, dict) or not isinstance(held.get("name"), str):
        raise BadInput(f"{path} names no model", 'it needs "name" and "files"')
    chosen = _chosen_file(path, held)
    file = folder / str(chosen["file"])
    digest = _digest(file)
    if (wanted := str(chosen.get("sha256", digest)).lower()) != digest:
        raise BadInput(f"{file} is not the file of its card: its SHA-256 is {digest}, not {wanted}", "fetch it again")
    told = str(held.get("recommended", ""))
    threshold = held.get("threshold", next(iter(_THRESHOLD.findall(told)), None))
    return ModelCard(
        held["name"],
        file,
        digest,
        held.get("head"),
        parse_size(str(held["size"]), str(path)) if "size" in held else _size_in(told),
        None if threshold is None else float(threshold),
        str(held.get("licence", "")),
        _input_wh(held, chosen),
    )


def parse_size(text: str, place: str) -> tuple[int, int]:
    """Return width and height out of `640x384`.

    Raises:
        BadInput: It is no size, or no network takes it.
    """
    match = _SIZE.fullmatch(text.strip())
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if any(side % 32 or not 32 <= side <= _MOST_SIDE for side in size):
        raise BadInput(
            f"{place}: {text!r} is no size to run a model at", "write width x height, multiples of 32: 640x384"
        )
    return size


def _size_in(told: str) -> tuple[int, int] | None:
    match = _SIZE.search(told)
    return (int(match[1]), int(match[2])) if match else None


def _input_wh(held: dict[str, Any], chosen: dict[str, Any]) -> tuple[int, int] | None:
    whole = held.get("input")
    told = chosen.get("input") or (whole.get("shape") if isinstance(whole, dict) else None)
    match = _INPUT.match(str(told or ""))
    return (int(match[2]), int(match[1])) if match else None


def _chosen_file(path: Path, held: dict[str, Any]) -> dict[str, Any]:
    files = [
        one for one in held.get("files", []) if isinstance(one, dict) and str(one.get("file", "")).endswith(".onnx")
    ]
    there = [one for one in files if (path.parent / Path(str(one["file"])).name).is_file()]
    if not there:
        names = ", ".join(str(one["file"]) for one in files) or "none"
        raise BadInput(f"{path} names no .onnx file that is there (it names: {names})", "put the file beside the card")
    return next((one for one in there if "_dyn" in str(one["file"])), there[0])


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({(error.strerror or str(error)).lower()})") from error
