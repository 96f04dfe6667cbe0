"""Imports point downwards, and rightwards within a row."""

from pathlib import Path

import pytest
from tests.architecture.layers import SOURCE, imports, may_import

FILES = sorted(SOURCE.rglob("*.py"))


def test_every_import_points_downward_or_rightward() -> None:
    wrong = [str(found) for path in FILES for found in imports(path) if not may_import(found.importer, found.imported)]
    assert not wrong, "\n".join(wrong)


def test_every_package_has_a_place() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    for package in packages:
        may_import(package, "base")


@pytest.mark.parametrize(
    ("importer", "imported", "may"),
    [
        ("cli", "web", True),
        ("web", "cli", False),
        ("cli", "archive", True),
        ("centre", "node", False),
        ("web", "media", False),
        ("web", "archive", False),
        ("centre", "media", False),
        ("node", "archive", True),
        ("archive", "media", True),
        ("media", "archive", False),
        ("people", "archive", False),
        ("people", "city", True),
        ("base", "config", False),
    ],
)
def test_rule(importer: str, imported: str, may: bool) -> None:
    assert may_import(importer, imported) is may


def test_imports_inside_functions_and_relative_ones_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ronda" / "web"
    folder.mkdir(parents=True)
    file = folder / "page.py"
    file.write_text("def late():\n    from ronda.media import fragment\n    from .. import node\n")
    monkeypatch.setattr("tests.architecture.layers.SOURCE", tmp_path / "ronda")
    assert [found.imported for found in imports(file)] == ["media", "node"]
