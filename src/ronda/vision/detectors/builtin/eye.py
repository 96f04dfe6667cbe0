"""The built-in eye: what moves before a fixed camera, how large it is, and what a tiny classifier takes it for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ronda.vision.background import Backdrop, Background
from ronda.vision.detectors.builtin.classifier import Classifier
from ronda.vision.detectors.builtin.cutting import cut
from ronda.vision.detectors.builtin.ground import Scale
from ronda.vision.detectors.builtin.known import Known, match
from ronda.vision.detectors.builtin.parting import Cut, cuts
from ronda.vision.detectors.builtin.proposals import Proposals, propose
from ronda.vision.detectors.builtin.shape import by_shape
from ronda.vision.detectors.contract import EyeName, Look, Seen
from ronda.vision.objects import CLASSES, Detections, ObjectClass
from ronda.vision.picture import Picture

METHOD: Final = "1"
TOLD_APART: Final = (
    ObjectClass.PERSON,
    ObjectClass.TWO_WHEELER,
    ObjectClass.CAR,
    ObjectClass.BUS_OR_TRUCK,
    ObjectClass.OTHER,
)
OTHER: Final = TOLD_APART.index(ObjectClass.OTHER)
COLUMNS: Final = np.array([CLASSES.index(one) for one in TOLD_APART], np.intp)

JUDGE_AGAIN_S: Final = 0.5
"""A thing that moves is classified so often."""
STANDS_AGAIN_S: Final = 4.0
"""A thing that stands is classified so often."""
ENOUGH_LOOKS: Final = 2
STANDING_SIGHTS: Final = 3
SUPPRESSED: Final = 0.6
"""What is this surely nothing, after enough looks, is not told."""
ARRIVED: Final = 0.5
"""What has travelled this share of its size goes somewhere: leaves and lights do not."""

FAR: Final = 2.0
"""What has travelled so many of its sizes is a thing, whatever the classifier says;"""
SOLID_FAR: Final = 0.6
"""what is dense and goes straight, so many."""
SOLID: Final = 0.45
"""Share of its box that a dense thing fills."""
SHAPE_WEIGHT: Final = 0.25
"""Of the shape's vote against the classifier's, for what has come far."""
CAME: Final = 1.5
"""What has travelled so many of its sizes came by itself: where it stops is no ground that was hidden before,"""
CAME_LATELY_S: Final = 45.0
"""for so long after it was first seen,"""
CAME_SIGHTS: Final = 5
SEEN_LATELY_S: Final = 0.5
CUT_OFF_WEIGHT: Final = 0.25
"""Of what the classifier says of a thing that the border cuts off: a head and shoulders look like a car's roof."""
LEAST_SURENESS: Final = 0.05
"""An answer that finds everything likely still counts so much."""

KNOWN_APART: Final = 0.15
"""So much less sure may the parts be than the whole when they were known as two things before."""
SURE_PART: Final = 0.75
UNSURE_WHOLE: Final = 0.7
NARROW: Final = 0.3
"""Without a classifier a waist must be as thin as this."""
RIM: Final = 1.0
"""Working pixels that the background's tolerance takes from each side of a thing."""


