"""A camera that counts masks, in a worker: what is told of it are numbers, and no picture goes to the node."""

import numpy as np
from tests.vision.analytics.painted import HEIGHT, WIDTH, PaintedEye, painted
from tests.vision.analytics.test_masks import DOCUMENT

from ronda.media.codec.sparse import Sparseness
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import EyeName, Seen
from ronda.vision.objects import CLASSES, Detections, FaceClass, ObjectClass
from ronda.vision.watching import Watch
from ronda.vision.worker.messages import Counted, Passed, Tier, WatchCamera
from ronda.vision.worker.pictures import Kept
from ronda.vision.worker.sight import Sight, Tally

PEOPLE = EyeName("people", "People", "1", (ObjectClass.PERSON,))


def person(x: float, y: float, tall: float) -> Seen:
    """A person seen below a face."""
    box = np.array([[x - tall, y - tall / 2, x + tall, y + 3 * tall]]) / (WIDTH, HEIGHT, WIDTH, HEIGHT)
    votes = np.zeros((1, len(CLASSES)), np.float32)
    votes[0, CLASSES.index(ObjectClass.PERSON)] = 1
    return Seen(Detections(box.astype(np.float32), np.ones(1, np.float32), votes))


def walked(document: dict[str, object]) -> tuple[list[Counted], list[Passed], list[Kept]]:
    """Let somebody with a mask walk through; return what is told."""
    eye = PaintedEye()
    watching = Watch(Configuration.from_document(document), PEOPLE, faces=lambda *_: eye)
    asked = WatchCamera(camera="gate", tier=Tier.COUNT, eye="people", rate=5, document=document)
    sight = Sight(asked, watching, Sparseness(), Tally())
    counts: list[Counted] = []
    passed: list[Passed] = []
    pictures: list[Kept] = []
    for step in range(60):
        x, here = 100 + 20 * step, step < 22
        faces = [(float(x), 150.0, 50.0, FaceClass.MASKED)] if here else []
        seen = person(x, 150, 50) if here else Seen(Detections.none())
        told, kept = sight.tell(painted(faces, step / 5), seen, PEOPLE)
        counts, passed, pictures = [*counts, *told.counts], [*passed, *told.passed], [*pictures, *kept]
    return counts, passed, pictures


def test_masks_are_numbers_and_who_passed_has_no_picture() -> None:
    counts, passed, pictures = walked(DOCUMENT)
    assert pictures == []
    (count,) = counts
    assert (count.line, count.label, count.track) == ("gate", "masked", 0)
    assert count.eye is not None
    assert count.eye.id == "painted"
    (one,) = passed
    assert (one.label, one.best, one.lines, one.zones) == ("person", None, (), ("gate",))


def test_where_no_masks_are_counted_the_same_person_has_one() -> None:
    counts, passed, pictures = walked({"zones": DOCUMENT["zones"]})
    assert counts == []
    assert passed[0].best is not None
    assert [one.id for one in pictures] == [passed[0].best.id]
