"""Fixtures for every test, and the report that `make test` reads at its end."""

import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from blockbuster import BlockBuster, blockbuster_ctx
from tests.needs import requires_tool

__all__ = ["requires_tool"]

MAY_BLOCK = {
    "ronda/config/folder.py": {"prepare", "locked"},  # once, before anybody is served
    "fastapi/routing.py": {"_extract_endpoint_context"},  # once per route: reads where it stands in the source
}
"""What may hold the loop: file to functions."""

ROOT = Path(__file__).resolve().parent.parent

# Where `rich` is installed, structlog would read source files in the loop to show an exception.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=True),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


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
        while True:
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", 0))
                port: int = listener.getsockname()[1]
            if port not in held:
                held.add(port)
                return port

    return find


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
    """Write what was skipped to the file that `RONDA_TEST_REPORT` names."""
    if path := os.environ.get("RONDA_TEST_REPORT"):
        report = {"tests": session.testscollected, "skipped": _SKIPPED}
        with contextlib.suppress(OSError):
            Path(path).write_text(json.dumps(report))
