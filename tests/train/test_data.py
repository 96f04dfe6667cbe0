"""Crops read from a tar, changed by chance, and counted: the parts of the training that need no PyTorch."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from train.augment import Strength, augmented
from train.data import SIDE, read, read_tar, write
from train.measure import balanced, confusion, table


def _tar(folder: Path, names: list[str], side: int = SIDE) -> Path:
    path = folder / "crops.tar"
    with tarfile.open(path, "w") as tar:
        for name in names:
            file = io.BytesIO()
            Image.new("RGB", (side, side), (200, 10, 10)).save(file, "JPEG")
            member = tarfile.TarInfo(name)
            member.size = file.tell()
            file.seek(0)
            tar.addfile(member, file)
    manifest = [{"path": name, "src": name[-5], "group": "g"} for name in names]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return path


def test_a_tar_is_read_in_the_order_of_names_and_kept_as_it_is(tmp_path: Path) -> None:
    crops = read_tar(_tar(tmp_path, ["val/other/b.jpg", "val/car/a.jpg"]))
    assert crops.labels.tolist() == [2, 4]
    assert crops.sources.tolist() == ["a", "b"]
    write(tmp_path / "kept.npz", crops)
    assert (read(tmp_path / "kept.npz").pictures == crops.pictures).all()
    assert crops.where(crops.labels == 4).sources.tolist() == ["b"]


def test_pictures_of_another_size_or_unknown_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"shape \(32, 32, 3\), expected"):
        read_tar(_tar(tmp_path, ["val/car/a.jpg"], side=32))
    path = _tar(tmp_path, ["val/car/a.jpg"])
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(ValueError, match=r"is not in manifest\.json"):
        read_tar(path)


def test_changes_follow_their_seed() -> None:
    crop, beside = np.random.default_rng(1).integers(0, 256, (2, SIDE, SIDE, 3), dtype=np.uint8)

    def changed(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return augmented(crop, 48, np.random.default_rng(seed), Strength(), beside)

    for seed in range(60):
        assert changed(seed).shape == (48, 48, 3)
        assert changed(seed).dtype == np.uint8
        assert (changed(seed) == changed(seed)).all()
    assert (changed(1) != changed(2)).any()


def test_balanced_accuracy_weighs_classes_not_crops() -> None:
    matrix = confusion(np.array([0, 0, 0, 1, 4]), np.array([0, 0, 1, 1, 0]))
    assert matrix[0].tolist() == [2, 1, 0, 0, 0]
    assert balanced(matrix) == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert "0.667" in table(matrix)
