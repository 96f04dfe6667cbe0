"""Looking at a video once with an eye, and at what was seen as often as wished: thinned out, with pictures lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.accuracy.measures import Counted
from ronda.base.time import HZ_90K
from ronda.media.codec.video_file import VideoFile
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Eye, Look, Seen
from ronda.vision.detectors.eyes import serving_width
from ronda.vision.objects import LARGE, TWO_WHEELERS, FaceClass, ObjectClass
from ronda.vision.picture import Picture
from ronda.vision.watching import Watch


@dataclass(frozen=True)
class Glimpse:
    """What an eye saw on one picture."""

    at_90k: int
    full_wh: tuple[int, int]
    seen: Seen


@dataclass
class Outcome:
    """What a video came to.

    Attributes:
        counted: The passages.
        person_times: By track that was ever taken for a person: the moments at which it was seen, in seconds.
        told: Moments, in seconds, and how many persons were told to be in sight then, before anything later was seen.
    """

    counted: list[Counted] = field(default_factory=list)
    person_times: dict[int, list[float]] = field(default_factory=dict)
    told: list[tuple[float, int]] = field(default_factory=list)

    def persons(self, at_s: float, within_s: float) -> int:
        """Return how many persons were in sight about a moment."""
        return sum(any(abs(one - at_s) <= within_s for one in times) for times in self.person_times.values())

    def persons_told(self, at_s: float) -> int:
        """Return how many persons were told to be in sight at a moment."""
        return min(self.told, key=lambda one: abs(one[0] - at_s))[1]


def glimpses(video: Path, eye: Eye, rate: float | None) -> list[Glimpse]:
    """Look at a video."""
    found = []
    with VideoFile(video, serving_width(eye)) as file:
        prime = getattr(eye, "prime", None)
        if prime is not None:
            prime("clip", [Picture(one.rgb, one.at_90k, one.full_wh) for one in file.samples(32, 180)])
        for one in file.pictures(rate):
            seen = eye.look([Look("clip", Picture(one.rgb, one.at_90k, one.full_wh))])[0]
            found.append(Glimpse(one.at_90k, one.full_wh, Seen(seen.detections)))
    eye.forget("clip")
    return found


def thinned(all_: Sequence[Glimpse], rate: float, lost: float = 0.0, seed: int = 0) -> list[Glimpse]:
    """Return so many a second, a share of them lost."""
    step, due, kept = HZ_90K / rate, -1.0, []
    for one in all_:
        if one.at_90k >= due - step / 4:
            kept.append(one)
            due = one.at_90k + step if one.at_90k > due + step else due + step
    chance = np.random.default_rng(seed)
    return [one for one in kept if chance.random() >= lost]


def outcome(some: Sequence[Glimpse], configuration: Configuration) -> Outcome:
    """Follow and count what was seen."""
    watch, found = Watch(configuration), Outcome()
    blank = np.zeros((2, 2, 3), np.uint8)
    counts, labels = [], {}
    for one in some:
        counts += watch.take(Picture(blank, one.at_90k, one.full_wh), one.seen).counts
        for track in [*watch.tracks, *watch.ended]:
            labels[track.id] = track.label
            found.person_times[track.id] = sorted(
                {*found.person_times.get(track.id, ()), *(step.at_90k / HZ_90K for step in track.path)}
            )
        here = sum(track.label is ObjectClass.PERSON and track.last_90k == one.at_90k for track in watch.tracks)
        found.told.append((one.at_90k / HZ_90K, here))
    counts += watch.close(some[-1].at_90k).counts
    found.counted = [Counted(one.line, one.direction, kind(one.label), one.at_90k / HZ_90K) for one in counts]
    found.person_times = {
        track: times for track, times in found.person_times.items() if labels[track] is ObjectClass.PERSON
    }
    return found


def kind(label: ObjectClass | FaceClass) -> str:
    """Return what every eye can tell apart."""
    if label in TWO_WHEELERS:
        return "two-wheeler"
    return "vehicle" if label in LARGE | {ObjectClass.CAR} else label.value
