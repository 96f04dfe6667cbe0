"""`ronda accesslog` as an auditor and an administrator use it, beside a server and without one."""

import json
import sqlite3
from pathlib import Path

from tests.cli.conftest import Ronda
from tests.cli.test_commands import serving

__all__ = ["serving"]


def tamper(data: Path, statement: str) -> None:
    """Change the log as whoever owns the file can."""
    connection = sqlite3.connect(data / "ronda.db")
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER access_log_entries_no_{verb}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_head_kept_outside_finds_a_rewritten_history(ronda: Ronda, data: Path, tmp_path: Path) -> None:
    ronda("token", "create", "--name", "wall")
    ronda("camera", "list")
    outside = tmp_path / "HEAD.json"
    told = ronda("accesslog", "head", "-o", str(outside))
    assert (told.status, told.err) == (0, "")
    assert "head over" in told.out
    assert json.loads(ronda("accesslog", "head").out)["size"] >= json.loads(outside.read_text())["size"]

    whole = ronda("accesslog", "verify", "--against", str(outside))
    assert (whole.status, whole.err) == (0, "")
    assert whole.out.startswith("the log agrees: ")
    assert "--against" in ronda("accesslog", "verify").out

    tamper(data, "UPDATE access_log_entries SET action = 'see' WHERE number = 0")
    found = ronda("accesslog", "verify", "--against", str(outside))
    assert (found.status, found.err) == (1, "")
    assert found.out.splitlines()[0] == "entry 0 was changed after it was written"
    assert "the log was tampered with" in found.out
    report = json.loads(ronda("accesslog", "verify", "--json").out)
    assert report["problems"] == ["entry 0 was changed after it was written"]


def test_a_cut_tail_and_a_new_key_are_found(ronda: Ronda, data: Path, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        ronda("token", "create", "--name", name)
    outside = tmp_path / "HEAD.json"
    ronda("accesslog", "head", "-o", str(outside))
    (data / "accesslog.key").unlink()
    assert "missing from the data folder" in ronda("accesslog", "verify", "--against", str(outside)).out
    ronda("accesslog", "head")
    replaced = ronda("accesslog", "verify", "--against", str(outside))
    assert replaced.status == 1
    assert "it was replaced" in replaced.out
    tamper(data, "DELETE FROM access_log_entries WHERE number >= 2")
    assert "the log ends early" in ronda("accesslog", "verify", "--against", str(outside)).out


def test_export_and_erase(ronda: Ronda, tmp_path: Path) -> None:
    ronda("token", "create", "--name", "wall")
    file = tmp_path / "log.csv"
    assert f"{file}: " in ronda("accesslog", "export", "-o", str(file), "--from", "2020-01-01T00:00:00Z").out
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("number,started,ended,who,action,")
    assert any(",local,tokens," in line for line in lines)
    printed = ronda("accesslog", "export", "--format", "jsonl", "--action", "tokens").out
    assert {json.loads(line)["who"] for line in printed.splitlines()} == {"local"}
    assert ronda("accesslog", "export", "--to", "2020-01-01T00:00:00Z").out.count("\n") == 1
    assert "local was erased from" in ronda("accesslog", "erase", "local").out
    assert "(erased)" in ronda("accesslog", "export").out
    assert ronda("accesslog", "verify").status == 0
    nobody = ronda("accesslog", "erase", "nobody")
    assert (nobody.status, nobody.out) == (2, "")
    assert "names nobody 'nobody'" in nobody.err


def test_beside_a_running_server(ronda: Ronda, serving: object, tmp_path: Path) -> None:
    outside = tmp_path / "HEAD.json"
    ronda("token", "create", "--name", "wall")
    assert ronda("accesslog", "head", "-o", str(outside)).status == 0
    ronda("token", "create", "--name", "another")
    assert ronda("accesslog", "verify", "--against", str(outside)).status == 0


def test_what_cannot_be_verified_is_said_in_one_line(ronda: Ronda, data: Path, tmp_path: Path) -> None:
    missing = ronda("accesslog", "verify")
    assert (missing.status, missing.out) == (2, "")
    assert "there is no database" in missing.err
    ronda("token", "list")
    for name, text in (("none.json", None), ("bad.json", "{}"), ("binary.json", "\x00\xff")):
        path = tmp_path / name
        if text is not None:
            path.write_bytes(text.encode("latin-1"))
        ended = ronda("accesslog", "verify", "--against", str(path))
        assert (ended.status, ended.out) == (2, ""), name
        assert name in ended.err
    (data / "accesslog.key").write_text("no key")
    assert "accesslog.key" in ronda("accesslog", "verify").err
