"""Garbage never raises anything but `BadMp4`."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.pictures import encoding

from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.reader import boxes, file_boxes, find, read_init, read_moof, read_prft
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes, init_segment, prft

MOOF, MDAT = fragment_boxes([Sample(3, 3600, -5, True), Sample(2, 3600, 7, False)], [b"abc", b"de"], 1, 2)


def read_everything(data: bytes) -> None:
    for read in (read_init, read_moof, read_prft, lambda data: list(boxes(data))):
        with contextlib.suppress(BadMp4):
            read(data)
    with contextlib.suppress(BadMp4):
        list(file_boxes(io.BytesIO(data)))


@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    read_everything(data)


@given(st.data())
def test_damaged_boxes(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([MOOF, MOOF + MDAT, init_segment(encoding()), prft(5, 6)]))
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read_everything(bytes(damaged))


@given(st.integers(0, len(MOOF) - 1))
def test_a_cut_moof_is_refused(length: int) -> None:
    with pytest.raises(BadMp4):
        read_moof(MOOF[:length])


@given(st.data())
def test_a_cut_init_is_refused(data: st.DataObject) -> None:
    init = init_segment(encoding())
    with pytest.raises(BadMp4):
        read_init(init[: data.draw(st.integers(0, len(init) - 1))])


def test_what_came_before_the_damage_is_yielded() -> None:
    found = file_boxes(io.BytesIO(MOOF + MDAT + MOOF[:40]))
    assert [next(found).kind, next(found).kind] == [b"moof", b"mdat"]
    with pytest.raises(BadMp4, match="40 are left"):
        next(found)


def test_a_missing_box_is_named() -> None:
    with pytest.raises(BadMp4, match="moof/traf/trun"):
        find(b"\0\0\0\x08moof", b"moof", b"traf", b"trun")
