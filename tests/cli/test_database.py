"""`ronda database`: moved to another database and back, and given a new key, as a person does it."""

import re
from pathlib import Path

import pytest
from tests.cli.conftest import Ronda
from tests.needs import requires_tool
from tests.store.databases import PASSWORD, empty_url, server

URL = "rtsp://admin:hunter2@10.0.0.5/1"


@requires_tool("postgres")
def test_a_city_moves_to_postgresql_and_back(
    ronda: Ronda, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ronda("camera", "add", "a", "--url", URL).status == 0
    there = server().network_url(server().empty())
    copied = ronda("database", "copy", "--to", there)
    assert copied.status == 0, copied.err
    assert re.search(r"^ +1  cameras$", copied.out, re.MULTILINE)
    assert "***@127.0.0.1" in copied.out
    assert PASSWORD not in copied.out
    monkeypatch.setenv("RONDA_DATABASE_URL", there)
    assert ronda("camera", "add", "b", "--url", URL).status == 0
    assert {"a", "b"} <= set(ronda("camera", "list").out.split())
    assert PASSWORD not in ronda("config").out
    back = tmp_path / "back.db"
    assert ronda("database", "copy", "--to", f"sqlite:///{back}").status == 0
    monkeypatch.setenv("RONDA_DATABASE_URL", f"sqlite:///{back}")
    assert {"a", "b"} <= set(ronda("camera", "list").out.split())
    assert b"hunter2" not in back.read_bytes()
    again = ronda("database", "copy", "--to", there)
    assert (again.status, "not empty" in again.err) == (2, True)


def test_a_new_key_seals_everything_at_the_next_start(ronda: Ronda, data: Path) -> None:
    ronda("camera", "add", "a", "--url", URL)
    old = (data / "secret.key").read_text()
    assert ronda("database", "rekey").status == 0
    new = (data / "secret.key").read_text().removesuffix(old)
    assert ronda("camera", "list").status == 0
    (data / "secret.key").write_text(new)
    changed = ronda("camera", "change", "a", "--name", "A")
    assert changed.status == 0
    assert "lost" not in changed.err


def test_where_to_must_be_a_database(ronda: Ronda, data: Path, tmp_path: Path) -> None:
    refused = ronda("database", "copy", "--to", "mysql://x/y")
    assert refused.status == 2
    assert "postgresql://" in refused.err
    assert empty_url("sqlite", tmp_path).startswith("sqlite:///")


@requires_tool("postgres")
def test_a_server_that_is_away_is_named_without_the_password(ronda: Ronda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONDA_DATABASE_URL", "postgresql://ronda:KenariKuning@127.0.0.1:1/ronda")
    away = ronda("camera", "list")
    assert away.status == 2
    assert "away" in away.err
    assert "KenariKuning" not in away.err
