"""A camera's own eyes: every check on each picture of the sweep, and what is to be said of it."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.analytics.contract import Turn
from ronda.vision.own_eyes.covered import covered
from ronda.vision.own_eyes.exposure import black, over_exposed
from ronda.vision.own_eyes.focus import blurred
from ronda.vision.own_eyes.frozen import frozen
from ronda.vision.own_eyes.learning import accept, lapse, learn, may_be_new_light, suppose
from ronda.vision.own_eyes.letters import Box, Line, due, places, take
from ronda.vision.own_eyes.memory import Asked, Memory, Remembered
from ronda.vision.own_eyes.outcome import Key, Outcome
from ronda.vision.own_eyes.patience import Streak, again_s, judge
from ronda.vision.own_eyes.reading import Reading, read
from ronda.vision.own_eyes.view import View, view_of
from ronda.vision.picture import Picture, Rgb

ANALYTIC: Final = "own-eyes"
_VIEW: Final = (Key.TURNED, Key.UNLIKE)
_LETTERS: Final = (Key.WRONG_CLOCK, Key.WRONG_NAME)
_NOTHING_TO_LEARN: Final = frozenset({Key.BLACK, Key.COVERED, Key.OVER_EXPOSED, Key.FROZEN, Key.BLURRED})
_ALL_GONE: Final = 0.65
"""Where so much of the view is gone, what is there instead is a cover, whatever edges it has."""
_MOST_HELD: Final = 64
"""Cameras whose references are kept in memory; of the others, what is small."""
_LEARN_S: Final = 25.0
"""A camera that does not know its view yet is looked at again so soon,"""
_LEARN_TIMES: Final = 5
"""but not more often than so."""
_BEFORE_WIDTH: Final = 320
_BEFORE_QUALITY: Final = 75


@dataclass(frozen=True, slots=True)
class Said:
    """Something to be told of a camera.

    Attributes:
        key: What is wrong, or was.
        turn: What became of it.
        since_90k: When it was first seen.
        before: The picture of how it should be, as JPEG, and when that was; empty where there is none.
        detail: Numbers and words.
    """

    key: Key
    turn: Turn
    at_90k: int
    since_90k: int
    before: bytes = b""
    before_90k: int = 0
    detail: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(slots=True)
class Looked:
    """What one picture came to.

    Attributes:
        outcomes: Of each check.
        said: What is to be told.
        again_s: Another picture, so soon, would tell more; None where the next sweep does.
        learning: Nothing is suspected: the camera's view is not known yet.
    """

    outcomes: list[Outcome]
    said: list[Said]
    again_s: float | None
    learning: bool = False


@dataclass(slots=True)
class _Watched:
    """What is held of every camera: small, there are many."""

    streaks: dict[Key, Streak] = field(default_factory=dict)
    samples: NDArray[np.uint8] | None = None
    hastened: int = 0


class OwnEyes:
    """Looks at cameras' pictures; used by one thread.

    Args:
        memory: What cameras look like when all is well.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._watched: dict[str, _Watched] = {}
        self._held: OrderedDict[str, Remembered] = OrderedDict()

    def look(self, camera: str, picture: Picture) -> Looked:
        """Take in a picture of a camera; pictures come in the order of time.

        Raises:
            StorageFailed: The disk fails.
        """
        remembered = self._remembered(camera)
        watched = self._watched.get(camera)
        if watched is None:
            watched = self._watched[camera] = _Watched()
            for key, since_90k in remembered.raised.items():
                watched.streaks[key] = Streak(since_90k=since_90k, last_90k=picture.at_90k, raised=True)
        asked = self._memory.asked(camera)
        if asked is not None:
            # What is held may be of before somebody looked; what is on the disk is what counts.
            self._held.pop(camera, None)
            remembered = self._remembered(camera)
        reading = read(picture)
        if asked is Asked.ACCEPT:
            looked = self._accept(camera, remembered, watched, reading, picture)
        else:
            looked = self._judge(camera, remembered, watched, reading, picture)
            if asked is Asked.COMPARE:
                self._compare(camera, remembered, looked, reading)
        if asked is not None:
            self._memory.done(camera)
        watched.samples = reading.samples
        return looked

    def unread(self, camera: str, at_90k: int) -> list[Box] | None:
        """Return where to read a camera's lettering (empty: all over the picture); None where it need not be."""
        remembered = self._remembered(camera)
        view_is_known = remembered.known.is_settled and not any(key in remembered.raised for key in _VIEW)
        return places(remembered.lettering) if view_is_known and due(remembered.lettering, at_90k) else None

    def take_lettering(
        self, camera: str, lines: Sequence[Line], at_90k: int, zone: tzinfo, names: tuple[str, Mapping[str, str]]
    ) -> list[Said]:
        """Take in what was read on a camera's picture; see `letters.take`.

        Raises:
            StorageFailed: The disk fails.
        """
        remembered, watched = self._remembered(camera), self._watched.setdefault(camera, _Watched())
        said: list[Said] = []
        doubt = False
        for outcome in take(remembered.lettering, lines, at_90k, zone, names):
            streak = watched.streaks.setdefault(outcome.key, Streak())
            turn = judge(streak, outcome, at_90k)
            doubt = doubt or bool(streak.wrong and not streak.raised)
            if turn is not None:
                detail: dict[str, float | int | str] = {"confidence": round(outcome.confidence, 2), **outcome.detail}
                said.append(Said(outcome.key, turn, at_90k, streak.since_90k, detail=detail))
                _note(remembered, outcome.key, turn, streak)
        if doubt:
            # Read once more with the next sweep before anything is said.
            remembered.lettering["read_90k"] = 0
        self._memory.save(camera, remembered)
        return said

    def forget(self, camera: str) -> None:
        """Let go of a camera; its references stay on the disk."""
        self._watched.pop(camera, None)
        self._held.pop(camera, None)

    def _remembered(self, camera: str) -> Remembered:
        found = self._held.get(camera)
        if found is None:
            found = self._held[camera] = self._memory.load(camera)
            if len(self._held) > _MOST_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(camera)
        return found

    def _accept(
        self, camera: str, remembered: Remembered, watched: _Watched, reading: Reading, picture: Picture
    ) -> Looked:
        accept(remembered.known, reading, lambda: small_jpeg(picture.rgb))
        said = [
            Said(key, Turn.OVER, reading.at_90k, since_90k, detail={"accepted": 1})
            for key, since_90k in remembered.raised.items()
            if key not in _LETTERS
        ]
        for one in said:
            del remembered.raised[one.key]
        watched.streaks = {key: streak for key, streak in watched.streaks.items() if key in _LETTERS}
        self._memory.save(camera, remembered)
        return Looked([], said, None)

    def _judge(
        self, camera: str, remembered: Remembered, watched: _Watched, reading: Reading, picture: Picture
    ) -> Looked:
        known = remembered.known
        changed = lapse(known, reading.at_90k)
        view = view_of(reading, known.references)
        outcomes = outcomes_of(reading, view, watched.samples)
        wrong = {outcome.key for outcome in outcomes if outcome.wrong}

        def jpeg() -> bytes:
            return small_jpeg(picture.rgb)

        if Key.UNLIKE in wrong and may_be_new_light(known, reading):
            suppose(known, reading, jpeg)
            outcomes = [one for one in outcomes if one.key not in _VIEW]
            changed = True
        elif not wrong & (_NOTHING_TO_LEARN if known.is_settled else {Key.BLACK, Key.OVER_EXPOSED}):
            changed = learn(known, reading, view, jpeg) or changed
        if not known.is_settled:
            # Until a view is known, only what needs none can be wrong with it.
            outcomes = [one for one in outcomes if one.key in (Key.BLACK, Key.OVER_EXPOSED, Key.FROZEN)]
        said = []
        for outcome in _one_about_the_view(outcomes, remembered):
            streak = watched.streaks.setdefault(outcome.key, Streak())
            turn = judge(streak, outcome, reading.at_90k)
            if turn is not None:
                said.append(self._said(camera, outcome, turn, streak, reading, view))
                _note(remembered, outcome.key, turn, streak)
                changed = True
        if changed:
            self._memory.save(camera, remembered)
        wait_s = again_s(watched.streaks)
        if wait_s is None and known.references and not known.is_settled and watched.hastened < _LEARN_TIMES:
            watched.hastened += 1
            return Looked(outcomes, said, _LEARN_S, learning=True)
        return Looked(outcomes, said, wait_s)

    def _said(self, camera: str, outcome: Outcome, turn: Turn, streak: Streak, reading: Reading, view: View) -> Said:
        before = view.by_light if turn is Turn.RAISED else None
        return Said(
            key=outcome.key,
            turn=turn,
            at_90k=reading.at_90k,
            since_90k=streak.since_90k,
            before=self._memory.jpeg(camera, before) if before is not None else b"",
            before_90k=before.last_90k if before is not None else 0,
            detail={"confidence": round(outcome.confidence, 2), **outcome.detail},
        )

    def _compare(self, camera: str, remembered: Remembered, looked: Looked, reading: Reading) -> None:
        """Say at once of what was said whether it is still so: somebody waits."""
        told = {one.key for one in looked.said}
        by_key = {outcome.key: outcome for outcome in looked.outcomes}
        for key, streak in self._watched[camera].streaks.items():
            outcome = by_key.get(key)
            if not streak.raised or key in told or outcome is None:
                continue
            turn = Turn.OVER if outcome.wrong is False else Turn.CHANGED
            detail: dict[str, float | int | str] = {"confidence": round(outcome.confidence, 2), **outcome.detail}
            looked.said.append(Said(key, turn, reading.at_90k, streak.since_90k, detail=detail))
            if turn is Turn.OVER:
                streak.raised, streak.right = False, 0
                remembered.raised.pop(key, None)
                self._memory.save(camera, remembered)


