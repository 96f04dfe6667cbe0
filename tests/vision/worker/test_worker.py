"""A worker in a thread, fed with real coded pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.media.pictures import Film, encode, encoding
from tests.vision.worker.seeing import BarEye, BarWatch, asked, worker

from ronda.media.access_unit import Codec
from ronda.vision.detectors.contract import EyeName
from ronda.vision.worker.keeping import Memories
from ronda.vision.worker.messages import (
    ForgetCamera,
    Hello,
    ImageTold,
    Missed,
    SeenTold,
    Shown,
    Stop,
    Tier,
    Trouble,
)
from ronda.vision.worker.pictures import view_of
from ronda.vision.worker.protocol import BadMessage
from ronda.vision.worker.worker import Tools

FILM = Film(pictures=200, gop=25)


def test_a_camera_is_looked_at_at_its_rate_and_what_passes_is_counted_once() -> None:
    with worker() as talk:
        talk.say(asked("a"))
        for unit in encode(FILM):
            talk.unit("a", unit, encoding(FILM) if unit.pts_90k == 0 else None)
            if unit.keyframe:
                talk.settle()
        talk.settle()
        talk.say(Stop())
        talk.end()
    seen = talk.seen()
    assert 38 <= len(seen) <= 43
    assert {one.eye.id for one in seen if one.eye} == {"bar"}
    times = [one.at_90k for one in seen]
    assert times == sorted(times)
    counts = [count for one in seen for count in one.counts]
    assert [(count.line, count.direction, count.label) for count in counts] == [("middle", "right", "car")] * 3
    sign = next(sign for one in seen for sign in one.signs)
    shown = {message.id: payload for message, payload in talk.heard if isinstance(message, Shown)}
    assert view_of(shown[sign.shots[0].id]) == (0, 0, 1, 1)
    passed = [one for told in seen for one in told.passed]
    assert [(one.label, one.colour, one.direction, one.lines, one.zones) for one in passed] == [
        ("car", "yellow", "right", (("middle", "right"),), ("left half",))
    ] * 2
    assert passed[0].best is not None
    left, top, right, bottom = view_of(shown[passed[0].best.id])
    assert passed[0].best.xyxy is not None
    assert left <= passed[0].best.xyxy[0] < passed[0].best.xyxy[2] <= right
    assert top < bottom
    assert seen[-1].measures[-1].name == "closed"


def test_cameras_are_looked_at_together_and_one_that_fails_costs_the_others_nothing() -> None:
    with worker() as talk:
        for camera in ("a", "b", "cursed"):
            talk.say(asked(camera))
        for unit in encode(FILM)[:50]:
            for camera in ("a", "b", "cursed"):
                talk.unit(camera, unit, encoding(FILM) if unit.pts_90k == 0 else None)
        talk.settle()
        talk.say(Stop())
        talk.end()
    assert len(talk.seen("a")) >= 9
    assert len(talk.seen("b")) >= 9
    assert not [one for one in talk.seen("cursed") if one.boxes]
    assert max(talk.eye.batches) > 1
    assert any(isinstance(message, Missed) and message.camera == "cursed" for message, _ in talk.heard)


def test_another_resolution_another_codec_and_damage_are_survived() -> None:
    larger, other = Film(width=640, height=360, pictures=30), Film(codec=Codec.H265, pictures=30)
    with worker() as talk:
        talk.say(asked("a", rate=25))
        at = 0
        for film in (FILM, larger, other):
            for number, unit in enumerate(encode(film)[:30]):
                told = type(unit)(
                    unit.data, at + unit.pts_90k, at + unit.dts_90k, 0.0, unit.keyframe, None, discontinuity=False
                )
                if number == 12:
                    told.data = b"\x00\x00\x40\x00 this is no picture"
                talk.unit("a", told, encoding(film) if number == 0 else None)
            at += 90_000 * 3
        numbers = talk.settle()
        talk.say(Stop())
        talk.end()
    assert numbers.bad >= 1
    assert numbers.resident_bytes > 1 << 20
    assert len(talk.seen("a")) > 60
    assert any(isinstance(message, Missed) and message.cause == "undecodable" for message, _ in talk.heard)


def test_too_many_pictures_cost_the_oldest_and_the_decoder_begins_again_at_a_keyframe() -> None:
    with worker() as talk:
        talk.say(asked("a", rate=25))
        for turn in range(6):
            for unit in encode(FILM):
                told = type(unit)(
                    unit.data, turn * 720_000 + unit.pts_90k, turn * 720_000 + unit.dts_90k, 0.0, unit.keyframe
                )
                talk.unit("a", told, encoding(FILM) if unit.pts_90k == 0 else None)
        numbers = talk.settle()
        talk.say(Stop())
        talk.end()
    assert numbers.dropped > 0
    assert numbers.dropped + numbers.decoded >= 1200 - 25
    assert numbers.bad == 0
    missed = [message for message, _ in talk.heard if isinstance(message, Missed)]
    assert sum(one.pictures for one in missed) == numbers.dropped


def test_sweeps_take_one_picture_and_images_and_need_no_eye() -> None:
    film = Film(pictures=1)
    with worker() as talk:
        talk.say(asked("s", tier=Tier.SWEEP, eye=""))
        talk.unit("s", encode(film)[0], encoding(film))
        talk.say(ImageTold(camera="s", at_90k=5), b"no image")
        talk.settle()
        talk.say(Stop())
        talk.end()
    assert [one.eye for one in talk.seen("s")] == [None]
    assert any(isinstance(message, Missed) for message, _ in talk.heard)


def test_keyframes_by_themselves_are_looked_at_at_once() -> None:
    film = Film(pictures=100, gop=25, b_frames=2)
    keyframes = [unit for unit in encode(film) if unit.keyframe]
    with worker() as talk:
        talk.say(asked("w", tier=Tier.WATCH, rate=1))
        for number, unit in enumerate(keyframes):
            talk.unit("w", unit, encoding(film) if number == 0 else None, alone=True)
            talk.settle()
            assert len(talk.seen("w")) == number + 1
        talk.say(Stop())
        talk.end()
    assert [one.at_90k for one in talk.seen("w")][: len(keyframes)] == [unit.pts_90k for unit in keyframes]


def test_what_is_wrong_is_said_and_costs_the_others_nothing() -> None:
    with worker() as talk:
        talk.say(asked("a", document={"wrong": True}))
        talk.say(asked("b", eye="eagle"))
        talk.say(asked("c"))
        for camera in "abcd":
            talk.unit(camera, encode(FILM)[0], encoding(FILM))
        talk.hear_until(SeenTold)
        talk.say(ForgetCamera(camera="c"))
        talk.say(Stop())
        talk.end()
    troubles = {message.camera: message for message, _ in talk.heard if isinstance(message, Trouble)}
    assert set(troubles) == {"a", "b"}
    assert troubles["a"].mend == "write another one"
    assert "eagle" in troubles["b"].problem
    assert {one.camera for one in talk.seen()} == {"c"}
    assert talk.eye.forgotten == ["c"]


def test_a_node_that_talks_nonsense_ends_the_worker() -> None:
    with worker() as talk:
        talk.connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        talk.thread.join(10)
        assert not talk.thread.is_alive()
        assert isinstance(talk.ended, BadMessage)


class Recalling(BarWatch):
    """Knows how many bars have passed."""

    def __init__(self, document: Mapping[str, Any], eye: EyeName | None, models: Path) -> None:
        super().__init__(document, eye, models)
        self.recalled: Memories = {}

    def memory(self) -> Memories:
        return {"bars": [{"number": self._number}]}

    def recall(self, memories: Memories) -> None:
        self.recalled = memories


def test_what_a_camera_s_analytics_know_is_told_to_the_worker_that_comes_next(tmp_path: Path) -> None:
    made: list[Recalling] = []

    def open_watching(document: Mapping[str, Any], eye: EyeName | None, models: Path) -> Recalling:
        made.append(Recalling(document, eye, models))
        return made[-1]

    for _ in range(2):
        with worker(Tools(lambda _name, _models: BarEye(), open_watching)) as talk:
            talk.say(Hello(width=160, kept=str(tmp_path / "watching.sqlite")))
            talk.say(asked("a"))
            for unit in encode(FILM)[:100]:
                talk.unit("a", unit, encoding(FILM) if unit.pts_90k == 0 else None)
                if unit.keyframe:
                    talk.settle()
            talk.settle()
            talk.say(Stop())
            talk.end()
    first, second = made
    assert first.recalled == {}
    assert second.recalled == first.memory() == {"bars": [{"number": first.memory()["bars"][0]["number"]}]}
