"""The process that reads letterings: begun when it is needed, ended when it is not, survived when it dies."""

import sys
import time
from pathlib import Path

import numpy as np
from tests.vision.own_eyes.street import Street

from ronda.simulate.scenes.sensor import letter
from ronda.vision.picture import Picture
from ronda.vision.worker.letters import COMMAND, LetterDesk, ReadLines


def answers(desk: LetterDesk, seconds: float = 60) -> list[ReadLines]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := desk.answers():
            return found
        time.sleep(0.05)
    return []


def test_a_picture_is_read_in_a_process_that_ends_when_it_is_idle() -> None:
    now = [0.0]
    desk = LetterDesk(COMMAND, lambda: now[0])
    assert not desk.running
    rgb = Street().at(1).copy()
    letter(rgb, "POS RONDA RT 03", "top-left")
    desk.read("gate", Picture(rgb, 7, (640, 360)), [])
    assert desk.running
    (read,) = answers(desk)
    assert (read.camera, read.picture.at_90k) == ("gate", 7)
    assert "RONDA" in read.lines[0][0]
    now[0] = 61.0
    assert desk.answers() == []
    assert not desk.running


def test_a_reader_that_dies_is_left_alone_for_a_while(tmp_path: Path) -> None:
    now = [0.0]
    desk = LetterDesk((sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit(3)"), lambda: now[0])
    picture = Picture(np.zeros((36, 64, 3), np.uint8), 1, (64, 36))
    desk.read("gate", picture, [])
    until = time.monotonic() + 20
    while desk.running and time.monotonic() < until:
        desk.answers()
        time.sleep(0.05)
    assert not desk.running
    assert not desk.free
    now[0] = 601.0
    assert desk.free
    nowhere = LetterDesk((str(tmp_path / "nothing"),))
    nowhere.read("gate", picture, [])
    assert not nowhere.free


def test_only_a_few_pictures_wait(tmp_path: Path) -> None:
    desk = LetterDesk((sys.executable, "-c", "import time; time.sleep(60)"))
    picture = Picture(np.zeros((36, 64, 3), np.uint8), 1, (64, 36))
    for number in range(9):
        desk.read(f"c{number}", picture, [])
    assert not desk.free
    desk.close()
    assert not desk.running
