"""Cameras' own eyes in a worker: swept cameras and those that are counted, and a disk that fails."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.vision.own_eyes.street import Street
from tests.vision.worker.seeing import Talk, asked, worker

from ronda.base.time import HZ_90K
from ronda.vision.picture import Picture, Rgb
from ronda.vision.worker.messages import Hello, ImageTold, LookAgain, LookNow, SeenTold, Shown, Tier
from ronda.vision.worker.own import OwnSight
from ronda.vision.worker.pictures import view_of

STREET = Street()


def show(talk: Talk, at_s: float, rgb: Rgb) -> None:
    done, jpeg = cv2.imencode(".jpg", np.asarray(rgb[..., ::-1]))
    assert done
    talk.say(ImageTold(camera="gate", at_90k=round(at_s * HZ_90K)), jpeg.tobytes())


def test_a_swept_camera_is_judged_looked_at_again_and_shown_before_and_after(tmp_path: Path) -> None:
    with worker() as talk:
        talk.say(Hello(own_eyes=str(tmp_path / "views.sqlite")))
        talk.say(asked("gate", tier=Tier.SWEEP))
        for number in range(5):
            show(talk, number * 300.0, STREET.at(number))
        show(talk, 1500.0, STREET.at(6, turn=0.2))
        talk.settle()
        again = [message for message, _ in talk.heard if isinstance(message, LookAgain)]
        assert [(one.camera, one.seconds) for one in again] == [("gate", 25.0), ("gate", 25.0), ("gate", 4.0)]
        assert not any(one.signs for one in talk.seen())
        show(talk, 1504.0, STREET.at(7, turn=0.2))
        talk.settle()
        sign = next(one.signs[0] for one in talk.seen() if one.signs)
        assert (sign.analytic, sign.zone, sign.key, sign.turn) == ("own-eyes", "", "turned", "raised")
        shown = {message.id: jpeg for message, jpeg in talk.heard if isinstance(message, Shown)}
        before, after = (shown[shot.id] for shot in sign.shots)
        assert view_of(before) == view_of(after) == (0, 0, 1, 1)
        assert sign.shots[0].at_90k < sign.shots[1].at_90k == 1504 * HZ_90K
        assert all(one.eye is None for one in talk.seen() if isinstance(one, SeenTold))


def test_a_camera_whose_pictures_pass_is_judged_now_and_then_and_when_somebody_asks(tmp_path: Path) -> None:
    own = OwnSight(str(tmp_path / "views.sqlite"), every_s=60)
    assert own.due("gate", 0)
    own.look("gate", Picture(STREET.at(1), 0, (640, 360)))
    assert own.due("gate", 25 * HZ_90K), "it does not know its view yet"
    for at_s in (25, 50):
        own.look("gate", Picture(STREET.at(at_s), at_s * HZ_90K, (640, 360)))
    assert not own.due("gate", 109 * HZ_90K)
    assert own.due("gate", 110 * HZ_90K)
    own.soon("gate")
    assert own.due("gate", 51 * HZ_90K)
    assert not OwnSight().due("gate", 0), "nobody asked for own eyes"


def test_a_disk_that_fails_closes_own_eyes_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "views.sqlite").mkdir()
    with worker() as talk:
        talk.say(Hello(own_eyes=str(tmp_path / "views.sqlite")))
        talk.say(asked("gate", tier=Tier.SWEEP))
        for number in range(3):
            show(talk, number * 300.0, STREET.at(number))
        assert talk.settle().swept == 3
        talk.say(LookNow(camera="gate"))
        assert talk.settle().failures == 0