class Judge(Protocol):
    """Tells what crops show."""

    @property
    def classes(self) -> tuple[ObjectClass, ...]:
        """What the columns of an answer stand for."""
        ...

    @property
    def side(self) -> int:
        """Crops need not be larger, in pixels."""
        ...

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return how likely each class is for each crop, (N, classes)."""
        ...


@dataclass(slots=True)
class _View:
    """What is remembered of one camera."""

    background: Background = field(default_factory=Background)
    scale: Scale = field(default_factory=Scale)
    known: list[Known] = field(default_factory=list)
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Glance:
    """One picture, between proposals and answer."""

    view: _View
    picture: Picture
    backdrop: Backdrop | None
    proposals: Proposals
    things: list[Known]


class BuiltinEye:
    """Motion, the ground and, where one is given, a classifier. Lives in one thread of a vision worker.

    Args:
        judge: Tells what crops show; None for geometry alone.
    """

    def __init__(self, judge: Judge | None) -> None:
        self._judge = judge
        self._views: dict[str, _View] = {}

    @classmethod
    def with_classifier(cls) -> "BuiltinEye":
        """Return the eye with the weights that ship with this version (blocking).

        Raises:
            StorageFailed: They are missing or damaged.
        """
        return cls(Classifier())

    @property
    def name(self) -> EyeName:
        """Which eye it is."""
        if self._judge is None:
            return EyeName("builtin-geometry", "Built-in eye, geometry alone", METHOD, TOLD_APART)
        return EyeName("builtin", "Built-in eye", METHOD, TOLD_APART)

    def prime(self, camera: str, pictures: Sequence[Picture]) -> None:
        """Learn the place from pictures taken over some time, before the first look at it."""
        view = self._views[camera] = _View()
        view.background.prime(pictures)

    def forget(self, camera: str) -> None:
        """Drop what is remembered of a camera."""
        self._views.pop(camera, None)

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """Look at some pictures; the crops of all of them are classified together."""
        glances = [self._glance(look) for look in looks]
        glances = self._parted(glances)
        for glance in glances:
            if glance.backdrop is not None:
                high, wide = glance.backdrop.moving.shape
                glance.things[:] = match(glance.view.known, glance.proposals, glance.view.at_s, wide, high)
        self._classify(glances)
        return [self._tell(glance) for glance in glances]

    def _glance(self, look: Look) -> _Glance:
        view = self._views.setdefault(look.camera, _View())
        backdrop = view.background.update(look.picture)
        view.at_s += view.background.step_s
        if backdrop is None:
            return _Glance(view, look.picture, None, Proposals.none(), [])
        standing = [one.box for one in view.known if one.still and one.sights >= STANDING_SIGHTS]
        boxes = np.array(standing, np.float32).reshape(-1, 4)
        proposals = propose(backdrop.moving, backdrop.stopped, boxes)
        return _Glance(view, look.picture, backdrop, proposals, [])

    def _parted(self, glances: Sequence[_Glance]) -> list[_Glance]:
        """Cut regions of several things, where the classifier finds things in the parts rather than in the whole."""
        asked: list[tuple[int, Cut]] = []
        crops: list[NDArray[np.uint8]] = []
        for index, glance in enumerate(glances):
            if glance.backdrop is None:
                continue
            mask = glance.backdrop.moving | glance.backdrop.stopped
            for cut_ in cuts(glance.proposals, mask, glance.view.known, glance.view.at_s, OTHER):
                asked.append((index, cut_))
                if self._judge is not None:
                    boxes = np.concatenate((glance.proposals.xyxy[[cut_.row]], cut_.parts))
                    crops += cut(
                        glance.picture.rgb, boxes * _to_picture(glance.picture, glance.backdrop), self._judge.side
                    )
        sure = self._sure(crops)
        at = 0
        taken: dict[int, list[Cut]] = {}
        for index, cut_ in asked:
            mine = sure[at : at + 1 + len(cut_.parts)] if self._judge is not None else None
            at += 1 + len(cut_.parts)
            if _is_better(cut_, mine):
                taken.setdefault(index, []).append(cut_)
        return [
            replace(glance, proposals=_with_parts(glance.proposals, taken[index])) if index in taken else glance
            for index, glance in enumerate(glances)
        ]

    def _sure(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return how surely each crop shows a thing of one class."""
        if self._judge is None or not crops:
            return np.empty(0, np.float32)
        order = [self._judge.classes.index(one) for one in TOLD_APART if one != ObjectClass.OTHER]
        return np.asarray(self._judge.classify(crops)[:, order].max(axis=1), np.float32)

    def _classify(self, glances: Sequence[_Glance]) -> None:
        if self._judge is None:
            return
        crops: list[NDArray[np.uint8]] = []
        asked: list[tuple[Known, float, float]] = []
        for glance in glances:
            due = [index for index, one in enumerate(glance.things) if _due(one, glance)]
            if not due or glance.backdrop is None:
                continue
            boxes = glance.proposals.xyxy[due] * _to_picture(glance.picture, glance.backdrop)
            crops += cut(glance.picture.rgb, boxes, self._judge.side)
            whole = _whole(glance.proposals.xyxy[due], glance.backdrop)
            asked += [
                (glance.things[index], glance.view.at_s, 1.0 if one else CUT_OFF_WEIGHT)
                for index, one in zip(due, whole.tolist(), strict=True)
            ]
        if not crops:
            return
        order = [self._judge.classes.index(one) for one in TOLD_APART]
        for (thing, at_s, weight), votes in zip(asked, self._judge.classify(crops)[:, order], strict=True):
            thing.votes = thing.votes + np.float32(weight * _sureness(votes)) * votes
            thing.judged += 1
            thing.judged_s = at_s

    def _tell(self, glance: _Glance) -> Seen:
        backdrop = glance.backdrop
        if backdrop is None:
            return Seen(Detections.none())
        high, wide = backdrop.moving.shape
        rows = [row for row, one in enumerate(glance.things) if _is_thing(one, self._judge is not None)]
        size = np.array((wide, high, wide, high), np.float32)
        boxes = np.clip((glance.proposals.xyxy[rows] + (-RIM, -RIM, RIM, RIM)) / size, 0, 1)
        votes = np.zeros((len(rows), len(CLASSES)), np.float32)
        if self._judge is None:
            votes[:, COLUMNS] = by_shape(glance.proposals.xyxy[rows] / high, glance.view.scale)
        elif rows:
            shapes = by_shape(glance.proposals.xyxy[rows] / high, glance.view.scale)
            votes[:, COLUMNS] = np.stack(
                [_votes(glance.things[row], shape) for row, shape in zip(rows, shapes, strict=True)]
            )
        scores = np.array([_score(glance.things[row]) for row in rows], np.float32)
        self._learn(glance, backdrop, rows)
        found = Detections(boxes.astype(np.float32), scores, votes).surest()
        return Seen(found, backdrop.moving, backdrop)

    def _learn(self, glance: _Glance, backdrop: Backdrop, rows: list[int]) -> None:
        """Teach the place what was no thing, and the ground how large things are."""
        nothing = backdrop.moving | backdrop.stopped
        high = backdrop.moving.shape[0]
        for row in rows:
            thing = glance.things[row]
            left, top, right, bottom = glance.proposals.xyxy[row].astype(int)
            if thing.travelled >= ARRIVED or thing.judged >= ENOUGH_LOOKS:
                nothing[top:bottom, left:right] = False
            size = float(np.sqrt((right - left) * (bottom - top))) / high
            if thing.travelled > 1 and size > 0.02:
                glance.view.scale.add(bottom / high, size)
        glance.view.background.restless(nothing)
        glance.view.background.keep(_came(glance.view, nothing.shape))


