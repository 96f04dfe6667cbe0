"""Adding to the shelf: known by checksum, by card, from a folder; what is wrong is refused and leaves nothing."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.vision.models.drawn import known, model, yolox

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.models.adding import Added, add
from ronda.vision.models.card import KnownModel, catalogue
from ronda.vision.models.checking import check, drawn_street
from ronda.vision.models.shelf import Shelf, State
from ronda.vision.objects import ObjectClass

TODAY = "2026-11-21"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models", {"drawn": known(yolox())})


def written(tmp_path: Path, data: bytes, name: str = "drawn.onnx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def with_card(tmp_path: Path, data: bytes, **more: Any) -> Added:
    """Add a file by a card of one's own to a shelf that knows nothing."""
    card = tmp_path / "mine.json"
    card.write_text(json.dumps({"name": "mine", "licence": "MIT", "files": [{"file": "drawn.onnx"}], **more}))
    return add(Shelf(tmp_path / "models", {}), written(tmp_path, data), card, TODAY)


def test_a_known_file_is_added_measured_and_is_an_eye(shelf: Shelf, tmp_path: Path) -> None:
    added = add(shelf, written(tmp_path, yolox(), "whatever it is called.onnx"), None, TODAY)
    assert (added.name, added.checked.size_wh, added.checked.things) == ("drawn", (64, 64), 1)
    entry = shelf.entry("drawn")
    assert (entry.state, entry.licence, entry.file) == (State.READY, "Apache-2.0", "drawn.onnx")
    assert entry.measured is not None
    assert entry.measured["ms"] > 0
    assert (entry.measured["size"], entry.measured["on"]) == ("64x64", TODAY)
    eye = open_eye("drawn", shelf.folder)
    (seen,) = eye.look([Look("a", drawn_street())])
    assert seen.detections.votes.argmax(1).tolist() == [list(ObjectClass).index(ObjectClass.CAR)]
    assert os.listdir(shelf.folder) == ["drawn"]


def test_there_is_one_of_a_name_unless_it_is_replaced(shelf: Shelf, tmp_path: Path) -> None:
    file = written(tmp_path, yolox())
    add(shelf, file, None, TODAY)
    with pytest.raises(Conflict, match="--replace"):
        add(shelf, file, None, TODAY)
    add(shelf, file, None, "2026-11-22", replace=True)
    assert (shelf.entry("drawn").measured or {})["on"] == "2026-11-22"
    (shelf.place("drawn") / "drawn.onnx").write_bytes(b"broken")
    assert shelf.entry("drawn").state is State.DAMAGED
    assert "SHA-256" in shelf.entry("drawn").problem
    add(shelf, file, None, TODAY)
    assert shelf.entry("drawn").state is State.READY
    assert os.listdir(shelf.folder) == ["drawn"]


def test_the_shelf_lists_the_built_in_eye_first_and_what_is_not_here_last(shelf: Shelf, tmp_path: Path) -> None:
    assert [(one.name, one.state.value) for one in shelf.entries()] == [
        ("builtin", "ready"),
        ("builtin-geometry", "ready"),
        ("drawn", "not here"),
    ]
    with_card(tmp_path, yolox())
    (shelf.folder / ".new-half").mkdir()
    (shelf.folder / ".new-half" / "card.json").write_text("{}")
    (shelf.folder / "broken").mkdir()
    (shelf.folder / "broken" / "card.json").write_text("{")
    assert [(one.name, one.state.value) for one in shelf.entries()][2:] == [
        ("broken", "damaged"),
        ("mine", "ready"),
        ("drawn", "not here"),
    ]
    with pytest.raises(NotFound, match="builtin, builtin-geometry, broken, mine, drawn"):
        shelf.entry("other")


def test_a_damaged_known_file_says_both_checksums(shelf: Shelf, tmp_path: Path) -> None:
    whole = known(yolox()).files[0].sha256
    with pytest.raises(BadInput, match=f"damaged or another file: its SHA-256 is [0-9a-f]+, not {whole}"):
        add(shelf, written(tmp_path, yolox()[:-1]), None, TODAY)
    with pytest.raises(BadInput, match=r"no detector that is known.*--card"):
        add(shelf, written(tmp_path, b"other", "other.onnx"), None, TODAY)


def test_a_card_of_ones_own_and_a_folder(tmp_path: Path) -> None:
    added = with_card(tmp_path, yolox())
    assert added.name == "mine"
    elsewhere = Shelf(tmp_path / "elsewhere", {})
    assert add(elsewhere, added.place, None, TODAY).name == "mine"
    assert elsewhere.entry("mine").licence == "MIT"
    assert elsewhere.entry("mine").accuracy == "not measured"


NUMBERS = np.zeros((1, 10, 7), np.float32)


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        (yolox(), {"files": [{"file": "drawn.onnx", "sha256": "00" * 32}]}, "not 0000"),
        (yolox(), {"input": {"shape": "1x3x96x128"}}, "takes pictures of 64x64, where its card says 128x96"),
        (yolox(), {"head": "picodet"}, "those of a PicoDet are"),
        (yolox(), {"head": "nonsense"}, "there is no head 'nonsense'"),
        (model(np.zeros((1, 10, 85), np.float32)), {}, r"\[\(10, 85\)\], those of a YOLOX are \[\(84, 85\)\]"),
        (model(NUMBERS), {}, "of no detector known here"),
        (model(NUMBERS, (1, 4, 64, 64)), {}, "where one input"),
        (yolox(number=np.nan), {}, "NaN"),
        (b"not a model", {}, "not a model"),
        (yolox(), {"name": "../../etc"}, "cannot be called"),
        (yolox(), {"name": "builtin"}, "comes with Ronda"),
        (yolox(), {"files": []}, None),
    ],
)
def test_what_is_not_as_its_card_says_is_refused_and_leaves_nothing(
    tmp_path: Path, data: bytes, more: dict[str, Any], said: str | None
) -> None:
    if said is None:
        assert with_card(tmp_path, data, **more).name == "mine", "the one file of a card need not be named"
        return
    with pytest.raises(BadInput, match=said):
        with_card(tmp_path, data, **more)
    assert not (tmp_path / "models").is_dir() or not os.listdir(tmp_path / "models")


def test_what_is_no_file_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no card"):
        add(shelf, tmp_path, None, TODAY)
    with pytest.raises(BadInput, match="is a folder"):
        add(shelf, tmp_path, written(tmp_path, b"{}", "card.json"), TODAY)
    with pytest.raises(BadInput, match=r"names no .onnx file that is there"):
        add(shelf, tmp_path, None, TODAY)


@pytest.mark.parametrize("name", ["picodet_s_320", "yolox_nano", "person-vehicle-bike-detection-2000"])
def test_real_files_are_known_by_their_checksums(shared_assets: Path, tmp_path: Path, name: str) -> None:
    models: dict[str, KnownModel] = catalogue()
    file = models[name].files[0].file
    shelf = Shelf(tmp_path / "models", models)
    added = add(shelf, shared_assets / "models" / name / file, None, TODAY)
    assert added.name == name
    assert {one.value for one in added.checked.name.classes} == set(shelf.entry(name).classes)
    assert check(added.place).ms > 0
