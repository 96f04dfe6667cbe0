"""What is installed: every package pinned, and a wheel that holds the front end."""

import ast
import importlib.metadata as metadata
import re
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from tests.architecture.layers import ROOT, SOURCE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {_plain(name): version for name, _, version in (line.partition("==") for line in lines) if version}


def _closure(wanted: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    todo = [Requirement(text) for text in wanted]
    while todo:
        requirement = todo.pop()
        name = _plain(requirement.name)
        if name in found:
            continue
        distribution = metadata.distribution(requirement.name)
        found[name] = distribution.version
        extras = ["", *requirement.extras]
        needs = [Requirement(text) for text in distribution.requires or []]
        todo += [need for need in needs if not need.marker or any(need.marker.evaluate({"extra": e}) for e in extras)]
    return found


def test_everything_that_set_up_installs_is_pinned() -> None:
    project = PROJECT["project"]
    wanted = [*PROJECT["build-system"]["requires"], *project["dependencies"], *project["optional-dependencies"]["test"]]
    pinned = _pinned()
    assert {name: version for name, version in _closure(wanted).items() if pinned.get(name) != version} == {}


def test_runtime_packages_fit_their_budget() -> None:
    names = _closure(PROJECT["project"]["dependencies"])
    files = {Path(str(file.locate())) for name in names for file in metadata.files(name) or []}
    assert sum(file.stat().st_size for file in files if file.is_file()) < 800e6


def test_wheel_holds_the_built_pages(tmp_path: Path) -> None:
    if not (ROOT / "src" / "ronda" / "web" / "assets" / "index.html").is_file():
        pytest.skip("the front end is not built: run make test")
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    names = zipfile.ZipFile(wheel).namelist()
    assert "ronda/web/assets/index.html" in names
    assert "ronda/cli/main.py" in names
    assert not [name for name in names if name.startswith(("tests/", "frontend/"))]


def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    declared = {_plain(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    optional = {_plain(Requirement(text).name) for text in PROJECT["project"]["optional-dependencies"]["pkcs11"]}
    distributions = metadata.packages_distributions()
    used = {
        _plain(distribution)
        for path in SOURCE.rglob("*.py")
        for module in foreign_modules(path)
        for distribution in distributions.get(module, [module])
    }
    assert used - declared - optional - {"pydantic-core"} == set()  # pydantic's own half
    assert declared - used - {"tzdata"} == set()  # zoneinfo's data, where the machine has none


def foreign_modules(path: Path) -> set[str]:
    """Return the top-level names of the other people's packages that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"ronda"}
