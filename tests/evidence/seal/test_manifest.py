"""The manifest: what is written is read, and nothing else."""

import json
from pathlib import Path

import pytest
from tests.evidence.exported import GAP, export

from ronda.base.errors import BadInput
from ronda.evidence.seal import manifest


def test_what_is_written_is_read(tmp_path: Path) -> None:
    data = export(tmp_path, gaps=[GAP]).manifest.read_bytes()
    found = manifest.read(data)
    assert manifest.write(found) == data
    plain = json.loads(data)
    assert plain["format"] == "ronda-evidence"
    assert plain["gaps"] == [{"from": GAP.start, "to": GAP.end, "cause": "silent"}]
    assert {"name", "bytes", "sha256"} == set(plain["file"])


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("version", 2, "version"),
        ("format", "other", "format"),
        ("surprise", 1, "surprise"),
        ("made_at", "yesterday", "made_at"),
        ("file", {"name": "x", "bytes": -1, "sha256": "0" * 64}, "file.bytes"),
        ("file", {"name": "x", "bytes": "1", "sha256": "0" * 64}, "file.bytes"),
        ("seal", None, "seal"),
    ],
)
def test_what_is_impossible_is_named(tmp_path: Path, field: str, value: object, problem: str) -> None:
    plain = json.loads(export(tmp_path).manifest.read_bytes())
    plain[field] = value
    with pytest.raises(BadInput, match=rf"at {problem}"):
        manifest.read(json.dumps(plain).encode())


@pytest.mark.parametrize("data", [b"", b"null", b"\xff", b"[" * 200_000, b" " * (manifest.LARGEST_BYTES + 1)])
def test_junk_is_no_manifest(data: bytes) -> None:
    with pytest.raises(BadInput):
        manifest.read(data)
