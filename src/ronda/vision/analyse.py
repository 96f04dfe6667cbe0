"""A file instead of a camera: the same eye, tracker and analytics over all of a video, and what they came to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from ronda.base.time import HZ_90K
from ronda.media.codec.video_file import FilePicture, VideoFile
from ronda.vision.analytics.contract import Count, Findings, Measure, Sign
from ronda.vision.analytics.counting import DEFAULT_UNITS, MINUTE_90K, CountingRule
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Eye, EyeName, Look, OpenFaces, Seen
from ronda.vision.detectors.eyes import serving_width
from ronda.vision.objects import MASK_LABELS
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Track
from ronda.vision.watching import Watch

DEFAULT_RATE: Final = 10.0
_CAMERA: Final = "file"
_BATCH: Final = 8
_PRIMING: Final = 32
_PRIMING_S: Final = 180.0
_EARLY_S: Final = 1.0


class Primed(Protocol):
    """An eye that learns a place better when it has seen pictures of other moments before."""

    def prime(self, camera: str, pictures: Sequence[Picture]) -> None:
        """Learn the place from pictures taken over some time."""
        ...


class Viewer(Protocol):
    """Who wants to see each picture, with what was found on it."""

    def show(self, picture: Picture, tracks: Sequence[Track], findings: Findings) -> None:
        """Take in one picture."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is looked at.

    Attributes:
        rate: Pictures a second, at most.
        width: Pictures are at least so wide, where the file's are: for who wants to see them; 0 as the eye needs.
        progress: Told the share that is done, 0 to 1.
        viewer: Shown each picture.
        faces: Opens models that find faces, for rules that need them.
    """

    rate: float = DEFAULT_RATE
    width: int = 0
    progress: Callable[[float], None] | None = None
    viewer: Viewer | None = None
    faces: OpenFaces | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a video came to.

    Attributes:
        eye: Which eye looked.
        findings: All of it.
        file: The video.
        full_wh: Its width and height.
        length_90k: From its beginning to its last picture.
        promised_90k: Its length as the file says.
        looked: Pictures that were looked at.
        bad: Coded pictures that were damaged.
        configuration: What it was watched for.
    """

    eye: EyeName
    findings: Findings
    file: Path
    full_wh: tuple[int, int]
    length_90k: int
    promised_90k: int | None
    looked: int
    bad: int
    configuration: Configuration

    @property
    def ends_early_s(self) -> float | None:
        """How many seconds are missing at the end of the file; None when it is whole."""
        missing = ((self.promised_90k or 0) - self.length_90k) / HZ_90K
        return round(missing, 1) if missing > max(_EARLY_S, 0.02 * (self.promised_90k or 0) / HZ_90K) else None

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it: see docs/analytics.md."""
        movements = {one.name for rule in self._counting for one in rule.movements}
        masks = [one for one in self.findings.counts if one.label in MASK_LABELS]
        traffic = [one for one in self.findings.counts if one.label not in MASK_LABELS]
        passed = [one for one in traffic if one.line not in movements]
        turned = [one for one in traffic if one.line in movements]
        return {
            "eye": _eye(self.eye),
            "video": self._video(),
            "counts": self._by_line(passed),
            "movements": {name: _by_class([one for one in turned if one.line == name]) for name in sorted(movements)},
            "pcu": self._units(),
            "minutes": _minutes(traffic, self._weights),
            "passages": [_passage(one) for one in sorted(traffic, key=lambda one: one.at_90k)],
            "masks": {zone: _masks([one for one in masks if one.line == zone]) for zone in self._mask_zones},
            "events": [_event(one) for one in self.findings.signs],
            "measures": [_measure(one) for one in self.findings.measures],
        }

    @property
    def _counting(self) -> list[CountingRule]:
        return [one for one in self.configuration.rules.get("counting", ()) if isinstance(one, CountingRule)]

    @property
    def _mask_zones(self) -> list[str]:
        return sorted({zone for rule in self.configuration.rules.get("masks", ()) for zone in rule.zones_used()})

    @property
    def _weights(self) -> Mapping[str, float]:
        weights = dict(DEFAULT_UNITS)
        for rule in self._counting:
            weights.update((label.value, value) for label, value in rule.units.items())
        return weights

    def _video(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "file": self.file.name,
            "width": self.full_wh[0],
            "height": self.full_wh[1],
            "length_s": round(self.length_90k / HZ_90K, 3),
            "looked_at": self.looked,
            "damaged": self.bad,
        }
        return told if self.ends_early_s is None else told | {"ends_early_s": self.ends_early_s}

    def _directions(self) -> list[tuple[str, str]]:
        counted = {name for rule in self._counting for name in (rule.lines or self._all_lines(rule))}
        return [(one.name, way) for one in self.configuration.lines if one.name in counted for way in one.directions]

    def _all_lines(self, rule: CountingRule) -> tuple[str, ...]:
        return () if rule.movements else tuple(one.name for one in self.configuration.lines)

    def _by_line(self, counts: Iterable[Count]) -> dict[str, dict[str, dict[str, int]]]:
        held = defaultdict(list)
        for one in counts:
            held[one.line, one.direction].append(one)
        found: dict[str, dict[str, dict[str, int]]] = {}
        for line, way in self._directions():
            found.setdefault(line, {})[way] = _by_class(held[line, way])
        return found

    def _units(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for line, way in self._directions():
            here = [one for one in self.findings.counts if (one.line, one.direction) == (line, way)]
            found.setdefault(line, {})[way] = round(sum(self._weights.get(one.label, 0) for one in here), 2)
        return found


def analyse(video: Path, configuration: Configuration, eye: Eye, options: Options | None = None) -> Analysis:
    """Look at all of a file, as fast as it can be; the time is the video's.

    Raises:
        BadInput: The file is no video, or a rule lacks what it needs.
        NotFound: A rule needs a model that is not here.
        CannotDecode: There is nothing in it that can be shown.
    """
    options = options or Options()
    watch = Watch(configuration, eye.name, faces=options.faces)
    findings, looked, last = Findings(), 0, 0
    with VideoFile(video, max(serving_width(eye), options.width, watch.width)) as file:
        _prime(eye, file)
        batch: list[Picture] = []
        full_wh = file.full_wh
        for taken in file.pictures(options.rate):
            batch.append(_picture(taken))
            if len(batch) == _BATCH:
                looked += _look(batch, eye, watch, findings, options)
                batch.clear()
            last, full_wh = taken.at_90k, taken.full_wh
            if options.progress and file.duration_90k:
                options.progress(min(last / file.duration_90k, 1.0))
        looked += _look(batch, eye, watch, findings, options)
        findings.add(watch.close(last))
        period = round(HZ_90K / file.rate)
        return Analysis(
            eye.name,
            findings,
            video,
            full_wh,
            last + period,
            file.duration_90k,
            looked,
            file.bad,
            configuration,
        )


def _look(batch: Sequence[Picture], eye: Eye, watch: Watch, findings: Findings, options: Options) -> int:
    if not batch:
        return 0
    for picture, seen in zip(batch, _seen(eye, batch), strict=True):
        found = watch.take(picture, seen)
        findings.add(found)
        if options.viewer:
            options.viewer.show(picture, watch.tracks, found)
    return len(batch)


def _seen(eye: Eye, batch: Sequence[Picture]) -> list[Seen]:
    """Look at some pictures; those of one camera one after the other, for an eye that remembers it."""
    if hasattr(eye, "prime"):
        return [eye.look([Look(_CAMERA, picture)])[0] for picture in batch]
    return eye.look([Look(_CAMERA, picture) for picture in batch])


def _prime(eye: Eye, file: VideoFile) -> None:
    prime = getattr(eye, "prime", None)
    if prime is not None:
        prime(_CAMERA, [_picture(one) for one in file.samples(_PRIMING, _PRIMING_S)])


def _picture(taken: FilePicture) -> Picture:
    return Picture(taken.rgb, taken.at_90k, taken.full_wh, taken.keyframe)


# --- JSON -----------------------------------------------------------------------------------------


def _eye(eye: EyeName) -> dict[str, Any]:
    return {"id": eye.id, "title": eye.title, "version": eye.version, "classes": [one.value for one in eye.classes]}


def _by_class(counts: Sequence[Count]) -> dict[str, int]:
    many = Counter(one.label.value for one in counts)
    return {"total": len(counts), **dict(sorted(many.items()))}


def _masks(counts: Sequence[Count]) -> dict[str, Any]:
    """Return how many were judged what in a zone, by the minute too; shares are of all of them."""
    many = {label: sum(one.label is label for one in counts) for label in MASK_LABELS}
    minutes = Counter((one.at_90k // MINUTE_90K, one.label) for one in counts)
    eye = next((one.eye for one in counts if one.eye), None)
    return {
        "eye": None if eye is None else _eye(eye),
        "total": len(counts),
        **{label.value: number for label, number in many.items()},
        "shares": {label.value: round(number / len(counts), 4) if counts else None for label, number in many.items()},
        "minutes": [
            {"from_s": minute * 60, "class": label.value, "count": number}
            for (minute, label), number in sorted(minutes.items())
        ],
    }


def _minutes(counts: Iterable[Count], weights: Mapping[str, float]) -> list[dict[str, Any]]:
    many = Counter((one.at_90k // MINUTE_90K, one.line, one.direction, one.label) for one in counts)
    return [
        {
            "from_s": minute * 60,
            "line": line,
            "direction": way,
            "class": label.value,
            "count": number,
            "pcu": round(number * weights.get(label, 0), 2),
        }
        for (minute, line, way, label), number in sorted(many.items())
    ]


def _passage(count: Count) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at_s": _seconds(count.at_90k),
        "line": count.line,
        "direction": count.direction,
        "class": count.label.value,
        "track": count.track,
    }
    return told if count.speed_kmh is None else told | {"speed_kmh": round(count.speed_kmh, 1)}


def _event(sign: Sign) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at_s": _seconds(sign.at_90k),
        "since_s": _seconds(sign.since_90k),
        "analytic": sign.analytic,
        "zone": sign.zone,
        "key": sign.key,
        "turn": sign.turn.value,
        "detail": sign.detail,
        "boxes": [list(map(float, shot.xyxy)) for shot in sign.shots if shot.xyxy is not None],
        "shots_s": [_seconds(shot.picture.at_90k) for shot in sign.shots],
    }
    if sign.label is not None:
        told["class"] = sign.label.value
    return told if sign.level is None else told | {"level": sign.level}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "at_s": _seconds(measure.at_90k),
        "analytic": measure.analytic,
        "zone": measure.zone,
        "name": measure.name,
        "value": measure.value,
        "unit": measure.unit,
    }


def _seconds(at_90k: int) -> float:
    return round(at_90k / HZ_90K, 3)