def _came(view: _View, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return where things are that came by themselves a short while ago."""
    where = np.zeros(shape, bool)
    for one in view.known:
        lately = view.at_s - one.came_s <= CAME_LATELY_S and view.at_s - one.seen_s <= SEEN_LATELY_S
        if lately and one.travelled >= CAME and one.sights >= CAME_SIGHTS:
            left, top, right, bottom = np.maximum(one.box, 0).astype(int)
            where[top:bottom, left:right] = True
    return where


def _is_better(cut_: Cut, sure: NDArray[np.float32] | None) -> bool:
    """Return whether a region is cut: `sure` is how surely the whole and each part show a thing."""
    if sure is None:
        return cut_.known or cut_.waist < NARROW
    whole, parts = float(sure[0]), sure[1:]
    if cut_.known:
        return float(parts.mean()) > whole - KNOWN_APART
    return float(parts.min()) > max(whole, SURE_PART) or (whole < UNSURE_WHOLE and float(parts.min()) > SURE_PART)


def _with_parts(found: Proposals, taken: Sequence[Cut]) -> Proposals:
    keep = np.ones(len(found), bool)
    keep[[one.row for one in taken]] = False
    left = found[keep]
    still = [np.full(len(one.parts), found.still[one.row]) for one in taken]
    return Proposals(
        np.concatenate((left.xyxy, *(one.parts for one in taken))),
        np.concatenate((left.pixels, *(one.pixels for one in taken))),
        np.concatenate((left.still, *still)),
    )


def _sureness(votes: NDArray[np.float32]) -> float:
    """Return how much an answer tells, 0 to 1: one that finds everything likely tells little."""
    shares = np.maximum(votes, 1e-6)
    return max(LEAST_SURENESS, 1 + float((shares * np.log(shares)).sum()) / float(np.log(len(shares))))


def _whole(boxes: NDArray[np.float32], backdrop: Backdrop) -> NDArray[np.bool_]:
    """Return which of (N, 4) boxes the border of the picture does not cut off."""
    high, wide = backdrop.moving.shape
    return np.asarray((boxes[:, :2] > 1).all(1) & (boxes[:, 2] < wide - 1) & (boxes[:, 3] < high - 1), np.bool_)


def _due(one: Known, glance: _Glance) -> bool:
    since = glance.view.at_s - one.judged_s
    if one.judged < ENOUGH_LOOKS:
        return one.sights > one.judged
    moves = float(np.abs(one.velocity).max()) > 2
    return since >= (JUDGE_AGAIN_S if moves else STANDS_AGAIN_S)


def _is_thing(one: Known, judged: bool) -> bool:
    if not judged:
        return one.travelled >= ARRIVED / 2
    if one.judged < ENOUGH_LOOKS:
        return True
    return _goes_far(one) or bool(one.votes[OTHER] < SUPPRESSED * one.votes.sum())


def _goes_far(one: Known) -> bool:
    """Whether something is a thing by how it moves alone."""
    return one.travelled >= FAR or (one.travelled >= SOLID_FAR and one.fill >= SOLID and one.goes_straight)


def _votes(one: Known, shape: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a thing is: the classifier's word, and a little of the shape's where it came a long way.

    Light and leaves do not travel; a car seen from a place that the classifier never saw a car from does.
    """
    if not one.judged:
        return shape
    votes = one.votes / max(1e-6, float(one.votes.sum()))
    if not _goes_far(one):
        return votes
    less = np.where(np.arange(len(votes)) == OTHER, 0.3, 1.0) * votes + SHAPE_WEIGHT * shape
    return np.asarray(less / less.sum(), np.float32)


def _score(one: Known) -> float:
    known = 1.0 - float(one.votes[OTHER] / one.votes.sum()) if one.judged else 0.5
    return 0.2 + 0.4 * min(1.0, one.travelled / ARRIVED) + 0.39 * known


def _to_picture(picture: Picture, backdrop: Backdrop) -> NDArray[np.float32]:
    high, wide = backdrop.moving.shape
    x, y = picture.rgb.shape[1] / wide, picture.rgb.shape[0] / high
    return np.array([x, y, x, y], np.float32)
