"""Fetching over real HTTP: whole, cut, gone on with, another file, too much of it, nobody there."""

import os
from pathlib import Path

import pytest
from tests.vision.models.drawn import known, yolox
from tests.vision.models.shop import Shop, shop

from ronda.base.errors import BadInput, Busy, NotFound
from ronda.vision.models.card import KnownModel
from ronda.vision.models.pulling import Pull, Unreachable

DATA = yolox() + bytes(300_000)
NOBODY = "http://127.0.0.1:9/drawn.onnx"


def pull(folder: Path, model: KnownModel, told: list[str] | None = None) -> tuple[bytes, list[int]]:
    steps: list[int] = []
    tell = told.append if told is not None else print
    with Pull(model, folder, steps.append, tell, pause_s=0.01).fetched() as part:
        return part.read_bytes(), steps


def left(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_comes_whole_with_progress_and_leaves_nothing(tmp_path: Path) -> None:
    with shop(DATA) as given:
        data, steps = pull(tmp_path / "models", known(DATA, given.address))
    assert data == DATA
    assert steps[0] == 0
    assert steps[-1] == len(DATA)
    assert steps == sorted(steps)
    assert not left(tmp_path / "models")


def test_cut_connections_are_gone_on_from(tmp_path: Path) -> None:
    with shop(DATA) as given:
        given.cut, given.cuts = 100_000, 3
        data, _ = pull(tmp_path, known(DATA, given.address))
    assert data == DATA
    assert given.asked == ["", "bytes=100000-", "bytes=200000-", "bytes=300000-"]


def broken_off(folder: Path, given: Shop) -> None:
    """Stop in the middle, as Ctrl-C does."""

    def stop(come: int) -> None:
        if come >= 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Pull(known(DATA, given.address), folder, stop).fetched():
        pass
    assert len(left(folder)) == 2


def test_what_was_stopped_goes_on_from_there(tmp_path: Path) -> None:
    with shop(DATA) as given:
        broken_off(tmp_path, given)
        come = Pull(known(DATA, given.address), tmp_path).come
        data, steps = pull(tmp_path, known(DATA, given.address))
    assert 100_000 <= come < len(DATA)
    assert given.asked == ["", f"bytes={come}-"]
    assert steps[0] == come
    assert data == DATA


@pytest.mark.parametrize("how", ["changed", "no ranges", "other address"])
def test_what_cannot_be_gone_on_with_begins_anew(tmp_path: Path, how: str) -> None:
    with shop(DATA) as given, shop(DATA) as other:
        broken_off(tmp_path, given)
        given.tag = '"2"' if how == "changed" else given.tag
        given.ranges = how != "no ranges"
        place = other if how == "other address" else given
        data, steps = pull(tmp_path, known(DATA, place.address))
    assert data == DATA
    assert steps[0] == 0


def test_another_file_is_removed_and_said(tmp_path: Path) -> None:
    with shop(bytes(len(DATA))) as given:
        with pytest.raises(BadInput, match=r"its SHA-256 is \w+, not \w+: it was removed") as error:
            pull(tmp_path, known(DATA, given.address))
        assert "ronda models add drawn.onnx" in str(error.value)
    assert not left(tmp_path)


def test_the_next_address_is_asked_where_one_fails(tmp_path: Path) -> None:
    told: list[str] = []
    with shop(bytes(len(DATA))) as wrong, shop(DATA) as gone, shop(DATA) as right:
        gone.status = 404
        data, _ = pull(tmp_path, known(DATA, NOBODY, wrong.address, gone.address, right.address), told)
    assert data == DATA


@pytest.mark.parametrize("length", [True, False])
def test_more_than_the_card_says_is_not_taken(tmp_path: Path, length: bool) -> None:
    with shop(DATA + b"more") as given:
        given.length = length
        with pytest.raises(Unreachable, match=r"more than|gives 3"):
            pull(tmp_path, known(DATA, given.address))
    assert not left(tmp_path)


def test_without_internet_it_says_what_to_add(tmp_path: Path) -> None:
    model = known(DATA, NOBODY)
    with pytest.raises(Unreachable, match=r"use `ronda models add drawn.onnx`") as error:
        pull(tmp_path, model)
    assert model.files[0].sha256 in str(error.value)
    assert not left(tmp_path)


def test_an_address_that_always_breaks_off_is_given_up(tmp_path: Path) -> None:
    with shop(DATA) as given:
        given.cut, given.ranges = 1_000, False
        with pytest.raises(Unreachable, match="could not be fetched"):
            pull(tmp_path, known(DATA, given.address))
    assert len(given.asked) < 10


def test_two_at_once_and_what_nobody_publishes(tmp_path: Path) -> None:
    with shop(DATA) as given:
        model = known(DATA, given.address)
        with Pull(model, tmp_path).fetched(), pytest.raises(Busy, match="by another command"):
            pull(tmp_path, model)
    with pytest.raises(NotFound, match=r"use `ronda models add drawn.onnx`"):
        Pull(known(DATA), tmp_path)
