"""What a decision on publication would change, worked out before anybody makes it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ronda.bus.contract import RecordingMode
from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.region import within

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Consequence:
    """What would follow.

    Attributes:
        cameras: How many cameras the decision is about.
        changed: How many of them residents would see in another way.
        before: How many there are of each mode now.
        after: How many there would be of each.
        unconnected: How many have no address, so that they are not shown whatever is decided.
        quarantined: How many are withdrawn until somebody has looked.
        unrecorded: How many would be shown late and are not recorded all the time, so that there is nothing to show.
        examples: Names of some that would change.
    """

    cameras: int
    changed: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    unconnected: int
    quarantined: int
    unrecorded: int
    examples: tuple[str, ...]


def consequence(city: City, subject: PublicationDecision, *, taken_back: bool = False) -> Consequence:
    """Return what `subject` would change, or what taking back the decision with its id would.

    Takes some tens of milliseconds for a whole city; not for the loop.
    """
    others = [one for one in city.decisions if one.id != subject.id]
    supposed = city.supposing(others if taken_back else [*others, subject])
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    changed: list[str] = []
    unconnected = quarantined = unrecorded = 0
    for camera in _about(city, subject):
        was, will = city.place_of(camera).publication, supposed(camera).publication
        before[was.mode.value] += 1
        after[will.mode.value] += 1
        unconnected += not camera.pulled
        quarantined += camera.quarantine is not None
        unrecorded += will.mode is PublicationMode.DELAYED and camera.recording.mode is not RecordingMode.CONTINUOUS
        if was != will:
            changed.append(camera.name)
    examples = tuple(changed[:_EXAMPLES])
    return Consequence(
        before.total(), len(changed), dict(before), dict(after), unconnected, quarantined, unrecorded, examples
    )


def _about(city: City, subject: PublicationDecision) -> Iterator[Camera]:
    if subject.camera is not None:
        yield city.cameras.get(subject.camera)
        return
    for camera in city.cameras.all():
        site = city.sites.find(camera.spot.site)
        if site is not None and within(site.area, subject.area) and subject.kind in (None, site.kind.value):
            yield camera
