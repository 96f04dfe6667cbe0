"""One camera put together: what an eye saw, through the tracker, to its analytics. Owned by one thread."""

from collections.abc import Sequence

from ronda.vision.analytics.contract import Findings, Scene
from ronda.vision.background import Backdrop, Background
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import EyeName, Seen
from ronda.vision.geometry.zone import Zone
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Track
from ronda.vision.tracks.tracker import Tracker, TrackerSettings


class Watch:
    """Tracker and analytics of one camera.

    Args:
        configuration: What it is watched for.
        eye: Which eye looks; analytics that need a certain kind say so.
        settings: How the tracker follows.

    Raises:
        BadInput: A rule lacks what it needs.
    """

    def __init__(
        self, configuration: Configuration, eye: EyeName | None = None, settings: TrackerSettings | None = None
    ) -> None:
        view = configuration.view(eye)
        rules = [rule for some in configuration.rules.values() for rule in some]
        self._tracker = Tracker(settings, view.ground)
        self._analytics = [rule.start(view) for rule in rules]
        self._background = Background() if any(rule.needs_backdrop for rule in rules) else None
        self._zones = tuple(Zone(shape) for shape in configuration.zones)
        self._tracks: Sequence[Track] = ()
        self._ended: Sequence[Track] = ()

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

    def close(self, at_90k: int) -> Findings:
        """The video ends or the camera goes: say what is still open."""
        self._tracks = ()
        self._ended = self._tracker.close()
        findings = Findings()
        for analytic in self._analytics:
            findings.add(analytic.close(at_90k))
        return findings
