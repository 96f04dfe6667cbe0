"""Masks: how many of those who pass through a zone wear one, do not, or cannot be told; no picture of a face is kept.

Faces are found and followed by themselves, in a small tracker of their own: nothing ties them to the camera's tracks,
pictures or search. A person is judged on several pictures; the votes decide, and a person counts once, when they have
gone. Half of the masked faces of a size that a bare one is found at are missed (a mask hides what a finder looks for),
so that faces below the least height are never judged: they would make the share of the masked too small.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ronda.base.errors import NotFound
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Count, Findings, Scene
from ronda.vision.analytics.hours import Hours, within
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.detectors.contract import FaceEye
from ronda.vision.geometry.drawn import Name
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import CLASSES, Detections, FaceClass, ObjectClass
from ronda.vision.picture import Picture, Rgb
from ronda.vision.tracks.track import Track
from ronda.vision.tracks.tracker import Tracker, TrackerSettings

FINDER: Final = "face_yunet_2026may"
JUDGE: Final = "face_mask_aizoo"

_FOUND_PX: Final = 40.0
"""A face of the least height has so many rows where faces are looked for: masked ones are found from 32 on."""
_MOST_PIXELS: Final = 2_100_000
_SCALES: Final = (0.2, 2.0)
_EACH_90K: Final = round(0.18 * HZ_90K)
_AGAIN_90K: Final = round(0.3 * HZ_90K)
_AT_ONCE: Final = 4
"""Faces judged on one picture; the others' turn comes with the next."""
_MOST_VOTES: Final = 6
_LEAST_VOTES: Final = 2
_AGREED: Final = 0.7
_FOLLOWING: Final = TrackerSettings(hidden_s=3.0, standing_s=3.0, most_standing_s=10.0, most=100)
_PRINTED_90K: Final = 120 * HZ_90K
_PRINTED: Final = 0.4
_PERSON: Final = CLASSES.index(ObjectClass.PERSON)


class MaskRule(Rule):
    """Where masks are counted.

    Attributes:
        zone: Name of the zone that faces pass through.
        min_face: Faces less high, in pixels of the camera's full picture, are not judged: unknown.
        hours: When; by default always.
        finder: Name of the model that finds faces.
        judge: Name of the one that says whether a mask is worn.
    """

    needs_model = True
    models = ("finder", "judge")
    full_picture = True
    keeps_pictures = False

    zone: Name
    min_face: Annotated[float, Field(ge=24, le=400)] = 40.0
    hours: Hours = ()
    finder: Name = FINDER
    judge: Name = JUDGE

    def zones_used(self) -> tuple[str, ...]:
        """Return the zone that must be drawn."""
        return (self.zone,)

    def start(self, view: View) -> "Masks":
        """Return the rule at work on a camera.

        Raises:
            NotFound: A model is not here: says which, and how it is added.
            BadInput: A model is not as it should be.
        """
        if view.faces is None:
            raise NotFound("masks need a model, and there is no folder of models here", "`ronda models add FILE`")
        return Masks(self, view, view.faces(self.finder, self.judge))


@dataclass(slots=True)
class _Passer:
    """Somebody whose face is followed: votes and where it went, no more."""

    votes: Counter[FaceClass] = field(default_factory=Counter)
    judged_90k: int | None = None
    inside: bool = False
    tall: float = 0.0
    low: NDArray[np.float64] = field(default_factory=lambda: np.full(2, np.inf))
    high: NDArray[np.float64] = field(default_factory=lambda: np.full(2, -np.inf))


