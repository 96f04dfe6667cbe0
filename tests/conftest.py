"""Fixtures for every test, and the report that `make test` reads at its end."""

import contextlib
import json
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from blockbuster import BlockBuster, blockbuster_ctx
from tests import alone
from tests.needs import requires_tool

__all__ = ["requires_tool"]

LONGEST = ("browser", "whole", "archive", "cli", "simulate", "node", "web", "media")
"""Folders of tests, longest first."""

MAY_BLOCK = {
    "ronda/config/folder.py": {"prepare", "locked"},  # once, before anybody is served
    "fastapi/routing.py": {"_extract_endpoint_context"},  # once per route: reads where it stands in the source
}
"""What may hold the loop: file to functions."""

hypothesis.settings.register_profile("ronda", deadline=None)  # machines that test are busy
hypothesis.settings.load_profile("ronda")

ROOT = Path(__file__).resolve().parent.parent

# Where `rich` is installed, structlog would read source files in the loop to show an exception.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tell where the film of `tests/browser/test_krapyak.py` is kept; without it, it goes with the test's folder."""
    parser.addoption("--film", metavar="DIR", help="keep the film of one night in Krapyak, in fine, in this folder")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Asynchronous tests run on uvloop, as the server does."""
    return ("asyncio", {"use_uvloop": True})


@pytest.fixture(autouse=True)
def no_blocking_in_the_loop() -> Iterator[BlockBuster]:
    """A call from our code that would hold the event loop fails the test."""
    with blockbuster_ctx("ronda") as blockbuster:
        for function in blockbuster.functions.values():
            for file, names in MAY_BLOCK.items():
                function.can_block_in(file, names)
        yield blockbuster


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no `RONDA_*` of the person who runs them."""
    for variable in [name for name in os.environ if name.startswith("RONDA_")]:
        if variable not in ("RONDA_SHARED", "RONDA_TEST_REPORT"):
            monkeypatch.delenv(variable)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material shared between projects, beside the repository or at `RONDA_SHARED`."""
    folder = Path(os.environ.get("RONDA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"shared material is absent: {folder.name} is not beside the repository (or set RONDA_SHARED)")
    return folder


@pytest.fixture(scope="session")
def shared_assets(shared: Path) -> Path:
    """Real footage: `videos/` and more."""
    folder = shared / "assets"
    if not folder.is_dir():
        pytest.skip("shared material is absent: it has no assets")
    return folder


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Returns ports of 127.0.0.1 that nobody listens on, each handed out once per test."""
    held: set[int] = set()

    def find() -> int:
        port = alone.free_port()
        while port in held:
            port = alone.free_port()
        held.add(port)
        return port

    return find


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test that is marked `alone` wait until no other worker runs one; before its time begins to count."""
    if not hasattr(item.config, "workerinput"):
        return (yield)
    common = Path(item.config.option.basetemp).parent
    with alone.turn(common, alone=item.get_closest_marker("alone") is not None):
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest, so that no worker is left with one at the end."""
    first = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path.relative_to(ROOT / "tests").parts[0], len(first)))


_SKIPPED: list[tuple[str, str]] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped, and why."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _remember_skip(report.nodeid, report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember whole modules that were skipped."""
    if report.skipped:
        _remember_skip(report.nodeid, report.longrepr)


def _remember_skip(node: str, why: object) -> None:
    reason = str(why[2]) if isinstance(why, tuple) else str(why)
    _SKIPPED.append((node, reason.removeprefix("Skipped: ")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was skipped to the file that `RONDA_TEST_REPORT` names; of several workers the one above them does."""
    if hasattr(session.config, "workerinput"):
        return
    if path := os.environ.get("RONDA_TEST_REPORT"):
        report = {"tests": session.testscollected, "skipped": _SKIPPED}
        with contextlib.suppress(OSError):
            Path(path).write_text(json.dumps(report))
