"""What is kept of cameras' views on the disk."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from tests.vision.own_eyes.street import Street

from ronda.base.errors import StorageFailed
from ronda.vision.own_eyes.memory import Asked, Memory, Remembered
from ronda.vision.own_eyes.outcome import Key
from ronda.vision.own_eyes.reading import read
from ronda.vision.own_eyes.references import Known, Reference
from ronda.vision.picture import Picture


def reference(number: int = 0) -> Reference:
    reading = read(Picture(Street().at(number), 90_000 + number, (640, 360)))
    return Reference.of(reading, b"\xff\xd8 picture", sure=True, offset_xy=(0.01, -0.02))


def test_a_reference_is_what_it_was_and_small() -> None:
    one = reference()
    packed = one.packed()
    back = Reference.unpacked(packed, one.jpeg)
    assert len(packed) <= 10_240
    assert np.abs(back.field - one.field).max() < 0.01
    assert np.allclose(back.tiles, one.tiles, atol=0.05)
    assert (back.offset_xy, back.sharpness, back.infrared) == (one.offset_xy, one.sharpness, one.infrared)


@pytest.mark.parametrize("cut", [0, 1, 2, 40, 500])
def test_a_damaged_reference_is_refused(cut: int) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Reference.unpacked(reference().packed()[:cut])


def test_what_is_kept_is_there_for_another_process_and_pictures_stay(tmp_path: Path) -> None:
    one, other = Memory(tmp_path / "views.sqlite"), Memory(tmp_path / "views.sqlite")
    one.save("gate", Remembered(Known(5, 3, [reference(1), reference(2)]), {Key.TURNED: 77}, {"name": "GATE"}))
    found = other.load("gate")
    assert (found.known.begun_90k, found.known.settled, found.raised) == (5, 3, {Key.TURNED: 77})
    assert [one.at_90k for one in found.known.references] == [90_001, 90_002]
    assert found.known.references[0].jpeg == b""
    assert other.jpeg("gate", found.known.references[1]).startswith(b"\xff\xd8")
    found.known.references.pop(0)
    other.save("gate", found)
    assert one.jpeg("gate", one.load("gate").known.references[0]).startswith(b"\xff\xd8")
    assert one.load("lane").known.references == []
    one.ask("gate", Asked.ACCEPT)
    assert other.asked("gate") is Asked.ACCEPT
    assert other.cameras() == ["gate"]
    other.forget(["gate"])
    assert (one.load("gate").known.references, one.asked("gate"), one.cameras()) == ([], None, [])


def test_a_damaged_row_is_learnt_again_and_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "views.sqlite")
    memory.save("gate", Remembered(Known(5, 3, [reference()])))
    with sqlite3.connect(tmp_path / "views.sqlite") as file:
        file.execute("update reference set body = x'00'")
    assert memory.load("gate").known.references == []
    (tmp_path / "other").write_bytes(b"no database" * 100)
    with pytest.raises(StorageFailed, match="cannot be opened"):
        Memory(tmp_path / "other")
