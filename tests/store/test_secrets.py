"""What is sealed can be opened with its key alone; a lost key costs nothing else."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ronda.base.errors import BadInput, StorageFailed
from ronda.store.secrets import KeyLost, Secrets, add_key, is_sealed

KEY, OTHER = b"k" * 32, b"o" * 32


@given(some.text())
def test_every_text_comes_back_and_looks_different_each_time(text: str) -> None:
    secrets = Secrets([KEY])
    once, twice = secrets.seal(text), secrets.seal(text)
    assert once != twice
    assert is_sealed(once)
    assert secrets.open(once) == secrets.open(twice) == text


def test_what_older_versions_wrote_is_read_as_it_is() -> None:
    secrets = Secrets([KEY])
    for text in ("", "hunter2", "sealed:", "sealed:12345678:", "sealed:nonsense:abc", "sealed:12345678:a b"):
        assert secrets.open(text) == text
        assert secrets.is_stale(text)


def test_a_key_is_replaced_by_one_above_it() -> None:
    old = Secrets([OTHER])
    text = old.seal("hunter2")
    both = Secrets([KEY, OTHER])
    assert both.open(text) == "hunter2"
    assert both.is_stale(text)
    assert not both.is_stale(both.seal("hunter2"))
    assert old.open_or_keep(both.seal("x")) != "x"


def test_a_lost_key_is_named_and_what_it_sealed_is_kept() -> None:
    text = Secrets([OTHER]).seal("hunter2")
    secrets = Secrets([KEY])
    with pytest.raises(KeyLost, match=Secrets([OTHER]).key_id):
        secrets.open(text)
    kept = secrets.open_or_keep(text)
    assert secrets.lost == 1
    assert secrets.seal(kept) == text
    assert not secrets.is_stale(text)
    assert Secrets([KEY, OTHER]).open(secrets.seal(kept)) == "hunter2"


def test_a_changed_text_is_refused_and_cannot_stand_for_a_password() -> None:
    secrets = Secrets([KEY])
    sealed = secrets.seal("hunter2")
    changed = sealed[:-2] + ("AA" if not sealed.endswith("AA") else "BB")
    with pytest.raises(KeyLost, match="changed"):
        secrets.open(changed)
    # Somebody gives a sealed text out of a stolen copy as a password: it is no key to what is in it.
    assert secrets.open(secrets.seal(sealed)) == sealed


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    first = Secrets.at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Secrets.at(path).open(first.seal("hunter2")) == "hunter2"


def test_a_new_key_goes_above_the_others(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    before = Secrets.at(path)
    id = add_key(path)
    after = Secrets.at(path)
    assert after.key_id == id != before.key_id
    assert after.open(before.seal("hunter2")) == "hunter2"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "short\n", "!!!\n", base64.b64encode(b"x" * 31).decode(), "ü" * 9])
def test_a_file_without_a_key_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"secret\.key"):
        Secrets.at(path)
    assert path.read_text() == text


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"none/secret\.key"):
        Secrets.at(tmp_path / "none" / "secret.key")
