"""Set-up and check scripts: plain Python, steps that are skipped when done, an end that names what did not run."""

import ast
import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from tests.architecture.layers import ROOT
from tests.needs import TOOLS


def script(name: str) -> ModuleType:
    """Return a script as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def check() -> ModuleType:
    return script("check")


@pytest.mark.parametrize("name", ["setup", "check", "bench"])
def test_scripts_need_the_standard_library_only(name: str) -> None:
    tree = ast.parse((ROOT / "scripts" / f"{name}.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in imported if module.partition(".")[0] not in sys.stdlib_module_names}


def test_set_up_and_packaging_say_the_same_python() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert needed == ">=3.11"
    assert "(3, 11)" in (ROOT / "scripts" / "setup.py").read_text()


def test_a_step_is_done_again_only_when_what_it_was_done_from_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = script("setup")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    source = tmp_path / "a.txt"
    source.write_text("one")
    stamp, before = tmp_path / "stamps" / "step", setup.fingerprint([source, "3.11"])
    assert not setup.stamped(stamp, before)
    setup.write_stamp(stamp, before)
    assert setup.stamped(stamp, setup.fingerprint([source, "3.11"]))
    source.write_text("two")
    assert not setup.stamped(stamp, setup.fingerprint([source, "3.11"]))
    assert setup.fingerprint([source, "3.11"]) != setup.fingerprint([source, "3.12"])


def test_a_failing_step_shows_what_it_said() -> None:
    setup = script("setup")
    with pytest.raises(setup.SetupFailed, match="oh no"):
        setup.call([sys.executable, "-c", "print('oh no'); raise SystemExit(3)"])


def test_the_end_names_groups_reasons_and_one_line(
    check: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped = [
        ("tests/media/test_a.py::test_one", "needs ffmpeg (Debian: ffmpeg)"),
        ("tests/media/test_b.py::test_two[x]", "needs ffmpeg (Debian: ffmpeg)"),
        ("tests/browser/test_wall.py", "needs chromium (Debian: chromium)"),
    ]
    monkeypatch.setattr(check, "missing_packages", lambda: ["chromium", "ffmpeg"])
    outcomes = [
        check.Outcome("ruff", "passed"),
        check.Outcome("pytest", "passed", 9.0, "=== 5 passed, 3 skipped in 9.00s ===", skipped),
    ]
    assert check.report(outcomes, strict=False)
    lines = capsys.readouterr().out.splitlines()
    assert "     2 in tests/media: needs ffmpeg (Debian: ffmpeg)" in lines
    assert "     1 in tests/browser: needs chromium (Debian: chromium)" in lines
    assert "  sudo apt-get install -y --no-install-recommends chromium ffmpeg" in lines
    assert lines[-1] == "pytest: === 5 passed, 3 skipped in 9.00s ==="
    assert not check.report(outcomes, strict=True)


def test_a_failure_fails_the_whole(check: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert not check.report([check.Outcome("ruff", "failed"), check.Outcome("pytest", "passed")], strict=False)
    assert "FAILED: ruff" in capsys.readouterr().out


def test_absent_footage_is_no_defect_of_ci(check: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    skipped = [("tests/a/test_a.py::test", "shared material is absent: it is not beside the repository")]
    outcomes = [check.Outcome("pytest", "passed", skipped=skipped)]
    monkeypatch.setattr(check, "SHARED", tmp_path / "absent")
    assert check.report(outcomes, strict=True)
    monkeypatch.setattr(check, "SHARED", tmp_path)
    assert not check.report(outcomes, strict=True)


def test_a_command_is_shown_as_it_speaks_and_its_last_line_kept(
    check: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = check.run("it", [sys.executable, "-c", "print('one'); print('two'); print(); raise SystemExit(1)"])
    assert (outcome.state, outcome.closing) == ("failed", "two")
    assert "one\ntwo\n" in capsys.readouterr().out


def test_ci_installs_the_packages_that_tests_ask_for(check: ModuleType) -> None:
    asked = {package for packages, _ in TOOLS.values() for package in packages.split()}
    assert asked <= set(check.PACKAGES)
    done = subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False)
    assert done.returncode == 0
    assert "set -euo pipefail" in (ROOT / ".ci" / "run").read_text()


def test_one_processor_runs_tests_one_after_the_other(check: ModuleType) -> None:
    assert check.side_by_side(1) == []
    assert check.side_by_side(2)[:2] == ["-n", "3"]
    assert check.side_by_side(64)[:2] == ["-n", "4"]


@pytest.mark.parametrize(("steady", "state"), [(False, "passed"), (True, "failed")])
def test_what_failed_beside_others_is_tried_alone(
    check: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steady: bool, state: str
) -> None:
    mark = tmp_path / "been-here"
    (tmp_path / "test_one.py").write_text(
        f"import pathlib\n\ndef test_it():\n    mark = pathlib.Path({str(mark)!r})\n    there = mark.exists()\n"
        f"    mark.touch()\n    assert there and not {steady}\n\ndef test_other():\n    pass\n"
    )
    monkeypatch.setattr(check, "ROOT", tmp_path)
    first = check.run("pytest", [check.BIN / "pytest", "-q", "--rootdir", tmp_path], tmp_path)
    assert first.failed
    second = check.again_alone(first)
    assert (second.name, second.state) == ("pytest", state)
    assert second.unsteady == ([] if steady else ["test_one.py::test_it"])
