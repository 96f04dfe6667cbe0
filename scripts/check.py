"""Every check of this tree, in the order that tells soonest; standard library only.

    .venv/bin/python scripts/check.py                linters and types
    .venv/bin/python scripts/check.py --with-tests   and all tests: what `make test` and CI run

All groups run even when one fails. The end names what failed, which tests did not run and why, and the
one line that would install what they lack; its last line repeats pytest's own. With `RONDA_CI=1` a test
that did not run is a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
FRONTEND = ROOT / "frontend"
PYTHON_FOLDERS = [name for name in ("src", "tests", "scripts", "bench") if (ROOT / name).is_dir()]
PACKAGES = (
    *("chromium", "ffmpeg", "gstreamer1.0-tools", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good"),
    *("gstreamer1.0-plugins-bad", "gstreamer1.0-plugins-ugly", "gstreamer1.0-rtsp", "gir1.2-gst-rtsp-server-1.0"),
    *("python3-gi", "nats-server", "postgresql", "openssl", "softhsm2", "poppler-utils"),
)
"""Debian packages that some tests need; `.ci/run` installs them (`--packages` prints them)."""

MOST_WORKERS = 4
"""Each worker starts servers, databases and browsers of its own."""

MOST_AGAIN = 20
"""More failures than this are no matter of luck."""

SHOWN_SLOWEST = 25
"""So many tests are named with their time, so that somebody notices what holds up everybody."""

_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""A hundred servers are started: what is compiled once is not compiled by each of them, whatever the machine wants."""

SHARED = Path(os.environ.get("RONDA_SHARED", ROOT.parent / "shared"))
"""Footage that some tests read and that is no part of this repository."""


@dataclass
class Outcome:
    """How one group of checks ended."""

    name: str
    state: str
    seconds: float = 0.0
    closing: str = ""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the whole must fail for it."""
        return self.state == "failed"


def run(name: str, command: list[str | Path], where: Path = ROOT, environment: dict[str, str] | None = None) -> Outcome:
    """Run one group, showing what it prints as it comes."""
    print(f"\n=== {name}", flush=True)
    begun = time.monotonic()
    closing = ""
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=where,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            closing = line.strip() or closing
    state = "failed" if process.returncode else "passed"
    return Outcome(name, state, time.monotonic() - begun, closing)


def static_checks() -> Iterable[Outcome]:
    """Linters and types, Python first."""
    yield run("ruff", [BIN / "ruff", "check", *PYTHON_FOLDERS])
    yield run("ruff format", [BIN / "ruff", "format", "--check", *PYTHON_FOLDERS])
    yield run("mypy --strict", [BIN / "mypy"])
    yield from frontend("svelte-check", "check")
    yield from frontend("front end's lint", "lint")


def frontend(name: str, script: str) -> Iterable[Outcome]:
    """Run one of the front end's scripts, when it has it."""
    description = FRONTEND / "package.json"
    if not description.is_file() or script not in json.loads(description.read_text()).get("scripts", {}):
        yield Outcome(name, "absent")
        return
    if not (npm := shutil.which("npm")):
        yield Outcome(name, "failed", closing="npm is not there: install Node.js 20 or newer")
        return
    yield run(name, [npm, "run", "--silent", script], FRONTEND, {"CI": "1"})


def tests() -> Iterable[Outcome]:
    """Vitest, then pytest, which is last so that its closing line stays in sight."""
    yield from frontend("Vitest", "test")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        colour = ["--color=yes"] if sys.stdout.isatty() else []
        slowest = f"--durations={SHOWN_SLOWEST}"
        command: list[str | Path] = [BIN / "pytest", slowest, *colour, *side_by_side(os.cpu_count() or 1)]
        outcome = run("pytest", command, environment={"RONDA_TEST_REPORT": str(report), **_COMPILED})
        if report.is_file():
            outcome.skipped = [(node, why) for node, why in json.loads(report.read_text())["skipped"]]
        yield again_alone(outcome) if outcome.failed else outcome