def outcomes_of(reading: Reading, view: View, samples: NDArray[np.uint8] | None) -> list[Outcome]:
    """Return what every check says of one picture; where nothing can be seen, only that."""
    usual = view.usual(reading)
    dark, white = black(reading, usual), over_exposed(reading, usual)
    found = [dark, white, frozen(reading.samples, samples)]
    if dark.wrong or white.wrong:
        return found
    hidden = covered(reading, view, usual)
    found.append(blurred(reading, view, usual))
    another = view.unlike.wrong and hidden.value < _ALL_GONE
    if hidden.wrong and not view.turned.wrong and not another:
        return [*found, hidden]
    return [*found, replace(hidden, wrong=False) if hidden.wrong else hidden, view.turned, view.unlike]


def _one_about_the_view(outcomes: list[Outcome], remembered: Remembered) -> list[Outcome]:
    """Let a view that was said to be turned, or unlike any, stay so: one cause, however it looks later."""
    said = next((key for key in _VIEW if key in remembered.raised), None)
    if said is None:
        return outcomes
    wrong = next((one for one in outcomes if one.key in _VIEW and one.wrong), None)
    rest = [one for one in outcomes if one.key not in _VIEW or (wrong is None and one.key is said)]
    return rest if wrong is None else [*rest, replace(wrong, key=said)]


def small_jpeg(rgb: Rgb) -> bytes:
    """Return a picture as a small JPEG, about 10 KB."""
    height = max(round(rgb.shape[0] * _BEFORE_WIDTH / rgb.shape[1]), 2)
    small = cv2.resize(rgb, (_BEFORE_WIDTH, height), interpolation=cv2.INTER_AREA)
    done, jpeg = cv2.imencode(
        ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _BEFORE_QUALITY]
    )
    return jpeg.tobytes() if done else b""


def _note(remembered: Remembered, key: Key, turn: Turn, streak: Streak) -> None:
    if turn is Turn.RAISED:
        remembered.raised[key] = streak.since_90k
    else:
        remembered.raised.pop(key, None)
