"""What the tree must not hold: modules of many subjects, and traces of the machine it was written on."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.architecture.layers import ROOT, SOURCE

LONGEST_LINES = 500
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
MACHINE = re.compile(
    r"(?<![\w.-])/(?:work|root|home/[a-z]|Users|opt/pypi|opt/wheels)/"
    r"|(?:registry\.npmjs|files\.pythonhosted|registry\.yarnpkg)\.\w+|pypi\.org/simple|--(?:extra-)?index-url"
)
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".ts", ".svelte", ".css", ".html", ".js", ".yml", ".yaml", ".sh", ""}


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_module_is_longer_than_its_subject() -> None:
    lengths = {path.relative_to(SOURCE): len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py")}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_LINES}


def test_modules_are_named_after_their_subject() -> None:
    assert not [path for path in SOURCE.rglob("*.py") if {path.stem, path.parent.name} & FORBIDDEN_NAMES]


def test_no_tracked_file_names_this_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        if path.suffix not in TEXT or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


def test_nothing_built_is_tracked() -> None:
    built = ("node_modules/", "src/ronda/web/assets/", "dist/", "__pycache__/")
    assert not [path for path in tracked() if any(part in path.as_posix() for part in built)]


def test_lock_of_the_front_end_names_no_download_address() -> None:
    lock = ROOT / "frontend" / "package-lock.json"
    if not lock.is_file():
        pytest.skip("the front end has no lock file")
    packages = json.loads(lock.read_text())["packages"]
    assert not [name for name, entry in packages.items() if "resolved" in entry]


def test_constraints_pin_names_and_versions_only() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert not [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9.a-z]*", line)]
