"""The published steps, taken from the document as they stand, run with nothing of ours."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.evidence.exported import Export, authority, export
from tests.needs import requires_tool

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "evidence.md"
pytestmark = requires_tool("openssl", "ffprobe")


def steps() -> str:
    """Return every block of shell in the document."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))


def follow(sealed: Export) -> subprocess.CompletedProcess[str]:
    run = ["bash", "-euc", steps()]
    return subprocess.run(run, cwd=sealed.path.parent, capture_output=True, text=True, check=False)


@pytest.fixture
def sealed(tmp_path: Path) -> Export:
    return export(tmp_path)


def test_the_published_steps_verify_an_export(sealed: Export) -> None:
    done = follow(sealed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Verified OK") == 2
    assert "sealing.pem: OK" in done.stdout
    assert "the manifest is this file's" in done.stdout
    assert "duration=6.0" in done.stdout
    fingerprint = done.stdout.partition("Fingerprint=")[2].partition("\n")[0].replace(":", "").lower()
    assert fingerprint == authority().current.authority_fingerprint


@pytest.mark.parametrize("what", ["path", "manifest", "signature"])
def test_the_published_steps_find_a_changed_byte(sealed: Export, what: str) -> None:
    path: Path = getattr(sealed, what)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    done = follow(sealed)
    assert done.returncode != 0
    assert done.stdout.count("Verified OK") < 2


def test_the_seal_alone_finds_it_too(sealed: Export) -> None:
    """Step 4 needs no manifest: run with steps 2 and 3 left out."""
    data = bytearray(sealed.path.read_bytes())
    data[9_000] ^= 4
    sealed.path.write_bytes(data)
    text = steps()
    without = "\n".join(line for line in text.splitlines() if "manifest" not in line)
    run = ["bash", "-uc", without]
    done = subprocess.run(run, cwd=sealed.path.parent, capture_output=True, text=True, check=False)
    assert "Verification failure" in done.stdout + done.stderr
