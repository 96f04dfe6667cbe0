"""`ronda accesslog` as an auditor and an administrator use it, beside a server and without one."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from tests.browser.town import Server, wait_until
from tests.cli.conftest import Ronda
from tests.cli.test_commands import serving

from ronda.people.access_log.head import Signer
from ronda.people.access_log.leaf import hash_of
from ronda.people.access_log.merkle import Frontier

__all__ = ["serving"]


def tamper(data: Path, statement: str) -> None:
    """Change the log as whoever owns the file can."""
    connection = sqlite3.connect(data / "ronda.db")
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER access_log_entries_no_{verb}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def sign_anew(data: Path) -> None:
    """Rewrite the first entry, make every hash agree with it, and sign all heads again with the log's own key."""
    signer = Signer.at(data / "accesslog.key")
    connection = sqlite3.connect(data / "ronda.db")
    for table in ("access_log_entries", "access_log_nodes", "access_log_heads"):
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_no_{verb}")
    connection.execute("UPDATE access_log_entries SET action = 'see' WHERE number = 0")
    leaves = []
    for row in connection.execute("SELECT * FROM access_log_entries ORDER BY number").fetchall():
        leaves.append(hash_of(row))
        connection.execute("UPDATE access_log_entries SET leaf = ? WHERE number = ?", (leaves[-1], row[0]))
    for id, size, at in connection.execute("SELECT id, size, at FROM access_log_heads").fetchall():
        head = signer.sign(size, Frontier().extended(leaves[:size])[0].root, at)
        change = "UPDATE access_log_heads SET root = ?, signature = ? WHERE id = ?"
        connection.execute(change, (head.root, head.signature, id))
    connection.commit()
    connection.close()


@contextlib.contextmanager
def server(data: Path, port: int) -> Iterator[None]:
    """A real server of the data folder, until the context closes."""
    running = Server(data, port)
    running.start()
    try:
        yield
    finally:
        running.stop()


def asked(data: Path, path: str) -> dict[str, Any]:
    """Return what a running server answers its administrator."""
    transport = httpx.HTTPTransport(uds=str(data / "run" / "ronda.sock"))
    with httpx.Client(transport=transport, base_url="http://ronda") as client:
        found: dict[str, Any] = client.get(path if path == "/healthz" else f"/api/v1{path}").raise_for_status().json()
    return found


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


def test_the_node_beside_a_server_remembers_what_was_rewritten(
    ronda: Ronda, data: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    with server(data, free_port()):
        ronda("token", "create", "--name", "wall")
        ronda("accesslog", "head", "-o", str(tmp_path / "OLD.json"))
        size = json.loads((tmp_path / "OLD.json").read_text())["size"]
        wait_until(lambda: asked(data, "/accesslog/witnesses")["witnesses"][0]["size"] >= size, "a witness")
    kept = data / "archive" / "accesslog-heads-000001.jsonl"
    assert json.loads(kept.read_text().splitlines()[-1])["size"] >= size
    grew = ronda("accesslog", "compare", str(tmp_path / "OLD.json"))
    assert (grew.status, grew.err) == (0, "")
    assert "the log grew from" in grew.out
    assert ronda("accesslog", "verify").status == 0

    sign_anew(data)
    with server(data, free_port()):
        wait_until(lambda: asked(data, "/healthz")["status"] == "degraded", "an alarm")
        (told,) = asked(data, "/accesslog/witnesses")["witnesses"]
        assert (told["node"], told["problem"]) == ("local", "rewritten")
    compared = ronda("accesslog", "compare", str(tmp_path / "OLD.json"))
    assert compared.status == 1
    assert "does not follow from" in compared.out
    found = ronda("accesslog", "verify")
    assert (found.status, found.err) == (1, "")
    assert f"in the node's file in {data / 'archive'} was signed over: they were rewritten" in found.out
    assert "and refused it: the log does not begin with what it began with before" in found.out
    moved = kept.rename(tmp_path / "witness.jsonl")
    assert ronda("accesslog", "verify").status == 0  # nothing inside the machine can tell
    elsewhere = ronda("accesslog", "verify", "--heads", str(moved))
    assert elsewhere.status == 1
    assert re.search(f"not those that the head of \\S+ in {moved} was signed over: they were rewritten", elsewhere.out)
    assert "--heads" not in elsewhere.out


def test_compare_says_what_is_no_head_and_what_is_no_proof(ronda: Ronda, tmp_path: Path) -> None:
    old, new, proof = (tmp_path / name for name in ("OLD.json", "NEW.json", "PROOF.json"))
    for path in (old, new):
        ronda("token", "create", "--name", path.stem)
        ronda("accesslog", "head", "-o", str(path))
    sizes = [json.loads(path.read_text())["size"] for path in (old, new)]
    assert ronda("accesslog", "compare", str(old), str(new)).status == 0
    proof.write_text(json.dumps({"hashes": []}))
    assert ronda("accesslog", "compare", str(old), str(new), "--proof", str(proof)).status == 1
    back = ronda("accesslog", "compare", str(new), str(old))
    assert (back.status, "had more entries before" in back.out) == (1, True)
    proof.write_text("[]")
    ended = ronda("accesslog", "compare", str(old), str(new), "--proof", str(proof))
    assert (ended.status, "holds no proof" in ended.err) == (2, True)
    document = json.loads(old.read_text())
    old.write_text(json.dumps({**document, "size": sizes[0] + 1}))
    assert "no genuine signature" in ronda("accesslog", "compare", str(old)).err


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
