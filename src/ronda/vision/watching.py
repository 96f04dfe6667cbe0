"""One camera put together: what an eye saw, through the tracker, to its analytics. Owned by one thread."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ronda.base.errors import RondaError
from ronda.vision.analytics.contract import Analytic, Findings, Memory, Remembering, Scene
from ronda.vision.analytics.rule import FULL_WIDTH, Rule, View
from ronda.vision.background import Backdrop, Background
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import EyeName, OpenFaces, Seen
from ronda.vision.geometry.zone import Zone
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Track
from ronda.vision.tracks.tracker import Tracker, TrackerSettings

Lacking = Callable[[Rule, RondaError], None]


class Watch:
    """Tracker and analytics of one camera.

    Args:
        configuration: What it is watched for.
        eye: Which eye looks; analytics that need a certain kind say so.
        settings: How the tracker follows.
        faces: Opens models that find faces, for rules that need them.
        lacking: Told of a rule that needs a model and does without, and why; the others go on. None: it is raised.

    Raises:
        BadInput: A rule lacks what it needs.
        NotFound: A rule needs a model that is not here.
    """

    def __init__(
        self,
        configuration: Configuration,
        eye: EyeName | None = None,
        settings: TrackerSettings | None = None,
        *,
        faces: OpenFaces | None = None,
        lacking: Lacking | None = None,
    ) -> None:
        view = replace(configuration.view(eye), faces=faces)
        rules = [rule for some in configuration.rules.values() for rule in some]
        self._tracker = Tracker(settings, view.ground)
        self._analytics = [one for rule in rules if (one := _started(rule, view, lacking)) is not None]
        self._width = FULL_WIDTH if any(rule.full_picture for rule in rules) else 0
        self._keeps_pictures = all(rule.keeps_pictures for rule in rules)
        self._background = Background() if any(rule.needs_backdrop for rule in rules) else None
        self._zones = tuple(Zone(shape) for shape in configuration.zones)
        self._tracks: Sequence[Track] = ()
        self._ended: Sequence[Track] = ()

    @property
    def width(self) -> int:
        """How wide pictures should be for its rules, at least; 0 as the eye needs."""
        return self._width

    @property
    def keeps_pictures(self) -> bool:
        """Whether a picture of each thing that passes may be kept."""
        return self._keeps_pictures

    @property
    def zones(self) -> Sequence[Zone]:
        """The zones that are drawn."""
        return self._zones

    @property
    def tracks(self) -> Sequence[Track]:
        """The things that are followed and confirmed."""
        return self._tracks

    @property
    def ended(self) -> Sequence[Track]:
        """Those that ended with the picture taken last."""
        return self._ended

    def take(self, picture: Picture, seen: Seen, backdrop: Backdrop | None = None) -> Findings:
        """Take in what the eye saw on a picture; pictures come in the order of time.

        Args:
            picture: The picture.
            seen: What is on it.
            backdrop: The place as the eye knows it, if it does; else it is learnt here, for those who need it.
        """
        followed = self._tracker.follow(seen.detections, picture.at_90k, picture.aspect)
        self._tracks, self._ended = followed.tracks, followed.ended
        backdrop = backdrop or seen.backdrop
        if backdrop is None and self._background is not None:
            backdrop = self._background.update(picture)
        scene = Scene(picture, self._tracks, self._ended, backdrop)
        findings = Findings()
        for analytic in self._analytics:
            findings.add(analytic.update(scene))
        return findings

    def memory(self) -> dict[str, list[Memory]]:
        """Return what the analytics must be told to go on elsewhere, by what it is of."""
        found: dict[str, list[Memory]] = {}
        for one in self._analytics:
            if isinstance(one, Remembering):
                found.setdefault(one.remembers, []).append(one.memory())
        return found

    def recall(self, memories: dict[str, list[Memory]]) -> None:
        """Go on from memories, before the first picture; those of rules that there are no more are left.

        Raises:
            ValueError: These are no such memories.
        """
        left = {name: list(some) for name, some in memories.items()}
        for one in self._analytics:
            if isinstance(one, Remembering) and left.get(one.remembers):
                one.recall(left[one.remembers].pop(0))

    def close(self, at_90k: int) -> Findings:
        """The video ends or the camera goes: say what is still open."""
        self._tracks = ()
        self._ended = self._tracker.close()
        findings = Findings()
        for analytic in self._analytics:
            findings.add(analytic.close(at_90k))
        return findings


def _started(rule: Rule, view: View, lacking: Lacking | None) -> Analytic | None:
    try:
        return rule.start(view)
    except RondaError as error:
        if lacking is None or not rule.models:
            raise
        lacking(rule, error)
        return None
