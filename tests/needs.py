"""What a test needs that a machine may lack: named when it is skipped, so that the end can say how to get it."""

import functools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

TOOLS: Final[dict[str, tuple[str, Callable[[], bool]]]] = {}
"""Tool to (Debian packages, whether it is here)."""


def _command(tool: str, packages: str, command: str = "") -> None:
    TOOLS[tool] = (packages, lambda: shutil.which(command or tool) is not None)


def _elements(*names: str) -> bool:
    inspect = shutil.which("gst-inspect-1.0")
    if not inspect:
        return False
    return all(subprocess.run([inspect, "--exists", name], check=False).returncode == 0 for name in names)


def _rtsp_server() -> bool:
    code = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    try:
        return subprocess.run(["/usr/bin/python3", "-c", code], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


_command("chromium", "chromium")
_command("ffmpeg", "ffmpeg")
_command("ffprobe", "ffmpeg")
_command("gst-launch-1.0", "gstreamer1.0-tools")
_command("nats-server", "nats-server")
_command("openssl", "openssl")
_command("pdftotext", "poppler-utils")
_command("softhsm2-util", "softhsm2")
TOOLS["postgres"] = (
    "postgresql",
    lambda: bool(shutil.which("postgres")) or any(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
)
_PLUGINS: Final = ("plugins-base", "plugins-good", "plugins-bad", "plugins-ugly")
TOOLS["gst-plugins"] = (
    " ".join(f"gstreamer1.0-{part}" for part in ("tools", *_PLUGINS, "rtsp")),
    lambda: _elements("h264parse", "rtspsrc", "x264enc", "videotestsrc"),
)
TOOLS["gst-rtsp-server"] = ("gir1.2-gst-rtsp-server-1.0 python3-gi", _rtsp_server)


@functools.cache
def has_tool(tool: str) -> bool:
    """Whether this machine has `tool`, one of `TOOLS`."""
    return TOOLS[tool][1]()


def requires_tool(*tools: str) -> pytest.MarkDecorator:
    """Mark a test, or a module by `pytestmark`, as needing `tools`; it is skipped by name where one is absent."""
    missing = [tool for tool in tools if not has_tool(tool)]
    packages = " ".join(TOOLS[tool][0] for tool in missing)
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)} (Debian: {packages})")
