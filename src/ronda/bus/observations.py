"""What nodes see: counts, measures, alarms' causes and things that passed, in numbered batches; live boxes beside them.

A batch is a request to the centre, repeated until the centre has committed it; the centre takes each (node, sequence)
once. Nothing here holds a picture: pictures are named, and the node that made them serves them. Times are `utc_90k`;
places are in 0..1 of the camera's view.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from ronda.bus.contract import Message

OBSERVATIONS: Final = "observations"
"""The request that the centre answers, see `centre_subject`."""
FOLLOW_SIGHT: Final = "follow-sight"
"""The request that a node answers, see `request_subject`."""
MOST_IN_A_BATCH: Final = 500
"""Entries of each kind."""

Text = Annotated[str, Field(max_length=300)]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class EyeId(Message):
    """The eye that a number comes from."""

    id: Text
    version: Text


class MinuteCount(Message):
    """How many things of a class passed a line in a direction within a minute, more than was told before.

    Attributes:
        minute_90k: When the minute began.
        speed_kmh: Sum of the speeds of those whose speed is known.
        speeds: How many those are.
    """

    camera: Text
    minute_90k: int
    line: Text
    direction: Text
    label: Text
    eye: EyeId
    count: int = Field(ge=1)
    speed_kmh: float = 0.0
    speeds: int = 0


class MinuteMeasure(Message):
    """What a measure was within a minute, of values that were not told before."""

    camera: Text
    minute_90k: int
    analytic: Text
    zone: Text
    name: Text
    unit: Text
    eye: EyeId | None = None
    values: int = Field(ge=1)
    sum: float
    least: float
    most: float
    last: float


class ShotName(Message):
    """A picture that the camera's node has, and the place on it that matters."""

    id: Text
    at_90k: int
    xyxy: Box | None = None


class SeenTrack(Message):
    """A thing that was followed until it was gone."""

    camera: Text
    track: int
    label: Text
    colour: Text
    direction: Text
    lines: tuple[tuple[Text, Text], ...] = ()
    zones: tuple[Text, ...] = ()
    first_90k: int
    last_90k: int
    speed_kmh: float | None = None
    best: ShotName | None = None
    eye: EyeId


class SeenSign(Message):
    """The cause of an alarm begins, changes or is over."""

    camera: Text
    analytic: Text
    zone: Text
    key: Text
    turn: Literal["raised", "changed", "over"]
    at_90k: int
    since_90k: int
    level: int | None = None
    label: Text | None = None
    eye: EyeId | None = None
    shots: tuple[ShotName, ...] = ()
    detail: dict[str, float | int | str] = Field(default={}, max_length=50)


class ObservationGap(Message):
    """A stretch in which a camera was not looked at though it should have been, and why.

    Told when it begins, now and then while it lasts, and when it is over: the later one replaces the earlier.

    Attributes:
        cause: `worker-died`, `overloaded`, `undecodable`, `no-eye`, `unknown`, or why the stream brought nothing.
        to_90k: Its end; of one that lasts, when it was told.
        lasts: Whether it goes on.
        problem: What is wrong, for a person; and how to mend it.
    """

    camera: Text
    cause: Text
    from_90k: int
    to_90k: int
    lasts: bool
    problem: str = Field(default="", max_length=2000)


class ObservationBatch(Message):
    """What a node has seen since the batch before; unique by (node, sequence)."""

    node: str
    sequence: int
    counts: tuple[MinuteCount, ...] = ()
    measures: tuple[MinuteMeasure, ...] = ()
    tracks: tuple[SeenTrack, ...] = ()
    signs: tuple[SeenSign, ...] = ()
    gaps: tuple[ObservationGap, ...] = ()


class FollowSight(Message):
    """Asks a node to publish what it sees of a camera, picture by picture, for so long."""

    camera: str
    seconds: float = Field(gt=0, le=60)


class SightBox(Message):
    """A thing that is followed, where it is now; `hidden` things are where they should be."""

    track: int
    label: Text
    xyxy: Box
    hidden: bool = False
    speed_kmh: float | None = None


class Sight(Message):
    """What was seen on one picture of a camera, while somebody follows it.

    Attributes:
        passed: What has just passed a line: line, direction, class.
    """

    camera: Text
    at_90k: int
    eye: EyeId
    boxes: tuple[SightBox, ...] = ()
    passed: tuple[tuple[Text, Text, Text], ...] = ()


def sight_subject(camera: str) -> str:
    """Subject of what is seen of a camera while somebody follows it."""
    return f"sight.{camera}"
