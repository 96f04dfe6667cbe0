"""What seals and verifies can be handed to a stranger alone: it needs nothing of a city's server."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.architecture.layers import SOURCE

MAY_IMPORT: Final = ("ronda.base", "ronda.media.fmp4", "ronda.evidence.seal", "ronda.evidence.verifying")


@pytest.mark.parametrize("package", ["seal", "verifying"])
def test_it_imports_nothing_of_the_server(package: str) -> None:
    found = {
        f"{path.name}: {node.module}"
        for path in (SOURCE / "evidence" / package).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ronda")
        if not node.module.startswith(MAY_IMPORT)
    }
    assert found == set()


def test_verifying_loads_no_database_and_no_codec(tmp_path: Path) -> None:
    heavy = {"sqlalchemy", "av", "cv2", "fastapi"}
    code = f"import sys, ronda.evidence.verifying.verify; print(*(set(sys.modules) & {heavy}))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ended.stdout.strip() == ""