class Masks:
    """Counts masks in one zone of one camera; each count carries the zone's name and the pair of models."""

    def __init__(self, rule: MaskRule, view: View, eye: FaceEye) -> None:
        self._rule, self._view, self._eye = rule, view, eye
        self._zone = Zone(view.zones[rule.zone])
        self._tracker = Tracker(_FOLLOWING)
        self._passers: dict[int, _Passer] = {}
        self._looked_90k: int | None = None

    def update(self, scene: Scene) -> Findings:
        """Take in what is seen now."""
        at_90k = scene.at_90k
        if self._looked_90k is not None and 0 <= at_90k - self._looked_90k < _EACH_90K:
            return Findings()
        self._looked_90k = at_90k
        awake = within(self._rule.hours, self._view.utc_90k(at_90k), self._view.timezone)
        detections = self._faces(scene.picture) if awake else Detections.none()
        followed = self._tracker.follow(detections, at_90k, scene.picture.aspect)
        seen = [track for track in followed.tracks if track.last_90k == at_90k]
        for track in seen:
            self._note(track)
        self._judge(scene.picture, seen)
        return Findings(counts=self._counts(followed.ended))

    def close(self, at_90k: int) -> Findings:
        """The video ends or the camera goes: count who is still there."""
        return Findings(counts=self._counts(self._tracker.close()))

    def _faces(self, picture: Picture) -> Detections:
        """Return the faces around the zone, boxes in 0..1 of the picture."""
        rgb, (left, top) = self._cut(picture.rgb)
        high, wide = rgb.shape[:2]
        scale = _FOUND_PX / (self._rule.min_face * picture.rgb.shape[0] / picture.full_wh[1])
        scale = min(max(scale, _SCALES[0]), _SCALES[1], (_MOST_PIXELS / (high * wide)) ** 0.5)
        boxes, scores = self._eye.find(rgb, scale)
        size = np.array(picture.rgb.shape[1::-1] * 2, np.float32)
        corner = np.array((left, top, left, top), np.float32)
        xyxy = ((boxes + corner) / size).astype(np.float32)
        votes = np.zeros((len(xyxy), len(CLASSES)), np.float32)
        votes[:, _PERSON] = 1
        return Detections(np.clip(xyxy, 0, 1), scores, votes)

    def _cut(self, rgb: Rgb) -> tuple[Rgb, tuple[int, int]]:
        """Return what is around the zone, and where its corner is."""
        high, wide = rgb.shape[:2]
        margin = self._rule.min_face
        (left, top), (right, bottom) = self._zone.points.min(0), self._zone.points.max(0)
        x0, y0 = max(int(left * wide - margin), 0), max(int(top * high - margin), 0)
        x1, y1 = min(int(right * wide + margin), wide), min(int(bottom * high + margin), high)
        return rgb[y0:y1, x0:x1], (x0, y0)

    def _note(self, track: Track) -> None:
        passer = self._passers.setdefault(track.id, _Passer())
        box = track.xyxy.astype(np.float64)
        middle = (box[:2] + box[2:]) / 2
        passer.inside |= self._zone.holds_point((float(middle[0]), float(middle[1])))
        passer.tall = max(passer.tall, float(box[3] - box[1]))
        passer.low, passer.high = np.minimum(passer.low, middle), np.maximum(passer.high, middle)

    def _judge(self, picture: Picture, seen: list[Track]) -> None:
        """Judge those whose turn it is: the ones with the fewest votes first, then the largest."""
        due = [
            track
            for track in seen
            if (passer := self._passers[track.id]).votes.total() < _MOST_VOTES
            and (passer.judged_90k is None or picture.at_90k - passer.judged_90k >= _AGAIN_90K)
            and (track.xyxy[3] - track.xyxy[1]) * picture.full_wh[1] >= self._rule.min_face
        ]
        due.sort(key=lambda one: (self._passers[one.id].votes.total(), -float(one.xyxy[3] - one.xyxy[1])))
        due = due[:_AT_ONCE]
        if not due:
            return
        size = np.array(picture.rgb.shape[1::-1] * 2, np.float32)
        boxes = np.stack([track.xyxy for track in due]) * size
        for track, said in zip(due, self._eye.judge(picture.rgb, boxes), strict=True):
            passer = self._passers[track.id]
            passer.votes[said] += 1
            passer.judged_90k = picture.at_90k

    def _counts(self, ended: Iterable[Track]) -> list[Count]:
        found = []
        for track in ended:
            passer = self._passers.pop(track.id, None)
            if passer is not None and passer.inside and not _printed(track, passer):
                said = _decided(passer.votes)
                found.append(Count(self._rule.zone, "", said, 0, track.last_90k, eye=self._eye.name))
        return found


def _decided(votes: Counter[FaceClass]) -> FaceClass:
    """Return what the votes come to: two of them at least, and most of those who say something."""
    said = votes[FaceClass.MASKED] + votes[FaceClass.UNMASKED]
    for label in (FaceClass.MASKED, FaceClass.UNMASKED):
        if said >= _LEAST_VOTES and votes[label] >= _AGREED * said:
            return label
    return FaceClass.UNKNOWN


def _printed(track: Track, passer: _Passer) -> bool:
    """Whether it is a poster: seen for long, and never moved."""
    span = float((passer.high - passer.low).max())
    return track.last_90k - track.first_90k > _PRINTED_90K and span < _PRINTED * passer.tall
