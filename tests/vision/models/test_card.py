"""The catalogue: ours is whole, a folder's own counts before it, wrong ones say where."""

from pathlib import Path

import pytest
from tests.vision.models.drawn import known, write_catalogue, yolox

from ronda.base.errors import BadInput
from ronda.vision.detectors.masks import HEADS as FACE_HEADS
from ronda.vision.detectors.onnx.heads import HEADS
from ronda.vision.likeness.embedder import HEAD as LIKENESS
from ronda.vision.models.card import CATALOGUE, catalogue, read_json
from ronda.vision.objects import FaceClass, ObjectClass


def test_every_known_detector_can_be_run_and_is_permissively_licensed() -> None:
    models = catalogue()
    assert len(models) >= 5
    files = [file for one in models.values() for file in one.files]
    assert len({file.sha256 for file in files}) == len(files)
    for one in models.values():
        assert one.licence in ("Apache-2.0", "MIT", "BSD-3-Clause")
        assert one.head in {*HEADS, *FACE_HEADS, LIKENESS}
        of_faces = all(isinstance(label, FaceClass) for label in one.classes)
        assert of_faces if one.head in FACE_HEADS else ObjectClass.PERSON in one.classes
        assert one.accuracy
        assert all(address.startswith("https://") for file in one.files for address in file.addresses)
    assert sum(one.fetched is not None for one in models.values()) >= 3


def test_a_folders_own_catalogue_counts_before_ours(tmp_path: Path) -> None:
    mirror = known(yolox(), "http://mirror.local/yolox_nano.onnx", name="yolox_nano")
    write_catalogue(tmp_path, mirror, known(yolox(), name="own"))
    models = catalogue(tmp_path)
    assert models["yolox_nano"] == mirror
    assert models["own"].fetched is None
    assert "picodet_s_416" in models


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "as JSON"),
        ("[]", "no card"),
        ('{"models": [{"name": "../x"}]}', r"models\.0\.name"),
        ('{"models": [], "more": 1}', "more"),
    ],
)
def test_a_wrong_catalogue_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / CATALOGUE).write_text(text)
    with pytest.raises(BadInput, match=said):
        catalogue(tmp_path)


def test_a_card_without_end_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_bytes(b" " * (2 << 20))
    with pytest.raises(BadInput, match="no card"):
        read_json(tmp_path / "card.json")
    with pytest.raises(BadInput, match="cannot be read"):
        read_json(tmp_path / "none.json")
