"""The heads that a node kept: only ever added to, whole after a torn write, bounded, and read again as they were."""

import json
from pathlib import Path

import pytest
from tests.people.access_log.conftest import new_signer

from ronda.base.errors import BadInput, StorageFailed
from ronda.bus.witness import HeadObjection
from ronda.node.witness import file as files
from ronda.node.witness.file import HeadsFile, Refusal, has_heads, kept_in
from ronda.people.access_log.head import Head

SIGNER = new_signer()
FIRST = "accesslog-heads-000001.jsonl"


def head(size: int) -> Head:
    return SIGNER.sign(size, size.to_bytes(32, "big"), 90_000 * (1_784_000_000 + size))


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    assert not has_heads(tmp_path)
    file = HeadsFile(tmp_path)
    assert (file.last, file.refusal) == (None, None)
    refusal = Refusal(head(2), HeadObjection.SHRUNK, 90_000 * 1_784_000_900, 1)
    file.accept(head(1))
    file.accept(head(3))
    file.refuse(refusal)
    file.close()
    again = HeadsFile(tmp_path)
    assert (again.last, again.refusal, again.broken) == (head(3), refusal, 0)
    again.close()
    assert has_heads(tmp_path)
    assert kept_in(tmp_path) == kept_in(tmp_path / FIRST) == [head(1), head(3), refusal]
    first = (tmp_path / FIRST).read_text().splitlines()[0]
    assert Head.parse(first) == head(1)  # a line is a head as it left the centre: good for `--against`


def test_a_torn_tail_is_cut_and_a_broken_line_is_counted(tmp_path: Path) -> None:
    file = HeadsFile(tmp_path)
    file.accept(head(1))
    file.close()
    with (tmp_path / FIRST).open("ab") as raw:
        raw.write(b'{"size": 7}\n' + b"x" * 5_000 + b"\n" + json.dumps(head(9).document()).encode())
    again = HeadsFile(tmp_path)
    assert again.last == head(1)
    assert again.broken >= 2
    again.accept(head(2))
    again.close()
    assert HeadsFile(tmp_path).last == head(2)
    with pytest.raises(BadInput, match=r"line 2 of .* is no tree head"):
        kept_in(tmp_path)


def test_files_are_bounded_and_the_newest_is_enough_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 3)
    file = HeadsFile(tmp_path, rotate_bytes=800)
    file.accept(head(1))
    refusal = Refusal(head(1), HeadObjection.OTHER_KEY, 90_000, 4)
    file.refuse(refusal)
    for size in range(2, 30):
        file.accept(head(size))
    file.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3
    assert names[0] > FIRST
    for name in names[:-1]:
        (tmp_path / name).unlink()
    again = HeadsFile(tmp_path)
    assert (again.last, again.refusal) == (head(29), refusal)
    again.close()
    kept = [line.size for line in kept_in(tmp_path) if isinstance(line, Head)]
    assert kept == sorted(set(kept))


def test_a_new_file_that_was_never_written_is_no_loss(tmp_path: Path) -> None:
    file = HeadsFile(tmp_path)
    file.accept(head(5))
    file.close()
    (tmp_path / "accesslog-heads-000002.jsonl").touch()
    again = HeadsFile(tmp_path)
    assert again.last == head(5)
    again.accept(head(6))
    again.close()
    assert kept_in(tmp_path) == [head(5), head(6)]


def test_what_cannot_be_read_or_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no tree head"):
        kept_in(tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        kept_in(tmp_path / "none.jsonl")
    with pytest.raises(StorageFailed, match="cannot be kept in"):
        HeadsFile(tmp_path / "no" / "folder")
