"""Set-up: from a clone to a tree that runs. Plain Python, standard library only.

    python3 scripts/setup.py            what `ronda` needs to run
    python3 scripts/setup.py --tests    and the tools that `make test` uses

Makes `.venv`, installs the packages pinned by `constraints.txt`, installs this tree into it, and
builds the front end. Each step leaves a stamp of what it was made from, so a second run only looks
at the stamps. Python packages and the front end are independent and run side by side.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.version_info < (3, 11):  # pragma: no cover - said before anything newer is used
    sys.exit("ronda needs Python 3.11 or newer; run make with PYTHON=python3.11 (or newer)")

import tomllib

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMPS = ENVIRONMENT / "stamps"
CONSTRAINTS = ROOT / "constraints.txt"
PROJECT = ROOT / "pyproject.toml"
FRONTEND = ROOT / "frontend"
VERDICTS = ROOT / "src" / "ronda" / "evidence" / "verifying" / "words.json"  # said by the verifying page too
MODULES = FRONTEND / "node_modules"
ASSETS = ROOT / "src" / "ronda" / "web" / "assets"
QUIETLY = ("--quiet", "--disable-pip-version-check")
PEERS = ("ipycam==1.3.0",)
"""Other people's devices, which tests speak to. Their own requirements clash with ours and are not needed."""
NEW_LINE = "\n"
NOT_SOURCES = {"node_modules", "dist", "test-results", "coverage", ".svelte-kit", ".vite"}


class SetupFailed(Exception):
    """A step could not be done; the message says what to do."""


class Steps:
    """Shows each step with its time; a line is printed whole, since two tracks run side by side."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = time.monotonic()

    def run(self, name: str, work: Callable[[], None]) -> None:
        """Do `work`, showing its name and how long it took."""
        self._show(f"      {name} ...")
        begun = time.monotonic()
        work()
        self._show(f"  ok  {name}  {time.monotonic() - begun:.1f} s")

    def done(self) -> None:
        """Show the whole time."""
        self._show(f"set-up done in {time.monotonic() - self._begun:.1f} s")

    def _show(self, line: str) -> None:
        with self._lock:
            print(line, flush=True)


def call(command: Sequence[str | Path], where: Path = ROOT) -> None:
    """Run a command quietly; what it printed is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        lines = done.stdout.strip().splitlines()
        shown = lines if len(lines) <= 40 else [*lines[:20], "...", *lines[-20:]]
        raise SetupFailed(
            f"{' '.join(map(str, command))}\n{NEW_LINE.join(shown)}\nfailed with status {done.returncode}"
        )


def works(command: Sequence[str | Path]) -> bool:
    """Whether a command runs and exits with 0."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint(parts: Iterable[str | Path]) -> str:
    """Return a digest of texts and of the files' names and contents."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            digest.update(f"\0{part.relative_to(ROOT)}\0".encode())
            digest.update(part.read_bytes() if part.is_file() else b"")
        else:
            digest.update(b"\0" + part.encode())
    return digest.hexdigest()


def stamped(stamp: Path, print_now: str) -> bool:
    """Whether the step behind `stamp` was last done from the same things."""
    return stamp.is_file() and stamp.read_text() == print_now