def again_alone(outcome: Outcome) -> Outcome:
    """Run the tests that failed once more with the machine to themselves, when they are few.

    Servers, browsers and databases of other tests share the processors, so a test may fail for want of time. One that
    fails alone too is wrong; one that passes alone is named as unsteady.
    """
    names = last_failed()
    if not 0 < len(names) <= MOST_AGAIN:
        return outcome
    second = run("pytest, what failed, alone", [BIN / "pytest", "--last-failed", "-p", "no:xdist"], ROOT)
    second.name = "pytest"
    second.seconds += outcome.seconds
    second.skipped = outcome.skipped
    second.unsteady = [] if second.failed else names
    return second


def last_failed() -> list[str]:
    """Return the tests that failed, as pytest has written them down; none where something else than tests did."""
    try:
        names = sorted(json.loads((ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed").read_text()))
    except (OSError, ValueError):
        return []
    return names if all("::" in name for name in names) else []


def side_by_side(processors: int) -> list[str]:
    """Return what lets pytest run files of tests beside each other: one more than processors, as most tests wait."""
    if processors < 2:
        return []
    return ["-n", str(min(processors + 1, MOST_WORKERS)), "--dist", "loadfile", "--no-loadscope-reorder"]


def missing_packages() -> list[str]:
    """Return the packages of `PACKAGES` that this machine lacks; all, where it is no Debian."""
    query = shutil.which("dpkg-query")
    if not query:
        return list(PACKAGES)
    command = [query, "--show", "--showformat=${Package} ${db:Status-Status}\n", *PACKAGES]
    listed = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    installed = {line.split()[0] for line in listed if line.endswith(" installed")}
    return [name for name in PACKAGES if name not in installed]


def groups_not_run(skipped: list[tuple[str, str]]) -> list[str]:
    """Return a line for each group of tests (its folder) and reason, with the number of tests."""
    groups = Counter((node.partition("::")[0].rpartition("/")[0] or node, why) for node, why in skipped)
    return [f"  {number:4} in {folder}: {why}" for (folder, why), number in sorted(groups.items())]


def excused(why: str) -> bool:
    """Whether a test may be left out everywhere: no command installs footage that is not in the repository."""
    return "shared" in why and not SHARED.is_dir()


def report(outcomes: list[Outcome], strict: bool) -> bool:
    """Show how everything ended; return whether all is well."""
    print("\n=== result")
    for outcome in outcomes:
        detail = f"  {outcome.closing}" if outcome.failed else ""
        print(f"  {outcome.state:7} {outcome.name}  {outcome.seconds:.1f} s{detail}")
    for name in (name for outcome in outcomes for name in outcome.unsteady):
        print(f"  unsteady: {name} failed beside other tests and passed alone")
    skipped = [entry for outcome in outcomes for entry in outcome.skipped]
    if skipped:
        print("\ntests that did not run:")
        print("\n".join(groups_not_run(skipped)))
        if missing := missing_packages():
            print(f"this line would run them:\n  sudo apt-get install -y --no-install-recommends {' '.join(missing)}")
    defects = [why for _, why in skipped if strict and not excused(why)]
    if defects:
        print(f"\n{len(defects)} tests did not run where all must (RONDA_CI=1): that is a defect of CI")
    failed = [outcome.name for outcome in outcomes if outcome.failed]
    print()
    print("FAILED: " + ", ".join(failed) if failed else "all groups passed")
    for outcome in outcomes:
        if outcome.name == "pytest":
            print(f"pytest: {outcome.closing}", flush=True)
    return not failed and not defects


def main() -> int:
    """Run the groups; return the exit status."""
    arguments = argparse.ArgumentParser(description="Check this tree.")
    arguments.add_argument("--with-tests", action="store_true", help="run the tests too")
    arguments.add_argument("--packages", action="store_true", help="only print the Debian packages that tests need")
    given = arguments.parse_args()
    if given.packages:
        print(*PACKAGES)
        return 0
    outcomes = [*static_checks(), *(tests() if given.with_tests else ())]
    return 0 if report(outcomes, strict=os.environ.get("RONDA_CI") == "1") else 1


if __name__ == "__main__":
    sys.exit(main())