def write_stamp(stamp: Path, print_now: str) -> None:
    """Remember what a step was done from."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(print_now)


# --- Python -----------------------------------------------------------------------------------------


def environment_works() -> bool:
    """Whether `.venv` has a Python that is new enough, and pip."""
    return works([PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"])


def make_environment() -> None:
    """Make `.venv`, also where Debian keeps `ensurepip` back in its python3-venv package."""
    for way in (venv_with_pip, venv_then_pip, virtualenv):
        try:
            way()
        except SetupFailed as error:
            failure = error
        else:
            if environment_works():
                return
            failure = SetupFailed(f"{way.__name__} made an environment that does not work")
    raise SetupFailed(f"cannot make {ENVIRONMENT}:\n{failure}\nmend: apt-get install python3-venv python3-pip")


def venv_with_pip() -> None:
    """The usual way."""
    call([sys.executable, "-m", "venv", "--clear", ENVIRONMENT])


def venv_then_pip() -> None:
    """Without `ensurepip`: an empty environment, into which a pip from outside installs pip."""
    call([sys.executable, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT])
    call([*outside_pip(), "--python", PYTHON, "install", "--quiet", "pip"])


def virtualenv() -> None:
    """Without `venv`, or with a pip older than `--python`: virtualenv out of a passing folder."""
    with tempfile.TemporaryDirectory() as folder:
        call([*outside_pip(), "install", "--quiet", "--target", folder, "virtualenv"])
        start = (
            "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('virtualenv', None, '__main__')"
        )
        call([sys.executable, "-c", start, folder, "--clear", ENVIRONMENT])


def outside_pip() -> list[str]:
    """Return the command of a pip outside `.venv`."""
    if works([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return [found]
    raise SetupFailed("there is no pip\nmend: apt-get install python3-pip")


def install(requirements: list[str]) -> None:
    """Install packages at the versions that `constraints.txt` pins."""
    pinned = ("--prefer-binary", "--constraint", CONSTRAINTS)
    call([PYTHON, "-m", "pip", "install", *QUIETLY, *pinned, *requirements])


def install_tree() -> None:
    """Install this tree itself, editable; its build back end is already there, so nothing is fetched."""
    call([PYTHON, "-m", "pip", "install", *QUIETLY, "--no-deps", "--no-build-isolation", "--editable", ROOT])


def python_track(steps: Steps, tests: bool) -> None:
    """The environment, its packages, and this tree in it."""
    if not environment_works():
        steps.run("Python environment .venv", make_environment)
    project = tomllib.loads(PROJECT.read_text())
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    groups = {"packages": wanted}
    if tests:
        groups["test tools"] = project["project"]["optional-dependencies"]["test"]
    for name, requirements in groups.items():
        now = fingerprint([CONSTRAINTS, *requirements, environment_version()])
        if not stamped(STAMPS / name, now):
            steps.run(f"Python {name}", functools.partial(install, requirements))
            write_stamp(STAMPS / name, now)
    now = fingerprint([*PEERS, environment_version()])
    if tests and not stamped(STAMPS / "test peers", now):
        steps.run("Python test peers", functools.partial(install, ["--no-deps", *PEERS]))
        write_stamp(STAMPS / "test peers", now)
    now = fingerprint([PROJECT, str(ROOT)])
    if not (stamped(STAMPS / "tree", now) and (ENVIRONMENT / "bin" / "ronda").exists()):
        steps.run("Ronda itself", install_tree)
        write_stamp(STAMPS / "tree", now)


def environment_version() -> str:
    """Return what `.venv` is made from, so that a new Python installs anew."""
    return (ENVIRONMENT / "pyvenv.cfg").read_text()


# --- Front end --------------------------------------------------------------------------------------


def frontend_sources() -> list[Path]:
    """Return every file that the build reads."""
    found: list[Path] = [VERDICTS]
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        found += [Path(folder, name) for name in sorted(files)]
    return found


def npm() -> str:
    """Return npm's path, having looked that Node is new enough."""
    node, found = shutil.which("node"), shutil.which("npm")
    if not node or not found:
        raise SetupFailed("node and npm are not there\nmend: install Node.js 20 or newer")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0] or 0) < 20:
        raise SetupFailed(f"node is {version}\nmend: install Node.js 20 or newer")
    return found


def install_modules() -> None:
    """Install what the lock file names; where a registry lacks some of it, what `package.json` pins."""
    quiet = ("--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
    try:
        call([npm(), "ci", *quiet], FRONTEND)
    except SetupFailed as error:
        if "in sync" not in str(error):
            raise
        # npm writes no version into the lock for an optional package that its registry lacked, then refuses the lock.
        print("      npm refuses frontend/package-lock.json; installing by package.json instead", flush=True)
        call([npm(), "install", "--no-package-lock", *quiet], FRONTEND)


def frontend_track(steps: Steps) -> None:
    """The front end's packages, and the pages built from its sources."""
    lock = FRONTEND / "package-lock.json"
    if not lock.is_file():
        return
    now = fingerprint([lock, FRONTEND / "package.json"])
    if not stamped(MODULES / ".ronda-stamp", now):
        steps.run("front end's packages", install_modules)
        write_stamp(MODULES / ".ronda-stamp", now)
    now = fingerprint(frontend_sources())
    built = MODULES / ".ronda-built"
    if not (stamped(built, now) and (ASSETS / "index.html").is_file()):
        steps.run("front end's pages", lambda: call([npm(), "run", "--silent", "build"], FRONTEND))
        write_stamp(built, now)


def main() -> int:
    """Do what is missing; return the exit status."""
    arguments = argparse.ArgumentParser(description="Prepare this tree to run.")
    arguments.add_argument("--tests", action="store_true", help="install the test tools too")
    tests = arguments.parse_args().tests
    steps = Steps()
    with ThreadPoolExecutor(2) as tracks:
        running = [tracks.submit(python_track, steps, tests), tracks.submit(frontend_track, steps)]
        failures = [error for track in running if (error := track.exception())]
    for failure in failures:
        if not isinstance(failure, SetupFailed):
            raise failure
        print(f"set-up failed: {failure}", file=sys.stderr)
    if failures:
        return 2
    steps.done()
    return 0


if __name__ == "__main__":
    sys.exit(main())
